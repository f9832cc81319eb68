"""PostgreSQL, Redis, HTTPS in front. Refuses to start without its own secret, hosts and addresses."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403

for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"):
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"set {name}: production has no default for it")

BEHIND_PROXY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
HTTPS = os.environ.get("HTTPS", "1") == "1"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # the proxy in front turns to HTTPS and promises it

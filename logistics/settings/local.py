"""The embedded default: one machine, SQLite and the database broker in var/, the demo school."""

import os
import secrets
import sys

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, SECRET_KEY, VAR


def kept_secret() -> str:
    """A secret of this installation's own, made once and kept in var/."""
    path = VAR / "secret_key"
    try:
        if not path.exists():
            VAR.mkdir(mode=0o750, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()
    except OSError as error:
        sys.exit(f"不能读写 {path}（{error.strerror}）。请用建立该目录的账号运行，或改正目录的权限。")


SECRET_KEY = SECRET_KEY or kept_secret()
ALLOWED_HOSTS = ALLOWED_HOSTS or ["*"]
DEMO = os.environ.get("DEMO", "1") == "1"

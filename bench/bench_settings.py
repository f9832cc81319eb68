"""A real site's settings: production where the bench gives it Redis, the embedded default otherwise; only the baselines' addresses are added."""

import os

if os.environ.get("REDIS_URL"):
    from logistics.settings.production import *  # noqa: F403
else:
    from logistics.settings.local import *  # noqa: F403

ROOT_URLCONF = "baselines"

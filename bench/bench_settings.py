"""A real site's settings: production where the bench gives it Redis, the embedded default otherwise; only the baselines' addresses are added."""

import os
import sys

# Only the tests bring these, 20 MB of a worker; the REST framework reads them wherever it finds them, and a real site has none.
sys.modules.update(dict.fromkeys(("requests", "pygments")))  # type: ignore[arg-type]

if os.environ.get("REDIS_URL"):
    from logistics.settings.production import *  # noqa: F403
else:
    from logistics.settings.local import *  # noqa: F403

ROOT_URLCONF = "baselines"

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings.local")
application = get_wsgi_application()

import logistics.urls  # noqa: E402, F401  # every page's code, before gunicorn forks its workers

gc.collect()
gc.freeze()  # what is loaded by now stays: the workers share it and the collector does not walk it again

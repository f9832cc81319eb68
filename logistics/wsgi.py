import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings.local")

gc.disable()  # nothing that is loaded goes again; looking for it takes a quarter of the start
application = get_wsgi_application()
reverse("healthz")  # reads every page's code and lists their names before gunicorn forks its workers, whose threads would each do it anew

gc.collect()
gc.freeze()  # what is loaded by now stays: the workers share it and the collector does not walk it again
gc.enable()

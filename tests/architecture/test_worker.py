"""What a web worker loads before anybody asks for anything."""

import os
import subprocess
import sys

from django.conf import settings

FOR_FEW_PAGES = ("openpyxl", "weasyprint", "python_calamine", "drf_spectacular.openapi", "django.test", "unittest")
LOADED = "import sys, logistics.wsgi; print(*(name for name in sys.argv[1:] if name in sys.modules))"


def test_what_few_pages_need_is_loaded_for_who_asks_for_them():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "logistics.settings.test"}
    done = subprocess.run([sys.executable, "-c", LOADED, *FOR_FEW_PAGES], env=environment, cwd=settings.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

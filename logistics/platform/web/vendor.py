"""Static files that come from packages: only the few we serve, under vendor/."""

from importlib.util import find_spec
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from . import sprite


def _inside(package: str, path: str) -> Path:
    return Path(find_spec(package).origin).parent / path


FILES = {
    "vendor/bootstrap.min.css": _inside("js_lib_bootstrap5", "static/js-lib-bootstrap5/css/bootstrap.min.css"),
    "vendor/bootstrap.min.css.map": _inside("js_lib_bootstrap5", "static/js-lib-bootstrap5/css/bootstrap.min.css.map"),
    "vendor/htmx.min.js": _inside("django_htmx", "static/django_htmx/htmx-2.min.js"),
}


def path_of(name: str) -> Path:
    """Where the file behind a public name stands; the icons are drawn first. Raises KeyError for a name that is none."""
    if name == sprite.NAME:
        return sprite.written()
    return FILES[name]


class PackageStorage(FileSystemStorage):
    """Reads the files of FILES and the icons under their public names."""

    prefix = ""

    def path(self, name):
        return str(path_of(name.replace("\\", "/")))


class VendorFinder(BaseFinder):
    storage = PackageStorage(location="/")

    def find(self, path, find_all=False, **kwargs):
        found = str(path_of(path)) if path in FILES or path == sprite.NAME else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns):
        for name in (*FILES, sprite.NAME):
            yield name, self.storage

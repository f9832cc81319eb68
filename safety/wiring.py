"""What safety registers with the platform, one part per folder, read by `manage.py wiring`."""

from importlib import import_module

from logistics.platform.access import permissions
from logistics.platform.limits import registry as limits
from logistics.platform.school import first_run

from .evidence import PERMISSIONS
from .late import LIMITS
from .usual import PRESETS

PARTS: tuple[str, ...] = (
    "registers",
    "surroundings",
    "training",
    "dangerous",
    "accident",
    "key_place",
    "hazard",
    "patrol",
    "fire",
    "statement",
    "drill",
    "vehicle",
    "bus",
    "gate",
    "student_pass",
    "roster",
    "clinic",
    "cleaning",
    "greenery",
)


def register() -> None:
    permissions.register("安全记录", PERMISSIONS)
    limits.register(*LIMITS)
    first_run.register(*PRESETS)
    for part in PARTS:
        import_module(f"{__package__}.{part}.wiring").register()

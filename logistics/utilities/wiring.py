"""What utilities registers with the platform, one part per folder, read by `manage.py wiring`."""

from importlib import import_module

PARTS: tuple[str, ...] = ("meter", "reading", "tariff", "bill", "usage", "report", "schedule", "waste")


def register() -> None:
    for part in PARTS:
        import_module(f"{__package__}.{part}.wiring").register()

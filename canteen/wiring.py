"""What canteen registers with the platform, one part per folder, read by `manage.py wiring`."""

from importlib import import_module

PARTS = (
    "ingredient",
    "supplier",
    "order",
    "delivery",
    "pantry",
    "price",
    "access_log",
    "dish",
    "menu",
    "meal",
    "sample",
    "staff",
    "hygiene",
    "control",
    "accompany",
    "committee",
    "survey",
    "trace",
    "incident",
    "account",
    "water",
    "nutrition",
    "special",
    "shop",
)


def register() -> None:
    for part in PARTS:
        import_module(f"{__package__}.{part}.wiring").register()

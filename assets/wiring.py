"""What assets registers with the platform, one part per folder, read by `manage.py wiring`."""

from importlib import import_module

PARTS = (
    "category",
    "card",
    "depreciation",
    "importing",
    "labels",
    "custody",
    "transfer",
    "item",
    "store",
    "slip",
    "draw",
    "damage",
    "disposal",
    "loan",
    "library",
    "room_use",
    "desks",
    "arrival",
    "thread",
    "stocktake",
    "reconcile",
    "report",
    "distribution",
    "quota",
    "copying",
)


def register() -> None:
    for part in PARTS:
        import_module(f"{__package__}.{part}.wiring").register()

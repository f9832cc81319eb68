"""What assets registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    from .arrival import wiring as arrival
    from .card import wiring as card
    from .category import wiring as category
    from .copying import wiring as copying
    from .custody import wiring as custody
    from .damage import wiring as damage
    from .depreciation import wiring as depreciation
    from .desks import wiring as desks
    from .disposal import wiring as disposal
    from .distribution import wiring as distribution
    from .draw import wiring as draw
    from .importing import wiring as importing
    from .item import wiring as item
    from .labels import wiring as labels
    from .library import wiring as library
    from .loan import wiring as loan
    from .quota import wiring as quota
    from .reconcile import wiring as reconcile
    from .report import wiring as report
    from .room_use import wiring as room_use
    from .slip import wiring as slip
    from .stocktake import wiring as stocktake
    from .store import wiring as store
    from .thread import wiring as thread
    from .transfer import wiring as transfer

    for part in (category, card, depreciation, importing, labels, custody, transfer, item, store, slip, draw, damage, disposal, loan, library, room_use, desks, arrival, thread, stocktake):
        part.register()
    for part in (reconcile, report, distribution, quota, copying):
        part.register()

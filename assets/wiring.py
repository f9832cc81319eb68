"""What assets registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    from .card import wiring as card
    from .category import wiring as category
    from .custody import wiring as custody
    from .depreciation import wiring as depreciation
    from .draw import wiring as draw
    from .importing import wiring as importing
    from .item import wiring as item
    from .labels import wiring as labels
    from .slip import wiring as slip
    from .store import wiring as store
    from .transfer import wiring as transfer

    for part in (category, card, depreciation, importing, labels, custody, transfer, item, store, slip, draw):
        part.register()

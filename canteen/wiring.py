"""What canteen registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    from .access_log import wiring as access_log
    from .control import wiring as control
    from .delivery import wiring as delivery
    from .dish import wiring as dish
    from .hygiene import wiring as hygiene
    from .ingredient import wiring as ingredient
    from .meal import wiring as meal
    from .menu import wiring as menu
    from .order import wiring as order
    from .pantry import wiring as pantry
    from .price import wiring as price
    from .sample import wiring as sample
    from .staff import wiring as staff
    from .supplier import wiring as supplier

    for part in (ingredient, supplier, order, delivery, pantry, price, access_log, dish, menu, meal, sample, staff, hygiene, control):
        part.register()

"""What the folder arrival registers: the receivers of accepted goods, and the list of what they could not tell."""

from assets.card.queries import MANAGE
from assets.store.queries import KEEP
from finance.public import Destination, receivers
from logistics.platform.notices import subjects
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .home import arrival_todos
    from .pages import ARRIVALS
    from .queries import OVERSEE
    from .rules import ARRIVED, receive_as_asset, receive_as_stock

    receivers.register(Destination.ASSET, receive_as_asset, desk="assets.arrivedline")
    receivers.register(Destination.STORE, receive_as_stock, desk="assets.arrivedline")
    subjects.register(ARRIVED)
    registry.register(ARRIVALS)
    sources.todos.append(arrival_todos)
    menu.register(MenuItem("家底", "到货建卡入库", "package-plus", "/assets/arrival/", (MANAGE, KEEP, OVERSEE), 15))

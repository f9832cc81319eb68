"""What the folder store registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
LIMITS = [
    Limit("assets.slow.days", "多少天没有动算积压", "天", 180, floor=30, ceiling=1000, group="家底"),
    Limit("assets.expiry.days", "保质期还剩多少天提醒", "天", 60, floor=1, ceiling=365, group="家底"),
]
READERS = {"principal": ALL, "vice": ALL, "director": ALL, "keeper": ALL, "accountant": ALL, "buyer": ALL, "financegroup": ALL, "inspector": ALL}
PERMISSIONS = [
    ("assets.stock.view", "看库存", {**READERS, "storekeeper": ALL}),
    ("assets.stock.keep", "收发库存和盘点", {"storekeeper": ALL}),
    ("assets.stock.approve", "审核报损和盘点", {"director": ALL, "vice": ALL}),
    ("assets.stock.close", "库存月结", {"accountant": ALL}),
    ("assets.stock.reopen", "库存反结账", {"principal": ALL}),
]


def register() -> None:
    from .home import short_stocks, store_todos
    from .pages import CLOSES, MOVES, STOCKS, STORES
    from .prints import CARD_SHEET
    from .telling import STORE

    permissions.register("库房", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(STORE)
    registry.register(STOCKS, MOVES, STORES, CLOSES)
    documents.register(CARD_SHEET)
    sources.todos.append(store_todos)
    sources.late.append(short_stocks)
    menu.register(MenuItem("家底", "库存", "boxes", "/assets/stock/", "assets.stock.view", 20))

"""What the folder item registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.imports import targets
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, readiness, registry
from logistics.platform.web.menu import SetupCard

ALL = Scope.ALL
PERMISSIONS = [("assets.stock.manage", "库存物品和仓库", {"storekeeper": ALL, "director": ALL})]


def register() -> None:
    from . import first_run as usual
    from .importing import ITEM_SHEET
    from .pages import ITEMS, KINDS

    permissions.register("库房", PERMISSIONS)
    registry.register(ITEMS, KINDS)
    targets.register(ITEM_SHEET)
    first_run.register(usual.PRESET)
    readiness.register(*usual.STEPS)
    index.register(
        Indexed(ITEMS, names=lambda item: (item.name,), words=lambda item: (item.spec,), detail=lambda item: item.note or f"按{item.unit}收发", order=60)
    )
    menu.register_cards(
        SetupCard("库存物品", "库房里的东西、单位和最低库存", "package", "/assets/item/", ("assets.stock.manage",)),
        SetupCard("物品类别", "办公用品、清洁用品这样的分法", "tags", "/assets/itemkind/", ("assets.stock.manage",)),
        SetupCard("仓库", "有哪些库房，谁保管", "warehouse", "/assets/store/", ("assets.stock.manage",)),
    )

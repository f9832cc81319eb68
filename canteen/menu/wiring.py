"""What the folder menu registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
KITCHEN = {"canteen": ALL, "chef": ALL, "foodsafety": ALL}
BOSSES = {"principal": ALL, "vice": ALL, "director": ALL}
PERMISSIONS = [
    ("canteen.menu.view", "看一周菜谱", {"*": ALL}),
    ("canteen.menu.edit", "排菜谱，管菜品", {"canteen": ALL, "chef": ALL, "director": ALL}),
    ("canteen.menu.publish", "公示菜谱", {"canteen": ALL, **BOSSES}),
    ("canteen.menu.substitute", "当天换菜", {"canteen": ALL, "chef": ALL, "director": ALL}),
    (
        "canteen.meal.view", "看菜品和供餐记录",
        {**KITCHEN, **BOSSES, **dict.fromkeys(("nurse", "committee", "inspector", "accountant", "buyer", "storekeeper"), ALL)},
    ),
    ("canteen.meal.record", "登记供餐和人数", KITCHEN),
]  # fmt: skip
ACTS = [
    Act("create", "起草菜谱", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("approve", "批准菜谱", separation.APPROVE),
]


def register() -> None:
    from .approval import MENU_KIND
    from .home import menu_todos
    from .importing import MENU_SHEET
    from .nutrition import LIMITS
    from .pages import MENUS
    from .prints import WEEK_SHEET

    permissions.register("菜谱和供餐", PERMISSIONS)
    separation.register("canteen.weekmenu", "一周菜谱", ACTS)
    limits.register(*LIMITS)
    approvals.register(MENU_KIND)
    registry.register(MENUS)
    documents.register(WEEK_SHEET)
    targets.register(MENU_SHEET)
    sources.todos.append(menu_todos)
    menu.register(MenuItem("食堂", "一周菜谱", "utensils", "/canteen/weekmenu/", "canteen.menu.view", 10))

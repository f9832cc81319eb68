"""What the folder distribution registers with the platform."""

from assets.slip.booking import before_reverse
from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
PERMISSIONS = [("assets.distribution.open", "批准物品发放", {"director": ALL, "vice": ALL})]
ACTS = [
    Act("create", "开发放单", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("open", "批准发放", separation.APPROVE),
]


def register() -> None:
    from . import handing_rules
    from .home import distribution_todos, late_recipients
    from .pages import DISTRIBUTIONS, RECIPIENTS
    from .prints import DISTRIBUTION_SHEET, RECIPIENT_SHEET

    permissions.register("核对和定额", PERMISSIONS)
    separation.register("assets.distribution", "物品发放", ACTS)
    registry.register(DISTRIBUTIONS, RECIPIENTS)
    documents.register(DISTRIBUTION_SHEET, RECIPIENT_SHEET)
    sources.todos.append(distribution_todos)
    sources.late.append(late_recipients)
    before_reverse.append(handing_rules.before_reverse)
    menu.register(MenuItem("家底", "物品发放", "gift", "/assets/distribution/", "assets.stock.view", 23))

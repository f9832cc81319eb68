"""What the folder ingredient registers with the platform."""

from canteen.rights import BUYING_MANAGE, BUYING_VIEW, PERMISSIONS
from logistics.platform.access import permissions
from logistics.platform.imports import targets
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, readiness, registry
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from . import first_run as usual
    from .importing import INGREDIENT_SHEET
    from .pages import INGREDIENTS

    permissions.register("食材采购", PERMISSIONS)
    registry.register(INGREDIENTS)
    targets.register(INGREDIENT_SHEET)
    first_run.register(usual.PRESET)
    readiness.register(*usual.STEPS)
    index.register(Indexed(INGREDIENTS, names=lambda i: (i.name, *i.aliases.split()), words=lambda i: (), detail=lambda i: i.get_group_display(), order=70))
    menu.register(MenuItem("食堂", "食材目录", "carrot", "/canteen/ingredient/", (BUYING_VIEW, BUYING_MANAGE), 50))

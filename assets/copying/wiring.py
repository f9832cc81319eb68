"""What the folder copying registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
PERMISSIONS = [("assets.copy.record", "登记打印复印张数", {"storekeeper": ALL, "director": ALL})]


def register() -> None:
    from .pages import COUNTS, MACHINES

    permissions.register("核对和定额", PERMISSIONS)
    registry.register(MACHINES, COUNTS)
    menu.register(MenuItem("家底", "打印复印", "printer", "/assets/copying/", "assets.stock.view", 25))

"""What the folder quota registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
PERMISSIONS = [("assets.quota.manage", "定部门定额", {"director": ALL, "accountant": ALL})]


def register() -> None:
    from .pages import QUOTAS

    permissions.register("核对和定额", PERMISSIONS)
    registry.register(QUOTAS)
    menu.register(MenuItem("家底", "部门定额", "gauge", "/assets/quota-use/", "assets.stock.view", 24))

"""What the folder tariff registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.web import registry

from .queries import MANAGE

PERMISSIONS = [(MANAGE, "设水电价格和分摊基数", {"director": Scope.ALL, "accountant": Scope.ALL})]


def register() -> None:
    from .pages import TARIFFS

    permissions.register("水电费用", PERMISSIONS)
    registry.register(TARIFFS)

"""What the folder depreciation registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.printing import documents
from logistics.platform.web import registry

ALL = Scope.ALL
SEES = ("principal", "vice", "director", "keeper", "accountant", "financegroup", "inspector")
PERMISSIONS = [
    ("assets.depreciation.view", "看折旧", dict.fromkeys(SEES, ALL)),
    ("assets.depreciation.run", "提折旧", {"accountant": ALL}),
]


def register() -> None:
    from .pages import RUNS
    from .prints import RUN_SHEET

    permissions.register("家底", PERMISSIONS)
    registry.register(RUNS)
    documents.register(RUN_SHEET)

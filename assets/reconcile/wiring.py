"""What the folder reconcile registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.imports import targets
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
SEES = ("principal", "vice", "director", "keeper", "accountant", "financegroup", "inspector")
PERMISSIONS = [
    ("assets.reconcile.view", "看资产账核对和上报", dict.fromkeys(SEES, ALL)),
    ("assets.reconcile.fill", "填财务账核对", {"accountant": ALL}),
    ("assets.reconcile.confirm", "确认资产账核对", {"keeper": ALL}),
]


def register() -> None:
    from .home import long_differences, reconcile_todos
    from .importing import BOOK_TOTALS
    from .pages import BOOK_DIFFERENCES, RECONCILIATIONS
    from .prints import RECONCILIATION_SHEET
    from .rules import RECONCILING

    permissions.register("核对和定额", PERMISSIONS)
    subjects.register(RECONCILING)
    registry.register(RECONCILIATIONS, BOOK_DIFFERENCES)
    documents.register(RECONCILIATION_SHEET)
    targets.register(BOOK_TOTALS)
    sources.todos.append(reconcile_todos)
    sources.late.append(long_differences)
    menu.register(MenuItem("家底", "资产账核对", "scale", "/assets/reconciliation/", "assets.reconcile.view", 17))

"""What the folder acceptance registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.org.queries import register_belonging
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

ALL, DEPARTMENT = Scope.ALL, Scope.DEPARTMENT
LIMITS = [Limit("finance.acceptance.days", "验收单几天内签完", "天", 3, floor=1, ceiling=30, group="经费", help="过了这些天还没有签完，提醒管验收的人。")]
PERMISSIONS = [
    (
        "finance.acceptance.view",
        "看验收",
        dict.fromkeys(("principal", "vice", "director", "accountant", "cashier", "buyer", "financegroup", "keeper", "storekeeper", "inspector"), ALL),
    ),
    (
        "finance.acceptance.file",
        "登记验收",
        dict.fromkeys(("vice", "director", "keeper", "storekeeper"), ALL) | dict.fromkeys(("teacher", "headteacher", "canteen"), DEPARTMENT),
    ),
    ("finance.acceptance.manage", "冲销验收、交付入库建卡", dict.fromkeys(("vice", "director", "keeper"), ALL)),
]


def register() -> None:
    from .home import acceptance_todos, unsigned_acceptances, waiting_figure
    from .pages import ACCEPTANCES, WAITING, arrived_panel
    from .prints import ACCEPTANCE_SHEET
    from .queries import waits_for
    from .telling import ACCEPTANCE

    permissions.register("采购", PERMISSIONS)
    limits.register(*LIMITS)
    subjects.register(ACCEPTANCE)
    registry.register(ACCEPTANCES, WAITING)
    documents.register(ACCEPTANCE_SHEET)
    index.register(
        Indexed(
            ACCEPTANCES,
            words=lambda acceptance: (acceptance.number, acceptance.order.number, acceptance.order.request.title),
            title=lambda acceptance: acceptance.order.request.title,
            detail=lambda acceptance: f"{acceptance.number} · {acceptance.order.partner} · {acceptance.get_state_display()}",
            rows=lambda rows: rows.select_related("order__request"),
            shown=lambda rows: rows.select_related("order__request", "order__partner"),
            order=43,
        )
    )
    panels.register(Panel("finance.purchaseorder", "货到了", "finance/arrived_panel.html", arrived_panel, order=20, side=True))
    sources.todos.append(acceptance_todos)
    sources.late.append(unsigned_acceptances)
    sources.figures.append(waiting_figure)
    register_belonging("要签的验收单", waits_for)
    menu.register(MenuItem("经费", "验收", "package-check", "/finance/acceptance/", ("finance.acceptance.view", "finance.acceptance.file"), 40))

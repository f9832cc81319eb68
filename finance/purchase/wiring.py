"""What the folder purchase registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

OWN, DEPARTMENT, ALL = Scope.OWN, Scope.DEPARTMENT, Scope.ALL
BOSSES = {"principal": ALL, "vice": ALL, "director": ALL}
LIMITS = [
    Limit("finance.emergency.days", "先买后补几天内补齐手续", "天", 7, floor=1, ceiling=30, group="经费", help="急用先买的，过了这几天才送批要写原因。"),
]
PERMISSIONS = [
    ("finance.purchase.file", "请购", {"*": OWN}),
    (
        "finance.purchase.view", "看请购单",
        {"*": OWN, **BOSSES, "accountant": ALL, "cashier": ALL, "financegroup": ALL, "buyer": ALL, "inspector": ALL},
    ),
    ("finance.purchase.buy", "接手采购", {"buyer": ALL}),
]  # fmt: skip
SEPARATED = [
    (
        "finance.purchaserequest", "请购单",
        [
            Act("create", "起草请购", separation.REQUEST),
            Act("submit", "送批", separation.REQUEST),
            Act("approve", "批准请购", separation.APPROVE),
            Act("take", "接手采购", separation.BUY),
        ],
    ),
]  # fmt: skip


def register() -> None:
    from .approval import PURCHASES_KIND
    from .home import overdue_purchases, purchase_todos
    from .pages import PURCHASES
    from .prints import REQUEST_SHEET
    from .telling import GOES_ON, TO_BUY

    permissions.register("采购", PERMISSIONS)
    for kind, document, acts in SEPARATED:
        separation.register(kind, document, acts)
    limits.register(*LIMITS)
    approvals.register(PURCHASES_KIND)
    subjects.register(TO_BUY, GOES_ON)
    registry.register(PURCHASES)
    documents.register(REQUEST_SHEET)
    sources.todos.append(purchase_todos)
    sources.late.append(overdue_purchases)
    index.register(
        Indexed(
            PURCHASES,
            names=lambda request: (request.title,),
            words=lambda request: (request.number, request.reason, *(line.name for line in request.lines.all())),
            rows=lambda rows: rows.prefetch_related("lines"),
            title=lambda request: request.title,
            detail=lambda request: f"{request.number or '未编号'} · {request.get_state_display()}",
            order=40,
        )
    )
    menu.register(MenuItem("经费", "请购", "shopping-cart", "/finance/purchase/", ("finance.purchase.file", "finance.purchase.view"), 20))

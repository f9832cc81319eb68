"""What the folder order registers with the platform."""

from finance import thread
from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

ALL = Scope.ALL
LIMITS = [
    Limit("finance.purchase.direct", "直接采购的上限", "元", 1000, floor=0, ceiling=200000, group="经费", help="不超过这个数可以直接买，超过的要三家比价。"),
    Limit("finance.purchase.quotes", "比价至少几家", "家", 3, floor=2, ceiling=10, group="经费", help="不到这个数要写原因。"),
    Limit(
        "finance.purchase.government", "政府采购的限额", "元", 300000, floor=1000, ceiling=10000000, group="经费",
        basis="《中华人民共和国政府采购法》第七条、第八条", help="由省级财政部门公布，达到的要走政府采购。在集中采购目录里的，不论多少都要。",
    ),
    Limit("finance.purchase.over", "下单可以比批准的贵多少", "%", 5, floor=0, ceiling=20, group="经费", help="再贵就要重新请购。"),
]  # fmt: skip
PERMISSIONS = [
    (
        "finance.order.view", "看采购单和询价单",
        {"principal": ALL, "vice": ALL, "director": ALL, "accountant": ALL, "cashier": ALL, "financegroup": ALL, "buyer": ALL, "inspector": ALL},
    ),
]  # fmt: skip
SEPARATED = [
    ("finance.purchaseorder", "采购单", [Act("create", "下采购单", separation.BUY), Act("accept", "验收", separation.ACCEPT)]),
]
THREADS = {  # which purchase a paper belongs to
    "finance.purchaserequest": lambda record: record,
    "finance.inquiry": lambda record: record.request,
    "finance.purchaseorder": lambda record: record.request,
    "finance.acceptance": lambda record: record.order.request,
    "finance.contract": lambda record: record.order.request if record.order_id else None,
}


def register() -> None:
    from .home import buying_todos, late_deliveries
    from .inquiry_pages import INQUIRIES
    from .merging import move_to
    from .pages import ORDERS
    from .prints import COMPARISON_SHEET, ORDER_SHEET
    from .telling import ORDERS as TOLD

    permissions.register("采购", PERMISSIONS)
    for kind, document, acts in [*SEPARATED, (thread.KIND, thread.NAME, thread.ACTS)]:
        separation.register(kind, document, acts)
    limits.register(*LIMITS)
    subjects.register(TOLD)
    registry.register(ORDERS, INQUIRIES)
    documents.register(ORDER_SHEET, COMPARISON_SHEET)
    sources.todos.append(buying_todos)
    sources.late.append(late_deliveries)
    on_merge("报价和采购单", move_to)
    for kind, find in THREADS.items():
        panels.register(Panel(kind, "来龙去脉", "finance/thread.html", thread.thread_panel(find), order=20, side=True))
    index.register(
        Indexed(
            ORDERS, names=lambda order: (order.request.title,), words=lambda order: (order.number, order.partner.name),
            detail=lambda order: f"{order.partner} {order.get_state_display()}", order=32,
        ),
        Indexed(
            INQUIRIES, names=lambda inquiry: (inquiry.request.title,), words=lambda inquiry: (inquiry.number,),
            detail=lambda inquiry: inquiry.get_state_display(), order=33,
        ),
    )  # fmt: skip
    menu.register(
        MenuItem("经费", "询价", "scale", "/finance/inquiry/", ("finance.order.view", "finance.purchase.buy"), 28),
        MenuItem("经费", "采购", "shopping-bag", "/finance/order/", ("finance.order.view", "finance.purchase.buy"), 30),
    )

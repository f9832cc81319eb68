"""What the folder order registers with the platform."""

from canteen.rights import BUYING_MANAGE, BUYING_VIEW
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

LIMITS = (Limit("canteen.report.days", "采购日报在公示栏上留多少天", "天", 30, floor=7, ceiling=366, group="食堂"),)


def register() -> None:
    from .pages import ORDERS, REPORTS
    from .prints import ORDER_SHEET, REPORT_SHEET
    from .queries import order_todos

    limits.register(*LIMITS)
    registry.register(ORDERS, REPORTS)
    documents.register(ORDER_SHEET, REPORT_SHEET)
    sources.todos.append(order_todos)
    index.register(
        Indexed(
            ORDERS, words=lambda order: (order.number, order.note), title=lambda order: f"{order.supplier} {order.on:%m-%d}",
            detail=lambda order: order.get_state_display(), shown=lambda rows: rows.select_related("supplier__partner"), order=73,
        )
    )  # fmt: skip
    menu.register(
        MenuItem("食堂", "按食谱备货", "calculator", "/canteen/buying/", (BUYING_VIEW, BUYING_MANAGE), 20),
        MenuItem("食堂", "食材采购单", "shopping-basket", "/canteen/order/", (BUYING_VIEW, BUYING_MANAGE), 21),
        MenuItem("食堂", "采购日报", "newspaper", "/canteen/purchase-report/", BUYING_VIEW, 26),
    )

"""What the folder bill registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

from .comparing import AMOUNT_GAP, GAP
from .home import DUE, bill_todos, late_bills
from .queries import CHECK, CODES, RECORD, VIEW

PERMISSIONS = [
    (VIEW, "看水电费用", dict.fromkeys(("principal", "vice", "director", "accountant", "cashier", "financegroup", "inspector"), Scope.ALL)),
    (RECORD, "登记水电账单", {"accountant": Scope.ALL, "cashier": Scope.ALL}),
    (CHECK, "核对水电账单", {"director": Scope.ALL, "vice": Scope.ALL}),
]
ACTS = [
    Act("create", "登记水电账单", separation.REQUEST),
    Act("update", "修改水电账单", separation.REQUEST),
    Act("check", "核对水电账单", separation.APPROVE),
]
LIMITS = (
    Limit(GAP, "账单用量和自己的表差多少要写原因", "%", 5, 0, 100, group="水电", help="抄表日不同，差一点是常有的。"),
    Limit(AMOUNT_GAP, "账单金额和按价格算的差多少要写原因", "%", 1, 0, 100, group="水电"),
    Limit(DUE, "下一张账单最晚几天登记", "天", 20, 1, 90, group="水电", help="从该出账单的那天算起，到时没有登记就在首页提醒。"),
)


def register() -> None:
    from .cost_pages import COSTS_PAPER
    from .importing import BILL_LIST
    from .pages import BASES, BILLS

    permissions.register("水电费用", PERMISSIONS)
    separation.register("utilities.bill", "水电账单", ACTS)
    limits.register(*LIMITS)
    registry.register(BILLS, BASES)
    documents.register(COSTS_PAPER)
    targets.register(BILL_LIST)
    sources.todos.append(bill_todos)
    sources.late.append(late_bills)
    menu.register(
        MenuItem(
            "宿舍和水电", "水电费用", "receipt-text", "/utilities/cost/", CODES, 80, also=("/utilities/bill/", "/utilities/tariff/", "/utilities/share-base/")
        )
    )

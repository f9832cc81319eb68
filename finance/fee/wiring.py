"""What the folder fee registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.imports import targets
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL, CLASS = Scope.ALL, Scope.CLASS
SEES_ALL = dict.fromkeys(("principal", "vice", "director", "accountant", "cashier", "financegroup", "inspector"), ALL)
PERMISSIONS = [
    ("finance.fee.view", "看收费", {**SEES_ALL, "headteacher": CLASS}),
    ("finance.fee.manage", "登记收费项目、起草和结算收费", {"accountant": ALL}),
    ("finance.fee.approve", "核定收费", {"principal": ALL, "vice": ALL}),
    ("finance.fee.consent", "发家长签名链接", {"accountant": ALL, "headteacher": CLASS}),
    ("finance.fee.collect", "登记缴费、入账和退费", {"cashier": ALL}),
    ("finance.fee.waive", "减免收费", {"vice": ALL, "director": ALL}),
]
ITEM_ACTS = [Act("create", "登记收费项目", separation.REQUEST), Act("publish", "核定公示", separation.APPROVE)]
CHARGE_ACTS = [
    Act("create", "起草收费", separation.REQUEST),
    Act("issue", "核定收费", separation.APPROVE),
    Act("book", "入账", separation.CASH),
    Act("settle", "结算", separation.BOOK),
    Act("pay", "退费", separation.PAY),
]


def register() -> None:
    from .home import fee_todos
    from .importing import PAYMENT_LIST
    from .item_import import ITEM_LIST, ITEM_TABLE
    from .pages import CHARGES, DUES, ITEMS, PAYMENTS, REFUNDS
    from .prints import BOARD_SHEET, REFUND_SHEET, SETTLEMENT_SHEET
    from .rules import FEES

    permissions.register("收费", PERMISSIONS)
    separation.register("finance.feeitem", "收费项目", ITEM_ACTS)
    separation.register("finance.feecharge", "收费单", CHARGE_ACTS)
    subjects.register(FEES)
    registry.register(ITEMS, CHARGES, DUES, PAYMENTS, REFUNDS)
    documents.register(BOARD_SHEET, SETTLEMENT_SHEET, REFUND_SHEET)
    targets.register(PAYMENT_LIST, ITEM_LIST, ITEM_TABLE)
    index.register(
        Indexed(
            ITEMS,
            names=lambda item: (item.name,),
            words=lambda item: (item.document, item.authority, item.grades),
            detail=lambda item: f"{item.standard} · {item.get_state_display()}",
            order=51,
        ),
        Indexed(
            CHARGES,
            names=lambda charge: (charge.item.name,),
            words=lambda charge: (charge.number,),
            title=lambda charge: str(charge.item),
            detail=lambda charge: f"{charge.number} · {charge.term} · {charge.get_state_display()}",
            rows=lambda rows: rows.select_related("item", "term"),
            order=52,
        ),
    )
    sources.todos.append(fee_todos)
    menu.register(MenuItem("经费", "收费", "receipt", "/finance/charge/", "finance.fee.view", 70))

"""What the folder contract registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import LAW, Limit
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
    Limit("finance.contract.warn", "合同到期提前多少天提醒", "天", 30, floor=1, ceiling=180, group="经费", help="每份合同只提醒一次。"),
    Limit("finance.contract.pay.warn", "合同款提前多少天提醒", "天", 7, floor=1, ceiling=60, group="经费"),
    Limit(
        "finance.contract.supplement", "补充协议追加不超过原合同的", "%", 10, floor=0, ceiling=10, force=LAW, group="经费",
        basis="《中华人民共和国政府采购法》第四十九条",
    ),
]  # fmt: skip
VIEWERS = ("principal", "vice", "director", "accountant", "cashier", "buyer", "financegroup", "inspector")
PERMISSIONS = [
    ("finance.contract.view", "看合同", dict.fromkeys(VIEWERS, ALL)),
    ("finance.contract.manage", "起草和签订合同", {"director": ALL, "buyer": ALL}),
]
CONTRACT_ACTS = [
    Act("create", "起草合同", separation.REQUEST),
    Act("update", "修改合同", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("approve", "批准合同", separation.APPROVE),
    Act("sign", "签订合同", separation.BUY),
    Act("pay", "付合同款", separation.PAY),
]
SUPPLEMENT_ACTS = [
    Act("create", "起草补充协议", separation.REQUEST),
    Act("update", "修改补充协议", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("approve", "批准补充协议", separation.APPROVE),
]


def register() -> None:
    from .approval import CONTRACT_APPROVAL, SUPPLEMENT_APPROVAL
    from .home import contract_late, contract_todos, ending_soon
    from .pages import CONTRACTS, SUPPLEMENTS
    from .panels import move_to, order_panel, partner_panel
    from .prints import CONTRACT_SHEET, LEDGER_SHEET, SUPPLEMENT_SHEET
    from .telling import DUE, ENDING

    permissions.register("采购", PERMISSIONS)
    separation.register("finance.contract", "合同", CONTRACT_ACTS)
    separation.register("finance.supplement", "补充协议", SUPPLEMENT_ACTS)
    limits.register(*LIMITS)
    approvals.register(CONTRACT_APPROVAL, SUPPLEMENT_APPROVAL)
    subjects.register(ENDING, DUE)
    registry.register(CONTRACTS, SUPPLEMENTS)
    documents.register(CONTRACT_SHEET, SUPPLEMENT_SHEET, LEDGER_SHEET)
    panels.register(
        Panel("finance.purchaseorder", "合同", "finance/contract_panel.html", order_panel, side=True),
        Panel("platform.partner", "合同", "finance/contract_panel.html", partner_panel),
    )
    on_merge("合同", move_to)
    sources.todos.append(contract_todos)
    sources.late += [contract_late, ending_soon]
    index.register(
        Indexed(
            CONTRACTS,
            names=lambda contract: (contract.title, contract.party),
            words=lambda contract: (contract.number, contract.other_number),
            title=lambda contract: contract.title,
            detail=lambda contract: f"{contract.number or '未编号'} · {contract.party} · {contract.get_state_display()}",
            rows=lambda rows: rows.select_related("partner"),
            order=44,
        )
    )
    menu.register(MenuItem("经费", "合同", "file-pen-line", "/finance/contract/", ("finance.contract.view", "finance.contract.manage"), 60))

"""What the folders claim and payment register with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, panels, registry
from logistics.platform.web.home import sources as first_page
from logistics.platform.web.menu import MenuItem
from logistics.platform.web.panels import Panel

ALL = Scope.ALL
LIMITS = [
    Limit("finance.cash.most", "现金一次最多付", "元", 1000, floor=0, ceiling=10000, group="经费", help="超过的请转账，或者用公务卡。"),
    Limit("finance.advance.days", "借款多少天要冲还", "天", 30, floor=1, ceiling=366, group="经费", help="没有写预计还款的，付款后过了这些天开始提醒。"),
]
BOSSES = {"principal": ALL, "vice": ALL, "director": ALL, "financegroup": ALL, "inspector": ALL}
PERMISSIONS = [
    ("finance.claim.file", "填报销单", {"*": Scope.OWN}),
    ("finance.claim.view", "看报销单", {**BOSSES, "accountant": ALL, "cashier": ALL}),
    ("finance.claim.book", "登记凭证号", {"accountant": ALL}),
    ("finance.payment.view", "看付款", {**BOSSES, "accountant": ALL, "cashier": ALL}),
    ("finance.payment.pay", "付款", {"cashier": ALL}),
]
ACTS = [
    Act("create", "填报销单", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("approve", "批准报销", separation.APPROVE),
    Act("pay", "付款", separation.PAY),
    Act("book", "登记凭证号", separation.BOOK),
]


def make_findable(claims, payments) -> None:
    """By number, person, payee and what it was for."""
    index.register(
        Indexed(
            claims,
            names=lambda claim: (claim.title, claim.created_by.name),
            words=lambda claim: (claim.number, claim.payee),
            title=lambda claim: claim.title,
            detail=lambda claim: f"{claim.number or '起草'} · {claim.created_by.name} · {claim.total:,.2f} 元 · {claim.get_state_display()}",
            rows=lambda rows: rows.select_related("created_by"),
            order=45,
        ),
        Indexed(
            payments,
            names=lambda payment: (payment.payee,),
            words=lambda payment: (payment.number, payment.claim.number, payment.claim.title),
            title=lambda payment: f"{payment.payee} {payment.amount:,.2f} 元",
            detail=lambda payment: f"{payment.number} · {payment.claim.title} · {payment.get_state_display()}",
            rows=lambda rows: rows.select_related("claim"),
            order=46,
        ),
    )


def register() -> None:
    from finance.journal.rules import keepers
    from finance.payment.advance_rules import ENTRIES
    from finance.payment.pages import BATCHES, PAYMENTS
    from finance.payment.prints import BATCH_SHEET, PAYMENT_SHEET
    from finance.thread import thread_panel

    from . import sources
    from .approval import CLAIM_APPROVAL
    from .contracts import INSTALMENTS
    from .home import claim_todos, late_advances
    from .models import Claim
    from .pages import CLAIMS
    from .panels import order_panel
    from .prints import CLAIM_SHEET
    from .telling import CLAIMS as SUBJECT

    def request_of(claim):
        order = sources.order_of(claim)
        return order.request if order else None

    permissions.register("报销付款", PERMISSIONS)
    separation.register("finance.claim", "报销单", ACTS)
    limits.register(*LIMITS)
    approvals.register(CLAIM_APPROVAL)
    subjects.register(SUBJECT)
    registry.register(CLAIMS, PAYMENTS, BATCHES)
    documents.register(CLAIM_SHEET, PAYMENT_SHEET, BATCH_SHEET)
    sources.register(INSTALMENTS)
    keepers["finance.claim"] = ENTRIES
    make_findable(CLAIMS, PAYMENTS)
    for kind, find in (("finance.claim", request_of), ("finance.payment", lambda payment: request_of(payment.claim))):
        panels.register(Panel(kind, "来龙去脉", "finance/thread.html", thread_panel(find)))
    panels.register(Panel("finance.purchaseorder", "报销", "finance/claim_panel.html", order_panel, order=30, side=True))
    on_merge("报销单", lambda source, target: Claim.objects.filter(partner=source).update(partner=target))
    first_page.todos.append(claim_todos)
    first_page.late.append(late_advances)
    menu.register(
        MenuItem("经费", "报销", "receipt", "/finance/claim/", ("finance.claim.file", "finance.claim.view"), 50),
        MenuItem("经费", "付款", "banknote", "/finance/payment/", "finance.payment.view", 51),
    )

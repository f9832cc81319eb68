"""请购单 on its way through the school's approval chains, and the paper its signers read (FIN-02, FIN-03)."""

from datetime import date

from django.urls import reverse

from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules

from . import rules
from .lines import plain_number
from .memory import with_memory
from .models import PurchaseRequest
from .queries import effects_of, lines_of, papers_due_on, sums_by_line


def facts_of(request: PurchaseRequest) -> Facts:
    """The fund is the special one when there is one, else the one most is asked of."""
    sums = sums_by_line(lines_of(request))
    fund = max(sums, key=lambda line: (line.fund.is_special, sums[line]), default=None)
    return Facts(request.total, request.department, str(fund.fund) if fund else "", request.created_by)


def content_of(request: PurchaseRequest) -> dict:
    """Everything a signer agrees to."""
    return {
        "title": request.title,
        "department": request.department_id,
        "reason": request.reason,
        "needed_on": _iso(request.needed_on),
        "urgent": [request.is_urgent, request.urgent_reason, _iso(request.bought_on), request.late_reason],
        "total": f"{request.total:.2f}",
        "lines": [
            [
                line.position, line.name, line.spec, line.unit, plain_number(line.quantity), f"{line.price:.2f}", f"{line.amount:.2f}",
                line.budget_line_id, line.destination, line.use,
            ]
            for line in lines_of(request)
        ],
    }  # fmt: skip


def _iso(on: date | None) -> str:
    return on.isoformat() if on else ""


def paper_of(request: PurchaseRequest, user) -> dict:
    """The whole paper for who decides: lines with what was paid before, what the budget would say, what looks odd."""
    lines = lines_of(request)
    flags = with_memory(request, lines)
    return {
        "request": request,
        "lines": lines,
        "effects": effects_of(request, lines),
        "flags": flags,
        "papers_due": papers_due_on(request),
        "url": reverse("finance:purchase-detail", args=[request.pk]),
    }


PURCHASES_KIND = ApprovalKind(
    key="finance.purchase",
    label="请购单",
    model="finance.PurchaseRequest",
    facts=facts_of,
    content=content_of,
    title=lambda request: f"{'急用：' if request.is_urgent else ''}{request.title}",
    url=lambda request: reverse("finance:purchase-detail", args=[request.pk]),
    paper=paper_of,
    paper_template="finance/purchase_paper.html",
    icon="shopping-cart",
    **by_rules(approve=rules.note_approved, reject=rules.turn_down, reopen=rules.reopen),
)

"""Claims on their way through the school's approval chains; the finance group signs there (FIN-03, FIN-06)."""

from django.urls import reverse

from finance.money import ZERO
from logistics.platform.approvals.public import ApprovalKind, Facts, by_rules
from logistics.platform.kernel.money import yuan_words

from . import rules
from .holding import parts_of
from .models import Claim
from .queries import accepted_sum, warnings_of


def facts_of(claim: Claim) -> Facts:
    """The fund is that of the biggest line."""
    line = claim.lines.select_related("budget_line__fund").order_by("-amount", "pk").first()
    return Facts(claim.total, claim.department, str(line.budget_line.fund) if line else "", claim.created_by)


def content_of(claim: Claim) -> dict:
    """Everything a signer agrees to."""
    return {
        "kind": claim.kind,
        "title": claim.title,
        "department": claim.department_id,
        "order": claim.order_id,
        "source": [claim.source_kind, claim.source_id],
        "advance": claim.advance_id,
        "trip": [claim.place, str(claim.from_on or ""), str(claim.until_on or "")],
        "method": claim.method,
        "payee": [claim.payee, claim.account, claim.bank],
        "total": f"{claim.total:.2f}",
        "offset": f"{claim.offset:.2f}",
        "lines": [[line.what, line.budget_line_id, f"{line.amount:.2f}", line.is_allowance] for line in claim.lines.all()],
        "invoices": [[one.key, one.issued_on.isoformat(), f"{one.amount:.2f}", one.seller] for one in claim.invoices.all()],
    }


def paper_of(claim: Claim, user) -> dict:
    """The whole claim with what its budget lines would say."""
    invoices = list(claim.invoices.all())
    return {
        "claim": claim,
        "words": yuan_words(claim.total),
        "lines": list(claim.lines.select_related("budget_line__department", "budget_line__item", "budget_line__fund")),
        "budget": [(line, amount) for line, amount in parts_of(claim)],
        "invoices": invoices,
        "invoice_sum": sum((invoice.amount for invoice in invoices), ZERO),
        "accepted": accepted_sum(claim.order) if claim.order_id else None,
        "warnings": warnings_of(claim, invoices),
    }


CLAIM_APPROVAL = ApprovalKind(
    key="finance.claim",
    label="报销单",
    model="finance.Claim",
    facts=facts_of,
    content=content_of,
    title=lambda claim: f"{claim.get_kind_display()} {claim.total:,.2f} 元：{claim.title}",
    url=lambda claim: reverse("finance:claim-detail", args=[claim.pk]),
    paper=paper_of,
    paper_template="finance/claim_paper.html",
    icon="receipt",
    **by_rules(approve=rules.pass_claim, reject=rules.turn_down, reopen=rules.back_to_draft),
)

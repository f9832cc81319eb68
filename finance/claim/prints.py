"""报销单 (借款单 for an advance) in its customary form (FIN-06, GEN-04)."""

from logistics.platform.approvals.public import runs_of, signature_rows
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Claim
from .queries import invoice_sum


def check_was_sent(user, claim: Claim) -> None:
    if not claim.number:
        raise RuleViolation("送批以后才能打印。")


def claim_sheet(claim: Claim, user) -> dict:
    """Everything the form says: lines, invoices, sums in figures and capitals, payee, earlier advance, signatures."""
    invoices = list(claim.invoices.all())
    run = next(iter(runs_of(claim)), None)
    return {
        "heading": "借款单" if claim.is_advance else "差旅费报销单" if claim.kind == "trip" else "报销单",
        "is_advance": claim.is_advance,
        "number": claim.number,
        "on": full_day(claim.submitted_at),
        "department": str(claim.department),
        "subject": claim.title,
        "note": claim.note,
        "trip": f"{claim.place}　{full_day(claim.from_on)} 至 {full_day(claim.until_on)}" if claim.place else "",
        "source": _source(claim),
        "lines": [
            {"what": line.what, "budget": f"{line.budget_line.item}（{line.budget_line.fund}）", "amount": line.amount}
            for line in claim.lines.select_related("budget_line__item", "budget_line__fund")
        ],
        "invoices": [
            {"number": f"{one.code} {one.number}".strip(), "on": one.issued_on, "seller": one.seller, "tax": one.tax, "amount": one.amount} for one in invoices
        ],
        "invoice_count": len(invoices),
        "invoice_sum": invoice_sum(claim),
        "papers": claim.papers,
        "total": claim.total,
        "offset": claim.offset,
        "advance": claim.advance.number if claim.advance else "",
        "due": claim.due,
        "back_on": full_day(claim.back_on) if claim.back_on else "",
        "method": claim.get_method_display(),
        "payee": claim.payee,
        "account": claim.account,
        "bank": claim.bank,
        "handler": claim.created_by.name,
        "witness": claim.witness.name if claim.witness else "",
        "signers": [_signer(row) for row in signature_rows(run)] if run else [],
        "voucher": claim.voucher,
        "booker": claim.booked_by.name if claim.booked_by else "",
        "payer": next((one.created_by.name for one in claim.payments.filter(state="posted").select_related("created_by")), ""),
        "paid_on": full_day(claim.paid_at) if claim.paid_at else "",
        "state": claim.get_state_display(),
    }


def _source(claim: Claim) -> str:
    if claim.order_id:
        return f"采购单 {claim.order.number}，{claim.order.partner}"
    return claim.source_label


def _signer(row) -> dict:
    return {
        "step": row.step,
        "name": row.name,
        "on": full_day(row.at) if row.at else "",
        "opinion": row.opinion,
        "mark": row.mark,
        "mark_digest": row.mark_digest,
        "stands_for": row.stands_for,
    }


CLAIM_SHEET = PrintDocument(
    kind="finance.claim",
    title="报销单",
    template="print/finance/claim.html",
    context=claim_sheet,
    number=lambda claim: claim.number,
    check=check_was_sent,
)

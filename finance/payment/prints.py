"""付款单 and the list of a batch in their customary forms (FIN-06, GEN-04)."""

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Payment, PaymentBatch
from .queries import rows_of


def payment_sheet(payment: Payment, user) -> dict:
    claim, account = payment.claim, payment.cash_account
    return {
        "number": payment.number,
        "on": full_day(payment.paid_on),
        "payee": payment.payee,
        "account": payment.account,
        "bank": payment.bank,
        "from_name": account.name if account else "",
        "from_account": f"{account.bank} {account.number}".strip() if account else "",
        "amount": payment.amount,
        "method": payment.get_method_display(),
        "subject": claim.title,
        "claim": claim.number,
        "claim_total": claim.total,
        "offset": claim.offset,
        "advance": claim.advance.number if claim.advance else "",
        "batch": payment.batch.number if payment.batch else "",
        "entry": f"{payment.entry.account.book} 第 {payment.entry.number} 号" if payment.entry else "",
        "voucher": claim.voucher,
        "handler": claim.created_by.name,
        "booker": claim.booked_by.name if claim.booked_by else "",
        "payer": payment.created_by.name,
        "state": payment.get_state_display(),
        "returned": f"{full_day(payment.returned_at)} {payment.return_reason}" if payment.returned_at else "",
    }


def check_has_rows(user, batch: PaymentBatch) -> None:
    if not batch.count:
        raise RuleViolation("这张批量付款单里没有报销单。")


def batch_sheet(batch: PaymentBatch, user) -> dict:
    return {
        "number": batch.number,
        "on": full_day(batch.posted_on or batch.created_at),
        "account": f"{batch.account.name}（{batch.account.bank} {batch.account.number}）",
        "note": batch.note,
        "rows": [{name: row[name] for name in ("payee", "account", "bank", "amount", "use")} for row in rows_of(batch)],
        "count": batch.count,
        "total": batch.total,
        "maker": batch.created_by.name,
        "state": batch.get_state_display(),
    }


PAYMENT_SHEET = PrintDocument(
    kind="finance.payment", title="付款单", template="print/finance/payment.html", context=payment_sheet, number=lambda payment: payment.number
)
BATCH_SHEET = PrintDocument(
    kind="finance.paymentbatch",
    title="批量付款单",
    template="print/finance/batch.html",
    context=batch_sheet,
    number=lambda batch: batch.number,
    check=check_has_rows,
)

"""Reading payments: what waits for the cashier, what was paid (FIN-06)."""

from django.db.models import Count, F, Q, QuerySet

from finance.claim.models import Claim, ClaimState, PayMethod
from logistics.platform.access.rules import has, require

from .models import BatchState, Payment, PaymentBatch, PaymentState

VIEW, PAY = "finance.payment.view", "finance.payment.pay"


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def payments_visible_to(user) -> QuerySet[Payment]:
    rows = Payment.objects.select_related("claim", "batch", "cash_account", "created_by", "entry")
    return rows if has(user, VIEW) else rows.none()


def batches_visible_to(user) -> QuerySet[PaymentBatch]:
    rows = PaymentBatch.objects.select_related("account", "created_by")
    return rows if has(user, VIEW) else rows.none()


def waiting() -> QuerySet[Claim]:
    """Approved claims that are in no batch, oldest first."""
    rows = Claim.objects.filter(state=ClaimState.APPROVED, batch=None).select_related("created_by", "department", "partner")
    return rows.order_by("decided_at", "pk")


def for_the_bank() -> QuerySet[Claim]:
    """Those that a batch may take: with money to transfer."""
    return waiting().filter(method__in=(PayMethod.TRANSFER, PayMethod.CARD), offset__lt=F("total"))


def payment_counts(user) -> dict[str, int]:
    return payments_visible_to(user).aggregate(
        posted=Count("pk", filter=Q(state=PaymentState.POSTED)), returned=Count("pk", filter=Q(state=PaymentState.RETURNED))
    )


def batch_counts(user) -> dict[str, int]:
    return batches_visible_to(user).aggregate(draft=Count("pk", filter=Q(state=BatchState.DRAFT)))


def rows_of(batch: PaymentBatch) -> list:
    """What the batch lists, in order: its claims while it waits or was called off, its payments afterwards.

    Each has payee, account, bank, sum, use, number and url-giving claim id.
    """
    if batch.state == BatchState.POSTED:
        found = batch.payments.select_related("claim").order_by("pk")
        return [_row(one.payee, one.account, one.bank, one.amount, one.claim, one) for one in found]
    return [_row(claim.payee, claim.account, claim.bank, claim.due, claim, None) for claim in batch.claims.order_by("pk")]


def _row(payee: str, account: str, bank: str, amount, claim: Claim, payment: Payment | None) -> dict:
    return {"payee": payee, "account": account, "bank": bank, "amount": amount, "claim": claim, "payment": payment, "use": use_of(claim)}


def use_of(claim: Claim) -> str:
    """用途 as the bank is told."""
    return f"{claim.number} {claim.title}"[:60]

"""批量付款: a list of transfers for the bank, posted in one transaction once the bank has them (FIN-06)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from finance.claim.holding import lock_lines, lock_neighbours
from finance.claim.models import Claim, ClaimState, PayMethod
from finance.journal.models import CashAccount
from finance.money import ZERO
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance as move
from logistics.platform.kernel.states import check_move
from logistics.platform.numbering.rules import next_number

from .models import BATCH_MOVES, BatchState, PaymentBatch
from .queries import PAY
from .rules import check_payer, paid_total, post

SERIES = "PL"
MOST = 200


def check_can_make(user, record=None) -> None:
    require(user, PAY)


def check_can_change(user, batch: PaymentBatch) -> None:
    require(user, PAY)
    if batch.state != BatchState.DRAFT:
        raise RuleViolation(f"这张批量付款单{batch.get_state_display()}，不能再改。")


def check_can_post(user, batch: PaymentBatch) -> None:
    require(user, PAY)
    check_move(batch, BatchState.POSTED, moves=BATCH_MOVES)


def check_can_cancel(user, batch: PaymentBatch) -> None:
    require(user, PAY)
    check_move(batch, BatchState.CANCELLED, moves=BATCH_MOVES)


@rule
def create_batch(*, actor, at: datetime, account: CashAccount, claims: Iterable[Claim], note: str = "") -> PaymentBatch:
    """Put approved claims on one list for the bank. Raises RuleViolation that names the first claim which may not be on it."""
    check_can_make(actor)
    if account.is_cash or not account.is_active:
        raise RuleViolation("批量付款从银行账户付，请选在用的银行账户。", field="account")
    number = next_number(SERIES, timezone.localtime(at).year)
    batch = PaymentBatch(number=number, account=account, created_by=actor, created_at=at, **tidied({"note": note or ""}))
    batch.full_clean()
    batch.save()
    _take_in(actor, batch, claims)
    record_event(actor=actor, at=at, action="create", record=batch, text=f"编批量付款单，{batch.count} 笔，{batch.total:,.2f} 元", note=batch.note)
    return batch


def _take_in(actor, batch: PaymentBatch, claims: Iterable[Claim]) -> None:
    wanted = sorted({claim.pk for claim in claims})
    if not wanted:
        raise RuleViolation("请至少选一张报销单。", field="claims")
    if len(wanted) + batch.count > MOST:
        raise RuleViolation(f"一张批量付款单最多 {MOST} 笔。", field="claims")
    for claim in Claim.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"):
        _check_fits(actor, claim)
        if not Claim.objects.filter(pk=claim.pk, state=ClaimState.APPROVED, batch=None).update(batch=batch):
            raise Conflict(f"{claim} 刚刚被付了或者放进了别的批量付款单，请刷新后再看。", field="claims")
    _count(batch)


def _check_fits(actor, claim: Claim) -> None:
    if claim.state != ClaimState.APPROVED or claim.batch_id:
        where = "已经在别的批量付款单里" if claim.batch_id else claim.get_state_display()
        raise RuleViolation(f"{claim} {where}，不能放进来。", field="claims")
    if claim.method not in (PayMethod.TRANSFER, PayMethod.CARD) or not claim.due:
        raise RuleViolation(f"{claim} 不用银行付，不能放进来。", field="claims")
    try:
        check_payer(actor, claim)
    except NotAllowed as refusal:
        raise NotAllowed(f"{claim}：{refusal.message}", field="claims") from refusal


def _count(batch: PaymentBatch) -> None:
    rows = list(batch.claims.all())
    batch.count, batch.total = len(rows), paid_total(rows)
    PaymentBatch.objects.filter(pk=batch.pk).update(count=batch.count, total=batch.total)


@rule
def add_claims(*, actor, at: datetime, record: PaymentBatch, claims: Iterable[Claim]) -> PaymentBatch:
    batch = stored(PaymentBatch, record)
    check_can_change(actor, batch)
    _take_in(actor, batch, claims)
    record_event(actor=actor, at=at, action="add_claims", record=batch, text=f"加进报销单，共 {batch.count} 笔，{batch.total:,.2f} 元")
    return batch


@rule
def take_out(*, actor, at: datetime, record: PaymentBatch, claim: Claim) -> PaymentBatch:
    """Leave a claim out; it waits by itself again."""
    batch = stored(PaymentBatch, record)
    check_can_change(actor, batch)
    if not Claim.objects.filter(pk=claim.pk, batch=batch.pk).update(batch=None):
        raise Conflict("这一笔刚刚被拿出来了，请刷新后再看。")
    _count(batch)
    record_event(actor=actor, at=at, action="take_out", record=batch, text=f"拿出 {claim}，还有 {batch.count} 笔，{batch.total:,.2f} 元")
    return batch


@rule
def post_batch(*, actor, at: datetime, record: PaymentBatch, paid_on: date) -> PaymentBatch:
    """The bank has paid the list: every claim is posted, or none. What single payees' banks send back is returned afterwards."""
    account = CashAccount.objects.select_for_update().get(pk=record.account_id)
    batch = stored(PaymentBatch, record)
    check_can_post(actor, batch)
    claims = list(Claim.objects.select_for_update(of=("self",)).filter(batch=batch.pk).order_by("pk"))
    if not claims:
        raise RuleViolation("这张批量付款单里没有报销单。")
    if paid_total(claims) != batch.total:
        raise Conflict("单里的金额刚刚变了，请刷新后再看。")
    lock_neighbours(*claims)
    lock_lines(*claims)
    for claim in claims:
        _pay_one(actor, at, claim, account, paid_on, batch)
    move(batch, BatchState.POSTED, moves=BATCH_MOVES, posted_on=paid_on, posted_at=at)
    record_event(actor=actor, at=at, action="post", record=batch, text=f"已付 {batch.count} 笔，{batch.total:,.2f} 元")
    return batch


def _pay_one(actor, at: datetime, claim: Claim, account: CashAccount, paid_on: date, batch: PaymentBatch) -> None:
    try:
        check_payer(actor, claim)
        post(actor=actor, at=at, claim=claim, account=account, paid_on=paid_on, batch=batch)
    except RuleViolation as refusal:
        raise type(refusal)(f"{claim}：{refusal.message}", field="paid_on" if refusal.field == "paid_on" else None) from refusal


@rule
def cancel_batch(*, actor, at: datetime, record: PaymentBatch, reason: str) -> PaymentBatch:
    """The list is not used; its claims wait by themselves again."""
    batch = stored(PaymentBatch, record)
    check_can_cancel(actor, batch)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写作废的原因。", field="reason")
    move(batch, BatchState.CANCELLED, moves=BATCH_MOVES, count=0, total=ZERO)
    Claim.objects.filter(batch=batch.pk).update(batch=None)
    record_event(actor=actor, at=at, action="cancel", record=batch, text="作废", note=reason)
    return batch

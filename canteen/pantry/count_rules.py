"""月末盘点: what is really there beside the ledger, counted by one person and booked by another (CAN-05)."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from assets.public import figure, quantity_of
from canteen.rights import PANTRY, PANTRY_BOOK
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.numbering.rules import next_number

from .ledger import put_in, take_out
from .models import COUNT_MOVES, CountState, PantryBatch, PantryCount, PantryCountLine, PantryKind

SERIES = "SP"
NONE = Decimal(0)


def check_can_start(user, record=None) -> None:
    require(user, PANTRY)


def check_can_count(user, count: PantryCount) -> None:
    require(user, PANTRY)
    _check_open(count)


def check_can_book(user, count: PantryCount) -> None:
    require(user, PANTRY_BOOK)
    _check_open(count)
    if user.pk == count.created_by_id:
        raise NotAllowed("盘点和监盘要两个人，您盘的请别人记账。")


def check_can_void(user, count: PantryCount) -> None:
    require(user, PANTRY)
    _check_open(count)


def _check_open(count: PantryCount) -> None:
    if count.state != CountState.DRAFT:
        raise RuleViolation(f"这次盘点{count.get_state_display()}，不能再改。")


@rule
def start_count(*, actor, at: datetime, on: date | None = None, note: str = "") -> PantryCount:
    """Open a count of the whole store; only one at a time."""
    check_can_start(actor)
    today = timezone.localdate(at)
    on = on or today
    if on != today:
        raise RuleViolation(f"盘点数的是现在有多少，日期只能是今天（{today}）。", field="on")
    count = PantryCount(on=on, note=tidied({"n": note or ""})["n"], created_by=actor, created_at=at)
    count.full_clean()
    count.save()
    record_event(actor=actor, at=at, action="create", record=count, text="开始盘点")
    return count


@rule
def fill_count(*, actor, at: datetime, record: PantryCount, counted: dict[int, Decimal], reasons: dict[int, str] | None = None) -> PantryCount:
    """What was counted, by the number of the batch, written beside what the ledger says now; counted again, the newer stands.

    A difference needs its reason. Raises RuleViolation naming the batch.
    """
    count = stored(PantryCount, record)
    check_can_count(actor, count)
    if not counted:
        raise RuleViolation("还没有填实盘数。没有的填 0，没盘到的空着。")
    reasons = tidied({str(pk): words or "" for pk, words in (reasons or {}).items()})
    batches = {batch.pk: batch for batch in PantryBatch.objects.filter(pk__in=counted).select_related("ingredient")}
    if len(batches) != len(counted):
        raise Conflict("有一批找不到了，请刷新后再填。")
    for pk, quantity in sorted(counted.items()):
        _write(count, batches[pk], quantity_of(quantity, field=None, least=NONE), reasons.get(str(pk), ""))
    gaps = count.lines.exclude(reason="").count()
    record_event(actor=actor, at=at, action="count", record=count, text=f"盘了 {len(counted)} 批，共有 {gaps} 批对不上")
    return count


def _write(count: PantryCount, batch: PantryBatch, quantity: Decimal, reason: str) -> None:
    if quantity != batch.quantity and not reason:
        words = f"账面 {figure(batch.quantity)}，实盘 {figure(quantity)} {batch.ingredient.unit}"
        raise RuleViolation(f"「{batch}」{words}，请写差异原因。")
    line = count.lines.filter(batch=batch).first() or PantryCountLine(count=count, batch=batch)
    line.book, line.counted, line.reason = batch.quantity, quantity, reason[:120] if quantity != batch.quantity else ""
    line.full_clean()
    line.save()


@rule
def book_count(*, actor, at: datetime, record: PantryCount) -> PantryCount:
    """Put the ledger right, batch by batch. Refused while something in store was not counted or moved after it was."""
    count = stored(PantryCount, record)
    check_can_book(actor, count)
    rows = count.lines.select_related("batch__ingredient")  # in the order issues lock their batches
    lines = list(rows.order_by("batch__ingredient", F("batch__expires_on").asc(nulls_last=True), "batch__received_on", "batch"))
    missing = PantryBatch.objects.filter(quantity__gt=0).exclude(pk__in=[line.batch_id for line in lines]).select_related("ingredient")
    if first := missing.first():
        raise RuleViolation(f"还有 {missing.count()} 批没有盘，例如「{first}」。请盘完再记账。")
    for line in lines:
        if line.batch.quantity != line.book:
            raise Conflict(f"「{line.batch}」盘完以后又有进出，请把这一批再盘一次。")
    number = next_number(SERIES, count.on.year)
    advance(count, CountState.BOOKED, moves=COUNT_MOVES, number=number, booked_at=at, booked_by=actor)
    for line in lines:
        paper = {"on": count.on, "actor": actor, "at": at, "count": count, "reason": line.reason}
        if line.difference > 0:
            put_in(line.batch, line.difference, kind=PantryKind.SURPLUS, **paper)
        elif line.difference < 0:
            take_out(line.batch, -line.difference, kind=PantryKind.SHORTAGE, **paper)
    gaps = sum(1 for line in lines if line.difference)
    record_event(actor=actor, at=at, action="book", record=count, text=f"监盘记账：{len(lines)} 批，{gaps} 批有差异")
    return count


@rule
def void_count(*, actor, at: datetime, record: PantryCount, reason: str) -> PantryCount:
    count = stored(PantryCount, record)
    check_can_void(actor, count)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(count, CountState.VOID, moves=COUNT_MOVES, ended_reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=count, text="作废盘点", note=reason)
    return count

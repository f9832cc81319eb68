"""Keeping stores, where things lie, and the monthly close (STK-01, STK-04)."""

from datetime import date, datetime

from django.utils import timezone

from assets.slip.models import Slip, SlipKind, SlipState
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation

from .models import Stock, StockClose, Store
from .queries import CLOSE, REOPEN, check_can_keep, check_can_manage, month_end, month_sums, month_to_close

UNDECIDED = (SlipState.DRAFT, SlipState.WAITING)


def check_can_close(user, record=None) -> None:
    require(user, CLOSE)


def check_can_reopen(user, close: StockClose) -> None:
    require(user, REOPEN)
    if close.reopened_at:
        raise RuleViolation("这个月已经反结账了。")
    later = StockClose.objects.filter(store=close.store_id, month__gt=close.month, reopened_at=None).order_by("-month").first()
    if later:
        raise RuleViolation(f"{later.month.year}年{later.month.month}月也已经月结，请先反那个月的。")


@rule
def save_store(*, actor, at: datetime, record: Store | None = None, **fields) -> Store:
    """A store with its keeper. One that still holds goods stays in use."""
    check_can_manage(actor)
    store, fields = stored(Store, record), tidied(fields)
    if store.pk is None:
        store.created_by, store.created_at = actor, at
    elif not fields.get("is_active", True) and store.stocks.filter(quantity__gt=0).exists():
        raise RuleViolation("库里还有东西，不能停用。请先调拨到别的仓库。", field="is_active")
    return save_changes(actor=actor, at=at, record=store, **fields)


@rule
def set_bin(*, actor, at: datetime, record: Stock, bin: str = "") -> Stock:  # noqa: A002  the column's own name
    """Say on which shelf an item lies."""
    check_can_keep(actor)
    stock = stored(Stock, record)
    return save_changes(actor=actor, at=at, record=stock, bin=tidied({"bin": bin or ""})["bin"])


@rule
def close_month(*, actor, at: datetime, store: Store, month: date) -> StockClose:
    """月结 after a whole count of that month. Raises RuleViolation at `month` with what is missing, NotAllowed to the store's keeper (保管和记账分开)."""
    check_can_close(actor)
    store, month = stored(Store, store), month.replace(day=1)
    if store.keeper_id == actor.pk:
        raise NotAllowed(f"您是「{store}」的保管员，月结要由别人办。")
    count = _check_month(store, month, at)
    sums = month_sums(store, month)
    close = StockClose(
        store=store, month=month, count=count, opening=sums.opening, income=sums.income, outgo=sums.outgo, balance=sums.balance, closed_at=at, closed_by=actor
    )
    close.full_clean()
    close.save()
    record_event(actor=actor, at=at, action="close", record=close, text=f"月结 {month.year}年{month.month}月：结存 {sums.balance:,.2f} 元")
    return close


def _check_month(store: Store, month: date, at: datetime) -> Slip:
    end, today, words = month_end(month), timezone.localdate(at), f"{month.year}年{month.month}月"
    if end >= today:
        raise RuleViolation(f"{words}还没有过完，{end} 以后才能月结。", field="month")
    if StockClose.objects.filter(store=store.pk, month__gte=month, reopened_at=None).exists():
        raise RuleViolation("这个月已经月结了。", field="month")
    first = month_to_close(store, today)
    if first and first < month:
        raise RuleViolation(f"{first.year}年{first.month}月还没有月结，请先结那个月。", field="month")
    open_slip = Slip.objects.filter(store=store.pk, on__range=(month, end), state__in=UNDECIDED).first()
    if open_slip:
        raise RuleViolation(f"{open_slip.on} 的{open_slip}还没有记账，请先记账或者作废。", field="month")
    counts = Slip.objects.filter(store=store.pk, kind=SlipKind.COUNT, is_whole=True, state=SlipState.BOOKED, on__range=(month, end))
    count = counts.order_by("-pk").first()
    if count is None:
        raise RuleViolation(f"{words}还没有全面盘点。请保管员盘点、主任审核以后再月结。", field="month")
    return count


@rule
def reopen_month(*, actor, at: datetime, record: StockClose, reason: str) -> StockClose:
    """反结账, for a written reason; the row of the close stays."""
    close = stored(StockClose, record)
    stored(Store, close.store)  # moves of this store wait until the month is open
    check_can_reopen(actor, close)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写反结账的原因。", field="reason")
    close.reopened_at, close.reopened_by, close.reason = at, actor, reason
    close.full_clean()
    close.save(update_fields=["reopened_at", "reopened_by", "reason"])
    record_event(actor=actor, at=at, action="reopen", record=close, text=f"反结账 {close.month.year}年{close.month.month}月", note=reason)
    return close

"""日清 and 月结: what was counted, what the month came to; afterwards the days take no more entries (FIN-11)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from finance.money import ZERO, amount_of
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money

from .models import BankStatement, CashAccount, DayClose, MonthClose, StatementState
from .queries import CLOSE, REOPEN, REVIEW, WRITE, balance_on, day_to_close, month_end, month_to_close, sums_of
from .rules import review_until

PIECES = ("100", "50", "20", "10", "5", "1", "0.5", "0.1")
MOST_PIECES = 100_000


def check_can_close_day(user, record=None) -> None:
    require(user, WRITE)


def check_can_review_day(user, record: DayClose) -> None:
    require(user, REVIEW)
    if not record.account.entries.filter(on__lte=record.on, reviewed_at=None).exists():
        raise RuleViolation("到这一天的账都复核过了。")


def check_can_close_month(user, record=None) -> None:
    require(user, CLOSE)


def check_can_reopen(user, record: MonthClose) -> None:
    require(user, REOPEN)
    if record.reopened_at:
        raise RuleViolation("已经反结账了。")
    if MonthClose.objects.filter(account=record.account_id, month__gt=record.month, reopened_at=None).exists():
        raise RuleViolation("后面的月份也结了账，请从最后一个月开始反结账。")


@rule
def close_day(
    *, actor, at: datetime, account: CashAccount, on: date, counted: Decimal | None = None, pieces: Mapping[str, int] | None = None, explanation: str = ""
) -> DayClose:
    """日清 of one day. Cash is counted, as a sum or by denominations; a difference must be explained.

    Raises RuleViolation at its field: a day not yet come, an earlier day still open, nothing counted, a difference without words.
    """
    check_can_close_day(actor)
    account = stored(CashAccount, account)
    _check_day_open(account, on, at)
    found = _counted(counted, {name: int(n) for name, n in (pieces or {}).items() if n}) if account.is_cash else None
    balance, (income, outgo) = balance_on(account, on), sums_of(account.entries.filter(on=on))
    explanation = tidied({"explanation": explanation or ""})["explanation"]
    if found is not None and found != balance and not explanation:
        raise RuleViolation(f"盘点 {found:,.2f} 元，账面 {balance:,.2f} 元，差 {found - balance:+,.2f} 元。请写明原因。", field="explanation")
    close = DayClose(
        account=account, on=on, income=income, outgo=outgo, balance=balance, counted=found, explanation=explanation, closed_at=at, closed_by=actor,
        pieces={name: int(n) for name, n in (pieces or {}).items() if n} if account.is_cash else {},
    )  # fmt: skip
    close.full_clean()
    close.save()
    words = f"，盘点差 {close.difference:+,.2f} 元" if close.difference else ""
    record_event(actor=actor, at=at, action="close", record=close, text=f"日清 {on}：余额 {balance:,.2f} 元{words}", note=explanation)
    return close


def _check_day_open(account: CashAccount, on: date, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise RuleViolation(f"日期不能晚于今天（{timezone.localdate(at)}）。", field="on")
    if on < account.opened_on:
        raise RuleViolation(f"「{account}」从 {account.opened_on} 起记账。", field="on")
    if DayClose.objects.filter(account=account.pk, on__gte=on).exists():
        raise RuleViolation(f"{on} 已经日清了。", field="on")
    first = day_to_close(account, on)
    if first and first < on:
        raise RuleViolation(f"{first} 还没有日清，请先结那一天。", field="on")


def _counted(counted: Decimal | None, pieces: dict[str, int]) -> Decimal:
    """What the cash came to. Raises RuleViolation when nothing was counted or the sum is not that of the denominations."""
    for name, n in pieces.items():
        if name not in PIECES or not 0 <= n <= MOST_PIECES:
            raise RuleViolation("票面张数填 0 到 100000 的整数。", field=f"p{name.replace('.', '_')}")
    total = money(sum((Decimal(name) * n for name, n in pieces.items()), ZERO))
    if counted is None and not pieces:
        raise RuleViolation("请填盘点的金额，或者各种票面的张数。", field="counted")
    if counted is None:
        return total
    found = amount_of(counted, field="counted", least=ZERO)
    if pieces and found != total:
        raise RuleViolation(f"票面加起来是 {total:,.2f} 元，和盘点金额 {found:,.2f} 元对不上。", field="counted")
    return found


@rule
def review_day(*, actor, at: datetime, record: DayClose) -> DayClose:
    """复核 everything up to this day. Raises NotAllowed to whoever wrote one of the lines."""
    check_can_review_day(actor, record)
    count = review_until(actor=actor, at=at, account=record.account, until=record.on)
    record_event(actor=actor, at=at, action="review", record=record, text=f"复核 {count} 笔")
    return record


@rule
def close_month(*, actor, at: datetime, account: CashAccount, month: date) -> MonthClose:
    """月结. Raises RuleViolation at `month` with what is still missing: days, reviews, the bank's statement, an earlier month."""
    check_can_close_month(actor)
    account, month = stored(CashAccount, account), month.replace(day=1)
    _check_month(account, month, at)
    income, outgo = sums_of(account.entries.filter(on__range=(month, month_end(month))))
    balance = balance_on(account, month_end(month))
    close = MonthClose(
        account=account, month=month, opening=balance - income + outgo, income=income, outgo=outgo, balance=balance, closed_at=at, closed_by=actor
    )
    close.full_clean()
    close.save()
    record_event(actor=actor, at=at, action="close", record=close, text=f"月结 {month.year}年{month.month}月：余额 {balance:,.2f} 元")
    return close


def _check_month(account: CashAccount, month: date, at: datetime) -> None:
    end, today = month_end(month), timezone.localdate(at)
    if end >= today:
        raise RuleViolation(f"{month.month} 月还没有过完，{end} 以后才能月结。", field="month")
    if end < account.opened_on:
        raise RuleViolation(f"「{account}」从 {account.opened_on} 起记账。", field="month")
    if MonthClose.objects.filter(account=account.pk, month__gte=month, reopened_at=None).exists():
        raise RuleViolation("这个月已经月结了。", field="month")
    first = month_to_close(account, month)
    if first and first < month:
        raise RuleViolation(f"{first.year}年{first.month}月还没有月结，请先结那个月。", field="month")
    day = day_to_close(account, end)
    if day:
        raise RuleViolation(f"{day} 还没有日清，请出纳先结。", field="month")
    waiting = account.entries.filter(on__lte=end, reviewed_at=None).count()
    if waiting:
        raise RuleViolation(f"还有 {waiting} 笔没有复核。", field="month")
    if not account.is_cash and not BankStatement.objects.filter(account=account.pk, month=month, state=StatementState.BALANCED).exists():
        raise RuleViolation("还没有和银行对平。请先导入对账单，编余额调节表。", field="month")


@rule
def reopen_month(*, actor, at: datetime, record: MonthClose, reason: str) -> MonthClose:
    """反结账, for a written reason; the row of the close stays."""
    close = stored(MonthClose, record)
    check_can_reopen(actor, close)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写反结账的原因。", field="reason")
    close.reopened_at, close.reopened_by, close.reason = at, actor, reason
    close.full_clean()
    close.save(update_fields=["reopened_at", "reopened_by", "reason"])
    record_event(actor=actor, at=at, action="reopen", record=close, text=f"反结账 {close.month.year}年{close.month.month}月", note=reason)
    return close

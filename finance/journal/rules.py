"""Writing day books: in order of time, never below zero, corrected only by a red line, reviewed by another person (FIN-11)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from finance.budget.rules import label_of
from finance.money import ZERO, amount_of, cents
from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import AccountKind, CashAccount, DayClose, DayEntry, Side
from .queries import CASH_LIMIT, MANAGE, REVIEW, VIEW, WRITE, standing_close


@dataclass(frozen=True)
class Keeper:
    """Who answers for the entries of a kind of document: `check(entry)` refuses to strike one out here, `struck(actor=, at=, entry=)` is told of one that was."""

    check: Callable[[DayEntry], None]
    struck: Callable[..., None]


keepers: dict[str, Keeper] = {}  # by kind of document, for wiring.py

JOURNAL = Subject("finance.journal", "现金超限额、日清月结", "经费日记账")


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_write(user, record=None) -> None:
    require(user, WRITE)


def check_can_reverse(user, entry: DayEntry) -> None:
    require(user, WRITE)
    if entry.reverses_id:
        raise RuleViolation("这是一笔冲销，不能再冲。记错了请重新记一笔。")
    if DayEntry.objects.filter(reverses=entry).exists():
        raise RuleViolation("这一笔已经冲销过了。")
    if keeper := keepers.get(entry.document_kind):
        keeper.check(entry)


def check_can_review(user, entry: DayEntry) -> None:
    """出纳 writes, another person reviews (会计法 Art. 35)."""
    require(user, REVIEW)
    if entry.reviewed_at:
        raise RuleViolation("这一笔已经复核过了。")
    check_separation(user, "review", entry)


@rule
def save_account(*, actor, at: datetime, record: CashAccount | None = None, **fields) -> CashAccount:
    """A cash box or bank account. What it began with is fixed by the first entry."""
    check_can_manage(actor)
    account, fields = stored(CashAccount, record), tidied(fields)
    fields["opening"] = amount_of(fields.get("opening") or ZERO, field="opening", least=ZERO)
    if account.pk is None:
        account.created_by, account.created_at, account.balance = actor, at, fields["opening"]
    elif account.last_number:
        for name, label in (("opening", "期初余额"), ("kind", "种类"), ("opened_on", "启用日期")):
            if fields.get(name, getattr(account, name)) != getattr(account, name):
                raise RuleViolation(f"已经记过账，{label}不能再改。", field=name)
    else:
        account.balance = fields["opening"]
    return save_changes(actor=actor, at=at, record=account, **fields)


@rule
def write_entry(
    *, actor, at: datetime, account: CashAccount, on: date, side: str, amount: Decimal, summary: str, voucher: str = "", counterparty: str = "",
    document: Ref | None = None,
) -> DayEntry:  # fmt: skip
    """One line of the day book. Raises RuleViolation at its field: not enough money, an earlier day than the last line, a closed day or month."""
    check_can_write(actor)
    words = tidied({"summary": summary or "", "voucher": voucher or "", "counterparty": counterparty or ""})
    if not words["summary"]:
        raise RuleViolation("请写摘要。", field="summary")
    _check_day(account, on, at)
    return _write(actor=actor, at=at, account=account, on=on, side=side, amount=amount_of(amount), document=document, **words)


@rule
def reverse_entry(*, actor, at: datetime, record: DayEntry, reason: str) -> DayEntry:
    """红字冲销 by hand; the document it was written for is told, or forbids it."""
    check_can_reverse(actor, record)
    red = strike_entry(actor=actor, at=at, record=record, reason=reason)
    if keeper := keepers.get(record.document_kind):
        keeper.struck(actor=actor, at=at, entry=record)
    return red


@rule
def strike_entry(*, actor, at: datetime, record: DayEntry, reason: str) -> DayEntry:
    """A line of today with the same amount in red; the wrong one stays. For rules of documents, which have checked who may."""
    require(actor, WRITE)
    if DayEntry.objects.filter(reverses=record).exists():
        raise RuleViolation("这一笔已经冲销过了。")
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写冲销的原因。", field="reason")
    account, today = record.account, timezone.localdate(at)
    on = max(today, account.last_on or today)
    _check_day(account, on, at)
    summary = f"冲销 {record.on:%m-%d} 第 {record.number} 号：{reason}"[:120]
    given = {"voucher": record.voucher, "counterparty": record.counterparty, "summary": summary, "reverses": record}
    named = Ref(record.document_kind, record.document_id) if record.document_kind else None
    return _write(actor=actor, at=at, account=account, on=on, side=record.side, amount=-record.amount, document=named, **given)


def _check_day(account: CashAccount, on: date, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise RuleViolation(f"日期不能晚于今天（{timezone.localdate(at)}）。", field="on")
    if on < account.opened_on:
        raise RuleViolation(f"「{account}」从 {account.opened_on} 起记账。", field="on")
    last = CashAccount.objects.values_list("last_on", flat=True).get(pk=account.pk)
    if last and on < last:
        raise RuleViolation(f"日记账要按时间顺序记，已经记到 {last}。请用 {last} 或以后的日期，摘要里写明原来的日子。", field="on")


def _write(*, actor, at: datetime, account: CashAccount, on: date, side: str, amount: Decimal, document: Ref | None, reverses=None, **words) -> DayEntry:
    """One conditional UPDATE moves the balance and takes the number; the closes are read after it, because closing locks the account first."""
    effect = amount if side == Side.IN else -amount
    rows = CashAccount.objects.filter(Q(last_on=None) | Q(last_on__lte=on), pk=account.pk, is_active=True)
    rows = rows.filter(balance__gte=-effect) if effect < 0 else rows
    if not rows.update(balance=cents(F("balance") + effect), last_on=on, last_number=F("last_number") + 1):
        _refuse(account, effect)
    now = CashAccount.objects.get(pk=account.pk)
    _check_not_closed(now, on)
    named = document or Ref("", 0)
    entry = DayEntry(
        account=now, number=now.last_number, on=on, side=side, amount=amount, balance=now.balance, document_kind=named.kind, document_id=named.id,
        document_label=label_of(named), reverses=reverses, at=at, by=actor, **words,
    )  # fmt: skip
    entry.full_clean(exclude=["reverses"])
    entry.save()
    text = f"{now}：{entry.get_side_display()} {amount:,.2f} 元，{entry.summary}"
    record_event(actor=actor, at=at, action="write", record=entry, text=text, note=entry.voucher)
    _warn_of_cash(now, before=now.balance - effect, at=at)
    return entry


def _refuse(account: CashAccount, effect: Decimal) -> None:
    now = CashAccount.objects.get(pk=account.pk)
    if not now.is_active:
        raise RuleViolation(f"「{now}」停用了，请换一个账户。", field="account")
    if now.balance + effect < 0:
        raise RuleViolation(f"「{now}」只有 {now.balance:,.2f} 元，不够支出 {-effect:,.2f} 元。", field="amount")
    raise Conflict("刚刚有人也记了账，请刷新后再记。")


def _check_not_closed(account: CashAccount, on: date) -> None:
    month = standing_close(account, on)
    if month:
        raise RuleViolation(f"{month.month.year}年{month.month.month}月已经月结，不能再记。请用以后的日期，或者先反结账。", field="on")
    if DayClose.objects.filter(account=account.pk, on__gte=on).exists():
        raise RuleViolation(f"{on} 已经日清，不能再记。请用以后的日期，摘要里写明原来的日子。", field="on")


def _warn_of_cash(account: CashAccount, *, before: Decimal, at: datetime) -> None:
    """Tell cashier and accountant once cash goes above the limit (库存现金限额)."""
    if account.kind != AccountKind.CASH or account.balance <= before:
        return
    most = limit(CASH_LIMIT, timezone.localdate(at))
    if before > most or account.balance <= most:
        return
    notify(
        at=at,
        key=f"finance.cash:{account.pk}:{account.last_number}",
        recipients=[*holders_of(WRITE), *holders_of(REVIEW)],
        title=f"「{account}」超过库存限额",
        body=f"现有 {account.balance:,.2f} 元，限额 {most:,.2f} 元，多的请当天送存银行",
        url=reverse("finance:account-detail", args=[account.pk]),
        subject=JOURNAL,
    )


@rule
def review_entry(*, actor, at: datetime, record: DayEntry) -> DayEntry:
    """复核. Raises NotAllowed to whoever wrote it."""
    entry = stored(DayEntry, record)
    check_can_review(actor, entry)
    if not DayEntry.objects.filter(pk=entry.pk, reviewed_at=None).update(reviewed_at=at, reviewed_by=actor):
        raise Conflict("刚刚已经有人复核了，请刷新后再看。")
    entry.reviewed_at, entry.reviewed_by = at, actor
    record_event(actor=actor, at=at, action="review", record=entry, text=f"复核：{entry}")
    return entry


@rule
def review_until(*, actor, at: datetime, account: CashAccount, until: date) -> int:
    """Review everything of the account up to a day; returns how many lines. Raises NotAllowed when the person wrote one of them."""
    require(actor, REVIEW)
    rows = list(account.entries.select_for_update(of=("self",)).filter(on__lte=until, reviewed_at=None).order_by("number"))
    for entry in {entry.by_id: entry for entry in rows}.values():
        check_separation(actor, "review", entry)
    DayEntry.objects.filter(pk__in=[entry.pk for entry in rows]).update(reviewed_at=at, reviewed_by=actor)
    for entry in rows:
        record_event(actor=actor, at=at, action="review", record=entry, text=f"复核：{entry}")
    return len(rows)

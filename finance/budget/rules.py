"""The ledger: every yuan that a line gets, holds, spends or gives back (FIN-01, FIN-13).

Each rule changes a line's sums in one statement that also asks whether there is room, so that however many people press at
once the line is never overdrawn; the entry beside it is the line's history. For every line and after every rule:
allotment = available + reserved + committed + spent, and each sum is the sum of its entries.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import F, Sum

from finance.money import ZERO, amount_of, cents
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref

from .models import BudgetEntry, BudgetItem, BudgetLine, BudgetYear, EntryKind, Fund, YearState
from .queries import MANAGE, OVERRIDE
from .telling import warn_when_crossed

SUMS = ("allotment", "reserved", "committed", "spent", "overdraft")
SHORTEST_REASON = 5


@dataclass(frozen=True)
class Held:
    """What one document holds on one line."""

    reserved: Decimal = ZERO
    committed: Decimal = ZERO
    spent: Decimal = ZERO


def holding(line: BudgetLine, document: Ref) -> Held:
    """What this document has reserved, committed and spent on the line. One query."""
    sums = BudgetEntry.objects.filter(line=line.pk, document_kind=document.kind, document_id=document.id).aggregate(
        reserved=Sum("to_reserved"), committed=Sum("to_committed"), spent=Sum("to_spent")
    )
    return Held(**{name: money(value or 0) for name, value in sums.items()})


def check_fund_allows(fund: Fund, item: BudgetItem, *, field: str | None = "item") -> None:
    """专款专用: raise RuleViolation when this fund may not pay for the item."""
    if not fund.allows(item):
        raise RuleViolation(f"「{fund}」不能用于「{item}」，它的可用科目是：{fund.codes}。", field=field)


def check_use(line: BudgetLine, use: str, *, field: str | None = "use") -> None:
    """专款专用: raise RuleViolation unless the words name one of the special fund's purposes."""
    check_fund_allows(line.fund, line.item, field=field)
    if not line.fund.fits(use):
        said = f"「{use[:40]}」看不出是这个用途。" if use else "请写清楚用来做什么。"
        raise RuleViolation(f"「{line.fund}」专款专用，只能用于：{'、'.join(line.fund.words)}。{said}也可以换一项经费。", field=field)


def check_can_override(user, line: BudgetLine) -> None:
    require(user, OVERRIDE)
    _check_open(line)


@rule
def allot(*, actor, at: datetime, line: BudgetLine, amount: Decimal, note: str = "") -> BudgetEntry:
    """下达: what the line gets while its year is being drawn up; negative takes back. Afterwards only an approved change moves it."""
    require(actor, MANAGE)
    return _post(actor=actor, at=at, line=line, kind=EntryKind.ALLOT, amount=amount_of(amount, signed=True), note=note, year=YearState.DRAFT, moves="allotment")


@rule
def adjust(*, actor, at: datetime, line: BudgetLine, amount: Decimal, document: Ref, note: str = "") -> BudgetEntry:
    """追加 or 追减 by an approved document; who approves was asked where that document is decided. Raises RuleViolation for more than is free."""
    amount = amount_of(amount, signed=True)
    return _post(actor=actor, at=at, line=line, kind=EntryKind.ADJUST, amount=amount, document=document, note=note, moves="allotment")


@rule
def transfer(*, actor, at: datetime, line: BudgetLine, to_line: BudgetLine, amount: Decimal, document: Ref, note: str = "") -> tuple[BudgetEntry, BudgetEntry]:
    """调剂 from one line to another of the same year; a special fund's money stays in that fund. (out, in)."""
    amount = amount_of(amount)
    check_can_transfer(line, to_line)
    list(BudgetLine.objects.select_for_update().filter(pk__in=(line.pk, to_line.pk)).order_by("pk"))  # always in one order, against deadlock
    common = {"actor": actor, "at": at, "document": document, "note": note, "moves": "allotment"}
    out = _post(line=line, kind=EntryKind.TRANSFER_OUT, amount=-amount, **common)
    return out, _post(line=to_line, kind=EntryKind.TRANSFER_IN, amount=amount, **common)


def check_can_transfer(line: BudgetLine, to_line: BudgetLine) -> None:
    if line.pk == to_line.pk:
        raise RuleViolation("调出和调入是同一个指标。", field="to_line")
    if line.year_id != to_line.year_id:
        raise RuleViolation("只能在同一年度的指标之间调剂。", field="to_line")
    if line.fund_id != to_line.fund_id and (line.fund.is_special or to_line.fund.is_special):
        special = line.fund if line.fund.is_special else to_line.fund
        raise RuleViolation(f"「{special}」专款专用，不能和别的经费互相调剂。", field="to_line")


@rule
def reserve(*, actor, at: datetime, line: BudgetLine, amount: Decimal, document: Ref, use: str = "", note: str = "") -> BudgetEntry:
    """申请占用, when a request is submitted. `use` says what for; a special fund asks for it.

    Raises RuleViolation at `amount` when there is not enough room, at `use` when the money is for something else, and for a closed year.
    """
    amount = amount_of(amount)
    check_use(line, use)
    return _post(actor=actor, at=at, line=line, kind=EntryKind.RESERVE, amount=amount, document=document, note=note or use, moves={"reserved": amount})


@rule
def commit(*, actor, at: datetime, line: BudgetLine, amount: Decimal, document: Ref, origin: Ref | None = None, note: str = "") -> BudgetEntry:
    """订购占用, when it is ordered. Uses up what `origin` (the request; this document itself when None) has reserved, then what is free.

    What the order needs less stays reserved until it is released.
    """
    amount = amount_of(amount)
    line, source = stored(BudgetLine, line), origin or document
    taken = min(holding(line, source).reserved, amount)
    moves = {"reserved": -taken, "committed": amount}
    return _carry(actor=actor, at=at, line=line, kind=EntryKind.COMMIT, amount=amount, document=document, source=source, note=note, moves=moves)


@rule
def spend(*, actor, at: datetime, line: BudgetLine, amount: Decimal, document: Ref, origin: Ref | None = None, note: str = "") -> BudgetEntry:
    """支出, when it is paid. Uses up what `origin` (this document itself when None) has committed, then reserved, then what is free."""
    amount = amount_of(amount)
    line, source = stored(BudgetLine, line), origin or document
    held = holding(line, source)
    committed = min(held.committed, amount)
    reserved = min(held.reserved, amount - committed)
    moves = {"committed": -committed, "reserved": -reserved, "spent": amount}
    return _carry(actor=actor, at=at, line=line, kind=EntryKind.SPEND, amount=amount, document=document, source=source, note=note, moves=moves)


@rule
def release(*, actor, at: datetime, line: BudgetLine, document: Ref, amount: Decimal | None = None, note: str = "") -> BudgetEntry | None:
    """释放 what the document holds, first what is reserved; None gives back all of it. Returns None when it holds nothing.

    Raises RuleViolation for more than it holds.
    """
    line = stored(BudgetLine, line)
    held = holding(line, document)
    most = held.reserved + held.committed
    if amount is None and not most:
        return None
    amount = most if amount is None else amount_of(amount)
    if amount > most:
        raise RuleViolation(f"这张单据只占用了 {most:,.2f} 元，不能释放 {amount:,.2f} 元。", field="amount")
    reserved = min(held.reserved, amount)
    moves = {"reserved": -reserved, "committed": reserved - amount}
    return _post(actor=actor, at=at, line=line, kind=EntryKind.RELEASE, amount=-amount, document=document, note=note, moves=moves)


@rule
def refund(*, actor, at: datetime, line: BudgetLine, amount: Decimal, document: Ref, note: str = "") -> BudgetEntry:
    """冲回 what the document has spent: the money came back or was booked wrongly. Raises RuleViolation for more than it spent."""
    amount, line = amount_of(amount), stored(BudgetLine, line)
    spent = holding(line, document).spent
    if amount > spent:
        raise RuleViolation(f"这张单据只支出了 {spent:,.2f} 元，不能冲回 {amount:,.2f} 元。", field="amount")
    return _post(actor=actor, at=at, line=line, kind=EntryKind.REFUND, amount=-amount, document=document, note=note, moves={"spent": -amount})


@rule
def override(*, actor, at: datetime, record: BudgetLine, amount: Decimal, reason: str) -> BudgetEntry:
    """批准超支: the line may go below zero by this much more, for a written reason that everybody sees."""
    check_can_override(actor, record)
    amount, reason = amount_of(amount), tidied({"reason": reason or ""})["reason"]
    if len(reason) < SHORTEST_REASON:
        raise RuleViolation("请写清楚为什么要超支，例如：暴雨后抢修，校务会 11 月 18 日同意。", field="reason")
    return _post(actor=actor, at=at, line=record, kind=EntryKind.OVERRIDE, amount=amount, note=reason, moves={"overdraft": amount})


def _carry(*, line: BudgetLine, source: Ref, document: Ref, moves: dict, **entry) -> BudgetEntry:
    """Post the moves; what comes from another document is released there first, so that each document's own entries add up."""
    if source != document:
        freed = {name: value for name, value in moves.items() if value < 0}
        if freed:
            note = f"转到 {label_of(document)}"
            common = {"actor": entry["actor"], "at": entry["at"], "line": line, "document": source, "note": note}
            _post(kind=EntryKind.RELEASE, amount=sum(freed.values()), moves=freed, **common)
        moves = {name: value for name, value in moves.items() if value > 0}
    return _post(line=line, document=document, moves=moves, **entry)


def _post(
    *, actor, at: datetime, line: BudgetLine, kind: str, amount: Decimal, moves, document: Ref | None = None, note: str = "", year: str = YearState.OPEN
) -> BudgetEntry:
    """The one write of the ledger. `moves` is {sum: change}, or the one sum that changes by the amount."""
    changes = {moves: amount} if isinstance(moves, str) else {name: value for name, value in moves.items() if value}
    before = line.percent
    _change_sums(line, changes, year)
    line.refresh_from_db(fields=SUMS)
    named = document or Ref("", 0)
    entry = BudgetEntry.objects.create(
        line=line, kind=kind, amount=amount, document_kind=named.kind, document_id=named.id, document_label=label_of(named),
        note=tidied({"note": note or ""})["note"][:200], at=at, by=actor, **{f"to_{name}": value for name, value in changes.items()},
    )  # fmt: skip
    words = f"{entry.get_kind_display()} {amount:,.2f} 元{f'：{entry.document_label}' if entry.document_label else ''}，可用 {line.available:,.2f} 元"
    record_event(actor=actor, at=at, action=kind, record=line, text=words, note=entry.note)
    warn_when_crossed(line, before=before, at=at)
    return entry


def _change_sums(line: BudgetLine, changes: dict[str, Decimal], year: str) -> None:
    """One conditional UPDATE; the year's state is read after it, because closing a year locks its lines first."""
    needed = -(changes.get("allotment", ZERO) + changes.get("overdraft", ZERO)) + sum(changes.get(name, ZERO) for name in SUMS[1:4])
    left = cents(F("allotment") + F("overdraft") - F("reserved") - F("committed") - F("spent"))
    rows = BudgetLine.objects.filter(pk=line.pk).alias(left=left)
    if needed > 0:
        rows = rows.filter(left__gte=needed)
    for name, change in changes.items():
        if change < 0:
            rows = rows.filter(**{f"{name}__gte": -change})
    done = rows.update(**{name: cents(F(name) + change) for name, change in changes.items()})
    _check_state(line, year)
    if not done:
        _refuse(line, needed)


def _refuse(line: BudgetLine, needed: Decimal) -> None:
    now = BudgetLine.objects.select_related("department", "item", "fund").filter(pk=line.pk).first()
    if now is None:
        raise Conflict("这个指标刚刚没有了，请刷新后再看。")
    if now.room < needed:
        raise RuleViolation(
            f"「{now}」可用 {max(now.room, ZERO):,.2f} 元，还差 {needed - now.room:,.2f} 元。请减少金额、换一个指标，或者先申请调整预算。", field="amount"
        )
    raise Conflict("刚刚有人动过这个指标，请刷新后再看。")


def _check_open(line: BudgetLine) -> None:
    _check_state(line, YearState.OPEN)


def _check_state(line: BudgetLine, wanted: str) -> None:
    year = BudgetYear.objects.get(pk=line.year_id)
    if year.state == wanted:
        return
    if wanted == YearState.DRAFT:
        raise RuleViolation(f"{year}{year.get_state_display()}，预算数不能直接改。请用预算调整。", field="allotment")
    raise RuleViolation(f"{year}还没有批准执行，不能用。" if year.state == YearState.DRAFT else f"{year}已经关账，不能再动。请用本年度的指标。", field="line")


def label_of(document: Ref) -> str:
    """What people call the document: its own words, or nothing when it is not there."""
    try:
        model = apps.get_model(document.kind) if document.kind else None
    except (LookupError, ValueError):
        model = None
    found = model._base_manager.filter(pk=document.id).first() if model else None
    return str(found)[:80] if found else ""

"""Drawing up a year's budget, putting it in force, closing it (FIN-01)."""

from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from finance.money import ZERO, amount_of
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.queries import has_done
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move

from .models import YEAR_MOVES, BudgetLine, BudgetYear, YearState
from .queries import APPROVE, MANAGE, REOPEN
from .rules import allot, check_fund_allows


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit_year(user, year: BudgetYear) -> None:
    require(user, MANAGE)
    if year.state == YearState.CLOSED:
        raise RuleViolation(f"{year}已经关账，不能再改。")


def check_can_open(user, year: BudgetYear) -> None:
    """编制 and 审批 are separate."""
    require(user, APPROVE)
    check_move(year, YearState.OPEN, moves=YEAR_MOVES)
    if year.state != YearState.DRAFT:
        raise RuleViolation("已经批准过了。关账以后要再动，请用重新开账。")
    check_separation(user, "open", year)


def check_can_close(user, year: BudgetYear) -> None:
    require(user, MANAGE)
    check_move(year, YearState.CLOSED, moves=YEAR_MOVES)


def check_can_reopen(user, year: BudgetYear) -> None:
    require(user, REOPEN)
    if year.state != YearState.CLOSED:
        raise RuleViolation("没有关账，不用重新开账。")


def check_can_edit_line(user, line: BudgetLine) -> None:
    require(user, MANAGE)
    if line.year.state != YearState.DRAFT:
        raise RuleViolation(f"{line.year}{line.year.get_state_display()}，预算数不能直接改。请用预算调整。")


@rule
def create_year(*, actor, at: datetime, year: int, note: str = "") -> BudgetYear:
    """A year's budget to be drawn up."""
    check_can_manage(actor)
    record = BudgetYear(created_by=actor, created_at=at)
    return save_changes(actor=actor, at=at, record=record, text=f"开始编制 {year} 年预算", **tidied({"year": year, "note": note or ""}))


@rule
def update_year(*, actor, at: datetime, record: BudgetYear, note: str = "", year: int | None = None) -> BudgetYear:
    """Its explanation; the year itself only while it is drawn up."""
    found = stored(BudgetYear, record)
    check_can_edit_year(actor, found)
    if year is not None and year != found.year and found.state != YearState.DRAFT:
        raise RuleViolation("已经执行的预算不能换年度。", field="year")
    return save_changes(actor=actor, at=at, record=found, year=found.year if year is None else year, **tidied({"note": note or ""}))


@rule
def open_year(*, actor, at: datetime, record: BudgetYear) -> BudgetYear:
    """Put the budget in force. Raises NotAllowed to whoever drew it up, RuleViolation without a line."""
    year = stored(BudgetYear, record)
    check_can_open(actor, year)
    count = year.lines.filter(allotment__gt=0).count()
    if not count:
        raise RuleViolation("还没有编入指标，不能批准。先导入预算表，或者一条一条加。")
    advance(year, YearState.OPEN, moves=YEAR_MOVES, opened_by=actor, opened_at=at)
    record_event(actor=actor, at=at, action="open", record=year, text=f"批准执行，共 {count} 条指标")
    return year


@rule
def close_year(*, actor, at: datetime, record: BudgetYear) -> BudgetYear:
    """关账: nothing moves any more. Raises RuleViolation before the year ends and while a document still holds money."""
    year = stored(BudgetYear, record)
    check_can_close(actor, year)
    list(year.lines.select_for_update().order_by("pk").values_list("pk"))  # whoever is spending this moment is waited for
    if timezone.localdate(at).year <= year.year:
        raise RuleViolation(f"{year.year} 年还没有过完，不能关账。")
    holding = year.lines.filter(Q(reserved__gt=0) | Q(committed__gt=0)).count()
    if holding:
        raise RuleViolation(f"还有 {holding} 条指标有占用。请先办完或者释放，再关账。")
    advance(year, YearState.CLOSED, moves=YEAR_MOVES, closed_at=at)
    record_event(actor=actor, at=at, action="close", record=year, text="关账")
    return year


@rule
def reopen_year(*, actor, at: datetime, record: BudgetYear, reason: str) -> BudgetYear:
    """Open a closed year again, for a written reason."""
    year = stored(BudgetYear, record)
    check_can_reopen(actor, year)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么要重新开账。", field="reason")
    advance(year, YearState.OPEN, moves=YEAR_MOVES, closed_at=None)
    record_event(actor=actor, at=at, action="reopen", record=year, text="重新开账", note=reason)
    return year


@rule
def create_line(*, actor, at: datetime, year: BudgetYear, department, item, fund, allotment: Decimal, note: str = "") -> BudgetLine:
    """One line with what it is allotted. In a running year a line begins empty and is filled by an approved change."""
    check_can_manage(actor)
    amount = amount_of(allotment, field="allotment", least=ZERO)
    if year.state == YearState.CLOSED:
        raise RuleViolation(f"{year}已经关账，不能再加指标。", field="year")
    if year.state == YearState.OPEN and amount:
        raise RuleViolation("这一年已经在执行，新指标的预算数填 0，再用预算调整追加或者调入。", field="allotment")
    check_fund_allows(fund, item)
    line = BudgetLine(created_by=actor, created_at=at)
    fields = tidied({"year": year, "department": department, "item": item, "fund": fund, "note": note or ""})
    save_changes(actor=actor, at=at, record=line, text=f"编入{year}", **fields)
    if amount:
        allot(actor=actor, at=at, line=line, amount=amount)
    _note_compiling(actor, year, at)
    return line


@rule
def edit_line(*, actor, at: datetime, record: BudgetLine, allotment: Decimal, note: str = "") -> BudgetLine:
    """Another number for a line that is still drawn up; the ledger gets the difference."""
    line = stored(BudgetLine, record)
    check_can_edit_line(actor, line)
    amount = amount_of(allotment, field="allotment", least=ZERO)
    difference = amount - line.allotment
    if difference:
        allot(actor=actor, at=at, line=line, amount=difference)
        _note_compiling(actor, line.year, at)
    return save_changes(actor=actor, at=at, record=line, **tidied({"note": note or ""}))


def _note_compiling(actor, year: BudgetYear, at: datetime) -> None:
    """Who has drawn up part of the budget, once in the year's own story; what was written stands at each line."""
    pending = getattr(connection, "journal", None) or ()
    known = ("compile", year._meta.label_lower, year.pk, actor.pk)
    if any((event.action, event.kind, event.record_id, event.actor_id) == known for event in pending) or has_done(actor.pk, year, "compile"):
        return
    record_event(actor=actor, at=at, action="compile", record=year, text="编入指标")

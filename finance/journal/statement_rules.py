"""Bank statements: their lines, matching them with the day book, and the adjusted balances that must agree (FIN-11)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from finance.money import ZERO, amount_of
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit

from .models import STATEMENT_MOVES, BankStatement, CashAccount, DayEntry, StatementLine, StatementState
from .queries import MATCH_DAYS, WRITE, month_end, standing_close
from .reconciliation import matches, reconcile, unmatched_entries, unmatched_lines


def check_can_write(user, record=None) -> None:
    require(user, WRITE)


def check_is_open(user, statement: BankStatement) -> None:
    require(user, WRITE)
    if statement.state != StatementState.OPEN:
        raise RuleViolation("已经对平了。要改的话，请先重新对账。")


def check_can_reopen(user, statement: BankStatement) -> None:
    require(user, WRITE)
    check_move(statement, StatementState.OPEN, moves=STATEMENT_MOVES)
    if standing_close(statement.account, statement.month):
        raise RuleViolation("这个月已经月结，不能重新对账。")


@rule
def create_statement(*, actor, at: datetime, account: CashAccount, month: date, balance: Decimal) -> BankStatement:
    """The frame for a month's statement; its lines are imported or typed."""
    check_can_write(actor)
    month = month.replace(day=1)
    if account.is_cash:
        raise RuleViolation("库存现金没有银行对账单，请选银行账户。", field="account")
    if month > timezone.localdate(at):
        raise RuleViolation("这个月还没有到。", field="month")
    statement = BankStatement(created_by=actor, created_at=at)
    fields = {"account": account, "month": month, "balance": amount_of(balance, field="balance", least=ZERO)}
    return save_changes(actor=actor, at=at, record=statement, text=f"登记对账单，余额 {fields['balance']:,.2f} 元", **fields)


@rule
def update_statement(*, actor, at: datetime, record: BankStatement, balance: Decimal, **kept) -> BankStatement:
    """Its balance; account and month stay."""
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    return save_changes(actor=actor, at=at, record=statement, balance=amount_of(balance, field="balance", least=ZERO))


@rule
def add_line(*, actor, at: datetime, record: BankStatement, on: date, side: str, amount: Decimal, summary: str = "", counterparty: str = "") -> StatementLine:
    """One line of the bank. Raises RuleViolation for a day of another month."""
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    if not statement.month <= on <= month_end(statement.month):
        raise RuleViolation(f"这是 {statement.month.year}年{statement.month.month}月的对账单，日期要在这个月里。", field="on")
    line = StatementLine(
        statement=statement, on=on, side=side, amount=amount_of(amount), **tidied({"summary": summary or "", "counterparty": counterparty or ""})
    )
    line.full_clean()
    line.save()
    record_event(
        actor=actor, at=at, action="add_line", record=statement, text=f"对账单：{line.on} {line.get_side_display()} {line.amount:,.2f} 元", note=line.summary
    )
    return line


@rule
def remove_line(*, actor, at: datetime, record: BankStatement, line: StatementLine) -> BankStatement:
    """Take out a line of the bank that was typed or imported wrongly; the journal keeps it."""
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    found = _line(statement, line)
    record_event(actor=actor, at=at, action="remove_line", record=statement, text=f"去掉：{found}")
    found.delete()
    return statement


@rule
def match(*, actor, at: datetime, record: BankStatement) -> BankStatement:
    """对账: pair what has the same side and amount and is not too many days apart."""
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    days = int(limit(MATCH_DAYS, timezone.localdate(at)))
    pairs = matches(unmatched_lines(statement), unmatched_entries(statement), days=days)
    for line, entry in pairs:
        StatementLine.objects.filter(pk=line.pk, entry=None).update(entry=entry)
    record_event(actor=actor, at=at, action="match", record=statement, text=f"自动对上 {len(pairs)} 笔")
    return statement


@rule
def pair(*, actor, at: datetime, record: BankStatement, line: StatementLine, entry: DayEntry) -> BankStatement:
    """Pair by hand what the days kept apart. Side and amount must agree."""
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    line = _line(statement, line)
    if entry.account_id != statement.account_id or hasattr(entry, "bank_line"):
        raise Conflict("这一笔日记账刚刚被对上了，请刷新后再看。")
    if (line.side, line.amount) != (entry.side, entry.amount):
        raise RuleViolation(
            f"银行是{line.get_side_display()} {line.amount:,.2f} 元，日记账是{entry.get_side_display()} {entry.amount:,.2f} 元，对不上。", field="entry"
        )
    line.entry, line.by_hand = entry, True
    line.save(update_fields=["entry", "by_hand"])
    record_event(actor=actor, at=at, action="pair", record=statement, text=f"人工对上：{line} 和 {entry}")
    return statement


@rule
def unpair(*, actor, at: datetime, record: BankStatement, line: StatementLine) -> BankStatement:
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    line = _line(statement, line)
    line.entry, line.by_hand = None, False
    line.save(update_fields=["entry", "by_hand"])
    record_event(actor=actor, at=at, action="unpair", record=statement, text=f"取消对上：{line}")
    return statement


def _line(statement: BankStatement, line: StatementLine) -> StatementLine:
    found = statement.lines.select_for_update(of=("self",)).filter(pk=line.pk).first()
    if found is None:
        raise Conflict("这一条刚刚被去掉了，请刷新后再看。")
    return found


@rule
def confirm(*, actor, at: datetime, record: BankStatement) -> BankStatement:
    """The adjusted balances agree. Raises RuleViolation with the difference when they do not."""
    statement = stored(BankStatement, record)
    check_is_open(actor, statement)
    found = reconcile(statement)
    if not found.is_balanced:
        raise RuleViolation(
            f"调节后账面 {found.book_after:,.2f} 元，银行 {found.bank_after:,.2f} 元，还差 {abs(found.difference):,.2f} 元。请查漏记、错记的，再对。"
        )
    advance(statement, StatementState.BALANCED, moves=STATEMENT_MOVES, balanced_at=at, balanced_by=actor)
    record_event(actor=actor, at=at, action="confirm", record=statement, text=f"对平，调节后余额 {found.book_after:,.2f} 元")
    return statement


@rule
def reopen_statement(*, actor, at: datetime, record: BankStatement) -> BankStatement:
    statement = stored(BankStatement, record)
    check_can_reopen(actor, statement)
    advance(statement, StatementState.OPEN, moves=STATEMENT_MOVES, balanced_at=None, balanced_by=None)
    record_event(actor=actor, at=at, action="reopen", record=statement, text="重新对账")
    return statement

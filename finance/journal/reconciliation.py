"""银行存款余额调节表: both balances, and on each side what the other has not got yet (FIN-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from finance.money import ZERO

from .models import BankStatement, DayEntry, Side, StatementLine
from .queries import balance_on, month_end


@dataclass(frozen=True)
class Reconciliation:
    """`book_*` are lines of the bank that the book lacks, `bank_*` lines of the book that the bank lacks."""

    until: date
    book: Decimal
    bank: Decimal
    book_in: list[StatementLine]
    book_out: list[StatementLine]
    bank_in: list[DayEntry]
    bank_out: list[DayEntry]

    @property
    def book_after(self) -> Decimal:
        return self.book + total(self.book_in) - total(self.book_out)

    @property
    def bank_after(self) -> Decimal:
        return self.bank + total(self.bank_in) - total(self.bank_out)

    @property
    def difference(self) -> Decimal:
        return self.book_after - self.bank_after

    @property
    def is_balanced(self) -> bool:
        return not self.difference


def total(rows: Sequence) -> Decimal:
    return sum((row.amount for row in rows), ZERO)


def unmatched_lines(statement: BankStatement) -> list[StatementLine]:
    """Lines of this and earlier statements without a line of the book up to the end of the month."""
    until = month_end(statement.month)
    rows = StatementLine.objects.filter(statement__account=statement.account_id, statement__month__lte=statement.month)
    return list(rows.filter(Q(entry=None) | Q(entry__on__gt=until)).order_by("on", "pk"))


def unmatched_entries(statement: BankStatement) -> list[DayEntry]:
    """Lines of the book up to the end of the month without a line of the bank; a wrong line and the red one that strikes it out are left out."""
    until = month_end(statement.month)
    rows = DayEntry.objects.filter(account=statement.account_id, on__lte=until).filter(Q(bank_line=None) | Q(bank_line__on__gt=until))
    found = list(rows.order_by("number"))
    keys = {entry.pk for entry in found}
    struck = {entry.reverses_id for entry in found if entry.reverses_id in keys}
    return [entry for entry in found if entry.pk not in struck and entry.reverses_id not in struck]


def reconcile(statement: BankStatement) -> Reconciliation:
    """Three queries."""
    until = month_end(statement.month)
    lines, entries = unmatched_lines(statement), unmatched_entries(statement)
    return Reconciliation(
        until,
        balance_on(statement.account, until),
        statement.balance,
        [line for line in lines if line.side == Side.IN],
        [line for line in lines if line.side == Side.OUT],
        [entry for entry in entries if entry.side == Side.IN],
        [entry for entry in entries if entry.side == Side.OUT],
    )


def matches(lines: Sequence[StatementLine], entries: Sequence[DayEntry], *, days: int) -> list[tuple[StatementLine, DayEntry]]:
    """Pairs of the same side and amount at most `days` apart, the nearest day first; each line and entry once. Pure."""
    free: dict[tuple, list[DayEntry]] = {}
    for entry in entries:
        free.setdefault((entry.side, entry.amount), []).append(entry)
    distances = [
        (abs((entry.on - line.on).days), line.on, n, entry.number, line, entry)
        for n, line in enumerate(lines)
        for entry in free.get((line.side, line.amount), ())
        if abs((entry.on - line.on).days) <= days
    ]
    pairs, taken_lines, taken_entries = [], set(), set()
    for *_, n, number, line, entry in sorted(distances, key=lambda found: found[:4]):
        if n not in taken_lines and number not in taken_entries:
            pairs.append((line, entry))
            taken_lines.add(n)
            taken_entries.add(number)
    return pairs

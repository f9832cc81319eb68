"""预算执行表: what was allotted, changed, spent and held up to the end of a month, by item, department and fund (FIN-01)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import timezone

from finance.money import ZERO
from logistics.platform.kernel.money import money
from logistics.platform.terms.models import Term

from .models import BudgetEntry, BudgetLine, BudgetYear, EntryKind

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Row:
    """One row of the table, all in yuan."""

    name: str
    code: str = ""
    opening: Decimal = ZERO
    changes: Decimal = ZERO
    month: Decimal = ZERO
    spent: Decimal = ZERO
    held: Decimal = ZERO
    overdraft: Decimal = ZERO

    @property
    def allotment(self) -> Decimal:
        return self.opening + self.changes

    @property
    def available(self) -> Decimal:
        return self.allotment - self.spent - self.held

    @property
    def rate(self) -> int | None:
        """执行率: of the allotment spent, in percent; None without an allotment."""
        return int(self.spent * 100 / self.allotment) if self.allotment else None

    @property
    def used(self) -> int:
        """Spent and held, in percent of the allotment."""
        total = self.spent + self.held
        return int(total * 100 / self.allotment) if self.allotment else 100 if total else 0

    def plus(self, other: "Row") -> "Row":
        sums = {name: getattr(self, name) + getattr(other, name) for name in ("opening", "changes", "month", "spent", "held", "overdraft")}
        return Row(self.name, self.code, **sums)


@dataclass(frozen=True)
class Span:
    """What was spent in a month or a term, and since the first of January."""

    name: str
    spent: Decimal
    total: Decimal
    rate: int | None


@dataclass(frozen=True)
class Execution:
    year: BudgetYear
    month: int
    total: Row
    items: list[Row]
    departments: list[Row]
    funds: list[Row]
    months: list[Span]
    terms: list[Span]

    @property
    def until(self) -> date:
        return end_of_month(self.year.year, self.month)

    @property
    def name(self) -> str:
        return f"{self.year.year}年{self.month}月"


def end_of_month(year: int, month: int) -> date:
    return (date(year, month, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def last_month(year: BudgetYear, today: date) -> int:
    """The month a report on this year is about when nobody says: the present one, December of a year gone by."""
    return today.month if today.year == year.year else 12 if today.year > year.year else 1


def _after(on: date) -> datetime:
    """The first moment after the day."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))


def execution(year: BudgetYear, lines: QuerySet[BudgetLine], *, month: int) -> Execution:
    """The table of these lines up to the end of the month; what came later is left out. Two queries and one for the terms."""
    found = list(lines.filter(year=year).order_by("item__code", "pk"))
    until = _after(end_of_month(year.year, month))
    sums = _sums(year, lines, until)
    rows = {line.pk: _row(line, sums.get(line.pk, []), year.year, month) for line in found}
    total = _added(Row("合计"), rows.values())
    spent = [_spent_in(sums, year.year, n) for n in MONTHS[:month]]
    return Execution(
        year=year,
        month=month,
        total=total,
        items=_grouped(found, rows, lambda line: (line.item.name, line.item.code), lambda line: line.item.code),
        departments=_grouped(found, rows, lambda line: (str(line.department), ""), lambda line: (line.department.order, line.department_id)),
        funds=_grouped(found, rows, lambda line: (str(line.fund), ""), lambda line: (line.fund.order, line.fund_id)),
        months=_spans([f"{n}月" for n in MONTHS[:month]], spent, total),
        terms=_terms(year, lines, end_of_month(year.year, month), total),
    )


def _sums(year: BudgetYear, lines: QuerySet[BudgetLine], until: datetime) -> dict[int, list[dict]]:
    """The ledger by line, year and month, up to a moment. One query."""
    zone = timezone.get_current_timezone()
    opening = Q(kind=EntryKind.ALLOT)
    rows = (
        BudgetEntry.objects.filter(line__in=lines.filter(year=year).order_by().values("pk"), at__lt=until)
        .annotate(y=ExtractYear("at", tzinfo=zone), m=ExtractMonth("at", tzinfo=zone))
        .values("line", "y", "m")
        .annotate(
            opening=Sum("to_allotment", filter=opening),
            changes=Sum("to_allotment", filter=~opening),
            reserved=Sum("to_reserved"),
            committed=Sum("to_committed"),
            spent=Sum("to_spent"),
            overdraft=Sum("to_overdraft"),
        )
        .order_by()
    )
    found: dict[int, list[dict]] = {}
    for row in rows:
        found.setdefault(row["line"], []).append(row)
    return found


def _sum(rows: Iterable[dict], *names: str) -> Decimal:
    return sum((money(row[name] or 0) for row in rows for name in names), ZERO)


def _row(line: BudgetLine, rows: list[dict], year: int, month: int) -> Row:
    in_month = [row for row in rows if (row["y"], row["m"]) == (year, month)]
    return Row(
        str(line),
        line.item.code,
        opening=_sum(rows, "opening"),
        changes=_sum(rows, "changes"),
        month=_sum(in_month, "spent"),
        spent=_sum(rows, "spent"),
        held=_sum(rows, "reserved", "committed"),
        overdraft=_sum(rows, "overdraft"),
    )


def _spent_in(sums: dict[int, list[dict]], year: int, month: int) -> Decimal:
    return _sum([row for rows in sums.values() for row in rows if (row["y"], row["m"]) == (year, month)], "spent")


def _added(first: Row, rows: Iterable[Row]) -> Row:
    for row in rows:
        first = first.plus(row)
    return first


def _grouped(lines: list[BudgetLine], rows: dict[int, Row], named: Callable, key: Callable) -> list[Row]:
    groups: dict = {}
    for line in lines:
        name, code = named(line)
        groups[key(line)] = groups.get(key(line), Row(name, code)).plus(rows[line.pk])
    return [groups[one] for one in sorted(groups)]


def _spans(names: list[str], spent: list[Decimal], total: Row) -> list[Span]:
    spans, reached = [], ZERO
    for name, amount in zip(names, spent, strict=True):
        reached += amount
        spans.append(Span(name, amount, reached, int(reached * 100 / total.allotment) if total.allotment else None))
    return spans


def _terms(year: BudgetYear, lines: QuerySet[BudgetLine], until: date, total: Row) -> list[Span]:
    """Spent in each term as far as it lies in the year. One query for the terms and one for each of the two or three."""
    spans, reached = [], ZERO
    first, last = date(year.year, 1, 1), min(date(year.year, 12, 31), until)
    entries = BudgetEntry.objects.filter(line__in=lines.filter(year=year).order_by().values("pk"))
    for term in Term.objects.filter(start_on__lte=last, end_on__gte=first).order_by("start_on"):
        since, to = max(term.start_on, first), min(term.end_on, last)
        inside = entries.filter(at__gte=_after(since - timedelta(days=1)), at__lt=_after(to))
        spent = money(inside.aggregate(sum=Sum("to_spent"))["sum"] or 0)
        reached += spent
        spans.append(Span(term.name, spent, reached, int(spent * 100 / total.allotment) if total.allotment else None))
    return spans

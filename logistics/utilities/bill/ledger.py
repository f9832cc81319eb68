"""费用台账: a calendar year's costs by month and kind beside last year's, and what departments carry (UTL-07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .comparing import percent, signed
from .models import UNIT_OF, CostKind, amount_words
from .queries import ZERO, Cost, DepartmentCost, costs_between, department_costs


@dataclass(frozen=True)
class MonthRow:
    """One month; `amounts` stand in the order of the ledger's kinds, None where nothing was paid."""

    month: date
    amounts: list[Decimal | None]
    total: Decimal | None
    before: Decimal | None
    change: Decimal | None

    @property
    def change_words(self) -> str:
        return signed(self.change)


@dataclass(frozen=True)
class KindRow:
    """One kind over the months both years can be compared for, and over the whole year."""

    kind: CostKind
    quantity: Decimal | None
    amount: Decimal
    before_quantity: Decimal | None
    before: Decimal
    change: Decimal | None

    @property
    def quantity_words(self) -> str:
        return amount_words(self.quantity, UNIT_OF.get(self.kind, ""))

    @property
    def before_quantity_words(self) -> str:
        return amount_words(self.before_quantity, UNIT_OF.get(self.kind, ""))

    @property
    def change_words(self) -> str:
        return signed(self.change)


@dataclass(frozen=True)
class Ledger:
    year: int
    until: int  # the last month with anything in it: last year counts to the same month
    kinds: list[CostKind]
    months: list[MonthRow]
    by_kind: list[KindRow]
    total: Decimal
    before: Decimal
    unchecked: int
    departments: list[DepartmentCost]

    @property
    def change(self) -> Decimal | None:
        return percent(self.total, self.before)

    @property
    def change_words(self) -> str:
        return signed(self.change)

    @property
    def sums(self) -> list[Decimal]:
        """Under each kind's column."""
        return [row.amount for row in self.by_kind]

    @property
    def sentence(self) -> str:
        if not self.kinds:
            return f"{self.year}年还没有登记费用。"
        compared = f"，去年同期 {self.before:,.2f} 元，{'多' if self.total >= self.before else '少'} {abs(self.change):f}%" if self.change is not None else ""
        return f"{self.year}年 1 至 {self.until} 月共 {self.total:,.2f} 元{compared}。"


def ledger(year: int) -> Ledger:
    """The year as page, workbook and paper show it. Two queries."""
    found = costs_between(date(year - 1, 1, 1), date(year, 12, 1))
    until = max((month.month for month in found if month.year == year), default=0)
    now = {month.month: kinds for month, kinds in found.items() if month.year == year}
    was = {month.month: kinds for month, kinds in found.items() if month.year == year - 1}
    kinds = [kind for kind in CostKind if any(kind.value in rows for rows in now.values()) or any(kind.value in rows for n, rows in was.items() if n <= until)]
    by_kind = [_kind_row(kind, now, was, until) for kind in kinds]
    return Ledger(
        year=year,
        until=until,
        kinds=kinds,
        months=[_month_row(year, number, kinds, now.get(number, {}), was.get(number, {})) for number in range(1, 13)],
        by_kind=by_kind,
        total=sum((row.amount for row in by_kind), ZERO),
        before=sum((row.before for row in by_kind), ZERO),
        unchecked=sum(cost.unchecked for rows in now.values() for cost in rows.values()),
        departments=department_costs(date(year, 1, 1), date(year, 12, 1)),
    )


def _sum(costs: Mapping[str, Cost]) -> Decimal | None:
    return sum((cost.amount for cost in costs.values()), ZERO) if costs else None


def _month_row(year: int, number: int, kinds: list[CostKind], now: Mapping[str, Cost], was: Mapping[str, Cost]) -> MonthRow:
    total, before = _sum(now), _sum(was)
    change = percent(total, before) if total is not None and before is not None else None
    return MonthRow(date(year, number, 1), [now[kind.value].amount if kind.value in now else None for kind in kinds], total, before, change)


def _kind_row(kind: CostKind, now: Mapping[int, Mapping[str, Cost]], was: Mapping[int, Mapping[str, Cost]], until: int) -> KindRow:
    these = [rows[kind.value] for rows in now.values() if kind.value in rows]
    those = [rows[kind.value] for number, rows in was.items() if kind.value in rows and number <= until]
    amount, before = sum((one.amount for one in these), ZERO), sum((one.amount for one in those), ZERO)
    return KindRow(kind, _quantity(these), amount, _quantity(those), before, percent(amount, before))


def _quantity(costs: list[Cost]) -> Decimal | None:
    """The use, where every month says one: part of a sum would look like a saving."""
    said = [cost.quantity for cost in costs if cost.quantity is not None]
    return sum(said, Decimal(0)) if said and len(said) == len(costs) else None

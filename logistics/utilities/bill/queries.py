"""Who sees the bills, and what a month cost by kind and by department (UTL-07)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from logistics.platform.access.rules import has, require

from .models import UNIT_OF, Bill, BillShare, BillState, CostKind, ShareBase

VIEW, RECORD, CHECK = "utilities.bill.view", "utilities.bill.record", "utilities.bill.check"
MANAGE = "utilities.tariff.manage"
CODES = (VIEW, RECORD, CHECK)
ZERO = Decimal("0.00")


def check_can_view(user, record=None) -> None:
    if not any(has(user, code) for code in CODES):
        require(user, VIEW)


def bills_visible_to(user) -> QuerySet[Bill]:
    rows = Bill.objects.select_related("created_by", "checked_by", "department", "tariff")
    return rows if any(has(user, code) for code in CODES) else rows.none()


def bases_visible_to(user) -> QuerySet[ShareBase]:
    rows = ShareBase.objects.select_related("department", "created_by")
    return rows if any(has(user, code) for code in (*CODES, MANAGE)) else rows.none()


@dataclass(frozen=True)
class Cost:
    """What one kind came to in a month. `quantity` is None where no bill says one; `unchecked` counts bills nobody has checked yet."""

    kind: str
    quantity: Decimal | None
    amount: Decimal
    bills: int
    unchecked: int

    @property
    def label(self) -> str:
        return CostKind(self.kind).label

    @property
    def unit(self) -> str:
        return UNIT_OF.get(CostKind(self.kind), "")


def costs_between(first: date, last: date) -> dict[date, dict[str, Cost]]:
    """{first day of the month: {kind: Cost}} for the months from `first` to `last`; void bills count for nothing. One query.

    Kinds stand in the order of CostKind. A bill of two months counts whole in the month it was put to.
    """
    rows = Bill.objects.exclude(state=BillState.VOID).filter(month__range=(first.replace(day=1), last)).order_by()
    found: dict[date, dict[str, list[tuple]]] = defaultdict(lambda: defaultdict(list))
    for month, kind, *rest in rows.values_list("month", "kind", "quantity", "amount", "state"):
        found[month][kind].append(tuple(rest))
    return {month: {kind.value: _cost(kind, kinds[kind.value]) for kind in CostKind if kind.value in kinds} for month, kinds in sorted(found.items())}


def _cost(kind: CostKind, bills: Iterable[tuple]) -> Cost:
    bills = list(bills)
    said = [quantity for quantity, _, _ in bills if quantity is not None]
    return Cost(
        kind.value, sum(said, Decimal(0)) if said else None, sum((amount for _, amount, _ in bills), ZERO), len(bills),
        sum(state == BillState.RECORDED for *_, state in bills),
    )  # fmt: skip


def cost_of(month: date) -> list[Cost]:
    """What the month cost, kind by kind, for the monthly report. One query."""
    return list(costs_between(month.replace(day=1), month.replace(day=1)).get(month.replace(day=1), {}).values())


@dataclass(frozen=True)
class DepartmentCost:
    department: str
    by_kind: Mapping[str, Decimal]
    amount: Decimal


def department_costs(first: date, last: date) -> list[DepartmentCost]:
    """What each department carries of the checked bills of these months, the dearest first; what is not shared is not in it. One query."""
    rows = BillShare.objects.filter(bill__state=BillState.CHECKED, bill__month__range=(first.replace(day=1), last)).order_by()
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for name, kind, amount in rows.values_list("department__name", "bill__kind", "amount"):
        found[name][kind] += amount
    costs = [DepartmentCost(name, dict(kinds), sum(kinds.values(), ZERO)) for name, kinds in found.items()]
    return sorted(costs, key=lambda one: (-one.amount, one.department))

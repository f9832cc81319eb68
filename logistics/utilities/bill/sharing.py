"""Who carries how much of a bill (UTL-07)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import CENT
from logistics.platform.org.models import Department
from logistics.utilities.meter.models import Band, Meter
from logistics.utilities.meter.queries import coverage, load_series, used
from logistics.utilities.meter.series import Series

from .models import Bill, ShareBase, ShareBy

K = TypeVar("K")
MOST_DEPTH = 30
SHOWN = 5
KNOWN = Decimal("0.9")  # of the days between readings; below that a use says little
NO_BASE = "还没有写各部门的{}。请先到「分摊基数」里写上。"


def split(amount: Decimal, weights: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """The amount in proportion to the weights, to the cent: what is left of rounding goes to the largest fractions, the first of equals before the others.

    Raises RuleViolation when there is nothing to go by.
    """
    whole = sum(weights.values(), Decimal(0))
    if whole <= 0 or any(weight < 0 for weight in weights.values()):
        raise RuleViolation("没有可以用来分摊的数。", field="share_by")
    exact = {key: amount * weight / whole for key, weight in weights.items()}
    shares = {key: value.quantize(CENT, ROUND_DOWN) for key, value in exact.items()}
    left = int((amount - sum(shares.values(), Decimal(0))) / CENT)
    for key in sorted(exact, key=lambda key: shares[key] - exact[key])[:left]:
        shares[key] += CENT
    return shares


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's midnight to the midnight after the last."""
    return timezone.make_aware(datetime.combine(first, time.min)), timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def above(meter: int, parents: Mapping[int, int | None]) -> set[int]:
    """Every meter over this one."""
    found: set[int] = set()
    while (parent := parents.get(meter)) is not None and parent not in found:
        found.add(parent)
        meter = parent
    return found


def net_use(parents: Mapping[int, int | None], own: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What each meter in `own` measured less what those below it in `own` measured, so that nothing counts twice; never below zero. Pure."""
    net = dict(own)
    for meter, quantity in own.items():
        above, depth = parents.get(meter), 0
        while above is not None and above not in own and depth < MOST_DEPTH:
            above, depth = parents.get(above), depth + 1
        if above in net:
            net[above] -= quantity
    return {meter: max(Decimal(0), quantity) for meter, quantity in net.items()}


@dataclass(frozen=True)
class MeterRow:
    pk: int
    parent: int | None
    department: int | None
    name: str
    account: str


@dataclass(frozen=True)
class Use:
    """The meters of a bill's kind on its days, those the bill is read from, and what was read of them and of the departments' meters."""

    rows: dict[int, MeterRow]
    own: list[int]
    series: dict[int, Series]
    start: datetime
    end: datetime

    def measured(self, keys: Iterable[int]) -> Decimal:
        return sum((used(self.series[pk], self.start, self.end) for pk in keys), Decimal(0))

    def unread(self, keys: Iterable[int]) -> list[int]:
        """Those that were not read enough for the days."""
        return [pk for pk in keys if coverage(self.series[pk], self.start, self.end) < KNOWN]

    @property
    def departments(self) -> list[int]:
        return [pk for pk, row in self.rows.items() if row.department]


def use_of(bill: Bill) -> Use | None:
    """None for what has no meter. Six queries whatever the meters."""
    if not bill.is_metered:
        return None
    first, last = bill.days
    start, end = moments(first, last)
    rows = Meter.objects.filter(medium=bill.kind, band=Band.TOTAL).filter(Q(until=None) | Q(until__gte=first), since__lte=last).order_by("order", "pk")
    found = {one[0]: MeterRow(*one) for one in rows.values_list("pk", "parent_id", "department_id", "name", "account")}
    use = Use(found, meters_of(bill.account, found), {}, start, end)
    asked = {*use.own, *(use.departments if bill.share_by == ShareBy.METERS else ())}
    return replace(use, series=load_series(sorted(asked), start, end)) if asked else use


def meters_of(account: str, rows: Mapping[int, MeterRow]) -> list[int]:
    """The meters a bill is read from: those of its account; without an account the main ones that have none either. Not the peak and valley registers. Pure."""
    if not account:
        return [pk for pk, row in rows.items() if not row.account and row.parent is None]
    parents = {pk: row.parent for pk, row in rows.items()}
    found = [pk for pk, row in rows.items() if row.account.replace(" ", "") == account]  # a number is often written in groups
    return [pk for pk in found if not above(pk, parents) & set(found)]  # what is below a meter of the same account is in it already


def use_by_department(use: Use) -> tuple[dict[int, Decimal], list[str]]:
    """{department id: use of its own meters on these days}, and the meters that were not read enough for it. No query."""
    net = net_use({pk: row.parent for pk, row in use.rows.items()}, {pk: use.measured([pk]) for pk in use.departments})
    uses: dict[int, Decimal] = {}
    for pk, quantity in net.items():
        department = use.rows[pk].department
        if department:
            uses[department] = uses.get(department, Decimal(0)) + quantity
    return uses, [use.rows[pk].name for pk in use.unread(use.departments)]


def bases_on(on: date) -> dict[int, ShareBase]:
    """{department id: its size on a day}, of the departments in use. One query."""
    rows = ShareBase.objects.filter(since__lte=on, department__is_active=True).order_by("department__order", "department_id", "since")
    return {row.department_id: row for row in rows}


@dataclass(frozen=True)
class Plan:
    """How a bill is shared: (department, weight, yuan); `missing` says why it cannot be, `doubt` what is not sure about it."""

    shares: list[tuple[Department, Decimal, Decimal]] = field(default_factory=list)
    missing: str = ""
    doubt: str = ""


def plan_of(bill: Bill, use: Use | None = None) -> Plan:
    """The sharing as it comes to now; `use` is `use_of(bill)` where the caller has it. Two queries with it, seven without."""
    if bill.share_by == ShareBy.NOBODY:
        return Plan()
    weights, missing, doubt = _weights(bill, use)
    weights = {key: weight for key, weight in weights.items() if weight > 0}
    if not weights:
        return Plan(missing=missing)
    departments = Department.objects.in_bulk(weights)
    ordered = sorted(weights, key=lambda key: (departments[key].order, key))
    amounts = split(bill.amount, {key: weights[key] for key in ordered})
    return Plan([(departments[key], weights[key], amounts[key]) for key in ordered], doubt=doubt)


def _weights(bill: Bill, use: Use | None) -> tuple[dict[int, Decimal], str, str]:
    """(weights by department, why there are none, what is doubtful about them)."""
    last = bill.days[1]
    if bill.share_by == ShareBy.ONE:
        return ({bill.department_id: Decimal(1)} if bill.department_id else {}), "请选归哪个部门。", ""
    if bill.share_by == ShareBy.METERS:
        use = use or use_of(bill)
        if use is None:
            return {}, f"{bill.get_kind_display()}没有表，不能按分表用量分摊。", ""
        uses, unread = use_by_department(use)
        doubt = f"这些分表抄得不全，只按抄到的算：{'、'.join(unread[:SHOWN])}{'等' if len(unread) > SHOWN else ''}。" if unread else ""
        return uses, "这段日子没有写了使用部门的分表读数，分不出来。请先抄表，或者换一种分摊办法。", doubt
    if bill.share_by == ShareBy.AREA:
        return {key: row.area for key, row in bases_on(last).items()}, NO_BASE.format("面积"), ""
    return {key: Decimal(row.heads) for key, row in bases_on(last).items()}, NO_BASE.format("人数"), ""

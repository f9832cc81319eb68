"""Who carries how much of a bill (UTL-07)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


def use_by_department(medium: str, first: date, last: date) -> tuple[dict[int, Decimal], list[str]]:
    """{department id: use of its own meters on these days}, and the meters that were not read enough for it. Seven queries whatever the meters."""
    start, end = moments(first, last)
    rows = Meter.objects.filter(medium=medium, band=Band.TOTAL).filter(Q(until=None) | Q(until__gte=first), since__lte=last).order_by()
    found = {pk: (parent, department) for pk, parent, department in rows.values_list("pk", "parent_id", "department_id")}
    names = dict(rows.values_list("pk", "name"))
    own = [pk for pk, (_, department) in found.items() if department]
    series = load_series(own, start, end) if own else {}
    net = net_use({pk: parent for pk, (parent, _) in found.items()}, {pk: used(one, start, end) for pk, one in series.items()})
    uses: dict[int, Decimal] = {}
    for pk, quantity in net.items():
        department = found[pk][1]
        uses[department] = uses.get(department, Decimal(0)) + quantity
    return uses, [names[pk] for pk, one in series.items() if coverage(one, start, end) < KNOWN]


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


def plan_of(bill: Bill) -> Plan:
    """The sharing as it comes to now. Nine queries at most."""
    if bill.share_by == ShareBy.NOBODY:
        return Plan()
    weights, missing, doubt = _weights(bill)
    weights = {key: weight for key, weight in weights.items() if weight > 0}
    if not weights:
        return Plan(missing=missing)
    departments = Department.objects.in_bulk(weights)
    ordered = sorted(weights, key=lambda key: (departments[key].order, key))
    amounts = split(bill.amount, {key: weights[key] for key in ordered})
    return Plan([(departments[key], weights[key], amounts[key]) for key in ordered], doubt=doubt)


def _weights(bill: Bill) -> tuple[dict[int, Decimal], str, str]:
    """(weights by department, why there are none, what is doubtful about them)."""
    first, last = bill.days
    if bill.share_by == ShareBy.ONE:
        return ({bill.department_id: Decimal(1)} if bill.department_id else {}), "请选归哪个部门。", ""
    if bill.share_by == ShareBy.METERS:
        if not bill.is_metered:
            return {}, f"{bill.get_kind_display()}没有表，不能按分表用量分摊。", ""
        uses, unread = use_by_department(bill.kind, first, last)
        doubt = f"这些分表抄得不全，只按抄到的算：{'、'.join(unread[:SHOWN])}{'等' if len(unread) > SHOWN else ''}。" if unread else ""
        return uses, "这段日子没有写了使用部门的分表读数，分不出来。请先抄表，或者换一种分摊办法。", doubt
    if bill.share_by == ShareBy.AREA:
        return {key: row.area for key, row in bases_on(last).items()}, NO_BASE.format("面积"), ""
    return {key: Decimal(row.heads) for key, row in bases_on(last).items()}, NO_BASE.format("人数"), ""

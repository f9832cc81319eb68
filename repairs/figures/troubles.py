"""What breaks again and again, what costs much, and what to do about it in plain sentences (REP-12).

A replacement price is not known here, so nothing is compared with one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, QuerySet, Sum
from django.utils import timezone

from logistics.platform.kernel.money import money
from logistics.platform.kernel.text import plain
from repairs.ticket.models import Ticket

from . import sql
from .tallies import Thing, Trouble

DAYS = 180
OFTEN = 3  # times in these days
DEAR_SHARE = Decimal("0.2")  # of all that repairs cost in these days
MOST_ROWS = 20
MOST_HEAVY = 10
MOST_THINGS = 10
MOST_ADVICE = 8
PLANNED = ("repairs.preventive", "repairs.planitem")  # maintenance ahead of a fault is no fault


@dataclass(frozen=True)
class Group:
    """Faults of one kind on one thing at one place: within the last 180 days, and `in_period` within the period asked for."""

    place: int
    place_name: str
    kind: int
    kind_name: str
    thing: str
    times: int
    repeats: int
    cost: Decimal
    last_at: datetime | None
    in_period: int
    cost_in_period: Decimal


def trouble_rows(rows: QuerySet[Ticket], *, since: date, until: date, at: datetime) -> list[Group]:
    """One query. The 180 days end with the period, or now when it is not over."""
    start, end = sql.moments(since, until)
    end = min(end, at)
    recent = sql.reported_in(end - timedelta(days=DAYS), end)
    within, spent = sql.reported_in(start, end), F("material_cost") + F("labour_cost")
    found = (
        rows.filter(recent | within, sql.is_valid())
        .exclude(origin_kind__in=PLANNED)
        .values_list("place_id", "place__full_name", "kind_id", "kind__name", "thing")
        .annotate(
            times=Count("pk", filter=recent),
            repeats=Count("repeat_of", filter=recent),
            cost=Sum(spent, filter=recent, default=Decimal(0)),
            last_at=Max("reported_at", filter=recent),
            in_period=Count("pk", filter=within),
            cost_in_period=Sum(spent, filter=within, default=Decimal(0)),
        )
    )
    return [
        Group(*keys, times, repeats, money(cost), last_at, inside, money(cost_inside)) for *keys, times, repeats, cost, last_at, inside, cost_inside in found
    ]


@dataclass(frozen=True)
class History:
    """The groups of a period read in the ways the page shows them."""

    repeated: list[Trouble]
    heavy: list[Trouble]
    things: list[Thing]
    advice: list[str]


def history(groups: Sequence[Group]) -> History:
    by_kind = _together(groups, lambda group: (group.place, group.kind))
    same_thing = _Memo(plain)
    by_thing = _together((group for group in groups if group.thing), lambda group: (group.place, same_thing[group.thing]))
    again, dear = _repeated(by_kind), _heavy(by_thing)
    worn = [_trouble(same, _usual(same)) for same in by_thing if sum(group.times for group in same) >= OFTEN]
    total = sum((group.cost for group in groups), Decimal(0))
    return History(again, dear, _things(groups, same_thing), _advice(worn, again, dear, total))


class _Memo(dict):
    """Each text made comparable once."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def __missing__(self, text: str) -> str:
        self[text] = self.function(text)
        return self[text]


def _together(groups: Iterable[Group], key) -> list[list[Group]]:
    found = defaultdict(list)
    for group in groups:
        if group.times:
            found[key(group)].append(group)
    return list(found.values())


def _usual(groups: Sequence[Group]) -> str:
    """The name most reports gave the thing."""
    return max(groups, key=lambda group: group.times).thing


def _trouble(groups: Sequence[Group], thing: str) -> Trouble:
    first = max(groups, key=lambda group: group.times)
    return Trouble(
        place=first.place,
        place_name=first.place_name,
        kind=first.kind,
        kind_name=first.kind_name,
        thing=thing,
        times=sum(group.times for group in groups),
        repeats=sum(group.repeats for group in groups),
        cost=_cost(groups),
        last_on=timezone.localdate(max(group.last_at for group in groups)),
    )


def _cost(groups: Iterable[Group]) -> Decimal:
    return sum((group.cost for group in groups), Decimal(0))


def _repeated(by_kind: Iterable[Sequence[Group]]) -> list[Trouble]:
    """Same place and kind three times or more, or back soon after a repair; the worst first. Names the thing when it is always the same."""
    found = []
    for same in by_kind:
        times, repeats = sum(group.times for group in same), sum(group.repeats for group in same)
        if times >= OFTEN or repeats:
            found.append((-times, -repeats, -_cost(same), same[0].place_name, same[0].kind, same))
    worst = [same for *_, same in sorted(found, key=lambda one: one[:-1])[:MOST_ROWS]]
    return [_trouble(same, same[0].thing if len({plain(group.thing) for group in same}) == 1 else "") for same in worst]


def _heavy(by_thing: Iterable[Sequence[Group]]) -> list[Trouble]:
    """The same thing at the same place, by what it cost; the dearest first."""
    costs = sorted(((-_cost(same), same[0].place_name, _usual(same), same) for same in by_thing), key=lambda one: one[:-1])
    return [_trouble(same, thing) for cost, _, thing, same in costs[:MOST_HEAVY] if cost]


def _things(groups: Iterable[Group], same_thing: dict[str, str]) -> list[Thing]:
    """What people name most in the reports of the period, wherever it stands."""
    found: dict[str, Thing] = {}
    for group in groups:
        if group.thing and group.in_period:
            thing = found.setdefault(same_thing[group.thing], Thing(group.thing, 0, Decimal(0)))
            thing.times += group.in_period
            thing.cost += group.cost_in_period
    return sorted(found.values(), key=lambda one: (-one.times, -one.cost, one.name))[:MOST_THINGS]


def _advice(worn: Iterable[Trouble], again: Iterable[Trouble], dear: Iterable[Trouble], total: Decimal) -> list[str]:
    """Sentences for whoever decides, the most pressing first, each place and kind once."""
    said, told = [], set()
    for trouble in sorted(worn, key=lambda one: (-one.times, -one.cost, one.place_name)):
        said.append(_worn(trouble))
        told.add((trouble.place, trouble.kind))
    for trouble in again:
        if (trouble.place, trouble.kind) not in told:
            said.append(_again(trouble))
            told.add((trouble.place, trouble.kind))
    weighty = (one for one in dear if (one.place, one.kind) not in told and one.times > 1 and one.cost >= total * DEAR_SHARE)
    return [*said, *(_dear(one, total) for one in weighty)][:MOST_ADVICE]


def _worn(one: Trouble) -> str:
    soon = f"其中 {one.repeats} 次是修好不久又坏，" if one.repeats else ""
    if not one.cost:
        return f"{one.place_name}的{one.thing}半年坏了 {one.times} 次，{soon}建议整体检修一次，查清原因。"
    return f"{one.place_name}的{one.thing}半年坏了 {one.times} 次，{soon}花了 {one.cost:,.2f} 元，建议整体检修或更换。"


def _again(one: Trouble) -> str:
    if one.times < OFTEN:
        return f"{one.place_name}的{one.thing or one.kind_name}修好不久又坏了 {one.repeats} 次，建议换人复查，查清原因再修。"
    spent = f"，花了 {one.cost:,.2f} 元" if one.cost else ""
    return f"{one.place_name}半年报修「{one.kind_name}」{one.times} 次{spent}，建议派人把这里全面查一遍。"


def _dear(one: Trouble, total: Decimal) -> str:
    return f"{one.place_name}的{one.thing}半年花了 {one.cost:,.2f} 元，占全部维修费的 {one.cost / total:.0%}，再修以前先比一比换新的价钱。"

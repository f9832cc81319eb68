"""The arithmetic of use: every meter counts once, what is under it is taken off it, so that the parts add up to the whole (UTL-02, UTL-06). No database."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from .months import Span

ZERO = Decimal(0)
ENOUGH = Decimal("0.9")  # of a month between readings: less is shown as incomplete


@dataclass(frozen=True, slots=True)
class MeterPoint:
    """A meter that is part of the tree; registers of peak and valley are not. `building` and `department` are what it was put down for, 0 without."""

    pk: int
    name: str
    code: str
    medium: str
    parent: int
    building: int = 0
    department: int = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """Used in a month; `known` says how much of it lies between readings."""

    used: Decimal
    known: Decimal = Decimal(1)

    @property
    def is_whole(self) -> bool:
        return self.known >= ENOUGH


@dataclass(frozen=True)
class Counted:
    """The meters and what they counted, by meter and month; nothing where there is no reading at all."""

    points: Sequence[MeterPoint]
    amounts: Mapping[tuple[int, date], Amount]
    idle: frozenset[tuple[int, date]] = frozenset()  # not in use in that month, so nothing is missing

    @cached_property
    def by_pk(self) -> dict[int, MeterPoint]:
        return {point.pk: point for point in self.points}

    @cached_property
    def children(self) -> dict[int, list[MeterPoint]]:
        found: dict[int, list[MeterPoint]] = defaultdict(list)
        for point in self.points:
            found[point.parent if point.parent in self.by_pk else 0].append(point)
        return found

    def through(self, pk: int, span: Span) -> Decimal | None:
        """What went through the meter; without a single reading what its branches say, None when they say nothing either."""
        known = [self._month(pk, month) for month in span.months]
        return sum((one for one in known if one is not None), ZERO) if any(one is not None for one in known) else None

    def _month(self, pk: int, month: date) -> Decimal | None:
        amount = self.amounts.get((pk, month))
        if amount is not None:
            return amount.used
        if (pk, month) in self._derived:
            return self._derived[pk, month]
        self._derived[pk, month] = None  # a ring of meters ends here
        below = [self._month(child.pk, month) for child in self.children.get(pk, ())]
        known = [one for one in below if one is not None]
        self._derived[pk, month] = sum(known, ZERO) if known else None
        return self._derived[pk, month]

    @cached_property
    def _derived(self) -> dict[tuple[int, date], Decimal | None]:
        return {}

    def total(self, medium: str, span: Span) -> Decimal | None:
        """The whole school: the meters nothing stands above."""
        known = [self.through(point.pk, span) for point in self.children.get(0, ()) if point.medium == medium]
        found = [one for one in known if one is not None]
        return sum(found, ZERO) if found else None

    def is_whole(self, medium: str, span: Span) -> bool:
        """Whether the whole school's number holds every day of it; only then may it be compared."""
        roots = [point for point in self.children.get(0, ()) if point.medium == medium]
        in_use = [(point.pk, month) for point in roots for month in span.months if (point.pk, month) not in self.idle]
        return len({month for _, month in in_use}) == len(span) and not any(self._lacks(*one) for one in in_use)

    def own(self, pk: int, span: Span) -> Decimal | None:
        """What went through this meter and through none below it."""
        whole = self.through(pk, span)
        if whole is None:
            return None
        return whole - sum((self.through(child.pk, span) or ZERO for child in self.children.get(pk, ())), ZERO)

    def split(self, span: Span, key: Callable[[MeterPoint], Hashable]) -> dict[Hashable, dict[str, Decimal]]:
        """By group and medium; all groups of a medium add up to its total."""
        found: dict[Hashable, dict[str, Decimal]] = defaultdict(dict)
        for point in self.points:
            own = self.own(point.pk, span)
            if own is not None:
                row = found[key(point)]
                row[point.medium] = row.get(point.medium, ZERO) + own
        return found

    def building_of(self, point: MeterPoint) -> int:
        return point.building

    def department_of(self, point: MeterPoint) -> int:
        """Its own department or that of the nearest meter above that has one."""
        seen = set()
        while not point.department and point.parent in self.by_pk and point.pk not in seen:
            seen.add(point.pk)
            point = self.by_pk[point.parent]
        return point.department

    def lacking(self, span: Span, key: Callable[[MeterPoint], Hashable]) -> set[tuple[Hashable, str]]:
        """(group, medium) whose numbers of the span are not whole."""
        lacks = {(key(point), point.medium) for point in self.missing(span)}
        return lacks | {(key(point), point.medium) for point in self.points if all((point.pk, month) in self.idle for month in span.months)}

    def missing(self, span: Span) -> list[MeterPoint]:
        """In use, and in some month of it without readings for most of the time."""
        return [point for point in self.points if self.lacks(point.pk, span)]

    def lacks(self, pk: int, span: Span) -> bool:
        """In use, and without readings for most of some month of it."""
        return any(self._lacks(pk, month) for month in span.months)

    def _lacks(self, pk: int, month: date) -> bool:
        amount = self.amounts.get((pk, month))
        return (pk, month) not in self.idle and (amount is None or not amount.is_whole)

    def losses(self, span: Span) -> list["Loss"]:
        """Of every meter with others under it that were all read: what did not arrive below. The worst first."""
        found = [loss for pk in self.children if pk and (loss := self._loss(pk, span))]
        return sorted(found, key=lambda loss: (-abs(loss.percent), loss.meter))

    def _loss(self, pk: int, span: Span) -> "Loss | None":
        family = [pk, *(child.pk for child in self.children[pk])]
        if any(self._lacks(one, month) for one in family for month in span.months):
            return None
        main = self.through(pk, span) or ZERO
        below = sum((self.through(child, span) or ZERO for child in family[1:]), ZERO)
        return Loss(pk, main, below) if main > 0 else None


@dataclass(frozen=True, slots=True)
class Loss:
    meter: int
    main: Decimal
    below: Decimal

    @property
    def lost(self) -> Decimal:
        return self.main - self.below

    @property
    def percent(self) -> Decimal:
        return (self.lost * 100 / self.main).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Size:
    """Area in m² and people; `users` counts a boarder by the school's weight."""

    area: Decimal = ZERO
    users: Decimal = ZERO


@dataclass(frozen=True)
class Factors:
    """kgce by unit: rows (fuel, since, number)."""

    rows: Sequence[tuple[str, date, Decimal]] = field(default=())

    def on(self, fuel: str, day: date) -> Decimal | None:
        """The number in force that day; the earliest there is for days before it."""
        mine = sorted((since, number) for kind, since, number in self.rows if kind == fuel)
        past = [number for since, number in mine if since <= day]
        return past[-1] if past else mine[0][1] if mine else None

    def coal(self, amounts: Iterable[tuple[str, date, Decimal | None]]) -> Decimal:
        """Standard coal in kg of (fuel, day, amount); what has no factor, such as water, is not energy."""
        found = ((amount, self.on(fuel, day)) for fuel, day, amount in amounts if amount)
        return sum((amount * number for amount, number in found if number is not None), ZERO)


def change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """By how many percent it is more than then; None where there is nothing to compare with."""
    if now is None or then is None or then <= 0:
        return None
    return ((now - then) * 100 / then).quantize(Decimal("0.1"))


def per(amount: Decimal | None, by: Decimal) -> Decimal | None:
    return None if amount is None or not by else (amount / by).quantize(Decimal("0.01"))

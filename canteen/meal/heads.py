"""How many eat, by class and by age band: as recorded for the meal, before that as the last meal and the lists of pupils say (CAN-03, CAN-08)."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from canteen.dish.bands import AgeBand, band_of, bands_of
from logistics.platform.org.models import SchoolClass
from logistics.platform.school.models import school

from .kinds import MealKind
from .models import EaterGroup, Meal, MealHeads, MealState

_away: list[Callable[[date], Collection[int]]] = []  # for wiring.py of the apps above


def register_away(away_on: Callable[[date], Collection[int]]) -> None:
    """Tell the canteen who sleeps elsewhere: `away_on(night)` gives the keys of the boarders on leave in that night. One query a call."""
    _away.append(away_on)


def away_at(on: date, kind: str) -> set[int]:
    """Boarders on leave who miss this meal: breakfast after a night away, dinner before one, and what lies between two of them."""
    before = {one for away_on in _away for one in away_on(on - timedelta(days=1))} if kind != MealKind.DINNER else None
    after = {one for away_on in _away for one in away_on(on)} if kind != MealKind.BREAKFAST else None
    return before & after if before is not None and after is not None else before or after or set()


@dataclass(frozen=True)
class Heads:
    """So many people of one group; `band` is None for a class whose grade says no age."""

    group: str
    school_class: SchoolClass | None
    count: int
    band: AgeBand | None

    @property
    def label(self) -> str:
        return str(self.school_class) if self.school_class else EaterGroup(self.group).label


def school_bands() -> list[AgeBand]:
    """The pupils' bands of the classes the school has."""
    return bands_of(SchoolClass.objects.filter(is_active=True).order_by().values_list("grade", flat=True).distinct())


def band_of_heads(group: str, school_class: SchoolClass | None) -> AgeBand | None:
    """A class eats by its grade, everybody else like grown-ups."""
    return band_of(school_class.grade) if group == EaterGroup.CLASS and school_class else AgeBand.STAFF


def expected_heads(on: date, kind: str) -> list[Heads]:
    """Who is to be cooked for. Five queries at most, usually one."""
    meal = Meal.objects.filter(on=on, kind=kind).exclude(state=MealState.VOID).first()
    rows = list(MealHeads.objects.filter(meal=meal).select_related("school_class")) if meal else []
    if rows:
        return [Heads(row.group, row.school_class, row.planned, band_of_heads(row.group, row.school_class)) for row in rows]
    return usual_heads(on, kind)


def usual_heads(on: date, kind: str) -> list[Heads]:
    """By the lists of pupils (boarders alone in the morning and evening of a boarding school), without boarders who are away; staff and guests as at the
    last such meal."""
    asked = Q(students__is_active=True)
    if away := away_at(on, kind):
        asked &= ~Q(students__in=away)
    if school().is_boarding and kind in (MealKind.BREAKFAST, MealKind.DINNER):
        asked &= Q(students__is_boarder=True)
    classes = SchoolClass.objects.filter(is_active=True).annotate(eaters=Count("students", filter=asked)).order_by("order", "pk")
    found = [Heads(EaterGroup.CLASS, row, row.eaters, band_of(row.grade)) for row in classes if row.eaters]
    last = Meal.objects.filter(kind=kind, on__lt=on).exclude(state=MealState.VOID).order_by("-on").first()
    others = MealHeads.objects.filter(meal=last).exclude(group=EaterGroup.CLASS) if last else ()
    return [*found, *(Heads(row.group, None, row.planned, AgeBand.STAFF) for row in others)]


def by_band(heads: list[Heads]) -> Counter:
    """{band: people}; what has no age counts under None."""
    counted: Counter = Counter()
    for row in heads:
        counted[row.band] += row.count
    return counted

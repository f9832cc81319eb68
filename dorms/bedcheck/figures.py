"""What a month of nights came to, by building and by class (DOR-02)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, Sum

from dorms.bed.models import Stay
from logistics.platform.terms.queries import calendar

from .models import CheckTime, Mark, Missing, NightMark, Nights, RoomState
from .nights import DAY, is_planned, starts_on
from .queries import checks_visible_to, kept_buildings
from .rights import VIEW


@dataclass
class Tally:
    """One building: its checks, how many were complete in time, and boarders' nights."""

    name: str
    checks: int = 0
    in_time: int = 0
    open: int = 0
    unmade: int = 0
    people: int = 0
    absent: int = 0
    late: int = 0
    leave: int = 0
    elsewhere: int = 0

    @property
    def share(self) -> float | None:
        return self.in_time / self.checks if self.checks else None


@dataclass
class ClassTally:
    """One class: exceptions in the obligatory checks, and how long it took until who was missing was found."""

    name: str
    marks: Counter = field(default_factory=Counter)
    missing: int = 0
    minutes: int = 0

    @property
    def average(self) -> int | None:
        return round(self.minutes / self.missing) if self.missing else None


def month_of_nights(user, first: date, last: date, at: datetime) -> tuple[list[Tally], list[ClassTally]]:
    """Checks that have begun or should have, as this person sees them; eight queries at most. The obligatory check of a night counts boarders once."""
    checks = checks_visible_to(user).filter(on__gte=first, on__lte=last).order_by()
    begun = checks.annotate(seen=Count("rooms", filter=Q(rooms__state=RoomState.DONE))).filter(Q(seen__gt=0) | Q(due_at__lte=at))
    buildings: dict[int, Tally] = {}
    for key, name, finished, due in begun.order_by("building__order", "building").values_list("building", "building__place__name", "finished_at", "due_at"):
        tally = buildings.setdefault(key, Tally(name))
        tally.checks += 1
        tally.in_time += finished is not None and finished <= due
        tally.open += finished is None
    obliged = checks.filter(time__is_obligatory=True)
    sums = {name: Sum(f"rooms__{name}") for name in ("people", "absent", "late", "leave", "elsewhere")}
    for row in obliged.values("building").annotate(**sums):
        if row["building"] in buildings:
            for name in sums:
                setattr(buildings[row["building"]], name, row[name] or 0)
    for key, name, nights in _unmade(user, set(checks.values_list("building", "on")), first, last, at):
        buildings.setdefault(key, Tally(name)).unmade = nights
    return list(buildings.values()), _classes(obliged)


def _unmade(user, made: set[tuple[int, date]], first: date, last: date, at: datetime) -> list[tuple[int, str, int]]:
    """(building, its name, so many nights before a school day on which somebody slept there and no check was made: the timed work stood still)."""
    nights = _planned(first, last, at)
    missed = {one: some for one in kept_buildings(user, VIEW) if (some := [night for night in nights if (one.pk, night) not in made])}
    if not missed:
        return []
    lived = defaultdict(list)
    stays = Stay.objects.filter(bed__room__building__in=missed, since__lte=last)
    for key, since, left in stays.values_list("bed__room__building", "since", "left_on"):
        lived[key].append((since, left or date.max))
    counted = [(one, sum(any(since <= night < left for since, left in lived[one.pk]) for night in some)) for one, some in missed.items()]
    return [(one.pk, str(one), n) for one, n in counted if n]


def _planned(first: date, last: date, at: datetime) -> list[date]:
    """The nights over by now on which beds are checked whatever the time's setting was, since the school has had an obligatory time."""
    clock = CheckTime.objects.filter(is_active=True, is_obligatory=True).order_by("created_at").first()
    if clock is None:
        return []
    days, over = calendar(), at - timedelta(hours=1)
    nights = [first + DAY * n for n in range((last - first).days + 1)]
    begun = [night for night in nights if clock.created_at < starts_on(night, clock.begins_at) <= over]
    return [night for night in begun if all(is_planned(night, kind, days) for kind in Nights)]


def _classes(checks) -> list[ClassTally]:
    found: dict[int, ClassTally] = defaultdict(lambda: ClassTally(""))
    marks = NightMark.objects.filter(room_check__check_of__in=checks.values("pk"), stands=True).exclude(mark=Mark.IN).order_by()
    for key, name, mark, n in marks.values_list("school_class", "school_class__name", "mark").annotate(n=Count("pk")):
        found[key].name = name
        found[key].marks[mark] += n
    searches = Missing.objects.filter(room_check__check_of__in=checks.values("pk"), ended_at__isnull=False).exclude(outcome="mistake").order_by()
    for key, name, took in searches.annotate(took=F("ended_at") - F("noticed_at")).values_list("school_class", "school_class__name", "took"):
        found[key].name = name
        found[key].missing += 1
        found[key].minutes += int(took.total_seconds() // 60)
    return sorted(found.values(), key=lambda one: (-one.missing, one.name))

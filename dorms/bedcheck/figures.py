"""What a month of nights came to, by building and by class (DOR-02)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, Sum

from .models import Mark, Missing, NightMark, RoomState
from .queries import checks_visible_to


@dataclass
class Tally:
    """One building: its checks, how many were complete in time, and boarders' nights."""

    name: str
    checks: int = 0
    in_time: int = 0
    open: int = 0
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


def month_of_nights(user, first: date, last: date) -> tuple[list[Tally], list[ClassTally]]:
    """Checks that have begun, as this person sees them; four queries. The obligatory check of a night counts boarders once."""
    checks = checks_visible_to(user).filter(on__gte=first, on__lte=last).order_by()
    begun = checks.annotate(seen=Count("rooms", filter=Q(rooms__state=RoomState.DONE))).filter(seen__gt=0)
    buildings: dict[int, Tally] = {}
    for key, name, finished, due in begun.values_list("building", "building__place__name", "finished_at", "due_at"):
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
    return sorted(buildings.values(), key=lambda one: one.name), _classes(obliged)


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

"""What the pages of buildings and rooms show: beds with who has them, counts, who has no bed and should, the proposal for a grade (DOR-01, DOR-07)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dorms.leave.queries import away_on
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import scope_of
from logistics.platform.org.models import SchoolClass, Sex, Student

from .models import Bed, DormBuilding, DormRoom, Stay
from .planning import Pupil, Space, propose
from .queries import floor_of, free_beds, sleeping, stays_on
from .rights import VIEW


@dataclass
class Spot:
    """One bed on the map. `hidden`: somebody of a class this person has nothing to do with."""

    bed: Bed
    stay: Stay | None = None
    hidden: bool = False
    coming: bool = False

    @property
    def tone(self) -> str:
        if not self.bed.is_active:
            return "late"
        return "wait" if self.coming else "" if self.stay else "free"


@dataclass
class RoomMap:
    room: DormRoom
    spots: list[Spot] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return sum(spot.stay is not None for spot in self.spots)

    @property
    def usable(self) -> int:
        return sum(spot.bed.is_active for spot in self.spots)

    @property
    def classes(self) -> str:
        """The classes of those whose names are shown, each once, in order of bed."""
        return "、".join(dict.fromkeys(str(spot.stay.student.school_class) for spot in self.spots if spot.stay and not spot.hidden))


@dataclass
class Floor:
    name: str
    rooms: list[RoomMap] = field(default_factory=list)


def room_maps(rooms: Iterable[DormRoom], day: date, user) -> list[RoomMap]:
    """The rooms with every bed and whoever has it, or is to come, in the order given. Three queries."""
    rooms = list(rooms)
    rows = Stay.objects.filter(bed__room__in=[room.pk for room in rooms]).filter(Q(left_on=None) | Q(left_on__gt=day)).select_related("student__school_class")
    by_bed = {stay.bed_id: stay for stay in rows.order_by("-since")}  # the one sleeping there now stands last, and so wins
    sees_all = names_shown(user)
    beds = defaultdict(list)
    for bed in Bed.objects.filter(room__in=[room.pk for room in rooms]).order_by("room_id", "number"):
        stay = by_bed.get(bed.pk)
        hidden = bool(stay) and not sees_all(stay.student, bed)
        beds[bed.room_id].append(Spot(bed, stay, hidden, bool(stay) and stay.since > day))
    return [RoomMap(room, beds[room.pk]) for room in rooms]


def names_shown(user):
    """(student, bed) -> whether this person may read the name: leaders all, keepers their buildings, head teachers their class (ORG-04)."""
    if scope_of(user, VIEW) == Scope.ALL:
        return lambda student, bed: True
    kept = set(DormBuilding.objects.filter(keepers=user.pk).values_list("rooms__pk", flat=True))
    return lambda student, bed: bed.room_id in kept or student.school_class.head_teacher_id == user.pk


def floors(building: DormBuilding, day: date, user) -> list[Floor]:
    """The map of a building, floor by floor. Four queries."""
    rooms = building.rooms.filter(is_active=True).select_related("building__place", "place__parent").order_by("place__path")
    found: dict[str, Floor] = {}
    for one in room_maps(rooms, day, user):
        found.setdefault(floor_of(one.room), Floor(floor_of(one.room))).rooms.append(one)
    return list(found.values())


@dataclass(frozen=True)
class BuildingCount:
    building: DormBuilding
    rooms: int
    beds: int
    broken: int
    taken: int

    @property
    def free(self) -> int:
        return max(0, self.beds - self.broken - self.taken)


def building_counts(buildings: QuerySet[DormBuilding], day: date) -> list[BuildingCount]:
    """Rooms, beds and sleepers of the buildings in use; three queries."""
    buildings = list(buildings.filter(is_active=True).prefetch_related("keepers"))
    beds = Bed.objects.filter(room__is_active=True, room__building__in=buildings).order_by().values("room__building")
    counts = {
        row["room__building"]: row for row in beds.annotate(rooms=Count("room", distinct=True), all=Count("pk"), broken=Count("pk", filter=Q(is_active=False)))
    }
    held = Stay.objects.filter(Q(left_on=None) | Q(left_on__gt=day), bed__room__building__in=buildings).order_by().values("bed__room__building")
    taken = {row["bed__room__building"]: row["n"] for row in held.annotate(n=Count("bed", distinct=True))}
    none = {"rooms": 0, "all": 0, "broken": 0}
    return [BuildingCount(one, *(counts.get(one.pk, none)[name] for name in ("rooms", "all", "broken")), taken.get(one.pk, 0)) for one in buildings]


def bedless(day: date) -> QuerySet[Student]:
    """Boarders in school without a bed, now or to come."""
    held = Stay.objects.filter(student=OuterRef("pk")).filter(Q(left_on=None) | Q(left_on__gt=day))
    rows = Student.objects.filter(~Exists(held), is_active=True, is_boarder=True)
    return rows.select_related("school_class").order_by("school_class__order", "number")


def gone(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    """Open stays of students who left school, became day pupils, or whose sex was put right since."""
    wrong = Q(student__is_active=False) | Q(student__is_boarder=False) | ~Q(student__sex=F("room_sex"))
    return stays.filter(wrong, left_on=None)


def free_by_room(day: date, *, sex: str = "", grade: str = "", buildings: QuerySet[DormBuilding]) -> list[tuple[DormRoom, list[Bed]]]:
    """Rooms with free beds, those meant for the grade or for any. One query."""
    rows = free_beds(day, sex=sex).filter(room__building__in=buildings.values("pk"))
    if grade:
        rows = rows.filter(room__grade__in=("", grade))
    found: dict[int, tuple[DormRoom, list[Bed]]] = {}
    for bed in rows:
        found.setdefault(bed.room_id, (bed.room, []))[1].append(bed)
    return list(found.values())


# The proposal for a grade


@dataclass(frozen=True)
class Line:
    student: Student
    bed: Bed
    grade_differs: bool
    mixed: bool


@dataclass(frozen=True)
class Proposal:
    """`digest` stands for exactly these beds for exactly these students; whoever confirms says which he saw."""

    lines: list[Line]
    left: list[Student]
    unknown: list[Student]  # without a sex in the roll

    @property
    def digest(self) -> str:
        pairs = sorted((line.student.pk, line.bed.pk) for line in self.lines)
        return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:32]


def proposal(user, day: date, *, grade: str, buildings: Iterable[DormBuilding]) -> Proposal:
    """Beds for every boarder of the grade who has none, in the buildings given. Changes nothing; three queries."""
    students = {one.pk: one for one in bedless(day).filter(school_class__grade=grade)}
    beds = list(free_beds(day).filter(room__building__in=[one.pk for one in buildings]))
    by_room: dict[int, list[Bed]] = defaultdict(list)
    for bed in beds:
        by_room[bed.room_id].append(bed)
    classes, grades = defaultdict(set), defaultdict(set)
    for stay in stays_on(day).filter(bed__room__in=list(by_room)):
        classes[stay.bed.room_id].add(stay.student.school_class_id)
        grades[stay.bed.room_id].add(stay.student.school_class.grade)
    order = {bed.room_id: n for n, bed in enumerate(beds)}
    spaces = [Space(order[pk], some[0].room.sex, some[0].room.grade, [bed.number for bed in some], classes[pk], grades[pk]) for pk, some in by_room.items()]
    place = {(order[bed.room_id], bed.number): bed for bed in beds}
    known = [Pupil(one.pk, one.sex, grade, one.school_class_id) for one in students.values() if one.sex]
    placed, left = propose(known, spaces)
    lines = [Line(students[one.pupil.pk], place[one.room, one.bed], one.grade_differs, one.mixed) for one in placed]
    lines.sort(key=lambda line: (order[line.bed.room_id], line.bed.number))
    return Proposal(lines, [students[one.pk] for one in left], [one for one in students.values() if not one.sex])


# For other apps (DOR-07)


def boarders_on(day: date) -> QuerySet[Stay]:
    """Whoever sleeps in school in the night of `day`, in order of class and number: the list for subsidies."""
    return stays_on(day).order_by("student__school_class__order", "student__number")


def head_counts(day: date) -> dict[int, int]:
    """{class key: boarders in school in the night of `day`}, who is on leave not counted; for canteen and bus. Three queries."""
    return {row.school_class.pk: row.here for row in class_counts(day)}


@dataclass
class ClassCount:
    """Boarders of one class who have a bed; `away` of them are on leave that night."""

    school_class: SchoolClass
    boys: int = 0
    girls: int = 0
    away: int = 0

    @property
    def here(self) -> int:
        return self.boys + self.girls - self.away


def class_counts(day: date) -> list[ClassCount]:
    """Boarders with a bed in the night of `day`, by class; classes without any are left out. Three queries."""
    away = away_on(day)
    counts: dict[int, ClassCount] = {one.pk: ClassCount(one) for one in SchoolClass.objects.select_related("head_teacher").order_by("order", "pk")}
    for student, school_class, sex in Stay.objects.filter(sleeping(day)).values_list("student", "student__school_class", "room_sex"):
        row = counts[school_class]
        row.boys += sex == Sex.MALE
        row.girls += sex == Sex.FEMALE
        row.away += student in away
    return [row for row in counts.values() if row.boys + row.girls]

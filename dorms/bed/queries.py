"""Who sleeps where on which day, and who may see it (DOR-01, DOR-07)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.org.models import Student, User

from .models import Bed, DormBuilding, DormRoom, RoomMove, Stay
from .rights import VIEW

JOINS = ("student__school_class__head_teacher", "bed__room__building__place", "bed__room__place__parent")


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def sleeping(day: date, prefix: str = "") -> Q:
    """The stays that hold the night of `day`; `prefix` leads to the stay ("stays__")."""
    return Q(**{f"{prefix}since__lte": day}) & (Q(**{f"{prefix}left_on": None}) | Q(**{f"{prefix}left_on__gt": day}))


def keeps(user, prefix: str = "") -> Q:
    """The buildings this person keeps."""
    return Q(**{f"{prefix}pk__in": DormBuilding.keepers.through.objects.filter(user=user.pk).values("dormbuilding")})


def buildings_visible_to(user, code: str = VIEW) -> QuerySet[DormBuilding]:
    """All for leaders; for a keeper the own ones, for a head teacher those where the own class sleeps (with the right to see only)."""
    rows = DormBuilding.objects.select_related("place")
    scope = scope_of(user, code)
    if scope == Scope.ALL:
        return rows
    if scope is None:
        return rows.none()
    own = keeps(user)
    if code == VIEW:
        own |= Q(pk__in=_own_class(user).values("bed__room__building"))
    return rows.filter(own)


def rooms_visible_to(user, code: str = VIEW) -> QuerySet[DormRoom]:
    """All rooms for leaders; a keeper's buildings; for a head teacher the rooms where the own class sleeps now (with the right to see only)."""
    rows = DormRoom.objects.select_related("building__place", "place__parent")
    scope = scope_of(user, code)
    if scope == Scope.ALL:
        return rows
    if scope is None:
        return rows.none()
    own = keeps(user, "building__")
    if code == VIEW:
        own |= Q(pk__in=_own_class(user).values("bed__room"))
    return rows.filter(own)


def stays_visible_to(user, code: str = VIEW) -> QuerySet[Stay]:
    """Stays, also past ones: all, those in one's own buildings, those of one's own class."""
    rows = Stay.objects.select_related(*JOINS)
    scope = scope_of(user, code)
    if scope == Scope.ALL:
        return rows
    if scope is None:
        return rows.none()
    own = keeps(user, "bed__room__building__")
    return rows.filter(own | Q(student__school_class__head_teacher=user.pk) if code == VIEW else own)


def _own_class(user) -> QuerySet[Stay]:
    return Stay.objects.filter(left_on=None, student__school_class__head_teacher=user.pk)


def stays_on(day: date) -> QuerySet[Stay]:
    """Everybody who has a bed in the night of `day`, in order of room and bed, with student, class, bed, room."""
    return Stay.objects.filter(sleeping(day)).select_related(*JOINS).order_by("bed__room__building__order", "bed__room__place__path", "bed__number")


def sleepers_on(rooms: Iterable[DormRoom] | QuerySet[DormRoom], day: date) -> dict[int, list[Stay]]:
    """{room's key: its stays in the night of `day`, by bed}; empty rooms are missing. Each stay knows student and class. One query."""
    keys = rooms.values("pk") if isinstance(rooms, QuerySet) else [room.pk for room in rooms]
    found: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays_on(day).filter(bed__room__in=keys):
        found[stay.bed.room_id].append(stay)
    return dict(found)


def stay_of(student: Student, day: date) -> Stay | None:
    """The student's bed in the night of `day`."""
    return stays_on(day).filter(student=student).first()


def room_of(student: Student, day: date) -> DormRoom | None:
    """The room the student sleeps in in the night of `day`, None for who has no bed."""
    stay = stay_of(student, day)
    return stay.bed.room if stay else None


def keepers_of(building: DormBuilding) -> list[User]:
    """Who answers for the building's nights; only those still in post."""
    return list(building.keepers.filter(is_active=True))


def floor_of(room: DormRoom) -> str:
    """The floor's name; empty where the room stands right in its building."""
    above = room.place.parent
    return above.name if above is not None and above.pk != room.building.place_id else ""


def free_beds(day: date, *, sex: str = "") -> QuerySet[Bed]:
    """Usable beds in open rooms nobody has, in order of room; who is to come later holds the bed too."""
    taken = Stay.objects.filter(bed=OuterRef("pk")).filter(Q(left_on=None) | Q(left_on__gt=day))
    rows = Bed.objects.filter(~Exists(taken), is_active=True, room__is_active=True, room__building__is_active=True)
    rows = rows.select_related("room__building__place", "room__place__parent").order_by("room__building__order", "room__place__path", "number")
    return rows.filter(room__sex=sex) if sex else rows


def moves_visible_to(user) -> QuerySet[RoomMove]:
    """All of them for leaders; one's own askings, one's class, one's buildings."""
    beds = [f"{side}__room__{joined}" for side in ("from_bed", "to_bed") for joined in ("building__place", "place__parent")]
    rows = RoomMove.objects.select_related("student__school_class__head_teacher", "other__school_class__head_teacher", "created_by", "decided_by", *beds)
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    if scope is None:
        return rows.none()
    own = Q(created_by=user.pk) | Q(student__school_class__head_teacher=user.pk) | Q(other__school_class__head_teacher=user.pk)
    return rows.filter(own | keeps(user, "to_bed__room__building__") | keeps(user, "from_bed__room__building__"))

"""Checks, rooms and who is missing as each person sees them (DOR-02)."""

import zlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from dorms.bed.models import DormBuilding, DormRoom
from dorms.bed.queries import floor_of, keepers_of, keeps, sleepers_on
from dorms.leave.queries import away_on, night_of
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.kernel.keeping import kept
from logistics.platform.org.models import Student, User

from .models import BedCheck, CheckTime, Mark, Missing, MissingState, MissingStep, NightMark, RoomCheck, RoomState
from .rights import CHECK, LEAD, VIEW

AHEAD = timedelta(hours=24)  # how long before its start a check is prepared and kept on phones
OVER = timedelta(hours=20)  # how long after its start a room may still arrive


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def kept_buildings(user, code: str) -> QuerySet[DormBuilding]:
    """All, or those one keeps; a head teacher keeps none."""
    rows = DormBuilding.objects.filter(is_active=True).select_related("place")
    scope = scope_of(user, code)
    if scope == Scope.ALL:
        return rows
    return rows.filter(keeps(user)) if scope else rows.none()


def times_visible_to(user) -> QuerySet[CheckTime]:
    return CheckTime.objects.all() if has(user, VIEW) else CheckTime.objects.none()


def checks_visible_to(user) -> QuerySet[BedCheck]:
    """All for leaders, one's own buildings for keepers; a head teacher sees the own class only, on the overview."""
    rows = BedCheck.objects.select_related("building__place", "time")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    return rows.filter(keeps(user, "building__")) if scope else rows.none()


def checks_listed(user) -> QuerySet[BedCheck]:
    """With the sums over their rooms."""
    sums = {name: Sum(f"rooms__{name}") for name in ("people", "absent", "late", "leave", "elsewhere")}
    return checks_visible_to(user).annotate(n=Count("rooms"), seen=Count("rooms", filter=Q(rooms__state=RoomState.DONE)), **sums)


def rooms_visible_to(user) -> QuerySet[RoomCheck]:
    rows = RoomCheck.objects.select_related("check_of__time", "check_of__building__place", "room__building__place", "room__place__parent", "done_by")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    return rows.filter(keeps(user, "check_of__building__")) if scope else rows.none()


def missing_visible_to(user) -> QuerySet[Missing]:
    """All for leaders; those of one's own buildings and of one's own class."""
    rows = Missing.objects.select_related(
        "student", "school_class__head_teacher", "room_check__room__building__place", "room_check__room__place__parent", "room_check__check_of__time",
        "noticed_by", "ended_by",
    )  # fmt: skip
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    return rows.filter(keeps(user, "room_check__check_of__building__") | Q(school_class__head_teacher=user.pk)) if scope else rows.none()


def rooms_of(check: BedCheck) -> list[RoomCheck]:
    """In the order they are walked; one query."""
    return list(check.rooms.select_related("room__building__place", "room__place__parent", "done_by").order_by("order", "pk"))


def by_floor(rooms: Iterable[RoomCheck]) -> list[tuple[str, list[RoomCheck]]]:
    """Neighbours under the name of their floor."""
    groups: list[tuple[str, list[RoomCheck]]] = []
    for one in rooms:
        name = floor_of(one.room) or str(one.room.building)
        if groups and groups[-1][0] == name:
            groups[-1][1].append(one)
        else:
            groups.append((name, [one]))
    return groups


def marks_of(check: BedCheck) -> list[NightMark]:
    """Every exception of the night that stands, class by class; one query."""
    rows = NightMark.objects.filter(room_check__check_of=check, stands=True).exclude(mark=Mark.IN)
    return list(rows.select_related("student", "school_class", "room_check__room__place").order_by("school_class__order", "student__number"))


def steps_of(missing: Missing) -> list[MissingStep]:
    return list(missing.steps.select_related("by"))


def next_room(one: RoomCheck) -> RoomCheck | None:
    """The room after this one that nobody has seen yet, none at the end of the building."""
    rows = RoomCheck.objects.filter(check_of=one.check_of_id, state=RoomState.UNSEEN, order__gt=one.order)
    return rows.order_by("order", "pk").first()


def sleepers(one: RoomCheck) -> list[Student]:
    """Who has a bed in the room this night, by bed; one query. Each student carries `bed_number`."""
    found = []
    for stay in sleepers_on([one.room], one.check_of.on).get(one.room_id, []):
        stay.student.bed_number = stay.bed.number
        found.append(stay.student)
    return found


def open_missing(students: Iterable[int]) -> dict[int, Missing]:
    """{student's key: the search that goes on}; one query."""
    rows = Missing.objects.filter(student__in=list(students), state=MissingState.OPEN)
    return {one.student_id: one for one in rows}


def expected(one: RoomCheck) -> list[tuple[Student, str]]:
    """[(student, what is taken for granted)] in order of bed: on leave, still missing, or in bed; three queries."""
    students = sleepers(one)
    keys = [student.pk for student in students]
    away, gone = away_on(one.check_of.on, keys), open_missing(keys)
    return [(student, Mark.LEAVE if student.pk in away else Mark.ABSENT if student.pk in gone else Mark.IN) for student in students]


def people_to_tell(missing: Missing) -> list[User]:
    """Head teacher and keepers."""
    teacher = missing.school_class.head_teacher
    return [*([teacher] if teacher else []), *keepers_of(missing.room_check.room.building)]


def is_concerned(user, missing: Missing) -> bool:
    """Whether this person may write what was done and found."""
    if has(user, LEAD) or missing.school_class.head_teacher_id == user.pk:
        return True
    return kept_buildings(user, CHECK).filter(pk=missing.room_check.room.building_id).exists()


def check_keeps(user) -> None:
    """Whoever checks beds. Asked on every page, so the answer is a minute old."""
    if not has(user, CHECK) or not kept(f"dorms.keeps.{user.pk}", lambda: DormBuilding.objects.filter(keeps(user), is_active=True).exists()):
        raise NotAllowed("您名下没有要查的宿舍楼。")


def to_check(user, at: datetime, *, ahead: timedelta = timedelta(0)) -> list[BedCheck]:
    """The checks of one's own buildings that are open, or open within `ahead`; an inspector of all sees none as the own."""
    if not has(user, CHECK):
        return []
    rows = BedCheck.objects.filter(keeps(user, "building__"), finished_at=None, starts_at__lte=at + ahead, starts_at__gt=at - OVER)
    return list(rows.select_related("building__place", "time").order_by("starts_at", "building__order", "pk")[:12])


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the checks that are open or open within a day, and of every room still to be seen."""
    at = timezone.now()
    checks = to_check(user, at, ahead=AHEAD)
    rooms = list(RoomCheck.objects.filter(check_of__in=checks, state=RoomState.UNSEEN).order_by("check_of", "order").values_list("pk", "check_of", "room"))
    version = _version(checks, {room for _, _, room in rooms})
    pages = [(reverse("dorms:check-detail", args=[one.pk]), f"{version}.{one.starts_at <= at:d}.{len(rooms)}") for one in checks]
    pages += [(reverse("dorms:room-check-action", args=[pk, "check"]), version) for pk, _, _ in rooms]
    return [(reverse("dorms:checks"), f"{version}.{len(rooms)}.{night_of(at)}"), *pages]


def _version(checks: list[BedCheck], rooms: set[int]) -> str:
    """Changes whenever somebody moves, goes on leave, comes back or goes missing."""
    known = []
    for night in sorted({one.on for one in checks}):
        stays = sleepers_on(DormRoom.objects.filter(pk__in=rooms), night)
        students = [stay.student_id for some in stays.values() for stay in some]
        known += [students, sorted(away_on(night, students)), sorted(open_missing(students))]
    return f"{zlib.crc32(repr(known).encode()):x}"


def room_panel(room: DormRoom, user) -> dict | None:
    """The last nights on the room's page, for who may see the building's nights; two queries."""
    if not has(user, VIEW):
        return None
    if scope_of(user, VIEW) != Scope.ALL and not DormBuilding.objects.filter(keeps(user), pk=room.building_id).exists():
        return None
    rows = RoomCheck.objects.filter(room=room, state=RoomState.DONE).select_related("check_of__time")
    return {"nights": list(rows.order_by("-check_of__starts_at", "-pk")[:5])}


def night_marks_of_classes(user, night: date) -> list[NightMark]:
    """What stands of the head teacher's own classes in this night; one query."""
    rows = NightMark.objects.filter(school_class__head_teacher=user.pk, room_check__check_of__on=night, stands=True).exclude(mark=Mark.IN)
    return list(rows.select_related("student", "school_class", "room_check__check_of__time", "room_check__room__place").order_by("-pk")[:60])

"""Checks, rooms and who is missing as each person sees them (DOR-02)."""

import zlib
from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from dorms.bed.models import DormBuilding, DormRoom, Stay
from dorms.bed.queries import floor_of, in_charge_of, keepers_of, keeps, sleepers_on, stays_on
from dorms.leave.models import HOLDS, DormLeave
from dorms.leave.queries import away_on, night_of, overdue_on
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.kernel.keeping import kept
from logistics.platform.org.models import Student, User
from logistics.platform.terms.queries import calendar

from .models import BedCheck, CheckTime, Mark, Missing, MissingState, MissingStep, NightMark, RoomCheck, RoomState
from .nights import is_planned, starts_on
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


def came_after(check: BedCheck) -> list[Stay]:
    """Who moved into the building this night after the room had been looked at, or the check was over, and was not seen in the old room; three queries.

    Nobody asked about them in this check, so the page must name them.
    """
    done = {room: (at, state) for room, at, state in check.rooms.values_list("room", "done_at", "state")}
    stays = stays_on(check.on).filter(bed__room__building=check.building_id, created_at__gte=check.starts_at - AHEAD)
    found = [stay for stay in stays if _missed(stay, done.get(stay.bed.room_id), check)]
    asked = RoomCheck.objects.filter(check_of__on=check.on, check_of__time=check.time_id, state=RoomState.DONE, room__beds__stays__left_on=check.on)
    seen = {(student, at) for student, at in asked.values_list("room__beds__stays__student", "done_at")} if found else set()
    return [stay for stay in found if not any(student == stay.student_id and at < stay.created_at for student, at in seen)]


def without_leave(checks: QuerySet[BedCheck]) -> list[NightMark]:
    """Who stands as on leave though the leave is void by now; one query. Whoever came back was seen."""
    held = DormLeave.objects.filter(
        student=OuterRef("student"), state__in=HOLDS, first_on__lte=OuterRef("room_check__check_of__on"), last_on__gte=OuterRef("room_check__check_of__on")
    )
    rows = NightMark.objects.filter(room_check__check_of__in=checks.order_by().values("pk"), mark=Mark.LEAVE, stands=True).exclude(Exists(held))
    return list(
        rows.select_related(
            "student",
            "school_class__head_teacher",
            "room_check__check_of__time",
            "room_check__check_of__building",
            "room_check__room__place__parent",
            "room_check__room__building__place",
        ).order_by("pk")[:60]
    )


def _missed(stay: Stay, known: tuple | None, check: BedCheck) -> bool:
    if known is None:
        return check.finished_at is not None
    return known[0] is not None and known[0] < stay.created_at


def unprepared(user, at: datetime) -> list[str]:
    """The obligatory checks of this night that began and were never made, since the timed work stood still: "一号宿舍楼晚点名"; four queries."""
    night = night_of(at)
    lived = kept_buildings(user, VIEW).filter(pk__in=stays_on(night).order_by().values("bed__room__building"))
    made = set(BedCheck.objects.filter(on=night).values_list("building", "time"))
    clocks = CheckTime.objects.filter(is_active=True, is_obligatory=True, created_at__lt=at - timedelta(hours=1))
    due = [one for one in clocks if starts_on(night, one.begins_at) <= at and is_planned(night, one.nights, calendar())]
    return [f"{building}{clock}" for clock in due for building in lived if (building.pk, clock.pk) not in made]


def late_checks(user, at: datetime) -> list[tuple[BedCheck, list[str]]]:
    """(check, the rooms nobody has looked at) of what should be complete by now; two queries."""
    rows = checks_visible_to(user).filter(finished_at=None, due_at__lt=at, starts_at__gt=at - OVER).order_by("starts_at", "building__order", "pk")
    left = RoomCheck.objects.filter(state=RoomState.UNSEEN).select_related("room__place").order_by("order", "pk")
    found = rows.prefetch_related(Prefetch("rooms", queryset=left, to_attr="left"))[:6]
    return [(one, [room.room.place.name for room in one.left]) for one in found if one.left]


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


def open_missing(students: Iterable[int], at: datetime) -> dict[int, Missing]:
    """{student's key: the search that goes on and had begun by then}; one query."""
    rows = Missing.objects.filter(student__in=list(students), state=MissingState.OPEN, noticed_at__lte=at)
    return {one.student_id: one for one in rows}


def expected(one: RoomCheck, at: datetime) -> list[tuple[Student, str]]:
    """[(student, what is taken for granted at this moment)] in order of bed: on leave, still missing, or in bed; three queries."""
    students = sleepers(one)
    keys = [student.pk for student in students]
    away, gone = away_on(one.check_of.on, keys, at=at), open_missing(keys, at)
    return [(student, Mark.LEAVE if student.pk in away else Mark.ABSENT if student.pk in gone else Mark.IN) for student in students]


def people_to_tell(missing: Missing) -> list[User]:
    """Head teacher and keepers."""
    teacher = missing.school_class.head_teacher
    return [*([teacher] if teacher else []), *keepers_of(missing.room_check.room.building)]


def is_concerned(user, missing: Missing, buildings: Container[int] | None = None) -> bool:
    """Whether this person may write what was done and found; for many at once give the keys of the buildings the person checks."""
    if has(user, LEAD) or missing.school_class.head_teacher_id == user.pk:
        return True
    building = missing.room_check.room.building_id
    return building in buildings if buildings is not None else kept_buildings(user, CHECK).filter(pk=building).exists()


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
    version = _version(checks, {room for _, _, room in rooms}, at)
    pages = [(reverse("dorms:check-detail", args=[one.pk]), f"{version}.{one.starts_at <= at:d}.{len(rooms)}") for one in checks]
    pages += [(reverse("dorms:room-check-action", args=[pk, "check"]), version) for pk, _, _ in rooms]
    return [(reverse("dorms:checks"), f"{version}.{len(rooms)}.{night_of(at)}"), *pages]


def _version(checks: list[BedCheck], rooms: set[int], at: datetime) -> str:
    """Changes whenever somebody moves, goes on leave, comes back or goes missing."""
    known = []
    for night in sorted({one.on for one in checks}):
        stays = sleepers_on(DormRoom.objects.filter(pk__in=rooms), night)
        students = [stay.student_id for some in stays.values() for stay in some]
        known += [students, sorted(away_on(night, students, at=at)), sorted(open_missing(students, at)), sorted(overdue_on(night, students))]
    return f"{zlib.crc32(repr(known).encode()):x}"


def room_panel(room: DormRoom, user) -> dict | None:
    """The last nights on the room's page, for who may see the building's nights; one query."""
    if not in_charge_of(user, room, VIEW):
        return None
    rows = RoomCheck.objects.filter(room=room, state=RoomState.DONE).select_related("check_of__time")
    return {"nights": list(rows.order_by("-check_of__starts_at", "-pk")[:5])}


def night_marks_of_classes(user, night: date) -> list[NightMark]:
    """What stands of the head teacher's own classes in this night; one query."""
    rows = NightMark.objects.filter(school_class__head_teacher=user.pk, room_check__check_of__on=night, stands=True).exclude(mark=Mark.IN)
    return list(rows.select_related("student", "school_class", "room_check__check_of__time", "room_check__room__place").order_by("-pk")[:60])

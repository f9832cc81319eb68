"""Planning the night's checks and writing what is found in a room (DOR-02)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from django.utils import timezone

from dorms.bed.models import DormBuilding
from dorms.bed.queries import stays_on
from dorms.leave.models import DormLeave, LeaveState
from dorms.leave.queries import away_on, night_of
from dorms.leave.rules import came_back
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import Limit
from logistics.platform.org.models import Student
from logistics.platform.terms.queries import calendar

from .counting import recount
from .missing_rules import end_search, open_search
from .models import ROOM_MOVES, BedCheck, CheckTime, Mark, Missing, MissingState, NightMark, Nights, Outcome, RoomCheck, RoomState
from .nights import DAY, is_planned, starts_on
from .queries import AHEAD, OVER, expected, kept_buildings, open_missing
from .rights import CHECK, MANAGE

MINUTES = Limit("dorms.check.minutes", "晚点名开始后几分钟内点完", "分钟", 10, floor=5, ceiling=120, group="宿舍")
USUAL = ("晚点名", time(21, 40))
EARLY = timedelta(minutes=30)  # keepers begin a little before the bell
STARTED = timedelta(hours=2)  # a check whose job came too late is still made
CORRECTED_FOR = timedelta(days=7)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


@rule
def save_time(*, actor, at: datetime, record: CheckTime | None = None, **fields) -> CheckTime:
    """Create or change a time; it counts for what has not begun. The last obligatory one in use stays. Raises RuleViolation."""
    check_can_manage(actor)
    found, fields = stored(CheckTime, record), tidied(fields)
    if found.pk is None:
        found.created_by, found.created_at = actor, at
    keeps_it = fields.get("is_obligatory", found.is_obligatory) and fields.get("is_active", found.is_active)
    if found.pk and found.is_obligatory and found.is_active and not keeps_it:
        others = CheckTime.objects.select_for_update().filter(is_obligatory=True, is_active=True).exclude(pk=found.pk)
        if not others:
            raise RuleViolation("每晚至少有一次必须点的名。先把另一次设为必须点，再改这一次。", field="is_obligatory" if found.is_active else "is_active")
    return save_changes(actor=actor, at=at, record=found, **fields)


def usual_time(actor, at: datetime) -> None:
    """The obligatory roll call of a school that has set nothing yet."""
    if not CheckTime.objects.filter(is_obligatory=True, is_active=True).exists():
        given = {"name": USUAL[0], "begins_at": USUAL[1], "nights": Nights.SCHOOL, "is_obligatory": True}
        row, made = CheckTime.objects.get_or_create(name=USUAL[0], defaults=given | {"created_by": actor, "created_at": at})
        if made:
            record_event(actor=actor, at=at, action="create", record=row, text="没有设过，先按 21:40 晚点名")


@rule
def prepare_checks(*, actor, at: datetime) -> int:
    """Make the checks of what starts within a day, each once, with a room for everybody's bed; how many were made. Runs again without harm.

    Rooms that got their first boarder since are added, empty ones that nobody has looked at are taken out, checks of a night that became free, too.
    """
    usual_time(actor, at)
    _follow_times(actor, at)
    made = []
    for night in (night_of(at), night_of(at) + DAY):
        buildings = list(DormBuilding.objects.filter(is_active=True, pk__in=stays_on(night).order_by().values("bed__room__building")).select_related("place"))
        for clock in CheckTime.objects.filter(is_active=True):
            starts = starts_on(night, clock.begins_at)
            if at - STARTED < starts <= at + AHEAD and is_planned(night, clock.nights, calendar()):
                made += [check for building in buildings if (check := _prepared(building, clock, night, starts))]
    _fill(actor, at, BedCheck.objects.filter(finished_at=None, starts_at__gt=at - OVER))
    if made:
        record_event(actor=actor, at=at, action="prepare", record=made[0], text=f"排好 {len(made)} 次查寝")
    return len(made)


def _follow_times(actor, at: datetime) -> None:
    """What has not begun moves with its time; it goes where the time is out of use or the night no longer one to check, as with a moved holiday."""
    days = calendar()
    rows = BedCheck.objects.filter(finished_at=None, starts_at__gt=at + EARLY).exclude(rooms__state=RoomState.DONE)
    for check in rows.select_related("time", "building__place").order_by("pk").select_for_update(of=("self",)):
        if not check.time.is_active or not is_planned(check.on, check.time.nights, days):
            record_event(actor=actor, at=at, action="drop", record=check.time, text=f"{check}不点了")
            check.rooms.all().delete()
            check.delete()
        elif (starts := starts_on(check.on, check.time.begins_at)) != check.starts_at and starts > at:
            check.starts_at, check.due_at = starts, starts + timedelta(minutes=limit(MINUTES.code, check.on))
            check.save(update_fields=["starts_at", "due_at"])
            record_event(actor=actor, at=at, action="move", record=check, text=f"改到 {timezone.localtime(starts):%m-%d %H:%M}")


def _prepared(building: DormBuilding, clock: CheckTime, night, starts: datetime) -> BedCheck | None:
    due = starts + timedelta(minutes=limit(MINUTES.code, night))
    check, made = BedCheck.objects.get_or_create(building=building, time=clock, on=night, defaults={"starts_at": starts, "due_at": due})
    return check if made else None


def _fill(actor, at: datetime, checks) -> None:
    """Bring the rooms of open checks in line with who sleeps there; rooms looked at stay as they are."""
    checks = list(checks.select_for_update().order_by("pk"))
    slept: dict = {}
    for night in {check.on for check in checks}:
        slept[night] = [
            (stay.bed.room.building_id, stay.bed.room_id) for stay in stays_on(night).filter(bed__room__building__in=[one.building_id for one in checks])
        ]
    for check in checks:
        rooms = list(dict.fromkeys(room for building, room in slept[check.on] if building == check.building_id))
        known = dict(check.rooms.values_list("room", "state"))
        check.rooms.filter(state=RoomState.UNSEEN).exclude(room__in=rooms).delete()
        new = [RoomCheck(check_of=check, room_id=room, order=n) for n, room in enumerate(rooms, 1) if room not in known]
        RoomCheck.objects.bulk_create(new, ignore_conflicts=True)
        if not rooms and not check.rooms.exists():
            check.delete()
        elif not new:  # the last room nobody had looked at may have been emptied
            _finish(actor, at, check)


def check_can_check(user, one: RoomCheck) -> None:
    """A keeper of the building, or whoever stands in for all. The time is looked at when it is done, so that the page can be read before."""
    require(user, CHECK)
    if not kept_buildings(user, CHECK).filter(pk=one.check_of.building_id).exists():
        raise NotAllowed(f"{one.check_of.building}由它的宿管员查。")
    check_move(one, RoomState.DONE, moves=ROOM_MOVES)


@rule
def check_room(
    *, actor, at: datetime, record: RoomCheck, asked: Iterable[int], shown_away: Iterable[int] = (), marks: Mapping[int, str] | None = None,
    notes: Mapping[int, str] | None = None, seen_at: datetime | None = None,
) -> RoomCheck:  # fmt: skip
    """One room looked at: whoever of `asked` has no mark is where the page said, in bed or on leave.

    `shown_away` are those the page showed on leave; `seen_at` is when it was written, where that was without network. Who is neither in bed nor
    on leave is told of in the same step. Raises Conflict when beds or leaves changed since in a way that somebody must look again.
    """
    held = list(BedCheck.objects.select_for_update().filter(pk=record.check_of_id))  # before its rooms, as prepare_checks does
    one = stored(RoomCheck, record)
    check = held[0]
    check_can_check(actor, one)
    seen = min(seen_at or at, at)
    _check_time(check, at, seen)
    marks, notes = dict(marks or {}), {key: tidied({"note": words or ""})["note"][:120] for key, words in (notes or {}).items()}
    people = expected(one, seen)
    _check_known(people, set(asked), set(shown_away), marks)
    advance(one, RoomState.DONE, moves=ROOM_MOVES, people=len(people), done_at=at, seen_at=seen, done_by=actor)
    searches, in_bed = open_missing([student.pk for student, _ in people], seen), []
    for student, usual in people:
        mark = marks.get(student.pk) or usual
        if mark == Mark.ABSENT and usual == Mark.LEAVE:  # leave given after the page was read
            mark = Mark.LEAVE
        mark, note = _known_since(one, student, mark, notes.get(student.pk, ""))
        _write(actor, at, one, student, mark, note, searches.get(student.pk))
        in_bed += [student] if mark in (Mark.IN, Mark.LATE) else []
    _sign_off(actor, at, one, in_bed)
    recount(one)
    words = "、".join(f"{mark.student.name}{mark.get_mark_display()}" for mark in one.marks.select_related("student"))
    record_event(actor=actor, at=at, action="check", record=one, text=f"点名 {one.people} 人，" + (words[:200] or "都在"))
    _finish(actor, at, check)
    return one


def _check_time(check: BedCheck, at: datetime, seen: datetime) -> None:
    if seen < check.starts_at - EARLY:
        raise RuleViolation(f"还没到时间，{timezone.localtime(check.starts_at):%m-%d %H:%M} 开始。")
    if at > check.starts_at + OVER:
        raise RuleViolation("这次查寝过去太久，不能再补。请在今晚的查寝里点。")


def _check_known(people: list[tuple[Student, str]], asked: set[int], shown_away: set[int], marks: dict[int, str]) -> None:
    """Everybody in the room was on the page, and nobody was shown on leave who is not."""
    if new := [student.name for student, _ in people if student.pk not in asked]:
        raise Conflict(f"这间刚刚多了{'、'.join(new)}，请刷新后再点一遍。")
    for student, usual in people:
        if student.pk in shown_away and usual != Mark.LEAVE and not marks.get(student.pk):
            raise Conflict(f"{student.name}的假已经销了或者作废了，请看一眼在不在，再点一遍。")
        if marks.get(student.pk) == Mark.LEAVE and usual != Mark.LEAVE:
            raise RuleViolation(f"{student.name}没有假条，不能记请假。人不在就记没到，班主任会马上知道。", field=f"mark_{student.pk}")


def _known_since(one: RoomCheck, student: Student, mark: str, note: str) -> tuple[str, str]:
    """What arrives late may be known better by now: who was not there, but was at a check later this night, came late; nobody looks for who is known to be well."""
    if mark != Mark.ABSENT:
        return mark, note
    rows = RoomCheck.objects.filter(room=one.room_id, check_of__on=one.check_of.on, state=RoomState.DONE, seen_at__gt=one.seen_at).exclude(pk=one.pk)
    later = rows.select_related("check_of__time").order_by("-seen_at").first()
    if later is None or student.pk not in {stay.student_id for stay in stays_on(one.check_of.on).filter(bed__room=one.room_id, created_at__lte=later.seen_at)}:
        return mark, note
    since = later.marks.filter(student=student, stands=True).first()
    if since is None or since.mark in (Mark.IN, Mark.LATE):
        return Mark.LATE, f"{timezone.localtime(later.seen_at):%H:%M} {later.check_of.time}时在寝"
    return (Mark.ELSEWHERE, since.note) if since.mark == Mark.ELSEWHERE else (mark, note)


def _write(actor, at: datetime, one: RoomCheck, student: Student, mark: str, note: str, search: Missing | None) -> None:
    """Write an exception, and what follows from it: a search opened, or the one that goes on ended."""
    if mark not in Mark:
        raise RuleViolation("请从列出来的里面选一项。", field=f"mark_{student.pk}")
    if mark == Mark.ELSEWHERE and not note:
        raise RuleViolation(f"请写{student.name}在哪里，例如 在医务室。", field=f"note_{student.pk}")
    if mark != Mark.IN:
        NightMark.objects.create(room_check=one, student=student, school_class=student.school_class, mark=mark, note=note, at=at, by=actor)
    if mark == Mark.ABSENT:
        open_search(actor=actor, at=at, one=one, student=student, seen=one.seen_at)
        return
    if search:
        outcome = {Mark.IN: Outcome.BACK, Mark.LATE: Outcome.BACK, Mark.LEAVE: Outcome.HOME}.get(Mark(mark), Outcome.OTHER)
        end_search(actor=actor, at=at, missing=search, outcome=outcome, words=note or f"{one.check_of.time}时{Mark(mark).label}")


def _sign_off(actor, at: datetime, one: RoomCheck, students: list[Student]) -> None:
    """Who lies in bed has come back from every leave that had begun and was given by then."""
    begun = min(one.check_of.on, timezone.localdate(one.seen_at))
    rows = DormLeave.objects.filter(student__in=students, state=LeaveState.GRANTED, first_on__lte=begun, granted_at__lte=one.seen_at)
    for leave in list(rows.select_for_update().order_by("pk")):
        came_back(actor=actor, at=at, leave=leave, text=f"{one.check_of.time}时在寝，销假", seen=one.seen_at)


def _finish(actor, at: datetime, check: BedCheck) -> None:
    """With its last room the check is complete, at the time the last room was seen."""
    if check.finished_at is None and not check.rooms.filter(state=RoomState.UNSEEN).exists():
        check.finished_at = max(check.rooms.values_list("seen_at", flat=True))
        check.save(update_fields=["finished_at"])
        record_event(actor=actor, at=at, action="finish", record=check, text="全部点完")


def check_can_correct(user, one: RoomCheck) -> None:
    require(user, CHECK)
    if not kept_buildings(user, CHECK).filter(pk=one.check_of.building_id).exists():
        raise NotAllowed(f"{one.check_of.building}由它的宿管员更正。")
    if one.state != RoomState.DONE:
        raise RuleViolation("这间还没有点，不用更正。")


@rule
def correct_mark(*, actor, at: datetime, record: RoomCheck, student: Student, mark: str, note: str) -> RoomCheck:
    """Add an entry that stands instead of the first, which stays readable. Raises RuleViolation without a reason or for somebody else's boarder."""
    one = stored(RoomCheck, record)
    check_can_correct(actor, one)
    note = tidied({"note": note or ""})["note"][:120]
    if not note:
        raise RuleViolation("请写为什么更正。", field="note")
    if mark not in Mark or mark == Mark.LEAVE:
        raise RuleViolation("请从列出来的里面选一项。请假由班主任准。", field="mark")
    if at > one.check_of.starts_at + CORRECTED_FOR:
        raise RuleViolation(f"过了 {CORRECTED_FOR.days} 天，不能再更正。")
    before = one.marks.filter(student=student, stands=True).first()
    if before is None and student.pk not in {stay.student_id for stay in stays_on(one.check_of.on).filter(bed__room=one.room_id)}:
        raise RuleViolation(f"{student.name}那晚不住这间。", field="student")
    if mark == Mark.ABSENT and student.pk in away_on(one.check_of.on, [student.pk], at=one.seen_at):
        raise RuleViolation(f"{student.name}有假条，不在就是请假，不用更正。", field="mark")
    if (before.mark if before else Mark.IN) == mark:
        raise RuleViolation(f"{student.name}现在就是「{Mark(mark).label}」。", field="mark")
    one.marks.filter(student=student, stands=True).update(stands=False)
    NightMark.objects.create(room_check=one, student=student, school_class=student.school_class, mark=mark, note=note, at=at, by=actor)
    _follow(actor, at, one, student, mark, note)
    recount(one)
    was = before.get_mark_display() if before else Mark.IN.label
    record_event(actor=actor, at=at, action="correct", record=one, text=f"更正：{student.name}由{was}改为{Mark(mark).label}", note=note)
    return one


def _follow(actor, at: datetime, one: RoomCheck, student: Student, mark: str, note: str) -> None:
    is_tonight = at <= one.check_of.starts_at + OVER  # a boarder of a night long past is not being looked for now, and may be away again
    if mark == Mark.ABSENT:
        if is_tonight:
            open_search(actor=actor, at=at, one=one, student=student)
        return
    search = Missing.objects.filter(student=student, state=MissingState.OPEN, noticed_at__lte=one.seen_at, room_check__check_of__on=one.check_of.on).first()
    search = search or Missing.objects.filter(student=student, room_check=one, state=MissingState.OPEN).first()
    if search:
        mistaken = Outcome.MISTAKE if search.room_check_id == one.pk else Outcome.BACK
        outcome = {Mark.IN: mistaken, Mark.LATE: Outcome.BACK}.get(Mark(mark), Outcome.OTHER)
        end_search(actor=actor, at=at, missing=search, outcome=outcome, words=note)
    if is_tonight and mark in (Mark.IN, Mark.LATE):
        _sign_off(actor, at, one, [student])

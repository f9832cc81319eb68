"""Giving leave, the parent's link, coming back (DOR-03)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number, next_numbers
from logistics.platform.org.models import SchoolClass, Student

from .models import LEAVE_MOVES, OPEN, DormLeave, LeaveReason, LeaveState
from .queries import GRANT, RETURN, is_head, keepers_for, kept_students, night_of

SUBJECT = Subject("dorms.leave", "住宿请假", "宿舍", urgent=True)
HOURS = Limit("dorms.leave.hours", "家长填假条的链接几小时有效", "小时", 24, floor=1, ceiling=168, group="宿舍")
LONGEST = Limit("dorms.leave.days", "住宿请假一次最多几晚", "晚", 30, floor=1, ceiling=120, group="宿舍")
SERIES = "JT"
AHEAD = timedelta(days=60)


def check_can_grant(user, record=None) -> None:
    require(user, GRANT)


def check_for(user, school_class: SchoolClass) -> None:
    """Raise NotAllowed unless this person gives leave to the class."""
    if require(user, GRANT) != Scope.ALL and school_class.head_teacher_id != user.pk:
        raise NotAllowed(f"班主任只能给自己班的学生准假，{school_class}请找{school_class.head_teacher or '分管领导'}。")


def page_of(leave: DormLeave) -> str:
    return reverse("dorms:leave-detail", args=[leave.pk])


def tell(people, leave: DormLeave, *, at: datetime, about: str, title: str, body: str = "") -> None:
    notify(at=at, key=f"dorms.leave.{about}:{leave.pk}", recipients=[one for one in people if one], title=title, body=body, url=page_of(leave), subject=SUBJECT)


def when_words(leave: DormLeave) -> str:
    return f"{leave.first_on:%m-%d} 起 {leave.nights} 晚，{timezone.localtime(leave.back_by):%m-%d %H:%M} 前回"


def checked_nights(at: datetime, first_on: date | None, back_by: datetime | None) -> date:
    """The last night. Raises RuleViolation at the field for nights that are over, too far, too many, or none."""
    if first_on is None:
        raise RuleViolation("请写从哪晚起。", field="first_on")
    if back_by is None:
        raise RuleViolation("请写什么时候回校。", field="back_by")
    if first_on < night_of(at):
        raise RuleViolation(f"{first_on:%Y-%m-%d} 那晚已经过去了，从今晚起请。", field="first_on")
    if back_by <= at:
        raise RuleViolation("回校时间已经过了。人已经回来的不用补假，宿管员在那晚的点名里更正。", field="back_by")
    if first_on > timezone.localdate(at) + AHEAD:
        raise RuleViolation(f"最多提前 {AHEAD.days} 天请假。", field="first_on")
    last_on = timezone.localdate(back_by) - timedelta(days=1)
    if last_on < first_on:
        raise RuleViolation("当晚就回来的不用请住宿假，请办出门证。回校日期写第一晚的第二天或者更晚。", field="back_by")
    longest = limit(LONGEST.code, first_on)
    if (last_on - first_on).days + 1 > longest:
        raise RuleViolation(f"一次最多请 {longest} 晚。更长的请办退宿。", field="back_by")
    return last_on


def checked_words(kind: str, reason: str, collector: str, relation: str) -> dict:
    words = tidied({"reason": reason or "", "collector": collector or "", "relation": relation or ""})
    if kind == LeaveReason.OTHER and not words["reason"]:
        raise RuleViolation("请写是什么原因。", field="reason")
    if words["collector"] and not words["relation"]:
        raise RuleViolation("请写来接的人是学生的什么人。", field="relation")
    return words


def _check_boarder(student: Student, field: str = "student") -> None:
    if not student.is_active:
        raise RuleViolation(f"{student.name}已经不在校。", field=field)
    if not student.is_boarder and not student.stays.filter(left_on=None).exists():
        raise RuleViolation(f"{student.name}不住校，不用请住宿假。", field=field)


def locked(students: Sequence[Student]) -> None:
    """Hold the students until the rule ends, so that two who give leave at once see each other's."""
    list(Student.objects.select_for_update().filter(pk__in=[student.pk for student in students]).order_by("pk"))


def _clashing(students: Sequence[Student], first_on: date, last_on: date, but: DormLeave | None = None) -> list[DormLeave]:
    rows = DormLeave.objects.filter(student__in=students, state=LeaveState.GRANTED, first_on__lte=last_on, last_on__gte=first_on).select_related("student")
    return list(rows.exclude(pk=but.pk) if but else rows)


def _check_free(student: Student, first_on: date, last_on: date, but: DormLeave | None = None) -> None:
    for other in _clashing([student], first_on, last_on, but):
        raise Conflict(f"{student.name}{when_words(other)}，已经准过假了（{other.number}）。", field="first_on")


@rule
def grant_leave(
    *, actor, at: datetime, student: Student, first_on: date, back_by: datetime, kind: str = LeaveReason.HOME, reason: str = "", collector: str = "", relation: str = ""
) -> DormLeave:  # fmt: skip
    """The head teacher lets a boarder sleep elsewhere from this night until the day of return; the keepers are told.

    Raises NotAllowed for other classes, RuleViolation at its field, Conflict when the nights are on leave already.
    """
    check_for(actor, student.school_class)
    _check_boarder(student)
    last_on = checked_nights(at, first_on, back_by)
    words = checked_words(kind, reason, collector, relation)
    locked([student])
    _check_free(student, first_on, last_on)
    for waiting in DormLeave.objects.filter(student=student, state__in=OPEN).select_for_update():
        raise Conflict(f"{student.name}有一张假条{waiting.get_state_display()}（{waiting.number}），请先办完或者作废。", field="student")
    leave = DormLeave(student=student, school_class=student.school_class, kind=kind, first_on=first_on, last_on=last_on, back_by=back_by, **words)
    leave.number, leave.created_by, leave.created_at = next_number(SERIES, timezone.localtime(at).year), actor, at
    leave.granted_at, leave.granted_by = at, actor
    leave.full_clean()
    leave.save()
    record_event(actor=actor, at=at, action="create", record=leave, text=f"{leave.school_class} {student.name}准假，{when_words(leave)}", note=leave.reason)
    _tell_keepers(leave, at)
    return leave


def _tell_keepers(leave: DormLeave, at: datetime) -> None:
    title = f"{leave.school_class} {leave.student.name}请假，{leave.span}"
    tell(keepers_for(leave.student), leave, at=at, about="granted", title=title, body=f"{when_words(leave)}。{leave.who_collects}")


@rule
def grant_weekend(
    *, actor, at: datetime, school_class: SchoolClass, students: Sequence[Student], first_on: date, back_by: datetime, kind: str = LeaveReason.HOME
) -> list[DormLeave]:  # fmt: skip
    """Leave for many of one class in one step, such as everybody who goes home for the weekend; all or nothing. The keepers get one notice.

    Raises RuleViolation at `students` naming who is not of the class, does not board, or is on leave already.
    """
    check_for(actor, school_class)
    students = list({student.pk: student for student in students}.values())
    if not students:
        raise RuleViolation("请勾选请假的学生。", field="students")
    last_on = checked_nights(at, first_on, back_by)
    for student in students:
        if student.school_class_id != school_class.pk:
            raise RuleViolation(f"{student.name}不是{school_class}的。", field="students")
        _check_boarder(student, "students")
    locked(students)
    if taken := [leave.student.name for leave in _clashing(students, first_on, last_on)]:
        raise RuleViolation(f"这几晚已经准过假的：{'、'.join(dict.fromkeys(taken))}。请去掉以后再保存。", field="students")
    if waiting := DormLeave.objects.filter(student__in=students, state__in=OPEN).select_related("student"):
        raise RuleViolation(f"有假条还没有办完的：{'、'.join(leave.student.name for leave in waiting)}。请先办完或者去掉。", field="students")
    made, numbers = [], next_numbers(SERIES, timezone.localtime(at).year, len(students))
    for number, student in zip(numbers, students, strict=True):
        leave = DormLeave(number=number, student=student, school_class=school_class, kind=kind, first_on=first_on, last_on=last_on, back_by=back_by)
        leave.created_by = leave.granted_by = actor
        leave.created_at = leave.granted_at = at
        made.append(leave)
    DormLeave.objects.bulk_create(made)
    for leave in made:
        record_event(actor=actor, at=at, action="create", record=leave, text=f"{school_class} {leave.student.name}准假，{when_words(leave)}")
    keepers = {keeper.pk: keeper for student in students for keeper in keepers_for(student)}
    title, names = f"{school_class} {len(made)} 人请假，{when_words(made[0])}", "、".join(student.name for student in students)
    notify(at=at, key=f"dorms.leave.list:{made[0].pk}", recipients=keepers.values(), title=title, body=names, url=reverse("dorms:leave-list"), subject=SUBJECT)
    return made


@rule
def invite_parent(*, actor, at: datetime, student: Student) -> DormLeave:
    """Open a leave the parent fills in through a link without login, once. The head teacher decides afterwards."""
    check_for(actor, student.school_class)
    _check_boarder(student)
    leave = DormLeave(student=student, school_class=student.school_class, state=LeaveState.ASKED, created_by=actor, created_at=at)
    locked([student])
    if DormLeave.objects.filter(student=student, state__in=OPEN).exists():
        raise Conflict(f"{student.name}已经有一张没办完的假条。", field="student")
    leave.number, leave.link_until = next_number(SERIES, timezone.localtime(at).year), at + timedelta(hours=limit(HOURS.code, timezone.localdate(at)))
    leave.full_clean()
    leave.save()
    record_event(actor=actor, at=at, action="create", record=leave, text=f"请{leave.school_class} {student.name}的家长填假条")
    return leave


def check_can_renew(user, leave: DormLeave) -> None:
    check_for(user, leave.school_class)
    if leave.state != LeaveState.ASKED:
        raise RuleViolation("家长已经填过了，不用换链接。")


@rule
def renew_link(*, actor, at: datetime, record: DormLeave) -> DormLeave:
    """A new link for the parent; the old one is worth nothing any more."""
    leave = stored(DormLeave, record)
    check_can_renew(actor, leave)
    leave.link_round += 1
    leave.link_until = at + timedelta(hours=limit(HOURS.code, timezone.localdate(at)))
    leave.save(update_fields=["link_round", "link_until"])
    record_event(actor=actor, at=at, action="renew_link", record=leave, text="换发家长链接")
    return leave


def check_can_agree(user, leave: DormLeave) -> None:
    check_for(user, leave.school_class)
    check_move(leave, LeaveState.GRANTED, moves=LEAVE_MOVES)


@rule
def agree_leave(*, actor, at: datetime, record: DormLeave) -> DormLeave:
    """The head teacher lets the boarder go on what the parent wrote. Raises RuleViolation when its first night is over."""
    leave = stored(DormLeave, record)
    check_can_agree(actor, leave)
    locked([leave.student])
    checked_nights(at, leave.first_on, leave.back_by)
    _check_free(leave.student, leave.first_on, leave.last_on, leave)
    advance(leave, LeaveState.GRANTED, moves=LEAVE_MOVES, granted_at=at, granted_by=actor)
    record_event(actor=actor, at=at, action="agree", record=leave, text=f"准假，{when_words(leave)}")
    _tell_keepers(leave, at)
    return leave


@rule
def refuse_leave(*, actor, at: datetime, record: DormLeave, reason: str) -> DormLeave:
    """The head teacher does not agree, saying why."""
    leave, reason = stored(DormLeave, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_agree(actor, leave)
    if not reason:
        raise RuleViolation("请写为什么不同意。", field="reason")
    advance(leave, LeaveState.REFUSED, moves=LEAVE_MOVES, note=reason)
    record_event(actor=actor, at=at, action="refuse", record=leave, text="没有同意", note=reason)
    return leave


def check_can_void(user, leave: DormLeave) -> None:
    check_for(user, leave.school_class)
    check_move(leave, LeaveState.VOID, moves=LEAVE_MOVES)


@rule
def void_leave(*, actor, at: datetime, record: DormLeave, reason: str) -> DormLeave:
    """The boarder stays after all; the keepers are told, for they count the boarder again."""
    leave, reason = stored(DormLeave, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_void(actor, leave)
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    was_granted = leave.state == LeaveState.GRANTED
    advance(leave, LeaveState.VOID, moves=LEAVE_MOVES, note=reason)
    record_event(actor=actor, at=at, action="void", record=leave, text="作废", note=reason)
    if was_granted:
        tell(keepers_for(leave.student), leave, at=at, about="void", title=f"{leave.school_class} {leave.student.name}的假条作废，照常点名", body=reason)
    return leave


def check_can_take_back(user, leave: DormLeave) -> None:
    scope = require(user, RETURN)
    check_move(leave, LeaveState.BACK, moves=LEAVE_MOVES)
    if scope != Scope.ALL and not is_head(user, leave) and not kept_students(user).filter(student=leave.student_id).exists():
        raise NotAllowed("销假请找这名学生的宿管员或者班主任。")


@rule
def take_back(*, actor, at: datetime, record: DormLeave, note: str = "") -> DormLeave:
    """销假: the boarder is back. Before the first night there is nothing to come back from: void it instead."""
    leave = stored(DormLeave, record)
    check_can_take_back(actor, leave)
    return came_back(actor=actor, at=at, leave=leave, text="销假", note=tidied({"note": note or ""})["note"][:200])


def came_back(*, actor, at: datetime, leave: DormLeave, text: str, note: str = "", seen: datetime | None = None) -> DormLeave:
    """Write the return; also for the bed check, which has found the boarder in bed, at `seen` where that arrived later.

    The caller's rule has locked the leave and asked who may.
    """
    back = seen or at
    if timezone.localdate(back) < leave.first_on:
        raise RuleViolation("还没有到请假的那晚。不走了，请作废。")
    advance(leave, LeaveState.BACK, moves=LEAVE_MOVES, back_at=back, back_to=actor)
    record_event(actor=actor, at=at, action="take_back", record=leave, text=text, note=note)
    return leave


@rule
def watch_leaves(*, actor, at: datetime) -> int:
    """Every few minutes: who has not come back in time is told of once; links nobody used lapse. How many are overdue."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    for leave in DormLeave.objects.filter(state=LeaveState.ASKED, link_until__lt=at).order_by("pk").select_for_update()[:200]:
        advance(leave, LeaveState.VOID, moves=LEAVE_MOVES, note="家长没有在有效时间里填写")
        record_event(actor=actor, at=at, action="lapse", record=leave, text="家长没有填写，假条作废")
    late = DormLeave.objects.filter(state=LeaveState.GRANTED, back_by__lt=at, back_by__gte=at - timedelta(days=7)).select_related(
        "student", "school_class__head_teacher"
    )
    for leave in late[:200]:
        people = [leave.school_class.head_teacher, *keepers_for(leave.student)]
        body = f"应在 {timezone.localtime(leave.back_by):%m-%d %H:%M} 前回来。请班主任和家长联系，回来了请销假。"
        tell(people, leave, at=at, about="overdue", title=f"{leave.school_class} {leave.student.name}过时没有销假", body=body)
    return late.count()

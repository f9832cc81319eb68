"""Looking for a boarder who is not there: told at once, told again, written down until there is a result (DOR-02)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import Student

from .counting import lock_absent, replace_absent
from .leaders import leaders_at
from .models import MISSING_MOVES, BedCheck, Missing, MissingState, MissingStep, Outcome, RoomCheck, RoomState
from .queries import OVER, is_concerned, keepers_of, people_to_tell, without_leave
from .rights import LEAD, TOP

ABSENT = Subject("dorms.missing", "住校生没归寝", "宿舍", urgent=True)
LATE_ROOMS = Subject("dorms.check", "查寝没有点完", "宿舍", urgent=True)
SECOND = Limit("dorms.missing.second", "没归寝几分钟没有结果就再提醒班主任、宿管员和带班领导", "分钟", 10, floor=3, ceiling=60, group="宿舍")
THIRD = Limit("dorms.missing.third", "没归寝几分钟没有结果就报校长", "分钟", 30, floor=10, ceiling=180, group="宿舍")
ASIDE = {Outcome.FOUND, Outcome.HOME, Outcome.HOSPITAL, Outcome.OTHER}


def on_duty(at: datetime) -> list:
    """The leaders on the duty roster, and whoever is always called."""
    return [*leaders_at(at), *holders_of(LEAD)]


def _tell(missing: Missing, *, at: datetime, step: str, people, title: str) -> None:
    room = missing.room_check
    body = f"{room.check_of.time} {timezone.localtime(missing.noticed_at):%H:%M} 在{room.room}点名没有到，没有请假。请马上联系、寻找，并写下结果。"
    url = reverse("dorms:missing-detail", args=[missing.pk])
    notify(at=at, key=f"dorms.missing.{step}:{missing.pk}", recipients=people, title=title, body=body, url=url, subject=ABSENT)


def open_search(*, actor, at: datetime, one: RoomCheck, student: Student, seen: datetime | None = None) -> Missing:
    """Begin to look for a boarder and tell head teacher, keepers and the leader on duty; one search at a time. The caller's rule has asked who may.

    The minutes count from `seen`, when the empty bed was written down, which without network is before it arrives.
    """
    known = Missing.objects.filter(student=student, state=MissingState.OPEN).select_related("room_check__check_of").first()
    if known:
        if one.check_of.on > known.room_check.check_of.on:  # nobody wrote what became of the night before; this night is news again
            _tell_again(known, one, at)
        return known
    try:
        with transaction.atomic():
            given = {"noticed_at": seen or at, "noticed_by": actor}
            missing = Missing.objects.create(room_check=one, student=student, school_class=student.school_class, **given)
    except IntegrityError:  # a second phone was first
        return Missing.objects.get(student=student, state=MissingState.OPEN)
    record_event(actor=actor, at=at, action="create", record=missing, text=f"{one.check_of.time}没有到，没有请假")
    _tell(missing, at=at, step="first", people=[*people_to_tell(missing), *on_duty(at)], title=f"{missing.school_class} {student.name}没归寝，没有请假")
    return missing


def _tell_again(missing: Missing, one: RoomCheck, at: datetime) -> None:
    title = f"{missing.school_class} {missing.student.name}又没归寝，从 {timezone.localtime(missing.noticed_at):%m-%d %H:%M} 起没有结果"
    body = f"{one.check_of.time}在{one.room}点名没有到，没有请假。前一次没有写结果。请马上联系、寻找，并写下结果。"
    people = [*people_to_tell(missing), *on_duty(at), *holders_of(TOP)]
    url = reverse("dorms:missing-detail", args=[missing.pk])
    notify(at=at, key=f"dorms.missing.{one.check_of.on:%m%d}:{missing.pk}", recipients=people, title=title, body=body, url=url, subject=ABSENT)


def end_search(*, actor, at: datetime, missing: Missing, outcome: str, words: str) -> Missing:
    """Write the result; the mark of the night follows in a new entry. The caller's rule has asked who may."""
    lock_absent(missing)
    missing = stored(Missing, missing)
    ended = max(at, missing.noticed_at)
    advance(missing, MissingState.ENDED, moves=MISSING_MOVES, outcome=outcome, words=words[:200], ended_at=ended, ended_by=actor)
    text = f"{Outcome(outcome).label}，用了 {missing.minutes(at)} 分钟"
    record_event(actor=actor, at=at, action="settle", record=missing, text=text, note=words)
    replace_absent(actor=actor, at=at, missing=missing)
    return missing


def check_can_follow(user, missing: Missing) -> None:
    if not is_concerned(user, missing):
        raise NotAllowed("寻找经过由班主任、宿管员和带班领导写。")
    check_move(missing, MissingState.ENDED, moves=MISSING_MOVES)


@rule
def add_step(*, actor, at: datetime, record: Missing, words: str) -> Missing:
    """What was done to find the boarder, such as that the parents were called. Raises RuleViolation when nothing is written."""
    missing, words = stored(Missing, record), tidied({"words": words or ""})["words"]
    check_can_follow(actor, missing)
    if not words:
        raise RuleViolation("请写做了什么，例如 已打电话给家长。", field="words")
    MissingStep.objects.create(missing=missing, words=words[:200], at=at, by=actor)
    record_event(actor=actor, at=at, action="step", record=missing, text=words[:200])
    return missing


@rule
def settle_missing(*, actor, at: datetime, record: Missing, outcome: str, words: str = "") -> Missing:
    """What was found. Everybody who was told hears it; the night's list says it instead of absent."""
    missing, words = Missing.objects.get(pk=record.pk), tidied({"words": words or ""})["words"]  # locked by end_search, after the rooms
    check_can_follow(actor, missing)
    if outcome in ASIDE and not words:
        raise RuleViolation("请写在哪里、和谁在一起，例如 在市一院，母亲陪着。", field="words")
    missing = end_search(actor=actor, at=at, missing=missing, outcome=outcome, words=words)
    title = f"{missing.school_class} {missing.student.name}：{missing.get_outcome_display()}"
    people = [*people_to_tell(missing), *on_duty(at)]
    if missing.minutes(at) >= limit(THIRD.code, timezone.localdate(at)):
        people += holders_of(TOP)
    url = reverse("dorms:missing-detail", args=[missing.pk])
    notify(at=at, key=f"dorms.missing.ended:{missing.pk}", recipients=people, title=title, body=words, url=url, subject=ABSENT)
    return missing


@rule
def watch_nights(*, actor, at: datetime) -> int:
    """Every minute: searches without a result are told of again, checks that are not complete in time once. How many searches are open."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    second, third = (timedelta(minutes=limit(one.code, timezone.localdate(at))) for one in (SECOND, THIRD))
    rows = Missing.objects.filter(state=MissingState.OPEN).select_related(
        "student", "school_class__head_teacher", "room_check__check_of__time", "room_check__room__building", "room_check__room__place__parent"
    )
    searches = list(rows.order_by("noticed_at", "pk")[:200])
    for missing in searches:
        if at >= missing.noticed_at + second:
            title = f"{missing.school_class} {missing.student.name}没归寝 {missing.minutes(at)} 分钟，还没有结果"
            people = [*people_to_tell(missing), *on_duty(at)]
            _tell(missing, at=at, step="second", people=people, title=title)
            if at >= missing.noticed_at + max(second, third):
                _tell(missing, at=at, step="third", people=[*people, *holders_of(TOP)], title=title)
    _tell_late(at)
    _tell_void_leave(at)
    return len(searches)


def _tell_late(at: datetime) -> None:
    late = BedCheck.objects.filter(finished_at=None, due_at__lt=at, starts_at__gt=at - OVER, rooms__state=RoomState.UNSEEN).distinct()
    for check in late.select_related("building__place", "time")[:50]:
        left = list(check.rooms.filter(state=RoomState.UNSEEN).select_related("room__place").order_by("order"))
        title = f"{check.building}{check.time}还有 {len(left)} 间没有点"
        people = [*keepers_of(check.building), *on_duty(at)]
        body = "、".join(one.room.place.name for one in left[:20])
        url = reverse("dorms:check-detail", args=[check.pk])
        notify(at=at, key=f"dorms.check.late:{check.pk}", recipients=people, title=title, body=body, url=url, subject=LATE_ROOMS)


def _tell_void_leave(at: datetime) -> None:
    """Somebody must look at the bed of who was counted as on leave when the room was looked at, while the leave is void by now."""
    for mark in without_leave(BedCheck.objects.filter(starts_at__gt=at - OVER)):
        room = mark.room_check
        title = f"{mark.school_class} {mark.student.name}的假条作废了，请去看一眼"
        body = f"{room.room} {room.check_of.time}时按请假算的，没有看床。在不在，请打开这间更正。"
        people = [*keepers_of(room.check_of.building), *([mark.school_class.head_teacher] if mark.school_class.head_teacher else [])]
        url = reverse("dorms:room-check-detail", args=[room.pk])
        notify(at=at, key=f"dorms.check.leave:{mark.pk}", recipients=people, title=title, body=body, url=url, subject=ABSENT)

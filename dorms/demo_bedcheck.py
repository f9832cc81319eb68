"""Nights of the demo school: one building's last roll call, its leaves, and tonight's checks that wait."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import User

from .bed.models import Stay
from .bed.queries import sleepers_on
from .bedcheck.missing_rules import add_step, settle_missing
from .bedcheck.models import BedCheck, Missing, RoomCheck
from .bedcheck.rules import check_room, prepare_checks, save_time
from .leave.queries import away_on, night_of
from .leave.rules import grant_leave, grant_weekend, invite_parent, take_back


def build(school: DemoSchool) -> None:
    director, keeper, yesterday = school.director, school.people["dormkeeper"], last_night(school.now)
    usual = {"nights": "term", "is_active": True}
    save_time(actor=director, at=moment(yesterday, 8), name="晚点名", begins_at=time(21, 40), is_obligatory=True, **usual)
    stays = list(
        Stay.objects.filter(left_on=None).select_related("student__school_class__head_teacher").order_by("bed__room__place__path", "bed__number")[:120]
    )
    if not stays:
        return
    leaves(school, stays)
    prepare_checks(actor=User.objects.system(), at=moment(yesterday, 12))
    for check in BedCheck.objects.filter(on=yesterday).select_related("building__place", "time").order_by("building__order"):
        walk(keeper, check)
    save_time(actor=director, at=school.now, name="熄灯查寝", begins_at=time(22, 30), is_obligatory=False, **usual)
    prepare_checks(actor=User.objects.system(), at=school.now)


def last_night(now: datetime):
    """The last night whose roll call is long over."""
    night = night_of(now)
    return night if moment(night, 23, 40) <= now else night - timedelta(days=1)


def moment(on, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(on, datetime.min.time())).replace(hour=hour, minute=minute)


def leaves(school: DemoSchool, stays: list[Stay]) -> None:
    """One night yesterday, one that is over, a class at the week's end, a parent who is asked."""
    now, night = school.now, night_of(school.now)
    heads = [stay.student for stay in stays if stay.student.school_class.head_teacher]
    for n, (student, kind, reason) in enumerate(((heads[2], "ill", "回家休息"), (heads[7], "family", ""), (heads[15], "event", "市里比赛"))):
        given = {"first_on": night - timedelta(days=1), "back_by": moment(night + timedelta(days=1 if n else 0), 20), "kind": kind, "reason": reason}
        at = moment(night - timedelta(days=1), 15, n)
        leave = grant_leave(actor=student.school_class.head_teacher, at=at, student=student, collector="王女士", relation="母亲", **given)
        if not n and moment(night, 18) <= now:
            take_back(actor=student.school_class.head_teacher, at=moment(night, 18), record=leave)
    school_class = heads[30].school_class
    group = [student for student in heads if student.school_class_id == school_class.pk and student not in (heads[2], heads[7], heads[15])][:6]
    friday = night + timedelta(days=(4 - night.weekday()) % 7)
    given = {"first_on": friday, "back_by": moment(friday + timedelta(days=2), 18)}
    grant_weekend(actor=school_class.head_teacher, at=now - timedelta(hours=1), school_class=school_class, students=group, **given)
    invite_parent(actor=heads[50].school_class.head_teacher, at=now - timedelta(minutes=30), student=heads[50])


def walk(keeper, check: BedCheck) -> None:
    """Every room in order; in the first building one boarder was missing and lay in the clinic, another came late."""
    rooms = list(RoomCheck.objects.filter(check_of=check).select_related("check_of__building", "check_of__time", "room").order_by("order"))
    slept, away, gone = sleepers_on([one.room for one in rooms], check.on), away_on(check.on), None
    for n, one in enumerate(rooms):
        known = [stay.student for stay in slept.get(one.room_id, [])]
        people = [student for student in known if student.pk not in away] if check.building.order == 1 else []
        marks = {people[0].pk: "absent"} if n == 3 and people else {people[1].pk: "late"} if n == 6 and len(people) > 1 else {}
        at = check.starts_at + timedelta(seconds=12 * (n + 1))
        check_room(actor=keeper, at=at, record=one, asked=[student.pk for student in known], marks=marks)
        gone = Missing.objects.filter(room_check=one).first() if marks and gone is None else gone
    if gone:
        at = check.starts_at + timedelta(minutes=4)
        add_step(actor=keeper, at=at, record=gone, words="问了同宿舍，说晚自习后肚子疼。已打电话给班主任。")
        settle_missing(actor=keeper, at=at + timedelta(minutes=5), record=gone, outcome="found", words="在医务室，校医陪着")

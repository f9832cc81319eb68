"""One row of every record of bed checks and of leaves."""

from datetime import time, timedelta

from dorms.bedcheck.models import BedCheck, CheckTime, Missing, RoomCheck
from dorms.bedcheck.rules import check_room, prepare_checks, save_time
from dorms.leave.models import DormLeave
from dorms.leave.rules import grant_leave
from logistics.platform.org.models import User
from tests.conftest import NOW
from tests.platform.duties_kit import moment
from tests.records import dorm_makers

TONIGHT = moment(NOW.date(), "21:45")


def clock(school, n: int) -> CheckTime:
    """Out of use, so that it makes no checks."""
    given = {"begins_at": time(22), "nights": "term", "is_obligatory": False, "is_active": False}
    return save_time(actor=school.cast.director, at=NOW, name=f"第{n}次", **given)


def check(school, n: int) -> BedCheck:
    stay = dorm_makers.stay(school, n + 10000)
    prepare_checks(actor=User.objects.system(), at=NOW)
    return BedCheck.objects.get(building=stay.bed.room.building, on=NOW.date())


def room_check(school, n: int) -> RoomCheck:
    return check(school, n + 500).rooms.select_related("check_of__time", "check_of__building__place", "room__place__parent").get()


def missing(school, n: int) -> Missing:
    one = room_check(school, n + 500)
    student = one.room.beds.filter(stays__left_on=None).get(stays__isnull=False).stays.get().student
    check_room(actor=school.cast.vice, at=TONIGHT, record=one, asked=[student.pk], marks={student.pk: "absent"})
    return Missing.objects.get(student=student)


def leave(school, n: int) -> DormLeave:
    student = dorm_makers.boarder(school, n + 12000)
    back = moment(NOW.date() + timedelta(days=1), "18:00")
    return grant_leave(actor=school.cast.director, at=NOW, student=student, first_on=NOW.date(), back_by=back, kind="home")


MAKERS = {
    "dorms.checktime": clock,
    "dorms.bedcheck": check,
    "dorms.roomcheck": room_check,
    "dorms.missing": missing,
    "dorms.dormleave": leave,
}

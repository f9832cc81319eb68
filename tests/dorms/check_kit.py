"""A night in a small dormitory: what the tests of leaves and bed checks stand on."""

from datetime import date, datetime, timedelta

from dorms.bedcheck.models import BedCheck, RoomCheck
from dorms.bedcheck.rules import check_room, prepare_checks
from dorms.leave.models import DormLeave
from dorms.leave.rules import grant_leave
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import Student, User
from tests.dorms.score_kit import Dorm, dorm_of
from tests.platform.duties_kit import moment

TODAY = date(2026, 11, 18)  # a Wednesday
TOMORROW = TODAY + timedelta(days=1)
EVENING = moment(TODAY, "21:40")
BACK = moment(TOMORROW, "18:00")


def at(minutes: int) -> datetime:
    """Minutes after the roll call's start."""
    return EVENING + timedelta(minutes=minutes)


def told(key: str) -> set[int]:
    return {one for row in OutboxMessage.objects.filter(key=key) for one in row.payload["recipients"]}


def system() -> User:
    return User.objects.system()


def a_night(cast, **given) -> tuple[Dorm, BedCheck]:
    """The dormitory and its roll call of tonight, prepared in the morning."""
    dorm = dorm_of(cast, **given)
    prepare_checks(actor=system(), at=moment(TODAY, "09:00"))
    return dorm, BedCheck.objects.get(building=dorm.building)


def room(check: BedCheck, dorm: Dorm, n: int = 0) -> RoomCheck:
    return RoomCheck.objects.get(check_of=check, room=dorm.rooms[n])


def look(cast, one: RoomCheck, students: list[Student], minutes: int = 2, actor=None, **given) -> RoomCheck:
    """The keeper has looked at the room; `marks` by student's key."""
    return check_room(actor=actor or cast.dormkeeper, at=at(minutes), record=one, asked=[student.pk for student in students], **given)


def a_leave(cast, student: Student, when: datetime | None = None, **given) -> DormLeave:
    values = {"first_on": TODAY, "back_by": BACK, "kind": "home"} | given
    return grant_leave(actor=cast.headteacher, at=when or moment(TODAY, "16:00"), student=student, **values)

"""A small school calendar, duties made by the rule, and what tests of duties count."""

from datetime import date, datetime, time, timedelta

from logistics.platform.audit.models import Event
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.duties.rules import save_duty
from logistics.platform.org.rules import save_post
from logistics.platform.terms.calendar import ZONE, SchoolCalendar, SpecialDay
from logistics.platform.terms.models import Term
from logistics.platform.terms.public_holidays import public_days
from tests.conftest import NOW

TODAY = NOW.date()  # 2026-11-18, a Wednesday
OPEN, DONE, LATE, MISSED, CANCELLED = (OccurrenceState[name] for name in ("OPEN", "DONE", "LATE", "MISSED", "CANCELLED"))
TERM = Term(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
SPRING = Term(name="春季学期", year="2026-2027", start_on=date(2027, 2, 24), end_on=date(2027, 7, 3))
SPECIAL = {on: SpecialDay(kind, name) for on, kind, name in public_days(2026)}
CALENDAR = SchoolCalendar(terms=(TERM, SPRING), special=SPECIAL)
DAILY = {"kind": "daily", "times": ["07:30"], "minutes": 60}


def moment(on: date, clock: str) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), ZONE)


def in_days(n: int) -> date:
    return TODAY + timedelta(days=n)


def a_duty(cast, title: str = "每日巡视", *, at: datetime = NOW, person=None, post=None, rhythm: dict | None = None, actor=None, **values):
    """A duty of the guard, every day from 07:30 to 08:30, late until 10:30, planned from the moment `at`."""
    owner = {"owner_post": post} if post else {"owner_person": person or cast.guard}
    given = {"starts_on": at.date(), "grace_minutes": 120} | owner | values
    return save_duty(actor=actor or cast.director, at=at, title=title, rhythm=rhythm or DAILY, **given)


def a_post(cast, *holders):
    return save_post(actor=cast.director, at=NOW, name="校园巡视岗", duties="每日三巡", holders=list(holders))


def times_of(duty, *states) -> list[str]:
    """When its occurrences in these states open, in order."""
    found = Occurrence.objects.filter(duty=duty).order_by("opens_at")
    found = found.filter(state__in=states) if states else found
    return [f"{row.opens_at.astimezone(ZONE):%m-%d %H:%M}" for row in found]


def on_day(duty, on: date) -> Occurrence:
    return Occurrence.objects.filter(duty=duty, on=on).earliest("opens_at")


def run_at(at: datetime) -> int:
    return make_by_clock(at=at)


def state_of(row: Occurrence) -> str:
    return Occurrence.objects.get(pk=row.pk).state


def everything() -> list:
    return sorted(map(str, [*Occurrence.objects.values_list(), *Duty.objects.values_list(), *Event.objects.values_list("id")]))

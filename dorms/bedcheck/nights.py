"""Which nights and moments a check falls on. No database."""

from datetime import date, datetime, time, timedelta

from logistics.platform.terms.calendar import ZONE, SchoolCalendar

from .models import Nights

NOON = time(12)
DAY = timedelta(days=1)


def starts_on(night: date, clock: time) -> datetime:
    """The moment of a check in the night that begins on this day; before noon it is the next morning."""
    return datetime.combine(night + DAY if clock < NOON else night, clock, ZONE)


def is_planned(night: date, nights: str, days: SchoolCalendar) -> bool:
    """Whether beds are checked this night. Without terms every night counts as in term."""
    if nights == Nights.SCHOOL:
        return days.is_working_day(night + DAY) and _in_term(night + DAY, days)
    return _in_term(night, days)


def _in_term(on: date, days: SchoolCalendar) -> bool:
    return not days.terms or days.term_of(on) is not None

"""When a duty is due: arithmetic on a rhythm and the school calendar, no queries and no clock (SAF-02).

Shanghai has no summer time, so a day has 24 hours; a night belongs to the day on which it begins.
"""

import calendar as months
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from logistics.platform.terms.calendar import ZONE, SchoolCalendar
from logistics.platform.terms.models import DayKind

from .rhythm import LAST, MOST_SHIFT, Days, Kind, Rhythm, night_minutes

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Slot(NamedTuple):
    """One time the duty must be done: the day it counts for, when its window opens and when it is due."""

    on: date
    start: datetime
    due: datetime

    @property
    def key(self) -> str:
        """What makes it unique within its duty."""
        return f"{self.start.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def occurrences(rhythm: Rhythm, first: date, last: date, calendar: SchoolCalendar) -> list[Slot]:
    """Every time the duty must be done on the days from `first` to `last`, in order.

    A slot does not depend on the period asked for, so two halves give what the whole gives. Windows of one duty never overlap.
    """
    return [slot for on, bound in _days(rhythm, first, last, calendar) for slot in _on_day(rhythm, on, bound)]


def _on_day(rhythm: Rhythm, on: date, bound: date | None) -> Iterator[Slot]:
    length = rhythm.minutes * MINUTE
    if rhythm.kind == Kind.NIGHT:
        begin, step = _moment(on, rhythm.times[0]), rhythm.every * 60
        for n in range(night_minutes(rhythm) // step):
            start = begin + n * step * MINUTE
            yield Slot(on, start, start + length)
        return
    for clock in rhythm.times:
        start = _moment(on, clock)
        due = start + length
        yield Slot(on, start, min(due, _moment(bound, time.min)) if bound else due)


def _moment(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, ZONE)


def fits(rhythm: Rhythm, on: date, calendar: SchoolCalendar) -> bool:
    """Whether the day counts: every day, working days, or teaching days (working days in term)."""
    if rhythm.days == Days.ALL:
        return True
    return calendar.is_working_day(on) and (rhythm.days == Days.WORKING or calendar.term_of(on) is not None)


def _days(rhythm: Rhythm, first: date, last: date, calendar: SchoolCalendar) -> Iterator[tuple[date, date | None]]:
    """(day, the day at whose beginning the window must be closed or None)."""
    if rhythm.kind in (Kind.DAILY, Kind.NIGHT, Kind.WEEKLY):
        wanted = set(rhythm.weekdays) if rhythm.kind == Kind.WEEKLY else set(range(7))
        for on in _each(first, last):
            if on.weekday() in wanted and fits(rhythm, on, calendar):
                yield on, None
        return
    for nominal, bound in _rounds(rhythm, first, last, calendar):
        moved = _moved(rhythm, nominal, bound, calendar)
        if moved and first <= moved <= last:
            yield moved, bound


def _each(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + n * DAY


def _moved(rhythm: Rhythm, nominal: date, bound: date, calendar: SchoolCalendar) -> date | None:
    """The day itself, or the next one that counts before the next round; before a term it is the one before. None when there is none near."""
    if rhythm.kind == Kind.BEFORE_HOLIDAY:
        return nominal
    step = -DAY if rhythm.kind == Kind.BEFORE_TERM else DAY
    for n in range(MOST_SHIFT + 1):
        on = nominal + n * step
        if on >= bound:
            return None
        if fits(rhythm, on, calendar):
            return on
    return None


def _rounds(rhythm: Rhythm, first: date, last: date, calendar: SchoolCalendar) -> Iterator[tuple[date, date]]:
    """(planned day, planned day of the next round) of every round that can fall into the period, some more at its ends."""
    since, until = first - (MOST_SHIFT + 1) * DAY, last + (MOST_SHIFT + 1) * DAY
    if rhythm.kind == Kind.INTERVAL:
        yield from _interval(rhythm, since, until)
    elif rhythm.kind == Kind.TERM_WEEK:
        yield from _term_weeks(rhythm, calendar)
    elif rhythm.kind == Kind.BEFORE_TERM:
        yield from ((term.start_on - rhythm.before * DAY, term.start_on) for term in calendar.terms)
    elif rhythm.kind == Kind.BEFORE_HOLIDAY:
        yield from _before_holidays(rhythm, calendar)
    else:
        yield from _in_months(rhythm, since, until)


def _interval(rhythm: Rhythm, since: date, until: date) -> Iterator[tuple[date, date]]:
    if rhythm.since is None:
        return
    step = rhythm.every * DAY
    turns = max(0, (since - rhythm.since).days // rhythm.every)
    on = rhythm.since + turns * step
    while on <= until:
        yield on, on + step
        on += step


def _term_weeks(rhythm: Rhythm, calendar: SchoolCalendar) -> Iterator[tuple[date, date]]:
    for term in calendar.terms:
        for week in calendar.term_weeks(term):
            on = week.monday + rhythm.weekdays[0] * DAY
            past = week.number - max(1, rhythm.nth)
            if past >= 0 and past % rhythm.every == 0 and term.start_on <= on <= term.end_on:
                yield on, on + 7 * rhythm.every * DAY


def _in_months(rhythm: Rhythm, since: date, until: date) -> Iterator[tuple[date, date]]:
    wanted = set(rhythm.months) if rhythm.kind == Kind.SEASONAL else set(range(1, 13))
    year, month = since.year, since.month
    while (year, month) <= (until.year, until.month):
        after = (year + month // 12, month % 12 + 1)
        if month in wanted:
            yield _day_of_month(rhythm, year, month), _day_of_month(rhythm, *after)
        year, month = after


def _day_of_month(rhythm: Rhythm, year: int, month: int) -> date:
    """The 31st is the last day of a shorter month."""
    length = months.monthrange(year, month)[1]
    if rhythm.kind != Kind.NTH:
        return date(year, month, min(rhythm.day, length))
    weekday = rhythm.weekdays[0]
    if rhythm.nth == LAST:
        end = date(year, month, length)
        return end - (end.weekday() - weekday) % 7 * DAY
    start = date(year, month, 1)
    return start + ((weekday - start.weekday()) % 7 + 7 * (rhythm.nth - 1)) * DAY


def _before_holidays(rhythm: Rhythm, calendar: SchoolCalendar) -> Iterator[tuple[date, date]]:
    """So many working days before the first day off, but never before the end of the holiday before that one."""
    ended = None
    for begins, ends in free_runs(calendar):
        on = calendar.add_working_days(begins, -rhythm.before)
        yield max(on, calendar.next_working_day(ended)) if ended else on, begins
        ended = ends


def free_runs(calendar: SchoolCalendar) -> list[tuple[date, date]]:
    """(first, last day off) of every stretch without work that holds a holiday, weekends at its ends included."""
    runs: list[tuple[date, date]] = []
    for on in sorted(day for day, special in calendar.special.items() if special.kind == DayKind.HOLIDAY):
        if runs and on <= runs[-1][1]:
            continue
        begins, ends = on, on
        while not calendar.is_working_day(begins - DAY):
            begins -= DAY
        while not calendar.is_working_day(ends + DAY):
            ends += DAY
        runs.append((begins, ends))
    return runs

"""When preventive work is due next: arithmetic on dates, no queries (REP-10)."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from .models import Preventive, Season

BEFORE_TERM = timedelta(days=7)
APART = timedelta(days=60)  # two beginnings of term are never closer; a corrected calendar makes no second check
# Month and day a season's work is due where the school names no other; "term" only until the calendar holds the next term.
SEASON_DAYS = {
    Season.TERM: ((2, 15), (8, 25)),
    Season.HEATING: ((10, 20),),
    Season.RAIN: ((5, 15),),
    Season.SUMMER: ((7, 5),),
    Season.WINTER: ((1, 20),),
}


def in_year(year: int, month: int, day: int) -> date:
    """That day, or the month's last one when the month is shorter."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def add_months(on: date, months: int) -> date:
    """The same day `months` later; the last day of a month stays the last day: 30 June + 3 is 30 September, 31 January + 1 is 28 February + 1 is 31 March."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    is_last = on.day == calendar.monthrange(on.year, on.month)[1]
    return in_year(year, month + 1, 31 if is_last else on.day)


def season_day(season: str, after: date, terms: Iterable = ()) -> date:
    """The first day of this season's work later than `after`; for 开学前 a week before the next term that `terms` holds."""
    if season == Season.TERM:
        known = [term.start_on - BEFORE_TERM for term in terms if term.start_on - BEFORE_TERM > after]
        if known:
            return min(known)
    days = [in_year(year, *day) for year in (after.year, after.year + 1) for day in SEASON_DAYS[Season(season)]]
    return min(day for day in days if day > after)


def next_after(preventive: Preventive, after: date, terms: Iterable = ()) -> date:
    """The first day later than `after` in the rhythm of this work, counted from its planned day so that missed ones do not shift it.

    A season's work keeps the day of the year the school chose for it; 开学前 follows the calendar of terms.
    """
    planned = preventive.next_on
    if preventive.season == Season.TERM:
        return season_day(Season.TERM, after, terms)
    step = 12 if preventive.season else preventive.every_months
    behind = (after.year - planned.year) * 12 + after.month - planned.month
    turns = max(1, behind // step)
    while (found := add_months(planned, turns * step)) <= after:
        turns += 1
    return found

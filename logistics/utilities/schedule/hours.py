"""Whether a rule covers a moment; no database (UTL-08)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from logistics.platform.terms.calendar import WEEKDAYS

ALL_WEEK = list(range(7))
WRITTEN = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def season_day(text: str) -> str:
    """ "06-01" of 6-1, 06/01 or 6月1日. Raises ValueError for what is no day of any year."""
    found = WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    try:
        day = date(2000, int(found[1]), int(found[2]))  # a leap year, so that 02-29 is a day
    except ValueError as error:
        raise ValueError(text) from error
    return f"{day:%m-%d}"


def in_season(first: str, last: str, on: date) -> bool:
    """Both days included; 11-15 to 03-15 passes the turn of the year."""
    day = f"{on:%m-%d}"
    return first <= day <= last if first <= last else day >= first or day <= last


def covers(*, first: str, last: str, weekdays: Sequence[int], starts: time, until: time, moment: datetime) -> bool:
    """Whether it may run at this local moment. Past midnight the evening's day counts, for weekday and season alike."""
    on, clock = moment.date(), moment.time()
    if starts < until:
        return starts <= clock < until and on.weekday() in weekdays and in_season(first, last, on)
    evening = on if clock >= starts else on - timedelta(days=1)
    return (clock >= starts or clock < until) and evening.weekday() in weekdays and in_season(first, last, evening)


def days_words(weekdays: Sequence[int]) -> str:
    """每天, 周一至周五, 周六、周日"""
    days = sorted(set(weekdays))
    if days == ALL_WEEK:
        return "每天"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{WEEKDAYS[days[0]][-1]}至周{WEEKDAYS[days[-1]][-1]}"
    return "、".join(f"周{WEEKDAYS[n][-1]}" for n in days)


def season_words(first: str, last: str) -> str:
    """6月1日至9月30日; 全年"""
    if (first, last) == ("01-01", "12-31"):
        return "全年"
    return f"{int(first[:2])}月{int(first[3:])}日至{int(last[:2])}月{int(last[3:])}日"


def hours_words(starts: time, until: time) -> str:
    return f"{starts:%H:%M}—{until:%H:%M}" + ("（次日）" if until <= starts else "")

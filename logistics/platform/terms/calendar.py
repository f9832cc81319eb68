"""Working days, working minutes and teaching weeks: arithmetic on facts that are already loaded (ORG-03).

Moments are aware; they are read and given back in the school's time zone, which has no summer time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .models import DayKind, Term

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
USUAL_HOURS = ((time(8), time(12)), (time(14), time(17, 30)))


@dataclass(frozen=True)
class Week:
    """A teaching week, Monday to Sunday."""

    number: int
    monday: date
    sunday: date


@dataclass(frozen=True)
class SpecialDay:
    kind: str
    name: str


@dataclass(frozen=True)
class SchoolCalendar:
    """Everything a deadline depends on. Without set-up: Monday to Friday, 08:00–12:00 and 14:00–17:30, no terms.

    `hours` are spans of one day, in order, not overlapping.
    """

    terms: tuple[Term, ...] = ()
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = USUAL_HOURS

    def is_working_day(self, on: date) -> bool:
        day = self.special.get(on)
        return day.kind == DayKind.MAKEUP if day else on.weekday() < 5

    def next_working_day(self, on: date) -> date:
        """The first working day after `on`, never `on` itself."""
        return self.add_working_days(on, 1)

    def add_working_days(self, on: date, days: int) -> date:
        """The working day `days` working days after `on` (before it when negative); `on` itself for 0.

        Counting starts the day after: 3 working days from a Friday is the Wednesday.
        """
        step = DAY if days >= 0 else -DAY
        left = abs(days)
        while left:
            on += step
            left -= self.is_working_day(on)
        return on

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier.

        Undoes add_working_days: between(on, add(on, n)) is n.
        """
        if last < first:
            return -sum(self.is_working_day(last + DAY * n) for n in range((first - last).days))
        return sum(self.is_working_day(first + DAY * n) for n in range(1, (last - first).days + 1))

    def working_minutes_between(self, start_at: datetime, end_at: datetime) -> int:
        """Whole minutes of working time from one moment to the other; 0 when the end is not later."""
        start, end = _local(start_at), _local(end_at)
        if end <= start:
            return 0
        total = timedelta()
        for opens, closes in self._spans(start.date(), end.date()):
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return int(total / timedelta(minutes=1))

    def add_working_minutes(self, at: datetime, minutes: int) -> datetime:
        """The first moment by which `minutes` of working time have passed since `at`; `at` itself for 0.

        Half an hour at 17:10 with work ending at 17:30 ends at 08:10 of the next working day.
        """
        if minutes < 0:
            raise ValueError("minutes must not be negative")
        start, left = _local(at), timedelta(minutes=minutes)
        if not left:
            return start.replace(tzinfo=ZONE)
        for opens, closes in self._spans(start.date(), date.max):
            begins = max(opens, start)
            if closes - begins >= left:
                return (begins + left).replace(tzinfo=ZONE)
            left -= max(timedelta(), closes - begins)
        raise OverflowError("beyond the last day of the calendar")

    def end_of_day(self, on: date, clock: time | None = None) -> datetime:
        """The moment a deadline "within that day" runs out: at `clock`, or when work ends."""
        return datetime.combine(on, clock or self.hours[-1][1], ZONE)

    def term_of(self, on: date) -> Term | None:
        """The term from its first day to its last, None in between terms."""
        return next((term for term in self.terms if term.start_on <= on <= term.end_on), None)

    def week_of(self, on: date) -> int | None:
        """The teaching week's number, such as 12; None outside terms."""
        term = self.term_of(on)
        return (on - _monday(term.start_on)).days // 7 + 1 if term else None

    def term_weeks(self, term: Term) -> list[Week]:
        """Week 1 (the Monday-first week that holds the first day) to the week of the last day."""
        first = _monday(term.start_on)
        count = (term.end_on - first).days // 7 + 1
        return [Week(n + 1, first + DAY * 7 * n, first + DAY * (7 * n + 6)) for n in range(count)]

    def describe_day(self, on: date) -> str:
        """秋季学期第 12 周 星期五, 国庆节放假, or the weekday alone outside terms; a worked weekend says so."""
        day = self.special.get(on)
        if day and day.kind == DayKind.HOLIDAY:
            return day.name if day.name.endswith("假") else f"{day.name}放假"
        term = self.term_of(on)
        words = f"{term.name}第 {self.week_of(on)} 周 {WEEKDAYS[on.weekday()]}" if term else WEEKDAYS[on.weekday()]
        return f"{words}（{day.name}调休上班）" if day else words

    def _spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Working spans of the days from `first` to `last`, as local times without a zone."""
        on = first
        while True:
            if self.is_working_day(on):
                for start, end in self.hours:
                    yield datetime.combine(on, start), datetime.combine(on, end)
            if on >= last:
                return
            on += DAY


def _monday(on: date) -> date:
    return on - DAY * on.weekday()


def _local(at: datetime) -> datetime:
    """Clock time at the school, without a zone, so that differences are plain subtraction."""
    if at.tzinfo is None:
        raise ValueError("moments must be aware")
    return at.astimezone(ZONE).replace(tzinfo=None)

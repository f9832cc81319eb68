"""The periods people usually look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from logistics.platform.terms.models import Term

USUAL_DAYS = 90  # where no term has begun
MOST_TERMS = 8


@dataclass(frozen=True)
class Period:
    label: str
    since: date
    until: date

    @property
    def query(self) -> str:
        return f"since={self.since}&until={self.until}"


def month_of(on: date) -> date:
    return on.replace(day=1)


def month_before(on: date) -> date:
    """The first day of the month before the one that holds this day."""
    return month_of(month_of(on) - timedelta(days=1))


def month_after(on: date) -> date:
    return month_of(month_of(on) + timedelta(days=31))


def last_day(on: date) -> date:
    """Of the month that holds this day."""
    return month_after(on) - timedelta(days=1)


def begun_terms(today: date) -> list[Term]:
    """The latest first."""
    return list(Term.objects.filter(start_on__lte=today).order_by("-start_on")[:MOST_TERMS])


def periods(terms: Iterable[Term], today: date) -> list[Period]:
    """The present term first, so far; the one after it is the usual choice when there is no term."""
    month = month_of(today)
    shown = [Period(label, term.start_on, min(term.end_on, today)) for label, term in zip(("本学期", "上学期"), terms, strict=False)]
    if not shown:
        shown.append(Period("近三个月", today - timedelta(days=USUAL_DAYS - 1), today))
    before = month_before(month)
    year = Period("近一年", today - timedelta(days=364), today)
    return [*shown, Period("本月", month, today), Period("上月", before, last_day(before)), year]

"""Months and runs of months, without database."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

DAY = timedelta(days=1)


def month_of(on: date) -> date:
    return on.replace(day=1)


def shifted(month: date, by: int) -> date:
    """The first day of the month `by` months later; earlier for a negative number."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


@dataclass(frozen=True)
class Span:
    """Whole months, the first and the last included."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        return [shifted(self.first, n) for n in range(len(self))]

    def __len__(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def until(self) -> date:
        """Its last day."""
        return shifted(self.last, 1) - DAY

    @property
    def before(self) -> "Span":
        """As many months just before it."""
        return Span(shifted(self.first, -len(self)), shifted(self.first, -1))

    @property
    def year_ago(self) -> "Span":
        return Span(shifted(self.first, -12), shifted(self.last, -12))

    @property
    def words(self) -> str:
        """2026年10月, 2026年9至10月, 2025年12月至2026年1月."""
        if self.first == self.last:
            return f"{self.first.year}年{self.first.month}月"
        if self.first.year == self.last.year:
            return f"{self.first.year}年{self.first.month}至{self.last.month}月"
        return f"{self.first.year}年{self.first.month}月至{self.last.year}年{self.last.month}月"

"""Straight-line arithmetic: pure, by month (AST-12).

The month of addition counts, the month of disposal does not; no residual value; the last month takes the remainder.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from logistics.platform.kernel.money import money


def month_of(on: date) -> date:
    """The first day of the day's month."""
    return on.replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month that many months later; negative goes back."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def end_of(month: date) -> date:
    """The last day of the month."""
    return month_after(month_of(month)) - timedelta(days=1)


def months_between(first: date, until: date) -> int:
    """How many months from `first` up to, not including, `until`; never below 0."""
    return max(0, (until.year - first.year) * 12 + until.month - first.month)


def monthly_of(left: Decimal, months: int) -> Decimal:
    """What is depreciated a month when this much is left over so many months; 0 when nothing is."""
    return money(left / months) if months > 0 and left > 0 else money(0)


def one_month(*, left: Decimal, monthly: Decimal, months_left: int) -> Decimal:
    """This month's share: never more than what is left, and all of it in the last month."""
    return left if months_left <= 1 else min(monthly, left)


def owed(card, through: date) -> Iterator[tuple[date, Decimal]]:
    """(month, amount) for every month the card owes up to and including the month `through`."""
    month, done, left = card.next_month, card.months_done, card.cost - card.depreciation
    while month is not None and month <= through and done < card.life_months:
        amount = one_month(left=left, monthly=card.monthly, months_left=card.life_months - done)
        yield month, amount
        left, done, month = left - amount, done + 1, month_after(month)


def opening_share(cost: Decimal, life_months: int, months_done: int) -> Decimal:
    """What would be depreciated after so many months; nothing of a thing that is not depreciated at all."""
    if not life_months:
        return Decimal("0.00")
    if months_done >= life_months:
        return cost
    return min(cost, monthly_of(cost, life_months) * months_done)

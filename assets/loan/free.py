"""How many pieces are free between two days, and how much of the time things were out. No database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """So many pieces are promised or out from the first to the last day, both included."""

    first: date
    last: date
    quantity: int = 1


def least_free(total: int, spans: Sequence[Span], first: date, last: date) -> tuple[int, date]:
    """The fewest pieces free on any day of the period, and the first day it is so few. Below zero when more is promised than there is."""
    days = sorted({first} | {span.first for span in spans if first < span.first <= last})
    free = [(total - sum(span.quantity for span in spans if span.first <= day <= span.last), day) for day in days]
    return min(free)


def piece_days(spans: Iterable[Span], first: date, last: date) -> int:
    """Pieces times days within the period."""
    return sum(span.quantity * max((min(span.last, last) - max(span.first, first)).days + 1, 0) for span in spans)

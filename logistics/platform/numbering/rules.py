"""单据编号: no gaps, no doubles. The counter row stays locked until the caller's transaction ends."""

from django.db import connection
from django.db.models import F

from .models import Counter


def next_number(series: str, year: int) -> str:
    """The next number of the series and year, such as BX-2026-0914. Raises RuntimeError outside a transaction."""
    return next_numbers(series, year, 1)[0]


def next_numbers(series: str, year: int, count: int) -> list[str]:
    """A run of numbers for a batch; a rollback gives all of them back."""
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are taken inside the transaction that uses them")
    Counter.objects.get_or_create(series=series, period=str(year))
    counter = Counter.objects.filter(series=series, period=str(year))
    counter.update(last=F("last") + count)
    last = counter.values_list("last", flat=True).get()
    return [f"{series}-{year}-{n:04d}" for n in range(last - count + 1, last + 1)]

"""The arithmetic of meters, without database (UTL-01).

A series is what a point of measurement has used since its first device was put up: a line through its readings, in the unit of the meter, factor applied.
Between two readings use is spread evenly over time; from the day a device is taken off until the next one hangs there it is nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

ESTIMATE, VOID = "estimate", "void"
EXACT = Decimal("0.001")
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Read:
    """A reading that counts: what stood on the dial, and how often it had gone through zero since the one before."""

    at: datetime
    value: Decimal
    turns: int = 0
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Hanging:
    """A device while it hung at a meter. `reads` are standing and in order of time; the first of them may be later than `since` when a window was loaded."""

    since: datetime
    first: Decimal
    digits: int = 6
    factor: Decimal = Decimal(1)
    reads: tuple[Read, ...] = ()
    until: datetime | None = None
    last: Decimal | None = None
    last_turns: int = 0
    is_cut: bool = False  # what was before the first of `reads` was left out, so that one is where counting begins

    @property
    def circle(self) -> Decimal:
        """What the dial counts before it shows zero again."""
        return Decimal(10) ** self.digits


@dataclass(frozen=True, slots=True)
class Point:
    """`total` used since the first point of the series."""

    at: datetime
    total: Decimal
    is_estimate: bool = False


@dataclass(frozen=True)
class Series:
    points: tuple[Point, ...] = ()

    @cached_property
    def moments(self) -> list[datetime]:
        return [point.at for point in self.points]

    @property
    def known_from(self) -> datetime | None:
        return self.points[0].at if self.points else None

    @property
    def known_until(self) -> datetime | None:
        """The last reading; what was used after it nobody knows."""
        return self.points[-1].at if self.points else None


def standing(readings: Iterable[Any]) -> list[Any]:
    """The readings that count, in order of device and time: none that was corrected or struck out, no estimate once a real reading of the same device follows it."""
    rows = list(readings)
    replaced = {row.corrects_id for row in rows if row.corrects_id}
    kept = sorted((row for row in rows if row.pk not in replaced and row.kind != VOID), key=lambda row: (row.device_id, row.read_at, row.pk or 0))
    real: dict[int, datetime] = {row.device_id: row.read_at for row in kept if row.kind != ESTIMATE}
    return [row for row in kept if row.kind != ESTIMATE or row.device_id not in real or row.read_at > real[row.device_id]]


def series_of(devices: Sequence[Hanging]) -> Series:
    """The line through all devices of one meter, in order of time; it never goes down when the readings are sound."""
    points: list[Point] = []
    total = Decimal(0)
    for device in sorted(devices, key=lambda one: one.since):
        dial: Decimal | None = None
        for at, value, turns, is_estimate in _marks(device):
            if dial is not None:
                total += (value - dial + turns * device.circle) * device.factor
            dial = value
            points.append(Point(at, total, is_estimate))
    return Series(tuple(points))


def _marks(device: Hanging) -> list[tuple[datetime, Decimal, int, bool]]:
    """Everything known of the dial, from putting up to taking off."""
    marks = [] if device.is_cut else [(device.since, device.first, 0, False)]
    ended = device.until is not None and device.last is not None
    marks += [(read.at, read.value, read.turns, read.is_estimate) for read in device.reads if not (ended and read.is_estimate)]
    if device.until is not None and device.last is not None:
        marks.append((device.until, device.last, device.last_turns, False))
    return marks


def total_at(series: Series, moment: datetime) -> Decimal:
    """What was used from the first point until `moment`, to a thousandth; level before the first and after the last point."""
    points, moments = series.points, series.moments
    if not points or moment <= moments[0]:
        return Decimal(0).quantize(EXACT)
    after = bisect_left(moments, moment)
    if after == len(points):
        return points[-1].total.quantize(EXACT, ROUND_HALF_EVEN)
    left, right = points[after - 1], points[after]
    share = Decimal((moment - left.at) // MICROSECOND) / Decimal((right.at - left.at) // MICROSECOND)
    return (left.total + (right.total - left.total) * share).quantize(EXACT, ROUND_HALF_EVEN)


def used(series: Series, start: datetime, end: datetime) -> Decimal:
    """Use from `start` until `end` in the unit of the meter, to a thousandth.

    Months add up to their year exactly. Where nothing is known (before the first, after the last reading) nothing is counted: ask `coverage`.
    """
    if end <= start:
        return Decimal(0).quantize(EXACT)
    return total_at(series, end) - total_at(series, start)


def coverage(series: Series, start: datetime, end: datetime) -> Decimal:
    """How much of the time between `start` and `end` lies between readings, from 0 to 1, to a ten-thousandth."""
    if not series.points or end <= start:
        return Decimal(0)
    known = min(end, series.moments[-1]) - max(start, series.moments[0])
    return max(Decimal(0), Decimal(known // MICROSECOND) / Decimal((end - start) // MICROSECOND)).quantize(Decimal("0.0001"))


def is_estimated(series: Series, start: datetime, end: datetime) -> bool:
    """Whether an estimate has its part in the use between `start` and `end`."""
    first, after = bisect_right(series.moments, start), bisect_left(series.moments, end)
    return any(point.is_estimate for point in series.points[max(0, first - 1) : after + 1])

"""The arithmetic of meters against counting by hand; no database (UTL-01)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.platform.kernel.errors import RuleViolation
from logistics.utilities.meter.dial import check_fits, doubt, turned
from logistics.utilities.meter.series import Hanging, Read, Series, coverage, is_estimated, series_of, standing, total_at, used

pytestmark = pytest.mark.requirement("UTL-01")
START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Row:
    pk: int
    device_id: int
    read_at: datetime
    value: Decimal
    turns: int = 0
    kind: str = "read"
    corrects_id: int | None = None


def hours(n: float) -> datetime:
    return START + n * HOUR


@st.composite
def histories(draw):
    """(devices with their rows, what was used in each hour): every hour uses something, dials are read now and then, mistyped, corrected, replaced."""
    devices, truth, hour, pk = [], [], 0, 0
    for number in range(draw(st.integers(1, 3))):
        digits, factor = draw(st.integers(2, 3)), draw(st.sampled_from((1, 5, 20)))
        circle = 10**digits
        first = draw(st.integers(0, circle - 1))
        dial, since, rows, turns, marks = first, hour, [], 0, []
        for length in draw(st.lists(st.integers(1, 30), min_size=1, max_size=6)):
            rate = draw(st.integers(0, circle // 20))  # a dial may go round in a period, once at most
            for _ in range(length):
                turns += (dial + rate) // circle
                dial = (dial + rate) % circle
                truth.append(Fraction(rate * factor))
                hour += 1
            marks.append((hour, dial, turns))
            turns = 0
        for at, value, turned_over in marks[:-1]:
            pk += 1
            if draw(st.booleans()):
                rows.append(Row(pk, number, hours(at), Decimal(draw(st.integers(0, circle - 1))), draw(st.integers(0, 3))))
                pk += 1
                rows.append(Row(pk, number, hours(at), Decimal(value), turned_over, corrects_id=pk - 1))
            else:
                rows.append(Row(pk, number, hours(at), Decimal(value), turned_over))
            if draw(st.booleans()):
                pk += 1
                rows.append(Row(pk, number, hours(at) - HOUR / 2, Decimal(7), kind="estimate"))  # a real reading follows: it counts for nothing
        at, value, turned_over = marks[-1]
        devices.append((digits, factor, first, since, rows, at, value, turned_over, [mark[0] for mark in marks]))
        gap = draw(st.integers(0, 5))
        truth += [Fraction(0)] * gap
        hour += gap
    return devices, truth


def built(devices) -> Series:
    hanging = []
    for digits, factor, first, since, rows, until, last, turns, _ in devices:
        reads = tuple(Read(row.read_at, row.value, row.turns, row.kind == "estimate") for row in standing(reversed(rows)))
        hanging.append(Hanging(hours(since), Decimal(first), digits, Decimal(factor), reads, hours(until), Decimal(last), turns))
    return series_of(hanging)


def spread(devices, truth) -> list[Fraction]:
    """The same use with every period between two looks at the dial made even."""
    even = list(truth)
    for *_, looks in devices:
        since = devices[[one[-1] for one in devices].index(looks)][3]
        for left, right in zip([since, *looks], looks, strict=False):
            for n in range(left, right):
                even[n] = sum(truth[left:right], Fraction(0)) / (right - left)
    return even


@settings(max_examples=60, deadline=None)
@given(histories(), st.data())
def test_use_is_what_counting_hour_by_hour_gives(history, data):
    devices, truth = history
    series, even = built(devices), spread(*history)
    end = len(truth)
    first = data.draw(st.integers(0, end))
    last = data.draw(st.integers(first, end))
    expected = sum(even[first:last], Fraction(0))
    assert abs(Fraction(used(series, hours(first), hours(last))) - expected) <= Fraction(1, 1000)
    assert used(series, hours(0), hours(end)) == sum(truth)
    middle = data.draw(st.integers(first, last))
    assert used(series, hours(first), hours(middle)) + used(series, hours(middle), hours(last)) == used(series, hours(first), hours(last))


def test_nothing_is_made_up_outside_the_readings():
    series = series_of([Hanging(hours(10), Decimal(0), reads=(Read(hours(20), Decimal(100)),))])
    assert used(series, hours(0), hours(100)) == 100
    assert coverage(series, hours(10), hours(30)) == Decimal("0.5")
    assert (used(series, hours(30), hours(40)), coverage(series, hours(30), hours(40))) == (0, 0)
    assert (used(Series(), hours(0), hours(1)), total_at(Series(), hours(1)), series.known_until) == (0, 0, hours(20))
    assert used(series, hours(20), hours(10)) == 0


def test_an_estimate_counts_until_a_real_reading_follows():
    rows = [Row(1, 1, hours(10), Decimal(50), kind="estimate"), Row(2, 1, hours(20), Decimal(30))]
    assert [row.pk for row in standing(rows)] == [2]
    assert [row.pk for row in standing(rows[:1])] == [1]
    rows += [Row(3, 1, hours(20), Decimal(30), kind="void", corrects_id=2)]
    assert [row.pk for row in standing(rows)] == [1]
    series = series_of([Hanging(hours(0), Decimal(0), reads=(Read(hours(10), Decimal(50), 0, True),))])
    assert is_estimated(series, hours(0), hours(5))


class Dial:
    digits, decimals = 4, 1


@pytest.mark.parametrize(("value", "words"), [("-1", "小于 0"), ("10000", "4 位整数"), ("12.34", "1 位小数")])
def test_what_the_dial_cannot_show_is_refused(value, words):
    with pytest.raises(RuleViolation, match=words):
        check_fits(Dial, Decimal(value))


def test_a_lower_reading_must_be_said_to_have_rolled_over():
    with pytest.raises(RuleViolation, match="走过头"):
        turned(Dial, Decimal(9990), Decimal(10), rolled=False)
    assert turned(Dial, Decimal(9990), Decimal(10), rolled=True) == 1
    with pytest.raises(RuleViolation, match="不像走过头"):
        turned(Dial, Decimal(10), Decimal(20), rolled=True)


@pytest.mark.parametrize(
    ("rate", "usual", "asked"),
    [
        (20, [10], False),  # twice is not more than twice
        (21, [10], True),
        (60, [10, 10, 10, 10], True),
        (103, [99, 101, 99, 101], False),
        (104, [99, 101, 99, 101], True),  # over three standard deviations
        (0, [99, 101, 99, 101], True),
        (500, [], False),  # nothing to compare with
    ],
)
def test_what_is_not_like_before_is_asked_once_more(rate, usual, asked):
    words = doubt(Decimal(rate), [Decimal(one) for one in usual], times=Decimal(2), sigma=Decimal(3), unit="m³")
    assert bool(words) == asked


def test_the_question_says_how_many_times():
    words = doubt(Decimal(60), [Decimal(10)] * 5, times=Decimal(2), sigma=Decimal(3), unit="m³")
    assert "6 倍" in words and "平时一天 10 m³" in words

"""Who is on: the least burdened, rested, never twice (SAF-08). No database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety.roster.fair import REST, Account, Slot, allot

pytestmark = pytest.mark.requirement("SAF-08")
DAY = datetime(2026, 11, 1, 8, tzinfo=UTC)


def slot(n: int, hours: int = 10, group: str = "duty", weight: int = 1, start: int = 0) -> Slot:
    begin = DAY + timedelta(days=n, hours=start)
    return Slot((n, group, start), group, begin, begin + timedelta(hours=hours), weight)


def test_it_goes_round_and_the_one_with_more_on_the_account_waits():
    chosen, empty = allot([slot(n) for n in range(4)], {"duty": [1, 2, 3]}, {1: Account(weight=2)})
    assert list(chosen.values()) == [2, 3, 2, 3] and empty == []


def test_a_heavy_shift_counts_for_more():
    chosen, _ = allot([slot(0, weight=3), slot(1), slot(2), slot(3), slot(4)], {"duty": [1, 2]}, {})
    assert list(chosen.values()) == [1, 2, 2, 2, 2] or list(chosen.values()) == [1, 2, 2, 2, 1]


def test_nobody_is_on_again_without_rest_and_what_cannot_be_filled_says_so():
    day, night = slot(0), slot(0, start=10, hours=14)
    chosen, empty = allot([day, night], {"duty": [1]}, {})
    assert chosen == {day.key: 1} and empty == [night]


@settings(max_examples=30)
@given(st.integers(2, 6), st.lists(st.integers(1, 3), min_size=1, max_size=20))
def test_shares_differ_by_no_more_than_one_heavy_shift(people, weights):
    chosen, empty = allot([slot(n * 2, weight=weight) for n, weight in enumerate(weights)], {"duty": list(range(people))}, {})
    totals = dict.fromkeys(range(people), 0)
    for (n, _, _), person in chosen.items():
        totals[person] += weights[n // 2]
    assert not empty and max(totals.values()) - min(totals.values()) <= max(weights)
    assert timedelta(hours=11) == REST

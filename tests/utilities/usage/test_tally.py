"""Every meter counts once, and the parts add up to the whole (UTL-02, UTL-06). No database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.utilities.usage.finding import leap, unbalanced
from logistics.utilities.usage.months import Span, shifted
from logistics.utilities.usage.tally import Amount, Counted, Factors, MeterPoint, change, per

OCTOBER = date(2026, 10, 1)
MONTH = Span(OCTOBER, OCTOBER)


def point(pk: int, parent: int = 0, *, building: int = 0, department: int = 0, medium: str = "water") -> MeterPoint:
    return MeterPoint(pk, f"表{pk}", f"M{pk}", medium, parent, building, department)


def counted(points, amounts: dict, idle=()) -> Counted:
    rows = {(pk, month): Amount(Decimal(value)) for (pk, month), value in amounts.items()}
    return Counted(points, rows, frozenset(idle))


def october(points, values: dict) -> Counted:
    return counted(points, {(pk, OCTOBER): value for pk, value in values.items()})


TREE = [point(1), point(2, 1, building=10), point(3, 1, building=20), point(4, 3, building=20), point(5, 3, building=30)]


@pytest.mark.requirement("UTL-02")
def test_buildings_and_what_is_common_add_up_to_the_main_meter():
    rows = october(TREE, {1: 100, 2: 40, 3: 50, 4: 20, 5: 10})
    found = rows.split(MONTH, rows.building_of)
    assert {group: row["water"] for group, row in found.items()} == {0: 10, 10: 40, 20: 40, 30: 10}
    assert rows.total("water", MONTH) == 100


@pytest.mark.requirement("UTL-02")
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_parts_of_any_tree_add_up_to_its_roots(data):
    count = data.draw(st.integers(1, 12))
    points = [
        point(n, data.draw(st.integers(0, n - 1)), building=data.draw(st.integers(0, 3)), department=data.draw(st.integers(0, 3))) for n in range(1, count + 1)
    ]
    values = {n: data.draw(st.integers(0, 1000)) for n in range(1, count + 1) if data.draw(st.booleans())}
    rows = october(points, values)
    for key in (rows.building_of, rows.department_of):
        parts = sum((row["water"] for row in rows.split(MONTH, key).values()), Decimal(0))
        assert parts == (rows.total("water", MONTH) or 0)


def test_a_department_owns_what_hangs_below_until_another_begins():
    points = [point(1, department=7), point(2, 1), point(3, 2, department=8), point(4, 3)]
    rows = october(points, {1: 100, 2: 60, 3: 50, 4: 30})
    assert {group: row["water"] for group, row in rows.split(MONTH, rows.department_of).items()} == {7: 50, 8: 50}


def test_a_main_meter_that_was_not_read_is_what_its_branches_say():
    rows = october([point(1), point(2, 1), point(3, 1)], {2: 40, 3: 30})
    assert rows.total("water", MONTH) == 70
    assert rows.missing(MONTH) == [rows.by_pk[1]]
    assert not rows.is_whole("water", MONTH)


def test_a_ring_of_meters_ends():
    assert october([point(1, 2), point(2, 1)], {}).own(1, MONTH) is None


@pytest.mark.requirement("UTL-06")
def test_losses_are_those_of_families_read_in_full_and_the_worst_comes_first():
    points = [*TREE, point(6), point(7, 6)]
    rows = october(points, {1: 100, 2: 40, 3: 40, 4: 10, 5: 29, 6: 50})
    assert [(loss.meter, loss.lost, loss.percent) for loss in rows.losses(MONTH)] == [(1, 20, Decimal("20.0")), (3, 1, Decimal("2.5"))]


def test_branches_that_say_more_than_the_main_meter_are_as_suspicious():
    rows = october([point(1), point(2, 1)], {1: 100, 2: 130})
    found = unbalanced(rows, MONTH, Decimal(15))
    assert [one.key for one in found] == ["loss:1:2026-10"]
    assert "分表加起来比总表多" in found[0].words


@pytest.mark.requirement("UTL-06")
@pytest.mark.parametrize(
    ("now", "before", "year_ago", "words"),
    [
        (160, None, 100, "比去年同月的 100.0 多 60%"),
        (160, 100, None, "比上月的 100.0 多 60%"),
        (160, 10, 120, None),  # the year before decides where there is one
        (150, None, 100, None),  # exactly the limit
        (4, None, 2, None),  # twice of nearly nothing
    ],
)
def test_a_leap_is_measured_against_last_year_or_else_last_month(now, before, year_ago, words):
    values = {OCTOBER: now, shifted(OCTOBER, -1): before, shifted(OCTOBER, -12): year_ago}
    rows = counted([point(1)], {(1, month): value for month, value in values.items() if value is not None})
    found = leap(rows, rows.by_pk[1], MONTH, Decimal(50))
    assert (words in found.words) if words and found else found is None


def test_a_month_of_half_its_readings_is_not_compared():
    rows = Counted([point(1)], {(1, OCTOBER): Amount(Decimal(500), Decimal("0.5")), (1, date(2025, 10, 1)): Amount(Decimal(100))})
    assert leap(rows, rows.by_pk[1], MONTH, Decimal(50)) is None
    assert rows.lacks(1, MONTH)


@pytest.mark.requirement("UTL-02")
def test_coal_takes_the_factor_of_its_day_and_leaves_water_out():
    factors = Factors(
        [("power", date(2020, 1, 1), Decimal("0.1229")), ("power", date(2026, 7, 1), Decimal("0.1300")), ("gas", date(2026, 1, 1), Decimal("1.33"))]
    )
    assert factors.coal([("power", date(2026, 6, 30), Decimal(1000)), ("power", date(2026, 7, 1), Decimal(1000))]) == Decimal("252.9")
    assert factors.coal([("gas", date(2019, 1, 1), Decimal(100)), ("water", OCTOBER, Decimal(100)), ("power", OCTOBER, None)]) == 133


def test_changes_need_something_to_compare_with():
    assert change(Decimal(110), Decimal(100)) == 10
    assert change(Decimal(5), Decimal(0)) is change(Decimal(5), None) is change(None, Decimal(5)) is per(Decimal(5), Decimal(0)) is None


def test_spans_over_the_turn_of_the_year():
    span = Span(date(2025, 12, 1), date(2026, 1, 1))
    assert (len(span), span.before, span.year_ago) == (2, Span(date(2025, 10, 1), date(2025, 11, 1)), Span(date(2024, 12, 1), date(2025, 1, 1)))
    assert (span.until, span.words) == (date(2026, 1, 31), "2025年12月至2026年1月")

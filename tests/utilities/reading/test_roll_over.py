"""A roll-over is counted once, whatever is corrected or struck out around it (UTL-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from logistics.utilities.meter.queries import counting
from logistics.utilities.meter.rules import amend_device, device_of, replace_device
from logistics.utilities.reading import rules
from tests.conftest import NOW
from tests.utilities.meter_kit import a_meter, read, spent

pytestmark = pytest.mark.requirement("UTL-01")
DAY = timedelta(days=1)


@pytest.fixture
def meter(cast, rooms):
    """Ten a day for forty days, the last reading 400."""
    meter = a_meter(cast, rooms.room, at=NOW - 50 * DAY)
    read(cast, meter, 400, NOW - 10 * DAY)
    return meter


@pytest.mark.parametrize(
    ("marks", "wrong", "right", "rolled", "turns", "use"),
    [
        (((500, 0), (9000, 0), (600, 1)), 9000, 550, False, 0, 600),  # what followed had "rolled over" only because of the wrong number
        (((9900, 0), (200, 1), (300, 0)), 200, 9950, False, 1, 10300),  # the roll-over was a period later
        (((9900, 0), (9950, 0), (200, 1)), 9950, 50, True, 0, 10200),  # and a period earlier
        (((500, 0), (600, 1), (700, 0)), 600, 610, False, 0, 700),  # there was none
    ],
)
def test_a_corrected_number_counts_a_roll_over_once(cast, rooms, marks, wrong, right, rolled, turns, use):
    """A typing error taken back left 10,000 on the account, or the roll-over was counted twice."""
    meter = a_meter(cast, rooms.room, at=NOW - 50 * DAY)
    for n, (value, turned) in enumerate(marks):
        read(cast, meter, value, NOW - (30 - 10 * n) * DAY, rolled=bool(turned))
    rules.correct_reading(actor=cast.director, at=NOW, record=counting().get(value=wrong), value=Decimal(right), rolled=rolled, reason="看错", sure=True)
    assert (counting().get(value=marks[2][0]).turns, spent(meter, NOW - 60 * DAY, NOW)) == (turns, use)


@pytest.mark.parametrize(("middle", "follows", "turns"), [((9000, False), (600, True), 0), ((100, True), (700, False), 0), ((100, True), (300, False), 1)])
def test_a_struck_out_number_leaves_no_roll_over_behind(cast, rooms, middle, follows, turns):
    meter = a_meter(cast, rooms.room, at=NOW - 50 * DAY)
    read(cast, meter, 500, NOW - 30 * DAY)
    wrong = read(cast, meter, middle[0], NOW - 20 * DAY, rolled=middle[1])
    read(cast, meter, follows[0], NOW - 10 * DAY, rolled=follows[1])
    rules.void_reading(actor=cast.director, at=NOW, record=wrong, reason="隔壁的表")
    assert counting().get(value=follows[0]).turns == turns
    assert spent(meter, NOW - 60 * DAY, NOW) == follows[0] + 10000 * turns


def test_a_struck_out_number_before_a_replacement_leaves_no_roll_over_behind(cast, meter):
    wrong = read(cast, meter, 9000, NOW - 5 * DAY)
    replace_device(actor=cast.director, at=NOW - 2 * DAY, record=meter, last=Decimal(450), rolled=True, reason="到期", first=Decimal(0))
    rules.void_reading(actor=cast.director, at=NOW, record=wrong, reason="隔壁的表")
    assert spent(meter, NOW - 60 * DAY, NOW) == 450
    assert list(find_breaks()) == []


def test_a_roll_over_given_to_a_backfilled_reading_comes_back(cast, rooms):
    meter = a_meter(cast, rooms.room, at=NOW - 50 * DAY)
    read(cast, meter, 500, NOW - 30 * DAY)
    read(cast, meter, 700, NOW - 10 * DAY, rolled=True)
    between = read(cast, meter, 100, NOW, read_at=NOW - 20 * DAY, rolled=True)
    assert spent(meter, NOW - 60 * DAY, NOW) == 10700
    rules.void_reading(actor=cast.director, at=NOW, record=between, reason="隔壁的表")
    assert spent(meter, NOW - 60 * DAY, NOW) == 10700


def test_the_last_reading_of_an_old_device_put_right_has_not_rolled_over(cast, meter):
    old = device_of(meter)
    replace_device(actor=cast.director, at=NOW - 2 * DAY, record=meter, last=Decimal(45), rolled=True, reason="到期", first=Decimal(0))
    with pytest.raises(RuleViolation) as refusal:
        amend_device(actor=cast.director, at=NOW, record=device_of(meter), reason="看错", first=Decimal(99999))
    assert refusal.value.field == "first"
    amend_device(actor=cast.director, at=NOW, record=old, reason="漏了一位", last=Decimal(450))
    assert spent(meter, NOW - 60 * DAY, NOW) == 450


def test_a_first_dial_put_right_leaves_no_roll_over_behind(cast, rooms):
    meter = a_meter(cast, rooms.room, at=NOW - 50 * DAY, first=Decimal(9990))
    read(cast, meter, 50, NOW - 10 * DAY, rolled=True)
    with pytest.raises(RuleViolation, match="请先作废那次读数") as refusal:
        amend_device(actor=cast.director, at=NOW, record=device_of(meter), reason="看错", first=Decimal(10))
    assert (refusal.value.field, spent(meter, NOW - 60 * DAY, NOW)) == ("first", 60)

"""Two people at one meter at the same moment; on both databases (UTL-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from logistics.utilities.meter.models import MeterDevice, Reading
from logistics.utilities.meter.queries import counting
from logistics.utilities.meter.rules import amend_device, device_of, replace_device
from logistics.utilities.reading.importing import import_readings
from logistics.utilities.reading.models import Stop
from logistics.utilities.reading.round_rules import read_stop
from logistics.utilities.reading.rules import correct_reading, record_reading
from tests.conftest import NOW, make_place
from tests.platform.duties_kit import moment
from tests.utilities.meter_kit import a_meter, a_round, read, spent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("UTL-01")]
DAY = timedelta(days=1)
OPENS = moment(NOW.date(), "07:30")


@pytest.fixture
def meter(cast):
    return a_meter(cast, make_place("食堂", None, "campus"), at=NOW - 50 * DAY)


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def test_two_readings_of_one_meter_at_once_are_one(cast, meter, together):
    people = cast.director, cast.plumber, cast.electrician
    outcomes = together(*(lambda who=who, n=n: record_reading(actor=who, at=NOW, record=meter, value=Decimal(100 + n)) for n, who in enumerate(people)))
    assert (refusals(outcomes), counting().count()) == (2, 1)
    assert list(find_breaks()) == []


def test_a_stop_and_a_list_at_once_count_once(cast, meter, together):
    stop = a_round(cast, meter).stops.get()
    rows = [{"meter": meter, "on": NOW.date(), "value": Decimal(100)}]
    at, reader, keeper = OPENS + DAY / 24, cast.plumber, cast.director
    outcomes = together(
        lambda: read_stop(actor=reader, at=at, record=stop, value=Decimal(100)),
        lambda: import_readings(actor=keeper, at=at, rows=rows),
        lambda: read_stop(actor=reader, at=at, record=stop, value=Decimal(100)),
    )
    assert refusals(outcomes) >= 1
    assert (counting().count(), Stop.objects.get(pk=stop.pk).state, spent(meter, NOW - 60 * DAY, NOW)) == (1, "read", 100)


def test_one_correction_wins(cast, meter, together):
    wrong = read(cast, meter, 900, NOW - DAY)
    director, vice = cast.director, cast.vice
    outcomes = together(
        *(lambda who=who, n=n: correct_reading(actor=who, at=NOW, record=wrong, value=Decimal(90 + n), reason="看错", sure=True) for n, who in enumerate((director, vice)))
    )  # fmt: skip
    assert (refusals(outcomes), counting().count(), Reading.objects.count()) == (1, 1, 2)


def test_a_smaller_dial_and_a_longer_number_at_once_do_not_both_stand(cast, meter, together):
    """The device was amended without holding its meter, so both were found to fit."""
    device, director, reader = device_of(meter), cast.director, cast.plumber
    together(
        lambda: record_reading(actor=reader, at=NOW, record=meter, value=Decimal(5000)),
        lambda: amend_device(actor=director, at=NOW, record=device, reason="三位的表", digits=3),
    )
    digits = MeterDevice.objects.get(pk=device.pk).digits
    assert all(row.value < 10**digits for row in counting())


def test_a_device_is_replaced_once_and_what_is_read_meanwhile_fits(cast, meter, together):
    read(cast, meter, 100, NOW - DAY)
    director, vice, reader = cast.director, cast.director, cast.plumber
    outcomes = together(
        *(lambda who=who: replace_device(actor=who, at=NOW, record=meter, last=Decimal(150), reason="坏了", first=Decimal(0)) for who in (director, vice)),
        lambda: record_reading(actor=reader, at=NOW, record=meter, value=Decimal(140)),
    )
    refusals(outcomes)
    assert MeterDevice.objects.filter(meter=meter, until_at=None).count() == 1
    assert counting().filter(value__lt=0).count() == 0
    assert spent(meter, NOW - 60 * DAY, NOW) >= 150

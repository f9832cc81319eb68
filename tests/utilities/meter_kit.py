"""Meters, readings and a reading round, made by the rules."""

from datetime import datetime, timedelta
from decimal import Decimal

from logistics.utilities.meter.models import Medium, Meter, Reading
from logistics.utilities.meter.queries import load_series, used
from logistics.utilities.meter.rules import save_meter
from logistics.utilities.reading.models import ReadingRound, ReadingRoute
from logistics.utilities.reading.round_rules import add_meters, plan_route, save_route
from logistics.utilities.reading.rules import record_reading
from tests.conftest import NOW

LONG_AGO = NOW - timedelta(days=400)
DAILY = {"kind": "daily", "times": ["07:30"], "minutes": 60}


def a_meter(cast, place, name: str = "食堂水表", *, at: datetime = LONG_AGO, medium: str = Medium.WATER, **given) -> Meter:
    values = {"digits": 4, "decimals": 1, "factor": Decimal(1), "first": Decimal(0), "since": at.date()} | given
    return save_meter(actor=cast.director, at=at, name=name, medium=medium, place=place, **values)


def read(cast, meter: Meter, value, at: datetime = NOW, actor=None, **given) -> Reading:
    given = {"sure": True} | given
    return record_reading(actor=actor or cast.director, at=at, record=meter, value=Decimal(str(value)), **given)


def spent(meter: Meter, start: datetime, end: datetime) -> Decimal:
    return used(load_series([meter], start, end)[meter.pk], start, end)


def a_route(cast, *meters, name: str = "每天抄总表", at: datetime = NOW - timedelta(days=1)) -> ReadingRoute:
    route = save_route(actor=cast.director, at=at, name=name)
    if meters:
        add_meters(actor=cast.director, at=at, record=route, meters=meters)
    return route


def planned(cast, route: ReadingRoute, *, at: datetime = NOW - timedelta(days=1), rhythm: dict | None = None, **given):
    """Read by the plumber every day from 07:30 to 08:30, late until 09:30."""
    given = {"owner_person": cast.plumber, "supervisor": cast.director, "grace_minutes": 60, "starts_on": at.date()} | given
    return plan_route(actor=cast.director, at=at, record=route, rhythm=rhythm or DAILY, **given)


def a_round(cast, *meters, **given) -> ReadingRound:
    """This morning's, prepared yesterday."""
    duty = planned(cast, a_route(cast, *meters, **given))
    return ReadingRound.objects.get(occurrence__duty=duty, occurrence__on=NOW.date())

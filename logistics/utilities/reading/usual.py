"""What a dial should show by the readings before (UTL-01)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from django.utils import timezone

from logistics.platform.limits.queries import limit
from logistics.utilities.meter.dial import usual_rates
from logistics.utilities.meter.models import Meter
from logistics.utilities.meter.queries import Last, load_series
from logistics.utilities.meter.series import Series, used

TIMES, SIGMA = "utilities.reading.times", "utilities.reading.sigma"
YEAR, LOOK_BACK = timedelta(days=365), timedelta(days=500)
MOST_PERIODS = 13
SHORTEST = timedelta(minutes=30)  # between two readings that say something of a day's use
DAY = Decimal(86400)


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The day of the school in which `moment` lies: from, until."""
    day = timezone.localdate(moment)
    return timezone.make_aware(datetime.combine(day, time.min)), timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def strictness(on: date) -> dict[str, Decimal]:
    """The school's two limits for `doubt` and `usual_rates`."""
    return {"times": Decimal(limit(TIMES, on)), "sigma": Decimal(limit(SIGMA, on))}


def rates_before(series: Series, until: datetime) -> list[Decimal]:
    """Use a day in the periods between readings up to `until`, oldest first, at most a year's months."""
    points = [point for point in series.points if point.at <= until]
    pairs = [(left, right) for left, right in pairwise(points) if right.at - left.at >= SHORTEST]
    return [(right.total - left.total) / Decimal((right.at - left.at).total_seconds()) * DAY for left, right in pairs[-MOST_PERIODS:]]


@dataclass(frozen=True)
class Outlook:
    """About what the dial should show, and between which numbers nobody asks; None where nothing is known."""

    about: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def outlook(meter: Meter, last: Last, since: datetime, until: datetime) -> Outlook:
    """For a dial that is read between `since` and `until`: by the use of the year before, and by the limits of what is asked. One load."""
    series = load_series([meter], last.at - LOOK_BACK, last.at)[meter.pk]
    return Outlook(_about(series, last, since), *_span(series, last, since, until))


def _about(series: Series, last: Last, at: datetime) -> Decimal | None:
    if len(series.points) < 2 or series.known_until is None or series.known_from is None:
        return None
    start = max(series.known_from, last.at - YEAR)
    spent = (series.known_until - start).total_seconds()
    if spent < 1:
        return None
    more = used(series, start, series.known_until) * Decimal((at - last.at).total_seconds()) / Decimal(spent) / last.device.factor
    return round((last.value + more) % (Decimal(10) ** last.device.digits), last.device.decimals)


def _span(series: Series, last: Last, since: datetime, until: datetime) -> tuple[Decimal | None, Decimal | None]:
    """Nothing after an estimate, nor where the dial may go through zero meanwhile: there only the rule can tell."""
    rates = usual_rates(rates_before(series, last.at), **strictness(timezone.localdate(since)))
    if rates is None or last.is_estimate or since - last.at < SHORTEST:
        return None, None
    exact = Decimal(1).scaleb(-last.device.decimals)
    days = [Decimal((moment - last.at).total_seconds()) / DAY / last.device.factor for moment in (since, until)]
    low = (last.value + max(rates[0], Decimal(0)) * days[0]).quantize(exact, ROUND_FLOOR)
    high = (last.value + rates[1] * days[1]).quantize(exact, ROUND_CEILING) if rates[1] is not None else None
    return (None, None) if high is not None and high >= Decimal(10) ** last.device.digits else (low, high)

"""From the tables to what is reckoned with: meters, their months, sizes and factors. A constant number of queries (UTL-02)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from logistics.platform.limits.queries import limit
from logistics.platform.places.models import Level
from logistics.utilities.meter.models import Band, Meter
from logistics.utilities.meter.queries import Series, coverage, load_series, used

from .models import USUAL_FACTORS, EnergyFactor, SchoolSize
from .months import Span, midnight, shifted
from .tally import Amount, Counted, Factors, MeterPoint, Size

WEIGHT = "utilities.boarder.weight"


def meters_counted(earliest: date, latest: date) -> list[Meter]:
    """Those in use at some time between the two days; peak and valley registers are parts of their meter and left out."""
    rows = Meter.objects.filter(band=Band.TOTAL, since__lte=latest).exclude(until__lt=earliest)
    return list(rows.select_related("place", "serves").order_by("medium", "order", "pk"))


def building_under(place) -> int:
    """The building a place is or stands in; 0 for the campus."""
    return place.pk if place.level == Level.BUILDING else place.building_id or 0


def points_of(meters: Iterable[Meter]) -> list[MeterPoint]:
    """A main meter that names no building it serves, with branches in other buildings, measures what is common to all."""
    rows = list(meters)
    homes = {meter.pk: building_under(meter.serves or meter.place) for meter in rows}
    leads_away = {meter.parent_id for meter in rows if meter.parent_id and homes[meter.pk] != homes.get(meter.parent_id)}
    return [
        MeterPoint(
            pk=meter.pk,
            name=meter.name,
            code=meter.code,
            medium=meter.medium,
            parent=meter.parent_id or 0,
            building=0 if meter.serves_id is None and meter.pk in leads_away else homes[meter.pk],
            department=meter.department_id or 0,
        )
        for meter in rows
    ]


def counted(spans: Iterable[Span]) -> Counted:
    """All meters with their use in every month of these spans."""
    months = sorted({month for span in spans for month in span.months})
    first, last = months[0], months[-1]
    meters = meters_counted(first, shifted(last, 1))
    series = load_series([meter.pk for meter in meters], midnight(first), midnight(shifted(last, 1)))
    amounts, idle = {}, set()
    for meter in meters:
        line = series.get(meter.pk) or Series()
        for month in months:
            end = shifted(month, 1)
            if meter.since >= end or (meter.until and meter.until < month):
                idle.add((meter.pk, month))
            elif amount := amount_of(line, month, end, meter.since, meter.until):
                amounts[meter.pk, month] = amount
    return Counted(points_of(meters), amounts, frozenset(idle))


def amount_of(series: Series, first: date, end: date, since: date, until: date | None) -> Amount | None:
    """Use of one month and how much of the meter's days in it lies between readings; None without any."""
    start, stop = midnight(max(first, since)), midnight(min(end, until) if until else end)
    known = coverage(series, start, stop) if stop > start else Decimal(1)
    return Amount(used(series, midnight(first), midnight(end)), known) if known else None


def load_factors() -> Factors:
    """The school's rows; a fuel without one has the usual factor of the standard."""
    rows = list(EnergyFactor.objects.order_by("since").values_list("fuel", "since", "kgce"))
    known = {fuel for fuel, *_ in rows}
    return Factors([*rows, *((str(fuel), date(1980, 1, 1), number) for fuel, number in USUAL_FACTORS.items() if fuel not in known)])


class Sizes:
    """The school's and its buildings' sizes on any day. Two queries when made."""

    def __init__(self, on: date):
        self.weight = limit(WEIGHT, on)
        self.rows: dict[int, list[SchoolSize]] = {}
        for row in SchoolSize.objects.order_by("since", "pk"):
            self.rows.setdefault(row.place_id or 0, []).append(row)

    def on(self, day: date, building: int = 0) -> Size:
        """What was in force; the earliest known for days before it, nothing when there is none."""
        rows = self.rows.get(building, [])
        past = [row for row in rows if row.since <= day] or rows[:1]
        if not past:
            return Size()
        row = past[-1]
        return Size(row.area, Decimal(row.pupils + row.staff) + row.boarders * Decimal(self.weight))

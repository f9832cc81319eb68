"""Reading meters and their series (UTL-01). The arithmetic is in series.py and may be used from here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from logistics.platform.access.rules import has

from .dial import number_words
from .models import Meter, MeterDevice, Reading, ReadingKind
from .series import Hanging, Point, Read, Series, coverage, is_estimated, series_of, standing, total_at, used

__all__ = [
    "MANAGE", "VIEW", "Point", "Series", "counting", "coverage", "is_estimated", "load_series", "meters_visible_to", "series_of", "standing", "total_at", "used",
]  # fmt: skip

VIEW, MANAGE = "utilities.meter.view", "utilities.meter.manage"
COLUMNS = ("device_id", "read_at", "value", "turns", "kind")


def counting() -> QuerySet[Reading]:
    """Readings that were neither corrected nor struck out. Estimates that a real reading overtook are among them: `standing` leaves those away."""
    return Reading.objects.filter(corrected_by=None).exclude(kind=ReadingKind.VOID)


def load_series(meters: Iterable[Meter | int] | QuerySet[Meter], start: datetime, end: datetime) -> dict[int, Series]:
    """{meter id: its series} with all that is needed to reckon between `start` and `end`; six queries whatever the meters.

    Totals count from the reading before `start`. A meter without device has an empty series.
    """
    wanted = meters.order_by().values("pk") if isinstance(meters, QuerySet) else [getattr(meter, "pk", meter) for meter in meters]
    devices = list(
        MeterDevice.objects.filter(Q(until_at=None) | Q(until_at__gte=start), meter__in=wanted, since_at__lte=end).order_by("meter_id", "since_at", "pk")
    )
    rows = counting().filter(device__meter__in=wanted)
    reads, cut = _reads(rows, start, end)
    hanging: dict[int, list[Hanging]] = defaultdict(list)
    for device in devices:
        hanging[device.meter_id].append(hanging_of(device, tuple(reads.get(device.pk, ())), is_cut=device.pk in cut))
    keys = Meter.objects.filter(pk__in=wanted).values_list("pk", flat=True) if isinstance(meters, QuerySet) else wanted
    return {key: series_of(hanging.get(key, [])) for key in keys}


def _reads(rows: QuerySet[Reading], start: datetime, end: datetime) -> tuple[dict[int, list[Read]], set[int]]:
    """The reads of each device around the window, and the devices whose earlier ones were left out."""
    real = rows.exclude(kind=ReadingKind.ESTIMATE)
    before = _nearest(real.filter(read_at__lt=start), F("read_at").desc())
    after = _nearest(real.filter(read_at__gt=end), F("read_at").asc())
    inside = list(real.filter(read_at__range=(start, end)).order_by().values_list(*COLUMNS))
    guessed = list(rows.filter(kind=ReadingKind.ESTIMATE, read_at__lte=end).order_by().values_list(*COLUMNS))
    by_device: dict[int, list[tuple]] = defaultdict(list)
    for row in (*before, *inside, *after):
        by_device[row[0]].append(row)
    last_real = {device: max(row[1] for row in found) for device, found in by_device.items()}
    for row in guessed:
        if row[0] not in last_real or row[1] > last_real[row[0]]:
            by_device[row[0]].append(row)
    reads = {device: [Read(at, value, turns, kind == ReadingKind.ESTIMATE) for _, at, value, turns, kind in sorted(found, key=lambda row: row[1])] for device, found in by_device.items()}  # fmt: skip
    return reads, {row[0] for row in before}


def _nearest(rows: QuerySet[Reading], order) -> list[tuple]:
    """The first reading of each device in that order."""
    ranked = rows.order_by().annotate(rank=Window(RowNumber(), partition_by=F("device_id"), order_by=order))
    return list(ranked.filter(rank=1).values_list(*COLUMNS))


def hanging_of(device: MeterDevice, reads: tuple[Read, ...] = (), *, is_cut: bool = False) -> Hanging:
    return Hanging(
        device.since_at, device.first, device.digits, device.factor, reads, device.until_at, device.last, device.last_turns, is_cut
    )  # fmt: skip


def meters_visible_to(user) -> QuerySet[Meter]:
    rows = Meter.objects.select_related("parent", "place", "serves", "department")
    return rows if has(user, VIEW) else rows.none()


def devices_visible_to(user) -> QuerySet[MeterDevice]:
    rows = MeterDevice.objects.select_related("meter")
    return rows if has(user, VIEW) else rows.none()


@dataclass(frozen=True)
class Last:
    """What is known of a meter before it is read again."""

    value: Decimal
    at: datetime
    device: MeterDevice
    is_estimate: bool = False
    is_first: bool = False  # the dial when it was put up; nobody has read it since


def last_readings(meters: Iterable[Meter]) -> dict[int, Last]:
    """{meter id: the newest reading of the device that hangs there}, or its first dial; two queries."""
    keys = [meter.pk for meter in meters]
    devices = {device.pk: device for device in MeterDevice.objects.filter(meter__in=keys, until_at=None)}
    newest = Window(RowNumber(), partition_by=F("device_id"), order_by=F("read_at").desc())
    rows = counting().filter(device__in=devices).order_by().annotate(rank=newest).filter(rank=1)
    found = {device.meter_id: Last(device.first, device.since_at, device, is_first=True) for device in devices.values()}
    for row in rows:
        device = devices[row.device_id]
        found[device.meter_id] = Last(row.value, row.read_at, device, row.kind == ReadingKind.ESTIMATE)
    return found


def words_of_last(last: Last | None) -> str:
    """上次 1234（11-01 实抄）, for the top of a form."""
    if last is None:
        return "现在没有表"
    kind = "装表底数" if last.is_first else "估读" if last.is_estimate else "实抄"
    return f"{number_words(last.value)}（{timezone.localtime(last.at):%m-%d} {kind}）"


def last_of(meter: Meter) -> str:
    return words_of_last(last_readings([meter]).get(meter.pk))

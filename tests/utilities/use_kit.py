"""A small school with meters and readings at midnights, for figures and reports."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.places.models import Level, Place
from logistics.platform.places.rules import save_place
from logistics.utilities.meter.models import Meter, MeterDevice, Reading
from tests.conftest import NOW

BEGAN = date(2025, 1, 1)


def midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def building_of(cast, name: str = "甲楼") -> Place:
    found = Place.objects.filter(name=name).first()
    if found:
        return found
    campus = Place.objects.filter(level=Level.CAMPUS).first() or save_place(actor=cast.director, at=NOW, name="校区", level=Level.CAMPUS)
    return save_place(actor=cast.director, at=NOW, name=name, level=Level.BUILDING, parent=campus)


def meter_of(cast, name: str = "总水表", medium: str = "water", *, place: Place | None = None, since: date = BEGAN, **fields) -> Meter:
    """A meter with a device that began at 0."""
    stamped = {"created_at": NOW, "created_by": cast.director}
    meter = Meter.objects.create(
        name=name, code=f"C{Meter.objects.count() + 1:03d}", medium=medium, place=place or building_of(cast), since=since, **fields, **stamped
    )
    MeterDevice.objects.create(meter=meter, digits=7, since_at=midnight(since), **stamped)
    return meter


def read(cast, meter: Meter, values: dict[date, int | str]) -> None:
    """What the dial showed at these midnights."""
    device = meter.devices.get(until_at=None)
    rows = [Reading(device=device, value=Decimal(value), read_at=midnight(on), created_at=NOW, created_by=cast.director) for on, value in values.items()]
    Reading.objects.bulk_create(rows)


def dial(rows: list[tuple[date, int]]) -> dict[date, int]:
    """The dial at the beginning and end of each (month, amount) in order of time, nothing used between them."""
    total, found = 0, {}
    for month, amount in rows:
        found[month] = total
        total += amount
        found[(month.replace(day=28) + timedelta(days=4)).replace(day=1)] = total
    return found

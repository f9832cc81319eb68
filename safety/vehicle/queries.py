"""Whether a vehicle and a driver may go today, what a vehicle burns, whose trips a person sees (BUS-01, BUS-02)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.papers.models import PaperKind as StaffPaperKind
from logistics.platform.papers.queries import WARN, valid_paper
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import day_words, full_day

from .models import NEEDED, EntryKind, PaperKind, Trip, TripState, Vehicle, VehicleEntry, VehicleKind, VehiclePaper
from .rights import DISPATCH, MANAGE, RECORD, VIEW


def vehicles_visible_to(user) -> QuerySet[Vehicle]:
    rows = Vehicle.objects.select_related("keeper")
    return rows if has(user, VIEW) else rows.none()


def active_vehicles(*kinds: str) -> QuerySet[Vehicle]:
    rows = Vehicle.objects.filter(is_active=True)
    return rows.filter(kind__in=kinds) if kinds else rows


def papers_visible_to(user) -> QuerySet[VehiclePaper]:
    rows = VehiclePaper.objects.select_related("vehicle")
    return rows if has(user, VIEW) else rows.none()


def shortcomings(vehicle: Vehicle, on: date) -> list[str]:
    """Why this vehicle may not drive on that day, a sentence each; empty when it may."""
    return shortcomings_of([vehicle], on)[vehicle.pk]


def shortcomings_of(vehicles: Iterable[Vehicle], on: date) -> dict[int, list[str]]:
    """{vehicle id: what is missing or has run out on that day}, in one query."""
    vehicles = list(vehicles)
    newest: dict[tuple[int, str], VehiclePaper] = {}
    for paper in VehiclePaper.objects.filter(vehicle__in=[one.pk for one in vehicles], void_reason="", issued_on__lte=on).order_by("expires_on", "pk"):
        newest[paper.vehicle_id, paper.kind] = paper
    found: dict[int, list[str]] = {}
    for vehicle in vehicles:
        words = [] if vehicle.is_active else ["已经停用"]
        for kind in NEEDED[VehicleKind(vehicle.kind)]:
            held = newest.get((vehicle.pk, kind))
            if held is None:
                words.append(f"没有登记{PaperKind(kind).label}")
            elif held.expires_on < on:
                words.append(f"{PaperKind(kind).label}{full_day(held.expires_on)}到期")
        found[vehicle.pk] = words
    return found


def driver_fault(person, on: date) -> str:
    """Why this person may not drive on that day; empty when they may."""
    if not person.is_active:
        return f"{person.name}已经离职，不能开车。"
    if valid_paper(person, StaffPaperKind.DRIVER, on) is None:
        return f"{person.name}没有有效的驾驶证，不能开车。请先在证件里登记。"
    return ""


def trips_visible_to(user) -> QuerySet[Trip]:
    """Everybody's for who dispatches, keeps or oversees the vehicles, otherwise those one asked for or drives."""
    rows = Trip.objects.select_related("vehicle", "driver", "created_by", "decided_by")
    if has(user, DISPATCH) or (has(user, VIEW) and not has(user, RECORD)) or has(user, MANAGE):
        return rows
    return rows.filter(Q(created_by=user.pk) | Q(driver=user.pk))


@dataclass(frozen=True)
class Burned:
    """What a vehicle used over a time: between its first and last filling it drove `km` and burned `litres`."""

    litres: Decimal
    km: int
    money: Decimal

    @property
    def per_100(self) -> Decimal | None:
        return (self.litres * 100 / self.km).quantize(Decimal("0.1")) if self.km > 0 and self.litres else None


def burned(vehicle: Vehicle, since: date, until: date) -> Burned:
    """Litres per 100 km from full to full: the first filling is the start and counts for nothing."""
    entries = VehicleEntry.objects.filter(vehicle=vehicle, struck_at=None, happened_at__date__gte=since, happened_at__date__lte=until)
    fills = list(entries.filter(kind=EntryKind.FUEL).order_by("km", "happened_at", "pk"))
    money = entries.aggregate(all=Sum("money"))["all"] or Decimal(0)
    km = (fills[-1].km or 0) - (fills[0].km or 0) if len(fills) > 1 else 0
    return Burned(sum((fill.litres or Decimal(0) for fill in fills[1:]), Decimal(0)), km, money)


def driven(vehicle: Vehicle, since: date, until: date) -> dict[str, int]:
    """Trips, kilometres and empty kilometres of official trips that ended within these days."""
    trips = Trip.objects.filter(vehicle=vehicle, state=TripState.BACK, back_at__date__gte=since, back_at__date__lte=until)
    rows = [(trip.km or 0, trip.km_empty or 0) for trip in trips]
    return {"trips": len(rows), "km": sum(km for km, _ in rows), "empty": sum(empty for _, empty in rows)}


def last_reading(vehicle: Vehicle) -> int:
    """The highest odometer reading that stands; a struck entry says nothing. 0 before the first; two queries."""
    entries = VehicleEntry.objects.filter(vehicle=vehicle, struck_at=None).aggregate(km=Max("km"))
    trips = Trip.objects.filter(vehicle=vehicle).aggregate(out=Max("km_out"), back=Max("km_back"))
    return max(entries["km"] or 0, trips["out"] or 0, trips["back"] or 0)


def clashing(trip: Trip, **taker) -> Trip | None:
    """Another trip that has this `vehicle` or this `driver` at that time."""
    taken = Trip.objects.filter(**taker, state__in=[TripState.GIVEN, TripState.OUT]).exclude(pk=trip.pk)
    return taken.filter(starts_at__lt=trip.ends_at, ends_at__gt=trip.starts_at).order_by("starts_at").first()


def ending_papers(on: date) -> list[VehiclePaper]:
    """Papers of vehicles in use that run out soon or have run out, where no longer one takes their place."""
    last = on + timedelta(days=limit_shown(WARN, on))
    newest: dict[tuple[int, str], VehiclePaper] = {}
    for paper in VehiclePaper.objects.filter(vehicle__is_active=True, void_reason="").select_related("vehicle").order_by("expires_on", "pk"):
        newest[paper.vehicle_id, paper.kind] = paper
    return sorted((paper for paper in newest.values() if paper.expires_on <= last), key=lambda paper: (paper.expires_on, paper.pk))


def vehicle_todos(user, at: datetime) -> list[Todo]:
    """Papers to renew for who keeps the vehicles, trips to decide, and the driver's own trips."""
    on = timezone.localdate(at)
    papers = [_renewing(paper) for paper in ending_papers(on)[:10]] if has(user, MANAGE) else []
    return papers + _to_decide(user) + _to_drive(user, on)


def _renewing(paper: VehiclePaper) -> Todo:
    due_at = timezone.make_aware(datetime.combine(paper.expires_on, time(23, 59)))
    return Todo(f"{paper}快到期", f"{full_day(paper.expires_on)}到期，过期不能出车", f"/safety/vehicle/{paper.vehicle_id}/", "换新证", "id-card", due_at)


def _to_decide(user) -> list[Todo]:
    if not has(user, DISPATCH):
        return []
    trips = Trip.objects.filter(state=TripState.ASKED).exclude(created_by=user.pk).select_related("created_by").order_by("starts_at")[:10]
    return [
        Todo(f"{one.created_by.name}申请用车", f"{one.destination}，{one.purpose}", f"/safety/trip/{one.pk}/", "派车", "car", one.starts_at) for one in trips
    ]


def _to_drive(user, on: date) -> list[Todo]:
    if not has(user, RECORD):
        return []
    found = []
    for trip in Trip.objects.filter(driver=user.pk, state__in=[TripState.GIVEN, TripState.OUT]).select_related("vehicle").order_by("starts_at")[:10]:
        verb = "登记出车" if trip.state == TripState.GIVEN else "登记回场"
        when = f"{day_words(timezone.localdate(trip.starts_at), on)} {timezone.localtime(trip.starts_at):%H:%M}"
        found.append(Todo(f"出车去{trip.destination}", f"{trip.vehicle}，{when}", f"/safety/trip/{trip.pk}/", verb, "car", trip.starts_at))
    return found


def vehicle_late(user, at: datetime) -> list[Late]:
    """Vehicles that may not drive because a paper has run out."""
    if not has(user, MANAGE):
        return []
    on = timezone.localdate(at)
    late = [paper for paper in ending_papers(on) if paper.expires_on < on]
    return [Late("车辆证件过期", f"{late[0]}，不能出车", len(late), "/safety/vehicle/")] if late else []

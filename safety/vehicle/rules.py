"""Vehicles with their papers, what they cost, and official trips from the request to the odometer (BUS-01, BUS-02)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from secrets import choice

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.evidence.books import enter
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.labels.codes import ALPHABET
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number
from logistics.platform.web.templatetags.school import full_moment

from .models import BASIS, TRIP_MOVES, EntryKind, Trip, TripState, Vehicle, VehicleEntry, VehiclePaper
from .queries import clashing, driver_fault, last_reading, shortcomings
from .rights import ASK, BOOKS, DISPATCH, MANAGE, RECORD

SERIES = "PC"
JUMP = 3000  # kilometres between two readings; more is a slip of the pen
TRIPS = Subject("safety.trip", "用车申请、派车", "车辆")

check_can_view, check_can_record, check_can_manage = BOOKS.check_can_view, BOOKS.check_can_record, BOOKS.check_can_manage
fuel_guards: list = []  # (vehicle) -> why it may not be refuelled now, or ""; the bus appends its own


def check_can_ask(user, record=None) -> None:
    require(user, ASK)


def check_can_void(user, paper: VehiclePaper) -> None:
    require(user, MANAGE)
    if paper.void_reason:
        raise RuleViolation("这个证件已经作废了。")


def check_can_decide(user, trip: Trip) -> None:
    require(user, DISPATCH)
    check_move(trip, TripState.GIVEN, moves=TRIP_MOVES)
    if trip.created_by_id == user.pk:
        raise NotAllowed("自己申请的车，请另一位负责派车的人来批。")


def check_can_cancel(user, trip: Trip) -> None:
    check_move(trip, TripState.CANCELLED, moves=TRIP_MOVES)
    if trip.created_by_id != user.pk:
        require(user, DISPATCH)


def _check_drives(user, trip: Trip, to: TripState) -> None:
    require(user, RECORD)
    check_move(trip, to, moves=TRIP_MOVES)
    if trip.driver_id != user.pk:
        require(user, MANAGE)


def check_can_leave(user, trip: Trip) -> None:
    _check_drives(user, trip, TripState.OUT)


def check_can_return(user, trip: Trip) -> None:
    _check_drives(user, trip, TripState.BACK)


@rule
def save_vehicle(*, actor, at: datetime, record: Vehicle | None = None, **fields) -> Vehicle:
    """Register a vehicle, which gets the code of its back-seat label, or change it."""
    check_can_manage(actor)
    vehicle, fields = stored(Vehicle, record), tidied(fields)
    if "plate" in fields:
        fields["plate"] = fields["plate"].replace(" ", "").upper()
    if vehicle.pk is None:
        vehicle.created_by, vehicle.created_at = actor, at
        vehicle.seat_code = "HP" + "".join(choice(ALPHABET) for _ in range(8))
    return save_changes(actor=actor, at=at, record=vehicle, **fields)


@rule
def add_paper(*, actor, at: datetime, photos: Sequence = (), **values) -> VehiclePaper:
    """Register an inspection, insurance or licence. The old one stays."""
    check_can_manage(actor)
    paper = save_changes(actor=actor, at=at, record=VehiclePaper(created_by=actor, created_at=at), **tidied(values))
    attach(actor=actor, at=at, record=paper, role="photo", uploads=photos, field="photos")
    return paper


@rule
def void_paper(*, actor, at: datetime, record: VehiclePaper, reason: str) -> VehiclePaper:
    """A paper that was typed wrong or withdrawn counts for nothing any more."""
    paper = stored(VehiclePaper, record)
    check_can_void(actor, paper)
    paper.void_reason = _reason(reason)[:200]
    paper.save(update_fields=["void_reason"])
    record_event(actor=actor, at=at, action="void", record=paper, text="作废", note=paper.void_reason)
    return paper


def _reason(reason: str | None) -> str:
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    return reason


@rule
def record_entry(
    *, actor, at: datetime, vehicle: Vehicle, kind: str, money: Decimal, km: int | None = None, litres: Decimal | None = None, words: str = "",
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> VehicleEntry:  # fmt: skip
    """Fuel, upkeep, repair or another cost. Raises RuleViolation for an odometer that leaps, and for refuelling with pupils on board."""
    check_can_record(actor)
    vehicle = stored(Vehicle, vehicle)
    if kind == EntryKind.FUEL:
        if km is None or not litres:
            raise RuleViolation("加油要写升数和里程表读数，才能算百公里油耗。", field="litres" if not litres else "km")
        for guard in fuel_guards:
            if why := guard(vehicle):
                raise RuleViolation(why, field="kind")
    elif litres:
        raise RuleViolation("只有加油才写升数。", field="litres")
    _check_reading(vehicle, km, happened_at is None)
    given = {"vehicle": vehicle, "kind": kind, "km": km, "litres": litres, "money": money, "words": words, "note": note}
    row = enter(actor=actor, at=at, record=VehicleEntry(), happened_at=happened_at, photos=photos, **given)
    _read(vehicle, km)
    return row


def _check_reading(vehicle: Vehicle, km: int | None, is_now: bool, field: str = "km") -> None:
    if km is None:
        return
    last = last_reading(vehicle)
    if is_now and km < last:
        raise RuleViolation(f"里程表上次是 {last} 公里，这次不能更小。", field=field)
    if last and km > last + JUMP:
        raise RuleViolation(f"里程表上次是 {last} 公里，这次多了 {km - last} 公里，请核对。", field=field)


def _read(vehicle: Vehicle, km: int | None) -> None:
    if km is not None:
        Vehicle.objects.filter(pk=vehicle.pk).update(km=last_reading(vehicle))


def put_right(*, actor, at: datetime, record: VehicleEntry) -> None:
    """An entry is struck out: the vehicle shows the highest reading that stands. Part of striking out."""
    _read(record.vehicle, record.km)


@rule
def ask_trip(*, actor, at: datetime, purpose: str, destination: str, starts_at: datetime, ends_at: datetime, people: int = 1) -> Trip:
    """Ask for a car."""
    check_can_ask(actor)
    if starts_at < at:
        raise RuleViolation("出发时间已经过了。", field="starts_at")
    if ends_at <= starts_at:
        raise RuleViolation("回来要晚于出发。", field="ends_at")
    if (ends_at - starts_at).days > 14:
        raise RuleViolation("一次最多用两个星期。", field="ends_at")
    trip = Trip(number=next_number(SERIES, timezone.localdate(at).year), created_by=actor, created_at=at)
    words = tidied({"purpose": purpose, "destination": destination})
    trip = save_changes(actor=actor, at=at, record=trip, starts_at=starts_at, ends_at=ends_at, people=people, **words)
    _tell(at, trip, "asked", holders_of(DISPATCH).exclude(pk=actor.pk), f"{actor.name}申请用车：{trip.destination}")
    return trip


@rule
def give_car(*, actor, at: datetime, record: Trip, vehicle: Vehicle, driver) -> Trip:
    """派车. Refused for a vehicle without valid papers, without room or already given, and for a driver without a licence."""
    trip = stored(Trip, record)
    check_can_decide(actor, trip)
    vehicle = stored(Vehicle, vehicle)
    on = timezone.localdate(trip.ends_at)
    if missing := shortcomings(vehicle, on):
        raise RuleViolation(f"{vehicle}不能出车：{'；'.join(missing)}。依据：{BASIS}。", field="vehicle")
    if trip.people + 1 > vehicle.seats:
        raise RuleViolation(f"{vehicle}核定 {vehicle.seats} 人（含司机），坐不下 {trip.people} 人。", field="vehicle")
    if other := clashing(trip, vehicle=vehicle):
        raise RuleViolation(f"{vehicle}{full_moment(other.starts_at)}已经派给{other.destination}（{other.number}）。", field="vehicle")
    if fault := driver_fault(driver, on):
        raise RuleViolation(fault, field="driver")
    if other := clashing(trip, driver=driver):
        raise RuleViolation(f"{driver.name}{full_moment(other.starts_at)}已经派去{other.destination}（{other.number}）。", field="driver")
    advance(trip, TripState.GIVEN, moves=TRIP_MOVES, vehicle=vehicle, driver=driver, decided_by=actor, decided_at=at)
    record_event(actor=actor, at=at, action="give", record=trip, text=f"派车 {vehicle}，司机{driver.name}")
    _tell(at, trip, "given", {trip.created_by, driver}, f"已派车：{trip.destination}，{vehicle}")
    return trip


@rule
def refuse_trip(*, actor, at: datetime, record: Trip, reason: str) -> Trip:
    """Say no, with the reason."""
    trip = stored(Trip, record)
    check_can_decide(actor, trip)
    reason = _reason(reason)
    advance(trip, TripState.REFUSED, moves=TRIP_MOVES, decided_by=actor, decided_at=at, reason=reason[:200])
    record_event(actor=actor, at=at, action="refuse", record=trip, text="没有批准", note=reason)
    _tell(at, trip, "refused", [trip.created_by], f"用车没有批准：{trip.destination}")
    return trip


@rule
def cancel_trip(*, actor, at: datetime, record: Trip, reason: str) -> Trip:
    """Call it off before the car has left."""
    trip = stored(Trip, record)
    check_can_cancel(actor, trip)
    reason, driver = _reason(reason), trip.driver
    advance(trip, TripState.CANCELLED, moves=TRIP_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=trip, text="取消用车", note=reason)
    if driver:
        _tell(at, trip, "cancelled", [driver], f"不用出车了：{trip.destination}")
    return trip


@rule
def leave(*, actor, at: datetime, record: Trip, km: int) -> Trip:
    """出车 with the odometer; papers, licence and whether the vehicle is there are looked at once more."""
    trip = stored(Trip, record)
    check_can_leave(actor, trip)
    vehicle = stored(Vehicle, trip.vehicle)
    if missing := shortcomings(vehicle, timezone.localdate(at)):
        raise RuleViolation(f"{vehicle}不能出车：{'；'.join(missing)}。依据：{BASIS}。")
    if fault := driver_fault(trip.driver, timezone.localdate(at)):
        raise RuleViolation(fault)
    if other := Trip.objects.filter(vehicle=vehicle, state=TripState.OUT).first():
        raise RuleViolation(f"{vehicle}出车去{other.destination}（{other.number}）还没有登记回场。请先登记回场。")
    _check_reading(vehicle, km, True)
    advance(trip, TripState.OUT, moves=TRIP_MOVES, out_at=at, km_out=km)
    _read(vehicle, km)
    record_event(actor=actor, at=at, action="leave", record=trip, text=f"出车，里程 {km} 公里")
    return trip


@rule
def come_back(*, actor, at: datetime, record: Trip, km: int, km_empty: int = 0) -> Trip:
    """回场 with the odometer and how far it drove empty."""
    trip = stored(Trip, record)
    check_can_return(actor, trip)
    vehicle = stored(Vehicle, trip.vehicle)
    if km < (trip.km_out or 0):
        raise RuleViolation(f"出车时是 {trip.km_out} 公里，回场不能更小。", field="km")
    _check_reading(vehicle, km, True)
    if km_empty > km - (trip.km_out or 0):
        raise RuleViolation(f"一共开了 {km - (trip.km_out or 0)} 公里，空驶不能更多。", field="km_empty")
    advance(trip, TripState.BACK, moves=TRIP_MOVES, back_at=at, km_back=km, km_empty=km_empty)
    _read(vehicle, km)
    record_event(actor=actor, at=at, action="return", record=trip, text=f"回场，行驶 {trip.km} 公里")
    return trip


def _tell(at: datetime, trip: Trip, step: str, people, title: str) -> None:
    body = f"{full_moment(trip.starts_at)}出发，{trip.purpose}{f'。{trip.reason}' if trip.reason else ''}"
    notify(at=at, key=f"safety.trip:{trip.pk}:{step}", recipients=list(people), title=title, body=body, url=f"/safety/trip/{trip.pk}/", subject=TRIPS)

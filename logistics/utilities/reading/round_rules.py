"""Reading routes, their times, preparing rounds, reading a meter on a round (UTL-01)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.queries import MANAGE as DUTIES_MANAGE
from logistics.platform.duties.queries import may_do
from logistics.platform.duties.rounds import check_round_time, lock_without_round, route_number
from logistics.platform.duties.rules import save_duty
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.utilities.meter.dial import number_words
from logistics.utilities.meter.models import Meter, Reading, ReadingKind
from logistics.utilities.meter.queries import MANAGE

from .models import PRODUCER, STOP_MOVES, ReadingRound, ReadingRoute, RouteMeter, Stop, StopState
from .queries import known_words, meters_on, read_that_day
from .rules import enter_reading
from .settling import fulfil, settle

MOST_METERS = 200


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_take_out(user, route: ReadingRoute) -> None:
    require(user, MANAGE)
    if not route.stops.exists():
        raise RuleViolation("这条路线上还没有表。")


def check_can_plan(user, route: ReadingRoute) -> None:
    require(user, MANAGE)
    if not route.is_active:
        raise RuleViolation("这条路线停用了，不能再排时间。")
    if not route.stops.filter(meter__until=None).exists():
        raise RuleViolation("这条路线上还没有表，先加表再排时间。")


def check_can_read_stop(user, stop: Stop) -> None:
    """Whoever the round is for, while its occurrence stands. The time is looked at when it is done, so that the page can be read before."""
    occurrence = stop.round.occurrence
    if not may_do(user, occurrence) and not has(user, DUTIES_MANAGE):
        raise NotAllowed(f"这趟抄表归{occurrence.owner_words}，不归您。")
    if occurrence.state == OccurrenceState.CANCELLED:
        raise RuleViolation("这趟抄表取消了，不用抄。")
    check_move(stop, StopState.READ, moves=STOP_MOVES)


@rule
def save_route(*, actor, at: datetime, record: ReadingRoute | None = None, **fields) -> ReadingRoute:
    """Create or change a route. One that is walked regularly is not put out of use before its duty is stopped."""
    check_can_manage(actor)
    route, fields = stored(ReadingRoute, record), tidied(fields)
    if route.pk is None:
        route.created_by, route.created_at = actor, at
    elif route.is_active and fields.get("is_active") is False:
        duty = Duty.objects.filter(producer=PRODUCER, subject=route.subject, is_active=True).first()
        if duty:
            raise RuleViolation(f"「{duty}」还在按时间走这条路线，请先停掉那个定时任务。", field="is_active")
    return save_changes(actor=actor, at=at, record=route, **fields)


@rule
def add_meters(*, actor, at: datetime, record: ReadingRoute, meters: Sequence[Meter]) -> ReadingRoute:
    """Put meters on the route, all in the order of places then: building by building, floor by floor. Raises RuleViolation at meters."""
    check_can_manage(actor)
    route = stored(ReadingRoute, record)
    known = set(route.stops.values_list("meter_id", flat=True))
    new = [meter for meter in dict.fromkeys(meters) if meter.pk not in known]
    if not new:
        raise RuleViolation("这些表都已经在路线上了。", field="meters")
    if stopped := [meter for meter in new if meter.until is not None]:
        raise RuleViolation(f"{stopped[0]}已经停用。", field="meters")
    if len(known) + len(new) > MOST_METERS:
        raise RuleViolation(f"一条路线最多 {MOST_METERS} 块表，请分成几条。", field="meters")
    RouteMeter.objects.bulk_create([RouteMeter(route=route, meter=meter, order=len(known) + n) for n, meter in enumerate(new, 1)])
    _in_walking_order(route)
    record_event(actor=actor, at=at, action="add_meters", record=route, text=f"加了 {len(new)} 块表：{'、'.join(map(str, new))}"[:300])
    return route


def _in_walking_order(route: ReadingRoute) -> None:
    stops = list(route.stops.select_related("meter__place", "meter__place__building", "meter__place__parent"))
    stops.sort(key=lambda stop: _place_key(stop.meter))
    for n, stop in enumerate(stops, 1):
        stop.order = n
    RouteMeter.objects.bulk_update(stops, ["order"])


def _place_key(meter: Meter) -> tuple:
    """Where one comes by: building, floor by its number, room; at one place by the order the school gave."""
    place = meter.place
    building = place.building or place
    floor = place.parent.name if place.level == "room" and place.parent else place.name
    digits = "".join(letter for letter in floor if letter.isdigit())
    return (building.order, building.full_name, int(digits[:4]) if digits else 0, place.level == "room", place.order, place.name, meter.order, meter.pk)


@rule
def take_out_meter(*, actor, at: datetime, record: ReadingRoute, stop: RouteMeter) -> ReadingRoute:
    """Take a meter off the route, from the next round that is prepared."""
    route = stored(ReadingRoute, record)
    check_can_take_out(actor, route)
    gone, _ = RouteMeter.objects.filter(pk=stop.pk, route=route).delete()
    if not gone:
        raise RuleViolation("这块表刚刚已经去掉了。", field="stop")
    record_event(actor=actor, at=at, action="take_out", record=route, text=f"去掉：{stop}")
    return route


@rule
def move_meter(*, actor, at: datetime, record: ReadingRoute, stop: RouteMeter, after: RouteMeter | None = None) -> ReadingRoute:
    """Read the meter right after another, or first."""
    route = stored(ReadingRoute, record)
    check_can_take_out(actor, route)
    stops = [one for one in route.stops.order_by("order", "pk") if one.pk != stop.pk]
    where = next((n for n, one in enumerate(stops, 1) if after and one.pk == after.pk), 0)
    stops.insert(where, stop)
    for n, one in enumerate(stops, 1):
        one.order = n
    RouteMeter.objects.bulk_update(stops, ["order"])
    record_event(actor=actor, at=at, action="move", record=route, text=f"{stop} 排到{'最前面' if not where else f'{after} 后面'}"[:300])
    return route


@rule
def plan_route(*, actor, at: datetime, record: ReadingRoute, rhythm: dict, **values) -> Duty:
    """Walk the route regularly: a duty of the platform whose times are made, reminded, escalated and counted there."""
    route = stored(ReadingRoute, record)
    check_can_plan(actor, route)
    values["title"] = values.get("title") or f"抄表：{route.name}"
    duty = save_duty(actor=actor, at=at, rhythm=rhythm, checklist=[], producer=PRODUCER, subject=route.subject, **values)
    record_event(actor=actor, at=at, action="plan", record=route, text=f"排了时间：{duty.sentence}"[:300])
    prepare_reading_rounds(actor=actor, at=at)
    return duty


@rule
def prepare_reading_rounds(*, actor, at: datetime) -> int:
    """Make the rounds of what opens within a day, each once, with a stop for every meter in use; returns how many."""
    rows = lock_without_round(PRODUCER, at, ReadingRound.objects.all())
    routes = {route.subject: route for route in ReadingRoute.objects.filter(pk__in=[route_number(row) for row in rows])}
    stops = {subject: meters_on(route) for subject, route in routes.items()}
    made = [_prepare(row, routes[row.duty.subject], stops[row.duty.subject]) for row in rows if stops.get(row.duty.subject)]
    if made:
        record_event(actor=actor, at=at, action="prepare", record=made[0], text=f"排好 {len(made)} 趟抄表")
    return len(made)


def _prepare(row: Occurrence, route: ReadingRoute, stops: list[RouteMeter]) -> ReadingRound:
    found = ReadingRound.objects.create(occurrence=row, route=route, meters=len(stops))
    Stop.objects.bulk_create([Stop(round=found, meter=stop.meter, order=n) for n, stop in enumerate(stops, 1)])
    return found


@rule
def begin_reading(*, actor, at: datetime, record: Occurrence) -> ReadingRound:
    """Prepare the round of one occurrence now, for a duty that opened before its job ran. Raises RuleViolation without meters."""
    if not may_do(actor, record) and not has(actor, DUTIES_MANAGE):
        raise NotAllowed(f"这趟抄表归{record.owner_words}，不归您。")
    prepare_reading_rounds(actor=actor, at=at)
    found = ReadingRound.objects.filter(occurrence=record.pk).first()
    if found is None:
        raise RuleViolation("这趟抄表还没有表，或者已经过了时间。请总务处看看路线。")
    return found


@rule
def read_stop(
    *, actor, at: datetime, record: Stop, value: Decimal | None = None, read_at: datetime | None = None, rolled: bool = False, sure: bool = False,
    is_estimate: bool = False, note: str = "", unreached: str = "", photos: Sequence = (),
) -> Stop:  # fmt: skip
    """Read one meter of a round, or say in `unreached` why nobody could. The last one finishes the round.

    A meter that somebody read already on that day is done by that reading; what is seen now stands beside it as a note.
    `read_at` is when it was written, for what waited in a phone. Raises RuleViolation at value, rolled, sure, note.
    """
    Meter.objects.select_for_update(of=("self",)).get(pk=record.meter_id)  # meters are locked before rounds everywhere
    stop = stored(Stop, record)
    check_can_read_stop(actor, stop)
    check_round_time(stop.round.occurrence, at, name="抄表")
    words = tidied({"note": note or "", "unreached": unreached or ""})
    if value is not None and words["unreached"]:
        raise RuleViolation("填了读数，又写了没抄成的原因。抄到了，请把原因改写到说明里；没抄成，请把读数删掉。", field="unreached")
    moment = min(read_at or at, at)
    known = read_that_day(stop.meter_id, moment)
    if known is not None:
        attach(actor=actor, at=at, record=stop, role="photo", uploads=photos, field="photos")
        fulfil(actor=actor, at=at, reading=known, stop=stop, note=_beside(known, value, "；".join(filter(None, [words["note"], words["unreached"]]))))
        stop.refresh_from_db()
        return stop
    if words["unreached"]:
        return _skip(actor, at, stop, "；".join(filter(None, [words["unreached"], words["note"]])), photos)
    if value is None:
        raise RuleViolation("请填表上的读数；抄不了的，请写原因。", field="value")
    if is_estimate and not words["note"]:
        raise RuleViolation("估读要写是怎么估的。", field="note")
    kind = ReadingKind.ESTIMATE if is_estimate else ReadingKind.READ
    given = {"rolled": rolled, "sure": sure, "note": words["note"], "photos": photos}
    reading = enter_reading(actor, at, stop.meter, value, read_at=moment, kind=kind, **given)
    fulfil(actor=actor, at=at, reading=reading, stop=stop)
    stop.refresh_from_db()
    return stop


def _skip(actor, at: datetime, stop: Stop, words: str, photos: Sequence) -> Stop:
    found = ReadingRound.objects.select_for_update(of=("self",)).select_related("occurrence", "route").get(pk=stop.round_id)
    advance(stop, StopState.SKIPPED, moves=STOP_MOVES, note=words[:200], done_at=at, done_by=actor)
    attach(actor=actor, at=at, record=stop, role="photo", uploads=photos, field="photos")
    record_event(actor=actor, at=at, action="read", record=stop, text=f"没抄成：{words}"[:300])
    settle(actor=actor, at=at, found=found)
    return stop


def _beside(known: Reading, value: Decimal | None, note: str) -> str:
    seen = f"，这次看到 {number_words(value)}" if value is not None and value != known.value else ""
    return "；".join(filter(None, [f"{known_words(known)}{seen}", note]))[:200]

"""Check lists, routes and points; preparing rounds; looking at a point and so finishing the round (SAF-01 to SAF-03, SAF-05)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.duties.checklist import answered, checked
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.phone import does_now
from logistics.platform.duties.queries import may_do
from logistics.platform.duties.rhythm import Kind, night_minutes, rhythm_of
from logistics.platform.duties.rounds import check_round_time, lock_without_round, route_number
from logistics.platform.duties.rules import save_duty
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.labels.codes import read_code
from logistics.platform.labels.queries import scanned
from logistics.platform.limits.queries import limit
from logistics.platform.places.models import Place
from safety.hazard.models import Source
from safety.hazard.rules import find_hazard

from .models import PRODUCER, VISIT_MOVES, CheckList, Point, Purpose, Round, Route, Visit, VisitState
from .queries import MANAGE, VIEW, may_manage_duties, points_of
from .settling import settle

MOST_POINTS = 60
NIGHT_ROUNDS = "safety.patrol.night_rounds"
NIGHT_LAW = "GB/T 40248-2021 第 7.3.5 条（寄宿学校夜间防火巡查）"


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_take_out(user, route: Route) -> None:
    require(user, MANAGE)
    if not route.points.filter(is_active=True).exists():
        raise RuleViolation("这条路线上还没有点。")


def check_can_plan(user, route: Route) -> None:
    require(user, MANAGE)
    if not route.is_active:
        raise RuleViolation("这条路线停用了，不能再排时间。")
    if not route.points.filter(is_active=True).exists():
        raise RuleViolation("这条路线上还没有点，先加点再排时间。")


def check_can_visit(user, visit: Visit) -> None:
    """Whoever the round is for, while its occurrence stands. The time is looked at when it is done, so that the page can be read before."""
    occurrence = visit.round.occurrence
    if not may_do(user, occurrence) and not may_manage_duties(user):
        raise NotAllowed(f"这趟巡查归{occurrence.owner_words}走，不归您。")
    if occurrence.state == OccurrenceState.CANCELLED:
        raise RuleViolation("这趟巡查取消了，不用走。")
    check_move(visit, VisitState.OK, moves=VISIT_MOVES)


@rule
def save_list(*, actor, at: datetime, record: CheckList | None = None, items: list | None = None, **fields) -> CheckList:
    """Create or change a check list; rounds prepared already keep their own words."""
    check_can_manage(actor)
    found, fields = stored(CheckList, record), tidied(fields)
    if found.pk is None:
        found.created_by, found.created_at = actor, at
    text = ""
    if items is not None:
        items = checked(items)
        if not items:
            raise RuleViolation("请写检查项目，一行一项。", field="items")
        text = f"修改检查表：检查项目 {len(items)} 条" if found.pk and items != found.items else ""
        found.items = items
    return save_changes(actor=actor, at=at, record=found, text=text, **fields)


@rule
def save_route(*, actor, at: datetime, record: Route | None = None, **fields) -> Route:
    """Create or change a route. One that is walked regularly is not put out of use before its duty is stopped."""
    check_can_manage(actor)
    route, fields = stored(Route, record), tidied(fields)
    if route.pk is None:
        route.created_by, route.created_at = actor, at
    elif route.is_active and fields.get("is_active") is False:
        duty = Duty.objects.filter(producer=PRODUCER, subject=route.subject, is_active=True).first()
        if duty:
            raise RuleViolation(f"「{duty}」还在按时间走这条路线，请先停掉那个定时任务。", field="is_active")
    return save_changes(actor=actor, at=at, record=route, **fields)


@rule
def add_points(*, actor, at: datetime, record: Route, places: Sequence[Place], checklist: CheckList, needs_scan: bool = False, hint: str = "") -> Route:
    """Add places in the order of building and floor, behind what is there already in the same building. Raises RuleViolation at `places`."""
    check_can_manage(actor)
    route = stored(Route, record)
    known = set(route.points.filter(is_active=True, checklist=checklist).values_list("place_id", flat=True))
    new = [place for place in dict.fromkeys(places) if place.pk not in known]
    if not new:
        raise RuleViolation("这些地方都已经在路线上了。", field="places")
    if route.points.filter(is_active=True).count() + len(new) > MOST_POINTS:
        raise RuleViolation(f"一条路线最多 {MOST_POINTS} 个点，请分成几条。", field="places")
    last = route.points.aggregate(last=Max("order"))["last"] or 0
    hint = tidied({"hint": hint or ""})["hint"]
    Point.objects.bulk_create(
        [Point(route=route, place=place, checklist=checklist, needs_scan=needs_scan, hint=hint, order=last + n) for n, place in enumerate(new, 1)]
    )
    _in_walking_order(route)
    record_event(actor=actor, at=at, action="add_points", record=route, text=f"加了 {len(new)} 个点：{'、'.join(map(str, new))}"[:300])
    return route


def _in_walking_order(route: Route) -> None:
    """Building by building as they were first named, inside floor by floor and room by room."""
    points = points_of(route)
    first: dict[int, int] = {}
    for n, point in enumerate(points):
        first.setdefault(point.place.building_id or point.place_id, n)
    points.sort(key=lambda point: (first[point.place.building_id or point.place_id], _floor_key(point.place), point.place.order, point.order))
    for n, point in enumerate(points, 1):
        point.order = n
    Point.objects.bulk_update(points, ["order"])


def _floor_key(place: Place) -> tuple:
    """Rooms stand under their floor; the floor, building or ground itself before them."""
    digits = "".join(letter for letter in (place.parent.name if place.level == "room" and place.parent else place.name) if letter.isdigit())
    return (int(digits[:4]) if digits else 0, place.level == "room", place.name)


@rule
def take_out_point(*, actor, at: datetime, record: Route, point: Point) -> Route:
    """Take a point off the route, from the next round that is prepared."""
    route = stored(Route, record)
    check_can_take_out(actor, route)
    gone = Point.objects.filter(pk=point.pk, route=route, is_active=True).update(is_active=False)
    if not gone:
        raise Conflict("这个点刚刚已经去掉了。", field="point")
    record_event(actor=actor, at=at, action="take_out", record=route, text=f"去掉巡查点：{point}")
    return route


@rule
def move_point(*, actor, at: datetime, record: Route, point: Point, after: Point | None = None) -> Route:
    """Walk the point right after another, or first."""
    route = stored(Route, record)
    check_can_take_out(actor, route)
    points = [one for one in points_of(route) if one.pk != point.pk]
    where = next((n for n, one in enumerate(points, 1) if after and one.pk == after.pk), 0)
    points.insert(where, point)
    for n, one in enumerate(points, 1):
        Point.objects.filter(pk=one.pk, route=route).update(order=n)
    record_event(actor=actor, at=at, action="move", record=route, text=f"{point} 排到{'最前面' if not where else f'{after} 后面'}")
    return route


@rule
def plan_route(*, actor, at: datetime, record: Route, rhythm: dict, **values) -> Duty:
    """Walk the route regularly: a duty of the platform whose times are made, reminded, escalated and counted there.

    A night fire patrol comes round at least as often as the school's limit says. Raises RuleViolation at the field.
    """
    route = stored(Route, record)
    check_can_plan(actor, route)
    _check_night(route, rhythm, at)
    values["title"] = values.get("title") or route.name
    values["basis"] = values.get("basis") or route.basis
    duty = save_duty(actor=actor, at=at, rhythm=rhythm, checklist=[], producer=PRODUCER, subject=route.subject, **values)
    record_event(actor=actor, at=at, action="plan", record=route, text=f"排了时间：{duty.sentence}"[:300])
    prepare_rounds(actor=actor, at=at)
    return duty


def _check_night(route: Route, rhythm: dict, at: datetime) -> None:
    if route.purpose != Purpose.FIRE or rhythm.get("kind") != Kind.NIGHT:
        return
    found, least = rhythm_of(rhythm), limit(NIGHT_ROUNDS, timezone.localdate(at))
    times = night_minutes(found) // (found.every * 60)
    if times < least:
        raise RuleViolation(f"夜间防火巡查每晚至少 {least} 次，这样只有 {times} 次。依据：{NIGHT_LAW}。", field="every")


@rule
def prepare_rounds(*, actor, at: datetime) -> int:
    """Make the rounds of what opens within a day, each once, with a visit for every point; returns how many."""
    rows = lock_without_round(PRODUCER, at, Round.objects.all())
    routes = {route.subject: route for route in Route.objects.filter(pk__in=[route_number(row) for row in rows])}
    points = {subject: points_of(route) for subject, route in routes.items()}
    made = [_prepare(row, routes[row.duty.subject], points[row.duty.subject]) for row in rows if points.get(row.duty.subject)]
    if made:
        record_event(actor=actor, at=at, action="prepare", record=made[0], text=f"排好 {len(made)} 趟巡查")
    return len(made)


def _prepare(row: Occurrence, route: Route, points: list[Point]) -> Round:
    found = Round.objects.create(occurrence=row, route=route, points=len(points))
    Visit.objects.bulk_create([Visit(round=found, point=point, place=point.place, order=n, items=point.checklist.items) for n, point in enumerate(points, 1)])
    return found


@rule
def begin_round(*, actor, at: datetime, record: Occurrence) -> Round:
    """Prepare the round of one occurrence now, for a duty that opened before its job ran. Raises RuleViolation without points."""
    if not may_do(actor, record) and not may_manage_duties(actor):
        raise NotAllowed(f"这趟巡查归{record.owner_words}走，不归您。")
    prepare_rounds(actor=actor, at=at)
    found = Round.objects.filter(occurrence=record.pk).first()
    if found is None:
        raise RuleViolation("这趟巡查还没有点，或者已经过了时间。请安全员看看路线。")
    return found


@rule
def check_point(
    *, actor, at: datetime, record: Visit, given: Mapping[int, dict] | None = None, photos: Sequence = (), note: str = "", unreached: str = "",
    on_spot: bool = False, codes: str = "",
) -> Visit:  # fmt: skip
    """What was found at one point. What is not in order becomes a hazard in the same step; the last point finishes the round.

    `given` is {item number from 0: {"value", "note", "photos"}}; `unreached` says why nobody could look, then nothing else is asked.
    Raises RuleViolation at answer_<n>, note_<n>, photo_<n>, codes; Conflict when somebody has looked already.
    """
    visit = stored(Visit, record)
    found = Round.objects.select_for_update().get(pk=visit.round_id)
    check_can_visit(actor, visit)
    check_round_time(found.occurrence, at)
    words = tidied({"note": note or "", "unreached": unreached or ""})
    if words["unreached"]:
        advance(visit, VisitState.SKIPPED, moves=VISIT_MOVES, note=words["unreached"][:300], done_at=at, done_by=actor)
        attach(actor=actor, at=at, record=visit, role="photo", uploads=photos, field="photos")
        record_event(actor=actor, at=at, action="check", record=visit, text=f"没查成：{words['unreached']}"[:300])
    else:
        _looked_at(actor, at, visit, dict(given or {}), photos, words["note"], on_spot=on_spot, codes=codes)
    settle(actor=actor, at=at, found=found)
    return visit


def _looked_at(actor, at: datetime, visit: Visit, given: dict, photos: Sequence, note: str, *, on_spot: bool, codes: str) -> None:
    is_here = _check_scan(visit, codes)
    lines = answered(visit.items, given)
    wrong = [line for line in lines if not line["ok"]]
    kind, hazard = visit.point.checklist.hazard_kind, None
    if wrong:
        description = "；".join(
            f"{line['text']}：{line['note']}（{line['value']}）" if line["value"] != "不正常" else f"{line['text']}：{line['note']}" for line in wrong
        )
        fixed = {"on_spot": True, "fixed_words": note or "当场处理好了"} if on_spot else {}
        hazard = find_hazard(
            actor=actor, at=at, origin=ref(visit), place=visit.place, kind=kind, description=description[:500], source=Source.PATROL, **fixed
        )  # fmt: skip
    state = VisitState.BAD if wrong else VisitState.OK
    advance(visit, state, moves=VISIT_MOVES, lines=lines, note=note[:300], scanned=is_here, done_at=at, done_by=actor, hazard=hazard)
    for n in range(len(visit.items)):
        attach(actor=actor, at=at, record=visit, role=f"item{n}", uploads=given.get(n, {}).get("photos") or (), field=f"photo_{n}")
    attach(actor=actor, at=at, record=visit, role="photo", uploads=photos, field="photos")
    text = f"查了，{len(wrong)} 项不正常，{hazard.number}" if hazard else "查了，都正常"
    record_event(actor=actor, at=at, action="check", record=visit, text=text, note=note)


def _check_scan(visit: Visit, codes: str) -> bool:
    """Whether the label of this very place was scanned; refuse where it must have been."""
    found = [scanned(code) for code in dict.fromkeys(filter(None, map(read_code, codes.split()[:10])))]
    is_here = any(one.thing is not None and one.thing.kind == "platform.place" and one.record is not None and one.record.pk == visit.place_id for one in found)
    if visit.point.needs_scan and not is_here:
        words = "扫到的不是这里的标签" if found else "请扫这里的标签"
        raise RuleViolation(f"{words}：{visit.place}。标签坏了扫不了，请写在“没查成”里，并告诉安全员换标签。", field="codes")
    return is_here


def check_can_see(user) -> None:
    """Whoever walks rounds or oversees them has the overview."""
    if not has(user, VIEW) and not does_now(user, PRODUCER):
        raise NotAllowed("您名下没有巡查。")

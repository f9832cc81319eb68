"""A run of the school bus: checked before it leaves, counted on, counted off, looked through, closed (BUS-03, BUS-04)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.evidence.books import enter
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.labels.codes import read_code
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_moment
from safety.vehicle.models import BASIS, VehicleKind
from safety.vehicle.queries import driver_fault, shortcomings

from .models import BEFORE_RUN, CREW, RUN_MOVES, BusFee, BusLine, BusRider, BusRun, BusStop, Ride, RunState
from .queries import NOT_ON, ON_BOARD, TO_COME, on_board, open_runs, riders_on
from .rights import FEE_BOOK, MANAGE, MONEY, RUN, VIEW

LAW = "《校车安全管理条例》第三十九、四十条"
LEFT_OPEN = Subject("safety.bus", "校车没有收车", "校车", urgent=True, for_chats=True)
NOT_COME = Subject("safety.bus.absent", "学生没有乘校车", "校车", urgent=True)


def check_can_view(user, record=None) -> None:
    if not (has(user, VIEW) or has(user, MANAGE) or has(user, MONEY)):
        require(user, RUN)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_start(user, record=None) -> None:
    if not has(user, MANAGE):
        require(user, RUN)


def check_on_run(user, run: BusRun) -> None:
    """The attendant, or whoever keeps the buses in their place; the driver drives."""
    if run.state != RunState.RUNNING:
        raise RuleViolation(f"这一班{run.get_state_display()}，不能再点名。")
    if run.attendant_id != user.pk and not has(user, MANAGE):
        raise NotAllowed(f"这一班由照管员{run.attendant.name}点名。")


def check_can_count_on(user, run: BusRun) -> None:
    """Also one who was said not to come and came after all; otherwise a child would ride uncounted."""
    check_on_run(user, run)
    if not run.rides.filter(NOT_ON).exists():
        raise RuleViolation("都上过车了，没有要上车的学生。")


def check_can_mark_absent(user, run: BusRun) -> None:
    check_on_run(user, run)
    if not run.rides.filter(TO_COME).exists():
        raise RuleViolation("都点过了，没有要上车的学生。")


def check_can_count_off(user, run: BusRun) -> None:
    check_on_run(user, run)
    if not run.rides.filter(ON_BOARD).exists():
        raise RuleViolation("车上没有学生。")


def check_can_close(user, run: BusRun) -> None:
    check_on_run(user, run)
    check_move(run, RunState.CLOSED, moves=RUN_MOVES)
    if run.rides.filter(ON_BOARD | TO_COME).exists():
        aboard, left = ("、".join(run.rides.filter(standing).values_list("student__name", flat=True)[:8]) for standing in (ON_BOARD, TO_COME))
        raise RuleViolation("；".join(filter(None, [aboard and f"点名上还在车上：{aboard}", left and f"还没有点名：{left}"])) + "。先点完名，再收车。")


def check_can_cancel(user, run: BusRun) -> None:
    check_on_run(user, run)
    if run.rides.filter(on_at__isnull=False).exists():
        raise RuleViolation("已经有学生上过车，不能取消。请点完名，照常收车。")


def check_can_keep_fees(user, record=None) -> None:
    FEE_BOOK.check_can_record(user)


@rule
def save_line(*, actor, at: datetime, record: BusLine | None = None, **fields) -> BusLine:
    """A line with a bus, a driver who holds a licence, and an attendant who is somebody else."""
    check_can_manage(actor)
    line, fields = stored(BusLine, record), tidied(fields)
    if line.pk is None:
        line.created_by, line.created_at = actor, at
    vehicle = fields.get("vehicle") or line.vehicle
    if vehicle.kind != VehicleKind.BUS:
        raise RuleViolation(f"{vehicle}不是校车，不能接送学生。依据：《校车安全管理条例》第十五条。", field="vehicle")
    return save_changes(actor=actor, at=at, record=line, **fields)


@rule
def save_stop(*, actor, at: datetime, record: BusStop | None = None, **fields) -> BusStop:
    check_can_manage(actor)
    stop, fields = stored(BusStop, record), tidied(fields)
    if stop.pk is None:
        stop.created_by, stop.created_at = actor, at
    elif "line" in fields and fields["line"].pk != stop.line_id and stop.riders.exists():
        raise RuleViolation("站点上有乘车学生，不能换到别的线路。", field="line")
    return save_changes(actor=actor, at=at, record=stop, **fields)


@rule
def save_rider(*, actor, at: datetime, record: BusRider | None = None, **fields) -> BusRider:
    """Put a student on the list of a stop. One place on one line at a time; never more than the bus has seats."""
    check_can_manage(actor)
    rider = stored(BusRider, record)
    if rider.pk is None:
        rider.created_by, rider.created_at = actor, at
    stop, student = fields.get("stop") or rider.stop, fields.get("student") or rider.student
    since, until = fields.get("since") or rider.since, fields.get("until") or rider.until
    line = BusLine.objects.select_for_update(of=("self",)).select_related("vehicle").get(pk=stop.line_id)
    other = BusRider.objects.filter(student=student, since__lte=until, until__gte=since).exclude(pk=rider.pk).select_related("stop__line").first()
    if other:
        raise RuleViolation(f"{student}这段时间已经在{other.stop.line}「{other.stop}」。", field="student")
    riders = BusRider.objects.filter(stop__line=line, since__lte=until, until__gte=since).exclude(pk=rider.pk).count()
    if riders + 1 + CREW > line.vehicle.seats:
        raise RuleViolation(f"{line.vehicle}核定 {line.vehicle.seats} 人（含司机和照管员），{line}已经有 {riders} 名学生，不能超员。", field="stop")
    return save_changes(actor=actor, at=at, record=rider, **fields)


@rule
def start_run(*, actor, at: datetime, line: BusLine, direction: str, checked: Iterable[str] = (), note: str = "") -> BusRun:
    """发车: every item looked at before, papers and licence valid, today's riders on the list.

    Raises RuleViolation naming what stands in the way, Conflict when this run has left already.
    """
    check_can_start(actor)
    line = BusLine.objects.select_for_update(of=("self",)).select_related("vehicle", "driver", "attendant").get(pk=line.pk)
    on = timezone.localdate(at)
    if line.attendant_id != actor.pk and not has(actor, MANAGE):
        raise NotAllowed(f"{line}由照管员{line.attendant.name}发车。换了人请先在线路里改。")
    _check_fit(line, on, set(checked))
    if BusRun.objects.filter(line=line, on=on, direction=direction).exclude(state=RunState.CANCELLED).exists():
        raise Conflict("这一班今天已经发过车了。", field="direction")
    if other := BusRun.objects.filter(vehicle=line.vehicle, state=RunState.RUNNING).first():
        raise RuleViolation(f"{line.vehicle}的「{other}」还没有收车，先收车再发下一班。", field="line")
    _check_crew_is_free(line)
    riders = list(riders_on(line, on))
    if len(riders) + CREW > line.vehicle.seats:
        raise RuleViolation(f"今天有 {len(riders)} 名学生，{line.vehicle}核定 {line.vehicle.seats} 人（含司机和照管员），不能超员。依据：{LAW}。", field="line")
    run = BusRun(line=line, on=on, direction=direction, vehicle=line.vehicle, driver=line.driver, attendant=line.attendant, created_by=actor, created_at=at)
    run = save_changes(actor=actor, at=at, record=run, text=f"发车检查 {len(BEFORE_RUN)} 项全部合格，{len(riders)} 名学生", **tidied({"note": note or ""}))
    Ride.objects.bulk_create(Ride(run=run, student=rider.student, stop=rider.stop) for rider in riders)
    return run


def _check_crew_is_free(line: BusLine) -> None:
    """Nobody drives or looks after two buses at once."""
    crew = (line.driver_id, line.attendant_id)
    other = BusRun.objects.filter(Q(driver__in=crew) | Q(attendant__in=crew), state=RunState.RUNNING).select_related("line").first()
    if other:
        raise RuleViolation(f"司机或者照管员还在「{other}」，那一班没有收车，不能同时跟两班车。先收车，或者在线路里换人。", field="line")


def _check_fit(line: BusLine, on: date, checked: set[str]) -> None:
    if not line.is_active:
        raise RuleViolation(f"{line}已经停用。", field="line")
    if missing := shortcomings(line.vehicle, on):
        raise RuleViolation(f"{line.vehicle}不能发车：{'；'.join(missing)}。依据：{BASIS}。", field="line")
    if fault := driver_fault(line.driver, on):
        raise RuleViolation(fault, field="line")
    if left := [words for key, words in BEFORE_RUN.items() if key not in checked]:
        raise RuleViolation(f"不能发车，没有检查或者不合格：{'；'.join(left)}。修好或者换车再走。", field="checked")


def _mine(run: BusRun, rides: Sequence[Ride], condition, words: str) -> list[Ride]:
    """These rides of the run, locked; refused when one is not in the state it must be in."""
    wanted = {ride.pk for ride in rides}
    if not wanted:
        raise RuleViolation("还没有选学生。", field="rides")
    found = list(run.rides.select_for_update(of=("self",)).filter(condition, pk__in=wanted).select_related("student__school_class__head_teacher"))
    if len(found) != len(wanted):
        raise Conflict(f"有学生{words}，请刷新后再点。", field="rides")
    return found


def _names(rides: Sequence[Ride]) -> str:
    return "、".join(ride.student.name for ride in rides)


def _check_heads(run: BusRun, heads: int) -> None:
    named = on_board(run)
    if heads != named:
        raise RuleViolation(f"您数到 {heads} 人，点名在车上的是 {named} 人。请再数一遍，对上再记。", field="heads")


@rule
def count_on(*, actor, at: datetime, record: BusRun, rides: Sequence[Ride], heads: int) -> BusRun:
    """Students who got on; the heads counted in the bus must be those of the list."""
    run = stored(BusRun, record)
    check_can_count_on(actor, run)
    chosen = _mine(run, rides, NOT_ON, "已经上车")
    Ride.objects.filter(pk__in=[ride.pk for ride in chosen]).update(on_at=at, on_by=actor, absent_reason="")
    _check_heads(run, heads)
    record_event(actor=actor, at=at, action="count_on", record=run, text=f"上车 {len(chosen)} 人，车上 {heads} 人", note=_names(chosen)[:500])
    for ride in chosen:
        teacher = ride.student.school_class.head_teacher if ride.absent_reason else None
        if teacher:
            words = f"{run}，站点「{ride.stop}」。前面说没有乘车（{ride.absent_reason}），已经上车。"
            notify(at=at, key=f"safety.bus.came:{ride.pk}", recipients=[teacher], title=f"{ride.student}已经上校车", body=words, url="/", subject=NOT_COME)
    return run


@rule
def count_off(*, actor, at: datetime, record: BusRun, rides: Sequence[Ride], heads: int) -> BusRun:
    """Students who got off; the heads still in the bus must be those of the list."""
    run = stored(BusRun, record)
    check_can_count_off(actor, run)
    chosen = _mine(run, rides, ON_BOARD, "没有上车或者已经下车")
    Ride.objects.filter(pk__in=[ride.pk for ride in chosen]).update(off_at=at, off_by=actor)
    _check_heads(run, heads)
    record_event(actor=actor, at=at, action="count_off", record=run, text=f"下车 {len(chosen)} 人，车上还有 {heads} 人", note=_names(chosen)[:500])
    return run


@rule
def mark_absent(*, actor, at: datetime, record: BusRun, rides: Sequence[Ride], reason: str) -> BusRun:
    """Students who did not come, with what is known; their head teachers are told at once."""
    run = stored(BusRun, record)
    check_can_mark_absent(actor, run)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么没有乘车，例如 家长自己送；不知道就写 没有等到，正在联系。", field="reason")
    chosen = _mine(run, rides, TO_COME, "已经上车或者没有乘车")
    Ride.objects.filter(pk__in=[ride.pk for ride in chosen]).update(absent_reason=reason[:100])
    record_event(actor=actor, at=at, action="absent", record=run, text=f"没有乘车 {len(chosen)} 人", note=f"{_names(chosen)[:400]}：{reason}")
    for ride in chosen:
        teacher = ride.student.school_class.head_teacher
        if teacher:
            words = f"{run}，站点「{ride.stop}」：{reason}。请和家长核实学生在哪里。"
            notify(at=at, key=f"safety.bus.absent:{ride.pk}", recipients=[teacher], title=f"{ride.student}没有乘校车", body=words, url="/", subject=NOT_COME)
    return run


@rule
def close_run(*, actor, at: datetime, record: BusRun, code: str) -> BusRun:
    """收车: everybody off, walked through to the back seat, its label scanned. Another vehicle's label does not close it."""
    run = stored(BusRun, record)
    check_can_close(actor, run)
    if read_code(code) != run.vehicle.seat_code:
        raise RuleViolation("这不是这辆车后排的标签。请走到最后一排，看清每个座位，扫那里的标签。", field="code")
    advance(run, RunState.CLOSED, moves=RUN_MOVES, looked_at=at, looked_by=actor, looked_code=run.vehicle.seat_code)
    record_event(actor=actor, at=at, action="close", record=run, text="走到最后一排看过，车内没有人，收车")
    return run


@rule
def cancel_run(*, actor, at: datetime, record: BusRun, reason: str) -> BusRun:
    """A run started by mistake, before anybody got on."""
    run = stored(BusRun, record)
    check_can_cancel(actor, run)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    advance(run, RunState.CANCELLED, moves=RUN_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=run, text="取消班次", note=reason)
    return run


@rule
def record_fee(
    *,
    actor,
    at: datetime,
    student,
    line: BusLine,
    since: date,
    until: date,
    money: Decimal,
    receipt: str = "",
    happened_at: datetime | None = None,
    note: str = "",
) -> BusFee:
    """What was paid for riding. Refused when the same days were paid already."""
    check_can_keep_fees(actor)
    if until < since:
        raise RuleViolation("到期不能早于开始。", field="until")
    line = BusLine.objects.select_for_update().get(pk=line.pk)
    known = BusFee.objects.filter(student=student, line=line, struck_at=None, since__lte=until, until__gte=since).first()
    if known:
        raise Conflict(f"{student}{known.since:%m-%d}到{known.until:%m-%d}的乘车费已经记过了。", field="since")
    given = {"student": student, "line": line, "since": since, "until": until, "money": money, "receipt": receipt, "note": note}
    return enter(actor=actor, at=at, record=BusFee(), happened_at=happened_at, **given)


def watch_runs(*, at: datetime) -> int:
    """Tell everybody concerned of a run that nobody has closed; once a run. Returns how many stand open."""
    late = list(open_runs(at))
    for run in late:
        people = {run.attendant, run.driver, *holders_of(MANAGE)}
        words = f"{full_moment(run.created_at)}发车，还没有人走到最后一排扫标签。马上派人上车看一遍，确认没有学生留在车里。"
        notify(
            at=at,
            key=f"safety.bus:open:{run.pk}",
            recipients=list(people),
            title=f"{run}没有收车",
            body=words,
            url=f"/safety/bus-run/{run.pk}/",
            subject=LEFT_OPEN,
        )
    return len(late)

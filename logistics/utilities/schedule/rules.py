"""Keeping the hours, asking for exceptions and deciding on them (UTL-08)."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.places.models import Place, PlaceKind

from .hours import ALL_WEEK, season_day
from .models import ASK_MOVES, WITH_DEGREES, AskState, RunException, RunRule, Use
from .queries import ASK, DECIDE, MANAGE, VIEW, clashing

COOLEST, WARMEST = "utilities.cooling.lowest", "utilities.heating.highest"
LAW = "国务院办公厅关于严格执行公共建筑空调温度控制标准的通知（国办发〔2007〕42号）"
SUBJECT = Subject("utilities.run", "延时使用空调、照明", "水电")
LONGEST, FARTHEST = timedelta(days=31), timedelta(days=366)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_ask(user, record=None) -> None:
    require(user, ASK)


def check_can_decide(user, found: RunException) -> None:
    require(user, DECIDE)
    check_move(found, AskState.APPROVED, moves=ASK_MOVES)
    if found.created_by_id == user.pk:
        raise NotAllowed("这是您自己申请的，请另一位来审批。")


def check_can_withdraw(user, found: RunException) -> None:
    """Whoever asked, or whoever decides, while it is not over."""
    if found.created_by_id != user.pk:
        require(user, DECIDE)
    check_move(found, AskState.WITHDRAWN, moves=ASK_MOVES)


@rule
def save_run_rule(*, actor, at: datetime, record: RunRule | None = None, **fields) -> RunRule:
    """When one use may run. Cooling is not set colder nor heating warmer than the school's limits. Raises RuleViolation at the field."""
    check_can_manage(actor)
    found, fields = stored(RunRule, record), tidied(fields)
    if found.pk is None:
        found.created_by, found.created_at = actor, at
    for name in ("first", "last"):
        if name in fields:
            fields[name] = _day(fields[name], name)
    _check_lists(fields)
    use, degrees = fields.get("use", found.use), fields.get("degrees", found.degrees)
    if degrees is not None:
        _check_degrees(use, degrees, at)
    if fields.get("starts", found.starts) == fields.get("until", found.until):
        raise RuleViolation("几点开和几点关不能一样。整天开写 00:00 到 23:59。", field="until")
    return save_changes(actor=actor, at=at, record=found, **fields)


def _day(text: str, field: str) -> str:
    try:
        return season_day(text)
    except ValueError as error:
        raise RuleViolation("写月和日，例如 6-1。", field=field) from error


def _check_lists(fields: dict) -> None:
    if "weekdays" in fields:
        fields["weekdays"] = sorted({int(n) for n in fields["weekdays"]})
        if not fields["weekdays"] or not set(fields["weekdays"]) <= set(ALL_WEEK):
            raise RuleViolation("请选星期几。", field="weekdays")
    if "kinds" in fields:
        fields["kinds"] = [kind for kind in PlaceKind.values if kind in (fields["kinds"] or [])]


def _check_degrees(use: str, degrees: Decimal, at: datetime) -> None:
    today = timezone.localdate(at)
    if use not in WITH_DEGREES:
        raise RuleViolation("照明不用填温度。", field="degrees")
    if use == Use.COOLING and degrees < (least := limit(COOLEST, today)):
        raise RuleViolation(f"制冷不低于 {least} ℃。依据：{LAW}。", field="degrees")
    if use == Use.HEATING and degrees > (most := limit(WARMEST, today)):
        raise RuleViolation(f"制热不高于 {most} ℃。依据：{LAW}。", field="degrees")


@rule
def ask_exception(*, actor, at: datetime, use: str, place: Place, from_at: datetime, to_at: datetime, reason: str) -> RunException:
    """Ask that one use may run in a place at other times; whoever decides is told. Raises RuleViolation at the field, Conflict for the same again."""
    check_can_ask(actor)
    Place.objects.select_for_update().get(pk=place.pk)
    reason = tidied({"r": reason or ""})["r"]
    _check_period(from_at, to_at, at)
    if not place.is_active:
        raise RuleViolation(f"{place}已经停用。", field="place")
    other = clashing(place, use, from_at, to_at)
    if other:
        raise Conflict(f"{other.created_by.name}已经申请了{other.hours}，{other.get_state_display()}。", field="from_at")
    row = RunException(created_by=actor, created_at=at, use=use, place=place, from_at=from_at, to_at=to_at, reason=reason)
    row = save_changes(actor=actor, at=at, record=row, text=f"申请{Use(use).label}延时使用")
    deciders = [person for person in holders_of(DECIDE) if person.pk != actor.pk]
    _tell(at, row, "asked", deciders, f"{actor.name}申请{row.get_use_display()}延时使用")
    return row


def _check_period(from_at: datetime, to_at: datetime, at: datetime) -> None:
    if to_at <= from_at:
        raise RuleViolation("结束时间要晚于开始时间。", field="to_at")
    if to_at <= at:
        raise RuleViolation("这段时间已经过去了。", field="to_at")
    if to_at - from_at > LONGEST:
        raise RuleViolation(f"一次最多申请 {LONGEST.days} 天，更长的请总务主任改开放时间。", field="to_at")
    if from_at - at > FARTHEST:
        raise RuleViolation("时间太远了，请检查年份。", field="from_at")


def _tell(at: datetime, row: RunException, step: str, people: list, title: str) -> None:
    notify(
        at=at,
        key=f"utilities.run:{row.pk}:{step}",
        recipients=people,
        title=title,
        body=f"{row.place} {row.hours}，{row.reason}",
        url=f"/utilities/run-exception/{row.pk}/",
        subject=SUBJECT,
    )


@rule
def approve_exception(*, actor, at: datetime, record: RunException, words: str = "") -> RunException:
    """同意 by somebody else than who asked."""
    row = stored(RunException, record)
    check_can_decide(actor, row)
    if row.to_at <= at:
        raise RuleViolation("这段时间已经过去了，不用审批。")
    return _decide(actor, at, row, AskState.APPROVED, words)


@rule
def refuse_exception(*, actor, at: datetime, record: RunException, words: str) -> RunException:
    """不同意, with a reason."""
    row = stored(RunException, record)
    check_can_decide(actor, row)
    if not tidied({"w": words or ""})["w"]:
        raise RuleViolation("请写为什么不同意。", field="words")
    return _decide(actor, at, row, AskState.REFUSED, words)


def _decide(actor, at: datetime, row: RunException, state: AskState, words: str) -> RunException:
    words = tidied({"w": words or ""})["w"][:200]
    advance(row, state, moves=ASK_MOVES, decided_at=at, decided_by=actor, words=words)
    record_event(actor=actor, at=at, action="approve" if state == AskState.APPROVED else "refuse", record=row, text=str(state.label), note=words)
    _tell(at, row, state, [row.created_by], f"{row.get_use_display()}延时使用：{state.label}")
    return row


@rule
def withdraw_exception(*, actor, at: datetime, record: RunException) -> RunException:
    """Not needed any more; what was approved does not hold from now on."""
    row = stored(RunException, record)
    check_can_withdraw(actor, row)
    if row.to_at <= at:
        raise RuleViolation("这段时间已经过去了，不用撤回。")
    advance(row, AskState.WITHDRAWN, moves=ASK_MOVES)
    record_event(actor=actor, at=at, action="withdraw", record=row, text="撤回")
    return row


def usual_rules() -> list[dict]:
    """What most schools begin with."""
    work, day = list(range(5)), {"starts": time(8), "until": time(17)}
    rooms = [PlaceKind.CLASSROOM, PlaceKind.OFFICE, PlaceKind.SPECIAL]
    return [
        {"use": Use.COOLING, "kinds": rooms, "first": "06-01", "last": "09-30", "weekdays": work, "degrees": Decimal(26), **day, "note": "室温 30 ℃ 以上才开，下课关。"},
        {"use": Use.HEATING, "kinds": rooms, "first": "11-15", "last": "03-15", "weekdays": work, "degrees": Decimal(20), **day},
        {"use": Use.COOLING, "kinds": [PlaceKind.DORM], "first": "06-01", "last": "09-30", "weekdays": ALL_WEEK, "degrees": Decimal(26), "starts": time(21), "until": time(6)},
        {"use": Use.HOT_WATER, "kinds": [PlaceKind.DORM], "first": "01-01", "last": "12-31", "weekdays": ALL_WEEK, "starts": time(17), "until": time(22)},
        {"use": Use.LIGHT, "kinds": [PlaceKind.CLASSROOM], "first": "01-01", "last": "12-31", "weekdays": ALL_WEEK, "starts": time(6, 30), "until": time(22), "note": "光线够就不开。"},
        {"use": Use.LIGHT, "kinds": [PlaceKind.OFFICE, PlaceKind.SPECIAL], "first": "01-01", "last": "12-31", "weekdays": ALL_WEEK, "starts": time(7), "until": time(21)},
        {"use": Use.LIGHT, "kinds": [PlaceKind.DORM], "first": "01-01", "last": "12-31", "weekdays": ALL_WEEK, "starts": time(5, 30), "until": time(22, 30)},
    ]  # fmt: skip

"""Keeping drinking water: points, weekly looks, cleaning, tests, closing and opening again (CAN-17)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from canteen.evidence import MANAGE, check_can_check, check_can_manage, enter
from canteen.weekly import Mark, look_at
from logistics.platform.access.rules import holders_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.duties.doing_rules import check_can_complete
from logistics.platform.duties.models import Occurrence, OccurrenceState
from logistics.platform.duties.public import complete_occurrence
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.partners.models import PartnerKind
from logistics.platform.partners.queries import shortcomings
from logistics.platform.web.records import allowed

from .models import LAW, POINT_MOVES, WATER_ITSELF, CareKind, PointState, WaterCare, WaterCheck, WaterKind, WaterPoint, WaterTest
from .queries import TEST_DAYS, all_checked_since, why_closed

BAD_WATER = Subject("canteen.water", "饮水点停用", "食堂", urgent=True, for_chats=True)
PRODUCER = "canteen.water"
OLDEST = timedelta(days=30 * 366)


def check_can_edit(user, point: WaterPoint) -> None:
    check_can_manage(user)
    if point.state == PointState.GONE:
        raise RuleViolation("已经拆除的饮水点不能再改。")


def check_can_look(user, point: WaterPoint | None = None) -> None:
    check_can_check(user)
    if point and point.state == PointState.GONE:
        raise RuleViolation("这个饮水点已经拆除。")


def check_can_test(user, point: WaterPoint | None = None) -> None:
    check_can_manage(user)
    if point and point.state == PointState.GONE:
        raise RuleViolation("这个饮水点已经拆除。")


def check_can_stop(user, point: WaterPoint) -> None:
    check_can_check(user)
    check_move(point, PointState.STOPPED, moves=POINT_MOVES)


def check_can_restart(user, point: WaterPoint) -> None:
    check_can_manage(user)
    check_move(point, PointState.USED, moves=POINT_MOVES)


def check_can_remove(user, point: WaterPoint) -> None:
    check_can_manage(user)
    check_move(point, PointState.GONE, moves=POINT_MOVES)


@rule
def save_point(*, actor, at: datetime, record: WaterPoint | None = None, **fields) -> WaterPoint:
    """Register or change a point. Bottled water only from a firm whose licence and food permit are in date today."""
    check_can_manage(actor)
    point, fields = stored(WaterPoint, record), tidied(fields)
    if point.pk is None:
        point.created_by, point.created_at = actor, at
    else:
        check_can_edit(actor, point)
    kind, firm, today = fields.get("kind", point.kind), fields.get("firm", point.firm), timezone.localdate(at)
    if kind == WaterKind.BARREL and (point.pk is None or (kind, firm) != (point.kind, point.firm)):
        check_firm(firm, today)
    if not today - OLDEST <= fields.get("since", point.since) <= today + timedelta(days=366):
        raise RuleViolation("启用日期不对：最早三十年前，最晚一年以后。", field="since")
    return save_changes(actor=actor, at=at, record=point, **fields)


def check_firm(firm, on: date) -> None:
    """Raises RuleViolation for bottled water from nobody, or from a firm that may not sell it on that day."""
    if firm is None:
        raise RuleViolation("桶装水要写供水单位。", field="firm")
    found = shortcomings(firm, PartnerKind.FOOD, on)
    if found:
        raise RuleViolation(f"{''.join(found)}证照齐了再登记。依据：《食品安全法》第五十三条。", field="firm")


@rule
def check_point(
    *, actor, at: datetime, record: WaterPoint, answers: Mapping[str, str], problem: str = "", measure: str = "", owner: User | None = None,
    due_on: date | None = None, happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> WaterCheck:  # fmt: skip
    """The weekly look, {item: ok or bad} for every item. What is bad needs words, a measure, somebody and a day and becomes a task; bad water closes the point.

    When all points have been looked at, the round a duty asked for is done. Raises RuleViolation at the field.
    """
    point = stored(WaterPoint, record)
    check_can_look(actor, point)
    given = {"problem": problem, "measure": measure, "owner": owner, "due_on": due_on, "happened_at": happened_at, "photos": photos, "note": note}
    row = look_at(actor=actor, at=at, row=WaterCheck(point=point), thing=point, answers=answers, **given)
    if point.state == PointState.USED and Mark.BAD in (getattr(row, name) for name in WATER_ITSELF):
        _close(actor, at, point, f"检查时水不正常：{row.problem}")
    _finish_round(actor, at)
    return row


def _finish_round(actor, at: datetime) -> None:
    """The occurrence of a duty 查饮水点 that is open now, once every point in use has been looked at since it opened."""
    rows = Occurrence.objects.filter(duty__producer=PRODUCER, state=OccurrenceState.OPEN, opens_at__lte=at, closes_at__gt=at).select_related("duty")
    for row in rows.order_by("due_at", "pk"):
        if allowed(check_can_complete, actor, row) and all_checked_since(row.opens_at):
            complete_occurrence(actor=actor, at=at, record=row, note="饮水点都查过了")


def _close(actor, at: datetime, point: WaterPoint, reason: str) -> None:
    advance(point, PointState.STOPPED, moves=POINT_MOVES, state_reason=reason[:200])
    record_event(actor=actor, at=at, action="stop", record=point, text="停用", note=reason)
    url = f"/canteen/water/{point.pk}/"
    notify(
        at=at,
        key=f"canteen.water:{point.pk}:{at:%Y%m%d%H%M%S%f}",
        recipients=holders_of(MANAGE),
        title=f"{point}已停用",
        body=reason[:200],
        url=url,
        subject=BAD_WATER,
    )


@rule
def care_for_point(
    *, actor, at: datetime, record: WaterPoint, kind: str, agent: str, minutes: int | None = None, is_rinsed: bool = False, worker: str = "",
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> WaterCare:  # fmt: skip
    """Descaled, disinfected, a new filter. Raises RuleViolation when it was not rinsed or nobody says how long it stood."""
    point = stored(WaterPoint, record)
    check_can_look(actor, point)
    if kind not in CareKind.values:
        raise RuleViolation("请选做了什么。", field="kind")
    if kind != CareKind.FILTER and not minutes:
        raise RuleViolation("除垢和消毒要写作用了多少分钟。", field="minutes")
    if not is_rinsed:
        raise RuleViolation("药剂和新滤芯都要冲洗干净才能供水，冲洗好了再记。", field="is_rinsed")
    given = {"kind": kind, "agent": agent, "minutes": minutes, "is_rinsed": True, "worker": worker, "note": note}
    row = enter(actor=actor, at=at, record=WaterCare(point=point), happened_at=happened_at, photos=photos, **given)
    record_event(actor=actor, at=at, action="care", record=point, text=row.get_kind_display(), note=row.agent)
    return row


@rule
def record_test(
    *, actor, at: datetime, record: WaterPoint, sampled_on: date, lab: str, number: str, result: str, valid_until: date, unfit: str = "", photos: Sequence = (),
    papers: Sequence = (), note: str = "",
) -> WaterTest:  # fmt: skip
    """A laboratory's report with its picture or PDF. An unfit one closes the point and is told at once."""
    point = stored(WaterPoint, record)
    check_can_test(actor, point)
    today, most = timezone.localdate(at), limit(TEST_DAYS, sampled_on)
    if not today - timedelta(days=2 * 366) <= sampled_on <= today:
        raise RuleViolation("采样日期不对：不能晚于今天，也不能是两年以前的。", field="sampled_on")
    if not sampled_on < valid_until <= sampled_on + timedelta(days=most):
        raise RuleViolation(f"有效到的日子要晚于采样，最多 {most} 天（学校自定）。依据：{LAW}。", field="valid_until")
    if result not in Mark.values:
        raise RuleViolation("请选合格还是不合格。", field="result")
    unfit = tidied({"u": unfit or ""})["u"]
    if (result == Mark.BAD) != bool(unfit):
        raise RuleViolation("不合格要写是哪些项目，合格的空着。", field="unfit")
    if not photos and not papers:
        raise RuleViolation("请放检测报告的照片或 PDF。", field="photos")
    row = WaterTest(point=point, is_fit=result == Mark.OK)
    given = {"sampled_on": sampled_on, "lab": lab, "number": number, "unfit": unfit, "valid_until": valid_until, "note": note}
    row = enter(actor=actor, at=at, record=row, photos=photos, **given)
    attach(actor=actor, at=at, record=row, role="paper", uploads=papers, field="papers")
    record_event(actor=actor, at=at, action="test", record=point, text=f"水质检测{'合格' if row.is_fit else '不合格'}", note=unfit)
    if not row.is_fit and point.state == PointState.USED:
        _close(actor, at, point, f"水质检测不合格：{unfit}")
    return row


@rule
def stop_point(*, actor, at: datetime, record: WaterPoint, reason: str) -> WaterPoint:
    """Nobody drinks here until further notice."""
    point, reason = stored(WaterPoint, record), tidied({"r": reason or ""})["r"]
    check_can_stop(actor, point)
    if not reason:
        raise RuleViolation("请写为什么停用。", field="reason")
    _close(actor, at, point, reason)
    return point


@rule
def restart_point(*, actor, at: datetime, record: WaterPoint) -> WaterPoint:
    """Water again; refused while the last test is unfit or the water looked bad at the last check."""
    point = stored(WaterPoint, record)
    check_can_restart(actor, point)
    if why := why_closed(point):
        raise RuleViolation(why)
    if point.kind == WaterKind.BARREL:
        check_firm(point.firm, timezone.localdate(at))
    advance(point, PointState.USED, moves=POINT_MOVES, state_reason="")
    record_event(actor=actor, at=at, action="restart", record=point, text="恢复供水")
    return point


@rule
def remove_point(*, actor, at: datetime, record: WaterPoint, reason: str) -> WaterPoint:
    """Taken away for good; its books stay."""
    point, reason = stored(WaterPoint, record), tidied({"r": reason or ""})["r"]
    check_can_remove(actor, point)
    if not reason:
        raise RuleViolation("请写为什么拆除。", field="reason")
    advance(point, PointState.GONE, moves=POINT_MOVES, state_reason=reason[:200])
    record_event(actor=actor, at=at, action="remove", record=point, text="拆除", note=reason)
    return point

"""Keeping key places and special equipment; nothing runs uninspected (SAF-15)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.web.templatetags.school import full_day
from safety.evidence import MANAGE, check_can_manage, enter

from .models import LAW, SPECIAL_MOVES, InspectionKind, InspectionResult, KeyPlace, SpecialEquipment, SpecialInspection, SpecialState
from .queries import operation_paper


def check_can_change(user, equipment: SpecialEquipment) -> None:
    require(user, MANAGE)
    if equipment.state == SpecialState.GONE:
        raise RuleViolation(f"{equipment}已经注销。")


def check_can_stop(user, equipment: SpecialEquipment) -> None:
    require(user, MANAGE)
    check_move(equipment, SpecialState.STOPPED, moves=SPECIAL_MOVES)


def check_can_start(user, equipment: SpecialEquipment) -> None:
    require(user, MANAGE)
    check_move(equipment, SpecialState.IN_USE, moves=SPECIAL_MOVES)


def check_can_sign_off(user, equipment: SpecialEquipment) -> None:
    require(user, MANAGE)
    check_move(equipment, SpecialState.GONE, moves=SPECIAL_MOVES)


@rule
def save_key_place(*, actor, at: datetime, record: KeyPlace | None = None, **fields) -> KeyPlace:
    """A key place with everything its card says."""
    check_can_manage(actor)
    row, fields = stored(KeyPlace, record), tidied(fields)
    if row.pk is None:
        row.created_by, row.created_at = actor, at
    return save_changes(actor=actor, at=at, record=row, **fields)


@rule
def save_special(*, actor, at: datetime, record: SpecialEquipment | None = None, **fields) -> SpecialEquipment:
    """A piece of special equipment. Raises RuleViolation when it is registered for use with its inspection run out, or with an operator without paper.

    The day of inspection of one that stands in the register already is changed by an inspection only.
    """
    check_can_manage(actor)
    row, fields = stored(SpecialEquipment, record), tidied(fields)
    today = timezone.localdate(at)
    if row.pk is None:
        row.created_by, row.created_at = actor, at
        if fields["due_on"] < today:
            raise RuleViolation(f"检验已经过期，不能登记为在用。先检验合格，再登记。依据：{LAW}。", field="due_on")
    else:
        check_can_change(actor, row)
        if fields.get("due_on", row.due_on) != row.due_on:
            raise RuleViolation("检验有效期由「登记检验」改，写明报告编号。", field="due_on")
    operator = fields.get("operator")
    if operator and operator != row.operator and not operation_paper(today, operator.pk).exists():
        raise RuleViolation(f"{operator.name}没有有效的特种作业证。先在人员的证件里登记。", field="operator")
    return save_changes(actor=actor, at=at, record=row, **fields)


@rule
def record_inspection(
    *, actor, at: datetime, record: SpecialEquipment, kind: str, result: str, by_whom: str, done_on: date, number: str = "", due_on: date | None = None,
    photos: Sequence = (), note: str = "",
) -> SpecialEquipment:  # fmt: skip
    """An inspection or a maintenance. One that passed says until when; one that failed takes the equipment out of use at once."""
    row = stored(SpecialEquipment, record)
    check_can_change(actor, row)
    if done_on > timezone.localdate(at):
        raise RuleViolation("不能晚于今天。", field="done_on")
    passed = result == InspectionResult.PASSED
    if passed and (due_on is None or due_on <= done_on):
        raise RuleViolation("合格的要写有效期到哪天。", field="due_on")
    given = tidied({"by_whom": by_whom, "number": number or "", "note": note or ""})
    if kind == InspectionKind.INSPECTION and passed and not given["number"]:
        raise RuleViolation("定期检验要写报告编号。", field="number")
    entry = SpecialInspection(equipment=row, done_on=done_on)
    entry = enter(actor=actor, at=at, record=entry, photos=photos, kind=kind, result=result, due_on=due_on if passed else None, **given)
    if passed:
        name = "due_on" if kind == InspectionKind.INSPECTION else "serviced_due"
        return save_changes(actor=actor, at=at, record=row, text=f"{entry.get_kind_display()}合格，到{full_day(due_on)}", **{name: due_on})
    record_event(actor=actor, at=at, action="inspect", record=row, text=f"{entry.get_kind_display()}不合格", note=given["note"])
    if row.state == SpecialState.IN_USE:
        _stop(actor, at, row, f"{entry.get_kind_display()}不合格")
    return row


@rule
def stop_special(*, actor, at: datetime, record: SpecialEquipment, reason: str) -> SpecialEquipment:
    """Out of use until somebody starts it again."""
    row, reason = stored(SpecialEquipment, record), tidied({"reason": reason or ""})["reason"]
    check_can_stop(actor, row)
    if not reason:
        raise RuleViolation("请写停用的原因。", field="reason")
    _stop(actor, at, row, reason)
    return row


def put_right(*, actor, at: datetime, record: SpecialInspection) -> None:
    """An entry is struck out: the days are again what the standing ones say; with no inspection left it is out of use. Part of striking out."""
    if record.result != InspectionResult.PASSED:
        return
    row = stored(SpecialEquipment, record.equipment)
    last = _passed(row, record.kind)
    if record.kind == InspectionKind.SERVICE:
        save_changes(actor=actor, at=at, record=row, text="一条维保记录划去了，按其余的记录", serviced_due=last.due_on if last else None)
    elif last:
        save_changes(actor=actor, at=at, record=row, text="一条检验记录划去了，按其余的记录", due_on=last.due_on)
    elif row.state == SpecialState.IN_USE:
        _stop(actor, at, row, "检验记录划去了，没有别的检验记录")


def _passed(row: SpecialEquipment, kind: str) -> SpecialInspection | None:
    return row.inspections.filter(struck_at=None, kind=kind, result=InspectionResult.PASSED).order_by("-done_on", "-pk").first()


def _stop(actor, at: datetime, row: SpecialEquipment, reason: str) -> None:
    advance(row, SpecialState.STOPPED, moves=SPECIAL_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="stop", record=row, text="停用", note=reason)


@rule
def start_special(*, actor, at: datetime, record: SpecialEquipment) -> SpecialEquipment:
    """In use again. Refused while its inspection has run out, or its operator holds no paper."""
    row = stored(SpecialEquipment, record)
    check_can_start(actor, row)
    today = timezone.localdate(at)
    if row.due_on < today:
        raise RuleViolation(f"检验{full_day(row.due_on)}已经过期，检验合格以前不能用。依据：{LAW}。")
    if row.inspections.filter(kind=InspectionKind.INSPECTION, result=InspectionResult.PASSED).exists() and not _passed(row, InspectionKind.INSPECTION):
        raise RuleViolation("它的检验记录都划去了，请重新登记检验再启用。")
    last = row.inspections.filter(struck_at=None).order_by("-done_on", "-pk").first()
    if last and last.result == InspectionResult.FAILED:
        raise RuleViolation("最近一次检验或维保不合格，合格以前不能用。")
    if row.operator_id and not operation_paper(today, row.operator_id).exists():
        raise RuleViolation(f"{row.operator.name}没有有效的特种作业证，换一个有证的人再启用。")
    advance(row, SpecialState.IN_USE, moves=SPECIAL_MOVES, reason="")
    record_event(actor=actor, at=at, action="start", record=row, text="启用")
    return row


@rule
def sign_off(*, actor, at: datetime, record: SpecialEquipment, reason: str) -> SpecialEquipment:
    """Gone for good: scrapped or given away, its registration cancelled."""
    row, reason = stored(SpecialEquipment, record), tidied({"reason": reason or ""})["reason"]
    check_can_sign_off(actor, row)
    if not reason:
        raise RuleViolation("请写注销的原因和日期。", field="reason")
    advance(row, SpecialState.GONE, moves=SPECIAL_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=row, text="注销", note=reason)
    return row

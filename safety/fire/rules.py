"""The register of fire equipment, looks by scanning, services, scrapping (SAF-05)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_day
from safety.evidence import MANAGE, RECORD, check_can_manage, check_can_record, enter

from .dates import BASIS, scrap_day, service_day
from .models import FIRE_MOVES, FireCheck, FireEquipment, FireResult, FireService, FireState, ServiceKind

BROKEN = Subject("safety.fire", "消防器材有问题", "安全")


def check_can_change(user, equipment: FireEquipment) -> None:
    require(user, MANAGE)
    _check_in_use(equipment)


def check_can_look(user, equipment: FireEquipment) -> None:
    require(user, RECORD)
    _check_in_use(equipment)


def check_can_scrap(user, equipment: FireEquipment) -> None:
    require(user, MANAGE)
    check_move(equipment, FireState.SCRAPPED, moves=FIRE_MOVES)


def _check_in_use(equipment: FireEquipment) -> None:
    if equipment.state != FireState.IN_USE:
        raise RuleViolation(f"{equipment}已经报废。")


@rule
def save_equipment(*, actor, at: datetime, record: FireEquipment | None = None, **fields) -> FireEquipment:
    """Put it into the register or change it; days of service and scrapping that are left empty follow from its making (GA 95).

    Raises ValidationError at the field, RuleViolation for a day of scrapping later than the standard allows.
    """
    check_can_manage(actor)
    row, fields = stored(FireEquipment, record), tidied(fields)
    if row.pk is None:
        row.created_by, row.created_at = actor, at
    else:
        _check_in_use(row)
    known = {name: fields.get(name, getattr(row, name)) for name in ("kind", "made_on", "serviced_on", "service_due", "scrap_on")}
    if known["made_on"] and known["made_on"] > timezone.localdate(at):
        raise RuleViolation("出厂日期不能晚于今天。", field="made_on")
    latest = scrap_day(known["kind"], known["made_on"])
    if latest and known["scrap_on"] and known["scrap_on"] > latest:
        raise RuleViolation(f"{full_day(latest)}就要报废，不能更晚。依据：{BASIS}。", field="scrap_on")
    fields["scrap_on"] = known["scrap_on"] or latest
    fields["service_due"] = known["service_due"] or service_day(known["kind"], known["made_on"], known["serviced_on"])
    return save_changes(actor=actor, at=at, record=row, **fields)


@rule
def look_at(
    *, actor, at: datetime, equipment: FireEquipment, result: str, found: str = "", by_label: bool = False, happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> FireCheck:  # fmt: skip
    """One look. What is wrong is written down and told; what was wrong and is in order now is wrong no longer."""
    check_can_record(actor)
    row, found = stored(FireEquipment, equipment), tidied({"found": found or ""})["found"]
    _check_in_use(row)
    if result == FireResult.BAD and not found:
        raise RuleViolation("请写有什么问题，例如 压力不够、铅封断了。", field="found")
    bad = result == FireResult.BAD
    check = FireCheck(equipment=row, by_label=by_label)
    check = enter(actor=actor, at=at, record=check, happened_at=happened_at, photos=photos, result=result, found=found if bad else "", note=note)
    later = row.checks.filter(struck_at=None, happened_at__gt=check.happened_at).exists()
    if not later and row.fault != check.found:
        save_changes(actor=actor, at=at, record=row, fault=check.found)
    if bad:
        notify(
            at=at, key=f"safety.fire:{check.pk}", recipients=holders_of(MANAGE), title=f"{row}有问题", body=f"{row.place} {row.spot}：{found}",
            url=f"/safety/fire/{row.pk}/", subject=BROKEN,
        )  # fmt: skip
    return check


@rule
def service(
    *, actor, at: datetime, record: FireEquipment, kind: str, by_whom: str, done_on: date, certificate: str = "", due_on: date | None = None, photos: Sequence = (), note: str = "",
) -> FireEquipment:  # fmt: skip
    """A refill, a repair or a test. A refill sets the next one, never after the day of scrapping."""
    row = stored(FireEquipment, record)
    check_can_change(actor, row)
    _check_day(row, done_on, at)
    refill = kind == ServiceKind.REFILL
    if row.scrap_on and row.scrap_on <= done_on and refill:
        raise RuleViolation(f"{row}{full_day(row.scrap_on)}到了报废期，不能再换药，请报废更换。依据：{BASIS}。")
    standard = service_day(row.kind, row.made_on, done_on) if refill else None
    if standard and due_on and due_on > standard:
        raise RuleViolation(f"下次最迟 {full_day(standard)}。依据：{BASIS}。", field="due_on")
    if due_on and due_on <= done_on:
        raise RuleViolation("下次维修换药要晚于这一次。", field="due_on")
    given = tidied({"by_whom": by_whom, "certificate": certificate or "", "note": note or ""})
    done = enter(
        actor=actor, at=at, record=FireService(equipment=row, done_on=done_on), photos=photos, kind=kind, due_on=(due_on or standard) if refill else None, **given
    )  # fmt: skip
    changes = {"serviced_on": done_on, "service_due": done.due_on} if refill else {}
    save_changes(
        actor=actor, at=at, record=row, text=f"{done.get_kind_display()}：{given['by_whom']}", fault="" if kind != ServiceKind.TEST else row.fault, **changes
    )
    return row


def _check_day(row: FireEquipment, done_on: date, at: datetime) -> None:
    if done_on > timezone.localdate(at):
        raise RuleViolation("不能晚于今天。", field="done_on")
    if row.made_on and done_on < row.made_on:
        raise RuleViolation(f"不能早于出厂日期（{full_day(row.made_on)}）。", field="done_on")
    if row.serviced_on and done_on < row.serviced_on:
        raise RuleViolation(f"不能早于上次维修换药（{full_day(row.serviced_on)}）。", field="done_on")


def put_right(*, actor, at: datetime, record: FireCheck | FireService) -> None:
    """An entry of it is struck out: its fault and its days are again what the standing entries say. Part of striking out."""
    row = stored(FireEquipment, record.equipment)
    look = row.checks.filter(struck_at=None).order_by("-happened_at", "-pk").first()
    mended = row.services.filter(struck_at=None).exclude(kind=ServiceKind.TEST)
    still = look is not None and not mended.filter(created_at__gte=look.created_at).exists()
    changes: dict = {"fault": look.found if look and still else ""}
    if isinstance(record, FireService) and record.kind == ServiceKind.REFILL:
        refill = mended.filter(kind=ServiceKind.REFILL).order_by("-done_on", "-pk").first()
        changes |= {"serviced_on": refill.done_on if refill else None}
        changes |= {"service_due": refill.due_on if refill else service_day(row.kind, row.made_on, None)}
    if any(getattr(row, name) != value for name, value in changes.items()):
        save_changes(actor=actor, at=at, record=row, text="一条记录划去了，按其余的记录", **changes)


@rule
def scrap(*, actor, at: datetime, record: FireEquipment, reason: str) -> FireEquipment:
    """Taken out of use for good; its history stays."""
    row, reason = stored(FireEquipment, record), tidied({"reason": reason or ""})["reason"]
    check_can_scrap(actor, row)
    if not reason:
        raise RuleViolation("请写报废的原因。", field="reason")
    advance(row, FireState.SCRAPPED, moves=FIRE_MOVES, scrapped_on=timezone.localdate(at), scrap_reason=reason[:200])
    record_event(actor=actor, at=at, action="scrap", record=row, text="报废", note=reason)
    return row

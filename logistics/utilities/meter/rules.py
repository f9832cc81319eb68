"""Setting up meters, replacing the device that hangs there, taking a meter out of use (UTL-01)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.codes import BARE, is_blank_code
from logistics.platform.numbering.rules import next_number

from .dial import check_fits, number_words, turned
from .models import Band, Medium, Meter, MeterDevice
from .queries import MANAGE, VIEW, counting, standing

SERIES = {Medium.POWER: "DB", Medium.WATER: "SB", Medium.GAS: "QB", Medium.HEAT: "RB"}
DEVICE = ("serial", "digits", "decimals", "factor", "first")
DEEPEST = 12
EARLIEST = 1950


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_replace(user, meter: Meter) -> None:
    require(user, MANAGE)
    if meter.until is not None:
        raise RuleViolation(f"{meter}已经停用，不能换表。")


def check_can_stop(user, meter: Meter) -> None:
    require(user, MANAGE)
    if meter.until is not None:
        raise RuleViolation(f"{meter}已经停用了。")


def check_can_restart(user, meter: Meter) -> None:
    require(user, MANAGE)
    if meter.until is None:
        raise RuleViolation(f"{meter}正在用。")


@rule
def save_meter(*, actor, at: datetime, record: Meter | None = None, **fields) -> Meter:
    """Create a meter with its first device, or change what is said of the meter; a device is changed by its own rule.

    An empty code is given by the house. Raises RuleViolation at parent, code, band, medium.
    """
    check_can_manage(actor)
    meter, fields = stored(Meter, record), tidied(fields)
    device = {name: fields.pop(name) for name in DEVICE if name in fields}
    is_new = meter.pk is None
    if is_new:
        meter.created_by, meter.created_at = actor, at
        fields["since"] = fields.get("since") or timezone.localdate(at)
    _check_since(fields.get("since"), timezone.localdate(at))
    fields["code"] = _code(meter, fields, at)
    _check_tree(meter, fields)
    save_changes(actor=actor, at=at, record=meter, **fields)
    if is_new:
        _hang(actor, at, meter, min(_start_of(meter.since), at), device)
    return meter


def _check_since(since: date | None, today: date) -> None:
    if since is not None and since.year < EARLIEST:
        raise RuleViolation(f"启用日期不能早于 {EARLIEST} 年，请核对。", field="since")
    if since is not None and since > today:
        raise RuleViolation("启用日期不能晚于今天；以后才装的表，装上那天再登记。", field="since")


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _code(meter: Meter, fields: dict, at: datetime) -> str:
    code = (fields.get("code") or "").upper() or meter.code
    if not code:
        return next_number(SERIES[Medium(fields["medium"])], timezone.localdate(at).year)
    if not BARE.fullmatch(code) or is_blank_code(code):
        raise RuleViolation("编码只用字母、数字和横线，2 至 20 位。", field="code")
    return code


def _check_tree(meter: Meter, fields: dict) -> None:
    """A child measures the same, of a meter in use; no meter stands above itself; a meter with readings stays what it is."""
    parent, medium = fields.get("parent", meter.parent), fields.get("medium", meter.medium)
    if meter.pk and medium != meter.medium and (meter.children.exists() or counting().filter(device__meter=meter).exists()):
        raise RuleViolation("这块表已经有读数或者下级表，不能改成另一种表。", field="medium")
    if parent is not None:
        _check_parent(meter, parent, Medium(medium))


def _check_parent(meter: Meter, parent: Meter, medium: Medium) -> None:
    if parent.medium != medium:
        raise RuleViolation(f"上级表「{parent}」是{parent.get_medium_display()}表，不能管{medium.label}表。", field="parent")
    if parent.until is not None and parent.pk != meter.parent_id:
        raise RuleViolation(f"上级表「{parent}」已经停用。", field="parent")
    if parent.band != Band.TOTAL:
        raise RuleViolation(f"「{parent}」是分时的一格，下面不能再挂表。", field="parent")
    above: Meter | None = parent
    for _ in range(DEEPEST):
        if above is None:
            return
        if above.pk == meter.pk:
            raise RuleViolation(f"「{parent}」本来在这块表下面，不能做它的上级。", field="parent")
        above = above.parent
    raise RuleViolation(f"表的层级最多 {DEEPEST} 层。", field="parent")


def _hang(actor, at: datetime, meter: Meter, since_at: datetime, values: dict) -> MeterDevice:
    device = MeterDevice(meter=meter, since_at=since_at, created_by=actor, created_at=at)
    fresh = MeterDevice(**{name: value for name, value in values.items() if value is not None})
    check_fits(fresh, fresh.first, field="first")
    return save_changes(actor=actor, at=at, record=device, **{name: getattr(fresh, name) for name in DEVICE})


def device_of(meter: Meter) -> MeterDevice | None:
    """What hangs there now."""
    return meter.devices.filter(until_at=None).first()


def _take_off(actor, at: datetime, meter: Meter, last: Decimal, rolled: bool, until_at: datetime | None, words: str) -> MeterDevice:
    """End the device with what its dial shows. Raises RuleViolation at last, rolled, until_at."""
    device = MeterDevice.objects.select_for_update().filter(meter=meter, until_at=None).first()
    if device is None:
        raise RuleViolation(f"{meter}现在没有表。")
    until_at = until_at or at
    if until_at > at:
        raise RuleViolation("时间不能晚于现在。", field="until_at")
    rows = standing(counting().filter(device=device))
    latest = rows[-1].read_at if rows else device.since_at
    if until_at < latest:
        raise RuleViolation(f"{timezone.localtime(latest):%Y-%m-%d %H:%M} 还有读数，拆表不能早于它。", field="until_at")
    check_fits(device, last, field="last")
    real = [row for row in rows if row.kind != "estimate"]
    device.last_turns = turned(device, real[-1].value if real else device.first, last, rolled=rolled, field="last")
    return save_changes(actor=actor, at=at, record=device, text=words, last=last, until_at=until_at, last_turns=device.last_turns)


@rule
def replace_device(
    *, actor, at: datetime, record: Meter, last: Decimal, reason: str, rolled: bool = False, until_at: datetime | None = None, photos: Sequence = (), **device: Any
) -> MeterDevice:  # fmt: skip
    """换表: the old device ends with `last`, the new one begins with its `first` at the same moment, so the series goes on.

    Raises RuleViolation at last, rolled, until_at, first.
    """
    meter = stored(Meter, record)
    check_can_replace(actor, meter)
    words = tidied({"reason": reason, **device})
    reason = words.pop("reason")
    old = _take_off(actor, at, meter, last, rolled, until_at, f"拆表：{reason}"[:300])
    assert old.until_at
    new = _hang(actor, at, meter, old.until_at, {"digits": old.digits, "decimals": old.decimals, "factor": old.factor} | words)
    attach(actor=actor, at=at, record=new, role="photo", uploads=photos, field="photos")
    text = f"换表：旧表 {old.serial or '没有表号'} 止度 {number_words(last)}，新表 {new.serial or '没有表号'} 起度 {number_words(new.first)}。{reason}"
    record_event(actor=actor, at=at, action="replace", record=meter, text=text[:300])
    return new


@rule
def stop_meter(
    *, actor, at: datetime, record: Meter, last: Decimal, reason: str, rolled: bool = False, until_at: datetime | None = None
) -> Meter:  # fmt: skip
    """停用: the device is taken off with its last reading; readings stay. Refused while meters in use hang below."""
    meter = stored(Meter, record)
    check_can_stop(actor, meter)
    below = list(meter.children.filter(until=None)[:3])
    if below:
        raise RuleViolation(f"下面还有在用的表：{'、'.join(map(str, below))}。请先停用或者改到别的上级。")
    reason = tidied({"reason": reason})["reason"]
    device = _take_off(actor, at, meter, last, rolled, until_at, f"停用：{reason}"[:300])
    assert device.until_at
    until = max(timezone.localdate(device.until_at), meter.since)
    return save_changes(actor=actor, at=at, record=meter, action="stop", text=f"停用：{reason}"[:300], until=until)


@rule
def restart_meter(*, actor, at: datetime, record: Meter, **device: Any) -> Meter:
    """重新启用 with a device that begins now."""
    meter = stored(Meter, record)
    check_can_restart(actor, meter)
    since_at = max(filter(None, [at, meter.devices.aggregate(last=Max("until_at"))["last"]]))
    _hang(actor, at, meter, since_at, tidied(device))
    return save_changes(actor=actor, at=at, record=meter, action="restart", text="重新启用", until=None)


@rule
def amend_device(*, actor, at: datetime, record: MeterDevice, reason: str, **fields) -> MeterDevice:
    """更正 of what was written down of a device: its number, its factor, its first and last reading. Use is reckoned anew from then on.

    Raises RuleViolation where readings would no longer fit.
    """
    check_can_manage(actor)
    Meter.objects.select_for_update(of=("self",)).get(pk=record.meter_id)  # as whoever reads it does, so that no reading comes between
    device, fields = stored(MeterDevice, record), tidied(fields)
    reason = tidied({"reason": reason})["reason"]
    fresh = MeterDevice(**{name: fields.get(name, getattr(device, name)) for name in (*DEVICE, "last", "last_turns")})
    marks = [row.value for row in standing(counting().filter(device=device))]
    for value in marks:
        check_fits(fresh, value, field="digits")
    check_fits(fresh, fresh.first, field="first")
    rows = [row for row in standing(counting().filter(device=device)) if row.kind != "estimate"]
    if rows and rows[0].value + rows[0].turns * Decimal(10) ** fresh.digits < fresh.first:
        raise RuleViolation(f"底数比第一次读数 {number_words(rows[0].value)} 还高。", field="first")
    if rows and rows[0].turns and fresh.first <= rows[0].value < device.first:
        raise RuleViolation(f"第一次读数 {number_words(rows[0].value)} 记了走过头，照这个底数就不像了。请先作废那次读数，改好底数再补抄。", field="first")
    if fresh.last is not None:
        check_fits(fresh, fresh.last, field="last")
        before = rows[-1].value if rows else fresh.first
        fields["last_turns"] = _turns_at_end(device, fresh.last, rows[-1].value if rows else device.first, before)
    return save_changes(actor=actor, at=at, record=device, action="amend", text=f"更正：{reason}"[:300], **fields)


def _turns_at_end(device: MeterDevice, last: Decimal, was_before: Decimal, before: Decimal) -> int:
    """The roll-over said when it was taken off holds while the last reading is lower than the one before. Raises RuleViolation where none was said."""
    assert device.last is not None
    turns = device.last_turns - min(device.last_turns, int(device.last < was_before)) + int(last < before)
    if turns > device.last_turns:
        raise RuleViolation(f"拆表读数比前一次 {number_words(before)} 低。", field="last")
    return turns

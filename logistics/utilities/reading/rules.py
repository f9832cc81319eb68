"""Reading a meter, correcting and striking out a reading (UTL-01). Every reading of the school goes through `enter_reading`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.utilities.meter.dial import check_fits, doubt, number_words, turned
from logistics.utilities.meter.models import Meter, MeterDevice, Reading, ReadingKind
from logistics.utilities.meter.queries import counting, load_series, standing

from .queries import CORRECT, RECORD, VIEW
from .settling import fulfil
from .usual import DAY, LOOK_BACK, SHORTEST, day_of, rates_before, strictness


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_read(user, meter: Meter | None = None) -> None:
    require(user, RECORD)
    if meter is not None and meter.until is not None:
        raise RuleViolation(f"{meter}已经停用，不用抄了。")


def check_can_correct(user, reading: Reading) -> None:
    """Whoever keeps the readings, and the reader himself."""
    if reading.created_by_id != user.pk or not has(user, RECORD):
        require(user, CORRECT)
    if reading.kind == ReadingKind.VOID:
        raise RuleViolation("这一次已经作废。")
    if Reading.objects.filter(corrects=reading.pk).exists():
        raise RuleViolation("这一次已经更正过了，请更正后来的那一次。")


def check_can_void(user, reading: Reading) -> None:
    check_can_correct(user, reading)


@rule
def record_reading(
    *, actor, at: datetime, record: Meter, value: Decimal, read_at: datetime | None = None, kind: str = ReadingKind.READ, rolled: bool = False,
    sure: bool = False, note: str = "", photos: Sequence = (),
) -> Reading:  # fmt: skip
    """One reading of a meter outside a round; `read_at` is the moment it was read, now when None. Raises RuleViolation at value, rolled, sure, read_at."""
    check_can_read(actor, record)
    reading = enter_reading(actor, at, record, value, read_at=read_at, kind=kind, rolled=rolled, sure=sure, note=note, photos=photos)
    fulfil(actor=actor, at=at, reading=reading)
    return reading


@dataclass(frozen=True)
class Fit:
    """Where a reading stands among the others of its device."""

    turns: int
    after: Reading | None = None  # the one whose roll-overs are counted from this one on
    after_turns: int = 0
    end_turns: int | None = None  # the same for the reading at taking off


def enter_reading(
    actor, at: datetime, meter: Meter, value: Decimal, *, read_at: datetime | None = None, kind: str = ReadingKind.READ, rolled: bool = False,
    sure: bool = False, is_asked: bool = True, note: str = "", photos: Sequence = (), held: "Held | None" = None,
) -> Reading:  # fmt: skip
    """Write a reading inside the caller's rule, which has asked who may. A reading that came before others takes the roll-over from the next.

    `is_asked` False leaves out the question whether it is like the ones before. Whoever writes many of one meter holds it himself.
    """
    held = held or hold([meter.pk])[meter.pk]
    meter = held.meter
    read_at, note = read_at or at, tidied({"note": note or ""})["note"][:200]
    if read_at > at:
        raise RuleViolation("抄表时间不能晚于现在。", field="read_at")
    device = device_at(held, read_at)
    rows = held.rows[device.pk]
    check_fits(device, value)
    _check_day(meter, rows, read_at, kind)
    fresh = Reading(device=device, value=value, read_at=read_at, kind=kind, note=note, created_by=actor, created_at=at)
    fit = fit_in(device, rows, fresh, rolled=rolled, sure=sure)
    fresh.turns = fit.turns
    if kind != ReadingKind.ESTIMATE and is_asked and not sure:
        _check_usual(meter, device, rows, fresh)
    fresh.save(force_insert=True)
    attach(actor=actor, at=at, record=fresh, role="photo", uploads=photos, field="photos")
    text = f"{fresh.get_kind_display()} {number_words(value)} {meter.unit}{'，走过头了' if fit.turns else ''}{'，和平时不一样，看过没错' if sure else ''}"
    record_event(actor=actor, at=at, action="read", record=fresh, text=f"{meter}：{text}"[:300], note=note)
    held.rows[device.pk] = standing(filter(None, [*rows, fresh, _shift(actor, at, fit)]))
    if fit.end_turns is not None:
        _end_turns(actor, at, device, fit.end_turns)
    return fresh


@dataclass
class Held:
    """A locked meter with its devices, the newest first, and the readings that count by device."""

    meter: Meter
    devices: list[MeterDevice]
    rows: dict[int, list[Reading]]


def hold(keys: Iterable[int]) -> dict[int, Held]:
    """{meter id: the meter, locked}, always in the same order; three queries whatever the meters."""
    meters = {meter.pk: meter for meter in Meter.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    found = {key: Held(meter, [], {}) for key, meter in meters.items()}
    for device in MeterDevice.objects.filter(meter__in=found).order_by("-since_at", "-pk"):
        device.meter = meters[device.meter_id]
        found[device.meter_id].devices.append(device)
        found[device.meter_id].rows[device.pk] = []
    owners = {device.pk: device for held in found.values() for device in held.devices}
    for row in standing(counting().filter(device__meter__in=found)):
        row.device = owners[row.device_id]
        found[row.device.meter_id].rows[row.device_id].append(row)
    return found


def device_at(held: Held, moment: datetime) -> MeterDevice:
    """The device that hung there. Raises RuleViolation when none did."""
    meter, devices = held.meter, held.devices
    for device in devices:
        if device.since_at <= moment and (device.until_at is None or moment < device.until_at):
            return device
    if not devices or moment < devices[-1].since_at:
        begins = f"{timezone.localtime(devices[-1].since_at):%Y-%m-%d} 才装上" if devices else "还没有装上"
        raise RuleViolation(f"{meter}{begins}，那时没有读数。", field="read_at")
    raise RuleViolation(f"{meter}那时没有表在用（停用或者正在换表）。正在抄一趟表的，请写没抄成的原因。", field="read_at")


def _check_day(meter: Meter, rows: list[Reading], read_at: datetime, kind: str) -> None:
    begins, ends = day_of(read_at)
    for row in rows:
        if begins <= row.read_at < ends and (kind == ReadingKind.ESTIMATE or row.kind != ReadingKind.ESTIMATE):
            when = timezone.localtime(row.read_at)
            raise RuleViolation(f"{meter}{when:%m-%d %H:%M} 已经抄过，读数 {number_words(row.value)}。一天抄一次；抄错了请到那次读数里更正。", field="value")


def fit_in(device: MeterDevice, rows: list[Reading], fresh: Reading, *, rolled: bool, sure: bool = False) -> Fit:
    """Where `fresh` stands between the standing `rows` of its device. Raises RuleViolation when it fits neither the one before nor the one after."""
    is_estimate = fresh.kind == ReadingKind.ESTIMATE
    counted = rows if is_estimate else [row for row in rows if row.kind != ReadingKind.ESTIMATE]
    before = [row for row in counted if row.read_at < fresh.read_at]
    after = next((row for row in rows if row.read_at >= fresh.read_at), None)
    if is_estimate and (device.until_at is not None or any(row.kind != ReadingKind.ESTIMATE and row.read_at >= fresh.read_at for row in rows)):
        raise RuleViolation("后面已经有实抄的读数，不用再估。", field="read_at")
    since = f"{timezone.localtime(before[-1].read_at):%m-%d} " if before else "装表时"
    turns = turned(device, before[-1].value if before else device.first, fresh.value, rolled=rolled, sure=sure, since=since)
    circle = Decimal(10) ** device.digits
    follows, follows_turns = (after.value, after.turns) if after is not None else (device.last, device.last_turns)
    if follows is None:
        return Fit(turns)
    left = left_over(fresh, turns, follows, follows_turns)
    if follows + left * circle < fresh.value:
        when = f"{timezone.localtime(after.read_at):%m-%d} {after.get_kind_display()}的" if after is not None else "拆表时的"
        raise RuleViolation(f"{when}读数是 {number_words(follows)}，比这次低，请核对。", field="value")
    if after is None:
        return Fit(turns, end_turns=left if left != follows_turns else None)
    return Fit(turns, after if left != follows_turns else None, left)


def left_over(fresh: Reading, turns: int, follows: Decimal, follows_turns: int) -> int:
    """How often the dial went through zero between `fresh` and what follows; of a corrected reading only what that had counted is handed on.

    What follows was said to have rolled over because it was lower than the wrong number: without that number it has not.
    """
    old = fresh.corrects
    if old is None:
        return follows_turns - min(turns, follows_turns)
    stated = follows_turns - min(follows_turns, int(follows < old.value))  # beyond what the wrong number made necessary
    return min(stated + int(follows < fresh.value), follows_turns + max(old.turns - turns, 0))


def _shift(actor, at: datetime, fit: Fit) -> Reading | None:
    """Count the roll-over where it happened: the next reading is written anew with its own turns."""
    if fit.after is None:
        return None
    old = fit.after
    note = "前后补抄、更正或者作废，走过头的次数重新数"
    fresh = Reading.objects.create(
        device_id=old.device_id, value=old.value, read_at=old.read_at, kind=old.kind, turns=fit.after_turns, corrects=old, note=note, created_by=actor, created_at=at
    )  # fmt: skip
    record_event(
        actor=actor, at=at, action="correct", record=fresh, text=f"{number_words(old.value)} 走过头 {old.turns} 次改为 {fit.after_turns} 次", note=note
    )
    return fresh


def _check_usual(meter: Meter, device: MeterDevice, rows: list[Reading], fresh: Reading) -> None:
    """Ask once more when the use is not like the periods before (limits TIMES and SIGMA)."""
    series = load_series([meter], fresh.read_at - LOOK_BACK, fresh.read_at)[meter.pk]
    before = [row for row in rows if row.read_at < fresh.read_at and row.kind != ReadingKind.ESTIMATE]
    since_at, dial = (before[-1].read_at, before[-1].value) if before else (device.since_at, device.first)
    spent = fresh.read_at - since_at
    if spent < SHORTEST:
        return
    used = (fresh.value - dial + fresh.turns * Decimal(10) ** device.digits) * device.factor
    rate = used / Decimal(spent.total_seconds()) * DAY
    words = doubt(rate, rates_before(series, since_at), **strictness(timezone.localdate(fresh.read_at)), unit=meter.unit)
    if words:
        raise RuleViolation(words, field="sure")


@rule
def correct_reading(
    *, actor, at: datetime, record: Reading, value: Decimal, reason: str, rolled: bool = False, sure: bool = False, photos: Sequence = ()
) -> Reading:  # fmt: skip
    """更正: a new entry in the place of the wrong one, which stays readable. Raises Conflict when somebody corrected it first."""
    reading, meter, device = _held(actor, record)
    reason = tidied({"reason": reason})["reason"]
    rows = [row for row in standing(counting().filter(device=device)) if row.pk != reading.pk]
    check_fits(device, value)
    fresh = Reading(
        device=device, value=value, read_at=reading.read_at, kind=reading.kind, corrects=reading, note=reason[:200], created_by=actor, created_at=at
    )
    if value == reading.value and rolled == bool(reading.turns):
        raise RuleViolation("和原来的读数一样，没有要更正的。", field="value")
    fit = fit_in(device, rows, fresh, rolled=rolled, sure=sure)
    fresh.turns = fit.turns
    if reading.kind != ReadingKind.ESTIMATE and not sure:
        _check_usual(meter, device, rows, fresh)
    fresh.save(force_insert=True)
    attach(actor=actor, at=at, record=fresh, role="photo", uploads=photos, field="photos")
    text = f"{meter}：{number_words(reading.value)} 更正为 {number_words(value)}"
    record_event(actor=actor, at=at, action="correct", record=fresh, text=text[:300], note=reason)
    _shift(actor, at, fit)
    if fit.end_turns is not None:
        _end_turns(actor, at, device, fit.end_turns)
    return fresh


@rule
def void_reading(*, actor, at: datetime, record: Reading, reason: str) -> Reading:
    """作废 a reading that never was, such as one of another meter. The next one takes over its roll-over."""
    reading, meter, device = _held(actor, record)
    reason = tidied({"reason": reason})["reason"]
    fresh = Reading(device=device, value=reading.value, read_at=reading.read_at, kind=ReadingKind.VOID, corrects=reading, note=reason[:200])
    fresh.created_by, fresh.created_at = actor, at
    fresh.save(force_insert=True)
    record_event(actor=actor, at=at, action="void", record=fresh, text=f"{meter}：作废 {number_words(reading.value)}"[:300], note=reason)
    if reading.kind != ReadingKind.ESTIMATE:
        _hand_on(actor, at, device, reading)
    return fresh


def _hand_on(actor, at: datetime, device: MeterDevice, reading: Reading) -> None:
    """What follows a reading that counts no more has rolled over when it is lower than the one before; a roll-over it gave away comes back to it."""
    rows = [row for row in standing(counting().filter(device=device).select_related("corrects")) if row.kind != ReadingKind.ESTIMATE]
    before = [row.value for row in rows if row.read_at < reading.read_at]
    after = next((row for row in rows if row.read_at > reading.read_at), None)
    follows, follows_turns = (after.value, after.turns) if after is not None else (device.last, device.last_turns)
    if follows is None:
        return
    stated = follows_turns - min(follows_turns, int(follows < reading.value))
    turns = stated + int(follows < (before[-1] if before else device.first))
    given = after.corrects if after is not None and after.created_at == reading.created_at else None
    if given is not None and given.value == follows:
        turns = max(turns, given.turns)
    if turns == follows_turns:
        return
    if after is not None:
        _shift(actor, at, Fit(0, after, turns))
    else:
        _end_turns(actor, at, device, turns)


def _end_turns(actor, at: datetime, device: MeterDevice, turns: int) -> None:
    """The same for the reading at taking off."""
    text = f"拆表读数走过头 {device.last_turns} 次改为 {turns} 次"
    save_changes(actor=actor, at=at, record=device, action="amend", text=text, last_turns=turns)


def _held(actor, record: Reading) -> tuple[Reading, Meter, MeterDevice]:
    """The reading that is to be corrected, with its meter locked first, as everybody locks it."""
    device = MeterDevice.objects.select_related("meter").get(pk=record.device_id)
    meter = Meter.objects.select_for_update(of=("self",)).get(pk=device.meter_id)
    reading = stored(Reading, record)
    if Reading.objects.filter(corrects=reading).exists():
        raise Conflict("刚刚有人先更正了这一次，请看看现在的读数。")
    check_can_correct(actor, reading)
    return reading, meter, device

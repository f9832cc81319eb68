"""Reading a meter, correcting and striking out a reading (UTL-01). Every reading of the school goes through `enter_reading`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.limits.queries import limit
from logistics.utilities.meter.dial import check_fits, doubt, number_words, turned
from logistics.utilities.meter.models import Meter, MeterDevice, Reading, ReadingKind
from logistics.utilities.meter.queries import counting, load_series, standing
from logistics.utilities.meter.series import Series

from .queries import CORRECT, RECORD, VIEW
from .settling import fulfil

TIMES, SIGMA = "utilities.reading.times", "utilities.reading.sigma"
LOOK_BACK = timedelta(days=500)
MOST_PERIODS = 13
SHORTEST = timedelta(minutes=30)  # between two readings that say something of a day's use
DAY = Decimal(86400)


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
    sure: bool = False, is_asked: bool = True, note: str = "", photos: Sequence = (),
) -> Reading:  # fmt: skip
    """Write a reading inside the caller's rule, which has asked who may. A reading that came before others takes the roll-over from the next.

    `is_asked` False leaves out the question whether it is like the ones before.
    """
    meter = Meter.objects.select_for_update(of=("self",)).get(pk=meter.pk)
    read_at, note = read_at or at, tidied({"note": note or ""})["note"][:200]
    if read_at > at:
        raise RuleViolation("抄表时间不能晚于现在。", field="read_at")
    device = device_at(meter, read_at)
    rows = standing(counting().filter(device=device))
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
    _shift(actor, at, fit)
    if fit.end_turns is not None:
        _end_turns(device, fit.end_turns)
    return fresh


def device_at(meter: Meter, moment: datetime) -> MeterDevice:
    """The device that hung there. Raises RuleViolation when none did."""
    devices = list(MeterDevice.objects.filter(meter=meter).order_by("-since_at", "-pk"))
    for device in devices:
        if device.since_at <= moment and (device.until_at is None or moment < device.until_at):
            return device
    if not devices or moment < devices[-1].since_at:
        begins = f"{timezone.localtime(devices[-1].since_at):%Y-%m-%d} 才装上" if devices else "还没有装上"
        raise RuleViolation(f"{meter}{begins}，那时没有读数。", field="read_at")
    raise RuleViolation(f"{meter}那时没有表在用（停用或者正在换表）。", field="read_at")


def _check_day(meter: Meter, rows: list[Reading], read_at: datetime, kind: str) -> None:
    day = timezone.localdate(read_at)
    for row in rows:
        if timezone.localdate(row.read_at) == day and (kind == ReadingKind.ESTIMATE or row.kind != ReadingKind.ESTIMATE):
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
    moved = min(turns, follows_turns) if fresh.corrects_id is None else 0
    if follows + (follows_turns - moved) * circle < fresh.value:
        when = f"{timezone.localtime(after.read_at):%m-%d} {after.get_kind_display()}的" if after is not None else "拆表时的"
        raise RuleViolation(f"{when}读数是 {number_words(follows)}，比这次低，请核对。", field="value")
    if after is None:
        return Fit(turns, end_turns=follows_turns - moved if moved else None)
    return Fit(turns, after if moved else None, follows_turns - moved)


def _shift(actor, at: datetime, fit: Fit) -> None:
    """Count the roll-over where it happened: the next reading is written anew with its own turns."""
    if fit.after is None:
        return
    old = fit.after
    note = "前后补抄或者作废，走过头的次数重新数"
    fresh = Reading.objects.create(
        device_id=old.device_id, value=old.value, read_at=old.read_at, kind=old.kind, turns=fit.after_turns, corrects=old, note=note, created_by=actor, created_at=at
    )  # fmt: skip
    record_event(
        actor=actor, at=at, action="correct", record=fresh, text=f"{number_words(old.value)} 走过头 {old.turns} 次改为 {fit.after_turns} 次", note=note
    )


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
    on = timezone.localdate(fresh.read_at)
    words = doubt(rate, rates_before(series, since_at), times=Decimal(limit(TIMES, on)), sigma=Decimal(limit(SIGMA, on)), unit=meter.unit)
    if words:
        raise RuleViolation(words, field="sure")


def rates_before(series: Series, until: datetime) -> list[Decimal]:
    """Use a day in the periods between readings up to `until`, oldest first, at most a year's months."""
    points = [point for point in series.points if point.at <= until]
    pairs = [(left, right) for left, right in pairwise(points) if right.at - left.at >= SHORTEST]
    return [(right.total - left.total) / Decimal((right.at - left.at).total_seconds()) * DAY for left, right in pairs[-MOST_PERIODS:]]


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
    fresh.turns = fit_in(device, rows, fresh, rolled=rolled, sure=sure).turns
    if reading.kind != ReadingKind.ESTIMATE and not sure:
        _check_usual(meter, device, rows, fresh)
    fresh.save(force_insert=True)
    attach(actor=actor, at=at, record=fresh, role="photo", uploads=photos, field="photos")
    text = f"{meter}：{number_words(reading.value)} 更正为 {number_words(value)}"
    record_event(actor=actor, at=at, action="correct", record=fresh, text=text[:300], note=reason)
    return fresh


@rule
def void_reading(*, actor, at: datetime, record: Reading, reason: str) -> Reading:
    """作废 a reading that never was, such as one of another meter. The next one takes over its roll-over."""
    reading, meter, device = _held(actor, record)
    reason = tidied({"reason": reason})["reason"]
    fresh = Reading(device=device, value=reading.value, read_at=reading.read_at, kind=ReadingKind.VOID, corrects=reading, note=reason[:200])
    fresh.created_by, fresh.created_at = actor, at
    fresh.save(force_insert=True)
    after = next((row for row in standing(counting().filter(device=device)) if row.read_at > reading.read_at and row.kind != ReadingKind.ESTIMATE), None)
    record_event(actor=actor, at=at, action="void", record=fresh, text=f"{meter}：作废 {number_words(reading.value)}"[:300], note=reason)
    if reading.turns and reading.kind != ReadingKind.ESTIMATE:
        _hand_on(actor, at, device, reading, after)
    return fresh


def _hand_on(actor, at: datetime, device: MeterDevice, reading: Reading, after: Reading | None) -> None:
    """The roll-over of a reading that counts no more belongs to what follows it."""
    if after is not None:
        _shift(actor, at, Fit(0, after, after.turns + reading.turns))
    elif device.last is not None:
        _end_turns(device, device.last_turns + reading.turns)


def _end_turns(device: MeterDevice, turns: int) -> None:
    device.last_turns = turns
    device.save(update_fields=["last_turns"])


def _held(actor, record: Reading) -> tuple[Reading, Meter, MeterDevice]:
    """The reading that is to be corrected, with its meter locked first, as everybody locks it."""
    device = MeterDevice.objects.select_related("meter").get(pk=record.device_id)
    meter = Meter.objects.select_for_update(of=("self",)).get(pk=device.meter_id)
    reading = stored(Reading, record)
    if Reading.objects.filter(corrects=reading).exists():
        raise Conflict("刚刚有人先更正了这一次，请看看现在的读数。")
    check_can_correct(actor, reading)
    return reading, meter, device

"""Setting up recurring duties and who stands in. Every change rearranges what has not opened yet (SAF-02, GEN-02)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import tidy

from . import checklist as checking
from . import ladder as steps
from .models import Duty, DutySubstitute
from .planning_rules import plan_ahead
from .queries import MANAGE
from .registry import all_producers, producer_of
from .rhythm import Kind, Rhythm, describe, rhythm_of

LONGEST_GRACE = 7 * 24 * 60  # minutes
FARTHEST = 800  # days from the day it is set up to the day it starts


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_set_up(user, producer: str) -> None:
    """A new duty: whoever keeps the duties, or the things this one is about."""
    own = producer_of(producer).manage
    if not (own and has(user, own)):
        require(user, MANAGE)


def check_can_stop(user, record: Duty) -> None:
    require(user, MANAGE)
    if not record.is_active:
        raise RuleViolation("这个任务已经停了。")


def check_can_start(user, record: Duty) -> None:
    require(user, MANAGE)
    if record.is_active:
        raise RuleViolation("这个任务正在用。")


def check_can_void_substitute(user, record: Duty) -> None:
    require(user, MANAGE)
    if not record.substitutes.filter(is_void=False).exists():
        raise RuleViolation("这个任务没有代班人。")


@rule
def save_duty(
    *,
    actor,
    at: datetime,
    record: Duty | None = None,
    rhythm: dict | Rhythm | None = None,
    checklist: list | None = None,
    ladder: list | None = None,
    **values,
) -> Duty:
    """Create or change a duty and plan what follows from it; what is open, done or missed already stays as it was.

    `rhythm` is a Rhythm or its stored form, `checklist` items as `checklist.items_of` gives them, `ladder` [[minutes after due, to], …].
    Raises RuleViolation at the field.
    """
    check_can_manage(actor) if record is not None else check_can_set_up(actor, values.get("producer", ""))
    duty = stored(Duty, record)
    if duty._state.adding:
        duty.created_by, duty.created_at, duty.counts_from = actor, at, at
        if rhythm is None:
            raise RuleViolation("请选多久做一次。", field="rhythm")
    values = tidied(values)
    values.setdefault("starts_on", duty.starts_on or timezone.localdate(at))
    extra = _structured(duty, values["starts_on"], rhythm, checklist, ladder)
    _check_values(duty, values)
    said = _said(duty, extra)
    for name, value in extra.items():
        setattr(duty, name, value)
    duty = save_changes(actor=actor, at=at, record=duty, text=said, **values)
    plan_ahead(actor=actor, at=at, duties=[duty], why="任务改了")
    return duty


def _structured(duty: Duty, starts_on: date, rhythm, checklist, ladder) -> dict:
    """The parts kept as JSON, checked."""
    extra: dict[str, Any] = {}
    if rhythm is not None:
        found = rhythm_of(rhythm.stored() if isinstance(rhythm, Rhythm) else rhythm)
        if found.kind == Kind.INTERVAL:
            found = rhythm_of(found.stored() | {"since": starts_on.isoformat()})
        extra["rhythm"] = found.stored()
    if checklist is not None:
        extra["checklist"] = checking.checked(checklist)
    if ladder is not None:
        extra["ladder"] = steps.checked(ladder)
    return {name: value for name, value in extra.items() if value != getattr(duty, name)}


def _check_values(duty: Duty, values: dict) -> None:
    person = values.get("owner_person", duty.owner_person)
    post = values.get("owner_post", duty.owner_post)
    if bool(person) == bool(post):
        raise RuleViolation("责任人和责任岗位选一个，只选一个。", field="owner_post" if person else "owner_person")
    if abs((values["starts_on"] - duty.created_at.date()).days) > FARTHEST:
        raise RuleViolation("从哪天起离现在太远了，请核对年份。", field="starts_on")
    if (values.get("grace_minutes") or 0) > LONGEST_GRACE:
        raise RuleViolation("最多 10080 分钟（7 天）。", field="grace_minutes")
    if (values.get("remind_minutes") or 0) > LONGEST_GRACE:
        raise RuleViolation("最多提前 10080 分钟（7 天）。", field="remind_minutes")
    if values.get("producer", duty.producer) not in {producer.key for producer in all_producers()}:
        raise RuleViolation("请从列出来的里面选。", field="producer")


def _said(duty: Duty, extra: dict) -> str:
    """What the journal says of the structured parts, which have no before and after in a line; empty when a new duty says it all."""
    if duty.pk is None or not extra:
        return ""
    words = []
    if "rhythm" in extra:
        words.append(f"多久一次：{describe(rhythm_of(extra['rhythm']))}")
    if "checklist" in extra:
        words.append(f"检查项目 {len(extra['checklist'])} 条")
    if "ladder" in extra:
        words.append(f"超时告诉 {len(extra['ladder'])} 步")
    return f"修改定时任务，{'；'.join(words)}"


@rule
def stop_duty(*, actor, at: datetime, record: Duty, reason: str) -> Duty:
    """Nothing new is planned, what has not opened yet is cancelled with the reason; what was done stays."""
    duty, reason = stored(Duty, record), tidy(reason)
    check_can_stop(actor, duty)
    if not reason:
        raise RuleViolation("请写为什么停。", field="reason")
    duty.is_active = False
    duty.save(update_fields=["is_active"])
    record_event(actor=actor, at=at, action="stop", record=duty, text="停用", note=reason)
    plan_ahead(actor=actor, at=at, duties=[duty], why=f"任务停了：{reason}")
    return duty


@rule
def start_duty(*, actor, at: datetime, record: Duty) -> Duty:
    """Use it again from now on; the days in between are not made up."""
    duty = stored(Duty, record)
    check_can_start(actor, duty)
    duty.is_active, duty.counts_from, duty.made_until = True, at, timezone.localdate(at) - timedelta(days=1)
    duty.save(update_fields=["is_active", "counts_from", "made_until"])
    record_event(actor=actor, at=at, action="start", record=duty, text="重新启用")
    plan_ahead(actor=actor, at=at, duties=[duty], why="任务重新启用")
    return duty


@rule
def add_substitute(*, actor, at: datetime, record: Duty, person, first_on: date, last_on: date, reason: str = "") -> DutySubstitute:
    """Somebody else does the duty on those days. Raises RuleViolation when the days are past or somebody stands in already."""
    check_can_manage(actor)
    duty = stored(Duty, record)
    if last_on < first_on:
        raise RuleViolation("到哪天不能早于从哪天。", field="last_on")
    if last_on < timezone.localdate(at):
        raise RuleViolation("这几天已经过去了。", field="last_on")
    other = duty.substitutes.filter(is_void=False, first_on__lte=last_on, last_on__gte=first_on).select_related("person").first()
    if other:
        raise RuleViolation(f"{other.first_on} 至 {other.last_on} 已经由{other.person}代班。", field="first_on")
    made = DutySubstitute(duty=duty, person=person, first_on=first_on, last_on=last_on, reason=tidy(reason), created_by=actor, created_at=at)
    made.full_clean()
    made.save()
    record_event(actor=actor, at=at, action="substitute", record=duty, text=f"{first_on} 至 {last_on} 由{person}代班", note=made.reason)
    return made


@rule
def void_substitutes(*, actor, at: datetime, record: Duty) -> Duty:
    """From today on nobody stands in; days already past keep theirs."""
    duty, today = stored(Duty, record), timezone.localdate(at)
    check_can_void_substitute(actor, duty)
    running = duty.substitutes.filter(is_void=False, last_on__gte=today)
    ended = running.filter(first_on__lt=today).update(last_on=today - timedelta(days=1))
    voided = running.filter(first_on__gte=today).update(is_void=True)
    if not ended + voided:
        raise RuleViolation("代班的日子都过去了，没有要取消的。")
    record_event(actor=actor, at=at, action="end_substitute", record=duty, text="取消代班")
    return duty

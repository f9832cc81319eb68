"""Putting occurrences into the plan: each exactly once, whatever dies or runs twice (SAF-02).

Two runs lock the same duties one after the other and the second finds the work done; a run that dies leaves nothing behind, the next one does it all.
A unique constraint stands behind both. What was missed while nothing ran is planned as missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.notices.rules import notify
from logistics.platform.org.models import User
from logistics.platform.terms.calendar import SchoolCalendar
from logistics.platform.terms.queries import calendar as school_calendar

from .ladder import TROUBLES, next_telling
from .models import Duty, Occurrence, OccurrenceState, PlanningRun
from .queries import AHEAD, MANAGE, STANDS, waiting_interval_days
from .rhythm import Kind, rhythm_of
from .slots import Slot, occurrences

MOST_BACK = 62  # days made up after a standstill
AT_ONCE = 400  # rows in a statement
NUMBERS = ("on", "opens_at", "due_at", "closes_at", "owner_person_id", "owner_post_id", "owner_words", "supervisor_id", "next_tell_at")


@dataclass
class Plan:
    """What a run wants to change."""

    new: list[Occurrence] = field(default_factory=list)
    back: list[Occurrence] = field(default_factory=list)
    moved: list[Occurrence] = field(default_factory=list)
    gone: list[Occurrence] = field(default_factory=list)


@rule
def make_occurrences(*, actor, at: datetime) -> int:
    """Plan every duty AHEAD days ahead and whatever was left out since the last run; returns how many were made.

    One journal entry for the run when it made something. What is past already is recorded as missed.
    """
    duties = list(_locked().filter(is_active=True))
    until = timezone.localdate(at) + timedelta(days=AHEAD)
    fresh = _new_of(duties, at, until, school_calendar())
    made = _insert(fresh)
    Duty.objects.filter(pk__in=[duty.pk for duty in duties]).exclude(made_until__gte=until).update(made_until=until)
    if made:
        missed = sum(row.state == OccurrenceState.MISSED for row in made)
        run = PlanningRun.objects.create(at=at, until=until, made=len(made), missed=missed)
        rest = f"，其中 {missed} 次已经过了时间，记为没做" if missed else ""
        record_event(actor=actor, at=at, action="plan", record=run, text=f"排出 {len(made)} 次任务，到 {until}{rest}")
        _tell_keepers(run, at)
    return len(made)


def _tell_keepers(run: PlanningRun, at: datetime) -> None:
    if run.missed:
        body = f"{run.missed} 次任务排出来的时候已经过了时间，都记为没做，当时没有人收到提醒。"
        key, url = f"platform.planningrun:{run.pk}", "/duties/occurrence/?state=missed"
        notify(at=at, key=key, recipients=holders_of(MANAGE), title="系统停过一段时间", body=body, url=url, subject=TROUBLES)


def make_by_clock(*, at: datetime) -> int:
    """The timed run, in the system's name."""
    return make_occurrences(actor=User.objects.system(), at=at)


def _locked():
    return Duty.objects.select_for_update(of=("self",)).select_related("owner_person", "owner_post").order_by("pk")


def _new_of(duties: Sequence[Duty], at: datetime, until: date, calendar: SchoolCalendar) -> list[Occurrence]:
    """Occurrences of the days nobody has planned yet."""
    done = waiting_interval_days([duty for duty in duties if _is_interval(duty)])
    wanted = [(duty, slot) for duty in duties for slot in _unplanned(duty, at, until, calendar, done)]
    return _unknown([_occurrence(duty, slot, at) for duty, slot in wanted])


def _unknown(rows: list[Occurrence]) -> list[Occurrence]:
    """Those that are not in the plan yet, whatever became of the others."""
    if not rows:
        return []
    planned = Occurrence.objects.filter(duty__in={row.duty_id for row in rows}, on__gte=min(row.on for row in rows))
    known = set(planned.values_list("duty", "key"))
    return [row for row in rows if (row.duty_id, row.key) not in known]


def _is_interval(duty: Duty) -> bool:
    return duty.rhythm["kind"] == Kind.INTERVAL


def _unplanned(duty: Duty, at: datetime, until: date, calendar: SchoolCalendar, done: dict) -> list[Slot]:
    if _is_interval(duty):
        return _next_interval(duty, until, calendar, done.get(duty.pk))
    first = max(duty.starts_on, timezone.localdate(at) - timedelta(days=MOST_BACK))
    if duty.made_until:
        first = max(first, duty.made_until + timedelta(days=1))
    return _counting(duty, occurrences(duty.recurrence, first, until, calendar)) if first <= until else []


def _counting(duty: Duty, slots: list[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.due > duty.counts_from]


def _next_interval(duty: Duty, until: date, calendar: SchoolCalendar, newest: tuple[str, date] | None) -> list[Slot]:
    """The one time that follows the last; none while that one still waits."""
    rhythm, since = duty.recurrence, duty.starts_on
    if newest:
        state, on = newest
        if state == OccurrenceState.OPEN:
            return []
        since = on + timedelta(days=rhythm.every)
    counted = rhythm_of(duty.rhythm | {"since": since.isoformat()})
    return _counting(duty, occurrences(counted, since, until, calendar))[: len(rhythm.times)]


def _occurrence(duty: Duty, slot: Slot, at: datetime) -> Occurrence:
    """The numbers of the duty as they are now, copied."""
    row = Occurrence(duty=duty, key=slot.key, made_at=at, **_numbers(duty, slot))
    if row.closes_at <= at:
        row.state, row.next_tell_at = OccurrenceState.MISSED, None
    return row


def _numbers(duty: Duty, slot: Slot) -> dict:
    return {
        "on": slot.on,
        "opens_at": slot.start,
        "due_at": slot.due,
        "closes_at": slot.due + timedelta(minutes=duty.grace_minutes),
        "owner_person_id": duty.owner_person_id,
        "owner_post_id": duty.owner_post_id,
        "owner_words": duty.owner_words[:60],
        "supervisor_id": duty.supervisor_id,
        "next_tell_at": next_telling(duty, slot.start, slot.due, 0),
    }


def _insert(rows: list[Occurrence]) -> list[Occurrence]:
    return Occurrence.objects.bulk_create(rows, batch_size=AT_ONCE)


@rule
def plan_ahead(*, actor, at: datetime, duties: Iterable[Duty], why: str) -> Plan:
    """Bring what has not opened yet into line with the duties and the calendar as they are now.

    What vanishes is cancelled with `why`, what appears is made, what stays takes the new numbers; nothing open or finished is touched,
    and what a person cancelled stays cancelled. One journal entry when something changed.
    """
    duties = list(_locked().filter(pk__in=[duty.pk for duty in duties]))
    calendar, until = school_calendar(), timezone.localdate(at) + timedelta(days=AHEAD)
    plan = Plan()
    ahead = _ahead_of(duties, at)
    for duty in duties:
        _compare(plan, duty, ahead.get(duty.pk, {}), _wanted(duty, at, until, calendar), at)
    plan.new = _unknown(plan.new)
    _carry_out(plan, why, at)
    active = [duty.pk for duty in duties if duty.is_active]
    Duty.objects.filter(pk__in=active).exclude(made_until__gte=until).update(made_until=until)
    made = [*plan.new, *plan.back]
    if made or plan.gone:
        missed = sum(row.state == OccurrenceState.MISSED for row in made)
        run = PlanningRun.objects.create(at=at, until=until, made=len(made), missed=missed)
        record_event(actor=actor, at=at, action="plan", record=run, text=f"{why[:120]}：排出 {len(made)} 次，取消 {len(plan.gone)} 次")
    return plan


def _ahead_of(duties: Sequence[Duty], at: datetime) -> dict[int, dict[str, Occurrence]]:
    """{duty id: {key: occurrence}} of those not open yet; what a person cancelled is there, too, so that it is not made again."""
    ahead: dict[int, dict[str, Occurrence]] = {}
    for row in Occurrence.objects.select_for_update().filter(duty__in=duties, opens_at__gt=at).order_by("pk"):
        ahead.setdefault(row.duty_id, {})[row.key] = row
    return ahead


def _wanted(duty: Duty, at: datetime, until: date, calendar: SchoolCalendar) -> list[Slot]:
    """What the duty asks for: of the days already planned what lies ahead, of the others everything."""
    if not duty.is_active:
        return []
    if _is_interval(duty):
        older = waiting_interval_days_before(duty, at)
        return _next_interval(duty, until, calendar, older)
    today = timezone.localdate(at)
    first = max(duty.starts_on, today - timedelta(days=MOST_BACK))
    if not duty.made_until:
        return _counting(duty, occurrences(duty.recurrence, first, until, calendar))
    planned = [slot for slot in occurrences(duty.recurrence, max(first, today - timedelta(days=1)), until, calendar) if slot.start > at]
    return planned + [slot for slot in _unplanned(duty, at, until, calendar, {}) if slot.start <= at]


def waiting_interval_days_before(duty: Duty, at: datetime) -> tuple[str, date] | None:
    """The newest occurrence that has opened or that a person cancelled; another one that lies ahead may still move."""
    fixed = Q(opens_at__lte=at) | Q(state=OccurrenceState.CANCELLED)
    opened = Occurrence.objects.filter(STANDS, fixed, duty=duty).order_by("-opens_at").first()
    if opened is None:
        return None
    return opened.state, timezone.localdate(opened.done_at) if opened.done_at else opened.on


def _compare(plan: Plan, duty: Duty, ahead: dict[str, Occurrence], wanted: list[Slot], at: datetime) -> None:
    for slot in wanted:
        row = ahead.pop(slot.key, None)
        if row is None:
            plan.new.append(_occurrence(duty, slot, at))
            continue
        was = {name: getattr(row, name) for name in NUMBERS}
        numbers = _numbers(duty, slot)
        if row.state == OccurrenceState.CANCELLED and row.cancelled_by_id is None:
            plan.back.append(_with(row, numbers, state=OccurrenceState.OPEN, reason="", told=0))
        elif row.state == OccurrenceState.OPEN and was != numbers:
            plan.moved.append(_with(row, numbers, told=0))
    plan.gone += [row for row in ahead.values() if row.state == OccurrenceState.OPEN]


def _with(row: Occurrence, numbers: dict, **more) -> Occurrence:
    for name, value in {**numbers, **more}.items():
        setattr(row, name, value)
    return row


def _carry_out(plan: Plan, why: str, at: datetime) -> None:
    _insert(plan.new)
    Occurrence.objects.bulk_update([*plan.back, *plan.moved], [*NUMBERS_STORED, "state", "reason", "told"], batch_size=AT_ONCE // 8)
    gone = Occurrence.objects.filter(pk__in=[row.pk for row in plan.gone], state=OccurrenceState.OPEN)
    gone.update(state=OccurrenceState.CANCELLED, reason=why[:200], next_tell_at=None)


NUMBERS_STORED = tuple(name.removesuffix("_id") for name in NUMBERS)

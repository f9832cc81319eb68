"""What a change of the school calendar moves: shown before it is saved, carried out with it (SAF-02)."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.terms.calendar import SchoolCalendar
from logistics.platform.terms.changes import CalendarWatcher, Move, Shift

from .models import Duty
from .planning_rules import plan_ahead
from .rhythm import Kind
from .slots import Slot, occurrences

LOOKED_AT = 366  # days


def preview_change(before: SchoolCalendar, after: SchoolCalendar, at: datetime) -> Shift:
    """The occurrences of the coming year that would vanish or appear; those of an interval only follow what was done last."""
    gone, new = [], []
    for duty in Duty.objects.filter(is_active=True).select_related("owner_person", "owner_post"):
        if duty.rhythm["kind"] != Kind.INTERVAL:
            was, becomes = _ahead(duty, before, at), _ahead(duty, after, at)
            gone += [_move(duty, was[key]) for key in was.keys() - becomes.keys()]
            new += [_move(duty, becomes[key]) for key in becomes.keys() - was.keys()]
    return Shift("定时任务", tuple(sorted(gone)), tuple(sorted(new)))


def _ahead(duty: Duty, calendar: SchoolCalendar, at: datetime) -> dict[str, Slot]:
    first = max(duty.starts_on, timezone.localdate(at) - timedelta(days=1))
    last = timezone.localdate(at) + timedelta(days=LOOKED_AT)
    return {slot.key: slot for slot in occurrences(duty.recurrence, first, last, calendar) if slot.start > at}


def _move(duty: Duty, slot: Slot) -> Move:
    return Move(slot.start, duty.title, duty.owner_words)


def follow_calendar(*, actor, at: datetime, why: str) -> None:
    """Cancel and make what has not opened yet as the calendar now asks."""
    duties = list(Duty.objects.filter(is_active=True))
    if duties:
        plan_ahead(actor=actor, at=at, duties=duties, why=why)


WATCHER = CalendarWatcher(preview_change, follow_calendar)

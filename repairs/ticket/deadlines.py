"""When a repair must be done (REP-05: 小修不隔夜 大修不隔天) and how a stopped clock moves it."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.terms.calendar import SchoolCalendar
from repairs.kind.models import FaultKind, Size

from .models import Urgency


def due_for(*, kind: FaultKind, size: str, urgency: str, reported_at: datetime, calendar: SchoolCalendar) -> datetime:
    """The deadline of a report.

    Danger counts minutes on the wall clock. Otherwise working days, ending at the kind's `finish_by`; a report after
    working hours or on a free day counts from the next working day. What disturbs lessons counts as a small repair.
    """
    if urgency == Urgency.DANGER:
        return reported_at + timedelta(minutes=kind.danger_minutes)
    days = kind.large_days if size == Size.LARGE and urgency == Urgency.NORMAL else kind.small_days
    local = timezone.localtime(reported_at)
    first = local.date()
    if not calendar.is_working_day(first) or local.time() > calendar.hours[-1][1]:
        first = calendar.next_working_day(first)
    last = calendar.add_working_days(first, days)
    return calendar.end_of_day(last, kind.finish_by)


def moved_due(*, kind: FaultKind, urgency: str, due_at: datetime, stopped_at: datetime, resumed_at: datetime, calendar: SchoolCalendar) -> datetime:
    """The deadline after a wait: the working time that was left when the clock stopped is given again."""
    if due_at <= stopped_at:
        return due_at + (resumed_at - stopped_at)
    if urgency == Urgency.DANGER:
        return resumed_at + (due_at - stopped_at)
    left = calendar.working_minutes_between(stopped_at, due_at)
    end = calendar.add_working_minutes(resumed_at, left)
    return max(due_at, calendar.end_of_day(timezone.localtime(end).date(), kind.finish_by))

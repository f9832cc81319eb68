"""Setting up the school calendar (ORG-03)."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import ProtectedError

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import save_new_rows, stored, tidied
from logistics.platform.kernel.errors import RuleViolation

from .changes import calendar_changed
from .models import CalendarDay, Term, WorkingHours
from .public_holidays import known_years, public_days

MANAGE = "platform.calendar.manage"
LONGEST_TERM = timedelta(days=300)
LONGEST_SPAN = 120  # days


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


@rule
def save_term(*, actor, at: datetime, record: Term | None = None, **values) -> Term:
    """Create or change a term. Raises RuleViolation when it overlaps another or does not lie in its school year."""
    check_can_manage(actor)
    term, values = stored(Term, record), tidied(values)
    _check_term(term, **{name: values.get(name, getattr(term, name)) for name in ("year", "start_on", "end_on")})
    saved = save_changes(actor=actor, at=at, record=term, **values)
    calendar_changed(actor=actor, at=at, why=f"学期改了：{saved}")
    return saved


def _check_term(term: Term, *, year: str, start_on: date | None, end_on: date | None) -> None:
    years = re.fullmatch(r"(\d{4})-(\d{4})", year or "")
    if not years or int(years[2]) != int(years[1]) + 1:
        raise RuleViolation("学年写成两个相连的年份，例如 2026-2027。", field="year")
    if not start_on or not end_on:
        return  # full_clean says which one is missing
    if start_on.year not in (int(years[1]), int(years[2])):
        raise RuleViolation(f"开学日期不在 {year} 学年里，请核对。", field="start_on")
    if end_on - start_on > LONGEST_TERM:
        raise RuleViolation("一个学期不会超过 300 天，请核对放假日期。", field="end_on")
    other = Term.objects.filter(start_on__lte=end_on, end_on__gte=start_on).exclude(pk=term.pk).first()
    if other:
        raise RuleViolation(f"和「{other}」（{other.start_on} 至 {other.end_on}）的日期重叠了，请错开。", field="start_on")


@rule
def remove_term(*, actor, at: datetime, record: Term) -> None:
    """Take a term out of the calendar; the journal keeps its dates."""
    check_can_manage(actor)
    _remove(actor, at, stored(Term, record), lambda term: f"{term.start_on} 至 {term.end_on}")
    calendar_changed(actor=actor, at=at, why=f"学期删了：{record}")


@rule
def save_calendar_day(*, actor, at: datetime, record: CalendarDay | None = None, **values) -> CalendarDay:
    """Create or change one day that is not what its weekday says."""
    check_can_manage(actor)
    saved = save_changes(actor=actor, at=at, record=stored(CalendarDay, record), **tidied(values))
    calendar_changed(actor=actor, at=at, why=f"校历改了：{saved}")
    return saved


@rule
def save_calendar_span(*, actor, at: datetime, first_on: date, last_on: date, kind: str, name: str) -> int:
    """The same kind of day from `first_on` to `last_on` (寒假, 暑假); days already in the calendar stay. Returns how many were added."""
    check_can_manage(actor)
    if last_on < first_on:
        raise RuleViolation("结束日期要不早于开始日期。", field="last_on")
    count = (last_on - first_on).days + 1
    if count > LONGEST_SPAN:
        raise RuleViolation(f"一次最多填 {LONGEST_SPAN} 天，请分几次填。", field="last_on")
    name = tidied({"name": name})["name"]
    added = _add_days(actor, at, [(first_on + timedelta(days=n), kind, name) for n in range(count)])
    calendar_changed(actor=actor, at=at, why=f"校历改了：{first_on} 至 {last_on} {name}")
    return added


@rule
def remove_calendar_day(*, actor, at: datetime, record: CalendarDay) -> None:
    """Make the day an ordinary one again; the journal keeps what it was."""
    check_can_manage(actor)
    _remove(actor, at, stored(CalendarDay, record), lambda day: day.get_kind_display())
    calendar_changed(actor=actor, at=at, why=f"校历改了：{record}改回平常日子")


@rule
def load_public_holidays(*, actor, at: datetime, year: int) -> int:
    """Add the public holidays and make-up days of a year; a day the school has set itself stays. Returns how many were added.

    Raises RuleViolation for a year whose arrangement is not known here.
    """
    check_can_manage(actor)
    days = public_days(year)
    if not days:
        known = "、".join(str(known) for known in known_years())
        raise RuleViolation(f"这里只有 {known} 年的放假安排。{year} 年的请照国务院办公厅的通知逐日填写。", field="year")
    added = _add_days(actor, at, days)
    calendar_changed(actor=actor, at=at, why=f"填进 {year} 年法定节假日")
    return added


@rule
def save_working_hours(*, actor, at: datetime, record: WorkingHours | None = None, **values) -> WorkingHours:
    """Create or change one span of the working day. Raises RuleViolation when it overlaps another."""
    check_can_manage(actor)
    list(WorkingHours.objects.select_for_update())  # two spans saved at once must see each other
    hours = stored(WorkingHours, record)
    start, end = values.get("start", hours.start), values.get("end", hours.end)
    if start and end:
        other = WorkingHours.objects.filter(start__lt=end, end__gt=start).exclude(pk=hours.pk).first()
        if other:
            raise RuleViolation(f"和已有的 {other} 重叠了，请错开。", field="start")
    return save_changes(actor=actor, at=at, record=hours, **values)


@rule
def remove_working_hours(*, actor, at: datetime, record: WorkingHours) -> None:
    """Take a span out of the working day; without any the usual hours apply (08:00–12:00, 14:00–17:30)."""
    check_can_manage(actor)
    _remove(actor, at, stored(WorkingHours, record), lambda hours: "")


def _remove(actor, at: datetime, record, note) -> None:
    record_event(actor=actor, at=at, action="remove", record=record, text=f"删去{record._meta.verbose_name}：{record}", note=note(record))
    try:
        record.delete()
    except ProtectedError as refusal:
        raise RuleViolation(f"「{record}」已经被别的记录用到，不能删。") from refusal


def _add_days(actor, at: datetime, days: Iterable[tuple[date, str, str]]) -> int:
    days = list(days)
    taken = set(CalendarDay.objects.filter(on__gte=min(days)[0], on__lte=max(days)[0]).values_list("on", flat=True))
    records = [CalendarDay(on=on, kind=kind, name=name) for on, kind, name in days if on not in taken]
    return len(save_new_rows(actor=actor, at=at, records=records, unique=[("on",)]))

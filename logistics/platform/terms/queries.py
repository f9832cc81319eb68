"""Reading the school calendar."""

from .calendar import USUAL_HOURS, SchoolCalendar, SpecialDay, Week
from .models import CalendarDay, Term, WorkingHours

__all__ = ["SchoolCalendar", "SpecialDay", "Week", "calendar"]


def calendar() -> SchoolCalendar:
    """The calendar as it is set up now, in three queries; load it once per page or task and pass it on."""
    hours = tuple(WorkingHours.objects.order_by("start").values_list("start", "end"))
    return SchoolCalendar(
        terms=tuple(Term.objects.order_by("start_on")),
        special={on: SpecialDay(kind, name) for on, kind, name in CalendarDay.objects.values_list("on", "kind", "name")},
        hours=hours or USUAL_HOURS,
    )

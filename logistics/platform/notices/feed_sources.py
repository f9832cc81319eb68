"""What everybody finds in the calendar feed: terms and holidays."""

from datetime import date

from logistics.platform.terms.models import CalendarDay, DayKind, Term

from .feed import FeedEntry


def term_feed(user, first: date, last: date) -> list[FeedEntry]:
    """The first and the last day of each term, and the days that are not what their weekday says; equal days in a row are one entry."""
    found = []
    for term in Term.objects.filter(start_on__lte=last, end_on__gte=first):
        found.append(FeedEntry(f"platform.term:{term.pk}:start", f"{term.name}开学", term.start_on))
        found.append(FeedEntry(f"platform.term:{term.pk}:end", f"{term.name}放假", term.end_on))
    days = CalendarDay.objects.filter(on__gte=first, on__lte=last).order_by("on")
    return found + [_entry(run) for run in _runs(list(days))]


def _runs(days: list[CalendarDay]) -> list[list[CalendarDay]]:
    """Days that follow each other and are alike, together."""
    runs: list[list[CalendarDay]] = []
    for day in days:
        before = runs[-1][-1] if runs else None
        if before and (day.on - before.on).days == 1 and (day.kind, day.name) == (before.kind, before.name):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _entry(run: list[CalendarDay]) -> FeedEntry:
    first = run[0]
    words = f"{first.name}调休上班" if first.kind == DayKind.MAKEUP else first.name if first.name.endswith("假") else f"{first.name}放假"
    return FeedEntry(f"platform.calendarday:{first.on:%Y%m%d}", words, first.on, run[-1].on)

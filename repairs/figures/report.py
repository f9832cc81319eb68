"""What a month's report holds, and finding the reports."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from repairs.ticket.models import Ticket

from .models import MonthReport
from .periods import last_day, month_before, month_of
from .queries import Asked, figures, time_line
from .tallies import Figures, Line, frozen, thawed, thawed_line
from .words import Context, differences, sentences

TREND_DAYS = 365  # before the month: the same month last year is the first of the trend
MOST_MISSING = 12  # a school that starts with old records does not get reports of years ago


@dataclass(frozen=True)
class Issue:
    """A frozen report read back. The trend runs to the report's month and leaves out the months before repairs began."""

    figures: Figures
    trend: Line
    sentences: list[str]


def content_of(month: date, *, at: datetime) -> dict:
    """The whole school's figures of the month as they are known at `at`, as JSON."""
    everything, until = Ticket.objects.order_by(), last_day(month)
    found = figures(everything, Asked(month, until), at=at)
    trend = time_line(everything, Asked(month_of(month - timedelta(days=TREND_DAYS)), until), at=at)
    last_month, last_year = (None if tally.is_empty else tally for tally in (trend[-2][1], trend[0][1]))
    return {
        "month": frozen(found),
        "trend": frozen([(span, tally) for span, tally in trend if not tally.is_empty]),
        "sentences": sentences(found, Context(last_month, last_year)),
    }


def opened(report: MonthReport) -> Issue:
    content = report.figures
    return Issue(thawed(content["month"]), thawed_line(content["trend"]), content["sentences"])


def latest_issue(month: date) -> MonthReport | None:
    return MonthReport.objects.filter(month=month).order_by("-version").first()


def issue_before(report: MonthReport) -> MonthReport | None:
    return MonthReport.objects.filter(month=report.month, version__lt=report.version).order_by("-version").first()


def corrections(report: MonthReport) -> list[tuple[str, str, str]]:
    """(what, before, now) of the numbers that differ from the issue before; nothing for a first issue."""
    before = issue_before(report)
    return differences(opened(before).figures.total, opened(report).figures.total) if before else []


def months_missing(today: date) -> list[date]:
    """Of the last twelve months that are over, those since repairs began without a report; the oldest first."""
    began = Ticket.objects.aggregate(first=Min("reported_at"))["first"]
    if began is None:
        return []
    have, missing, month = set(MonthReport.objects.values_list("month", flat=True)), [], today
    for _ in range(MOST_MISSING):
        month = month_before(month)
        if month >= month_of(timezone.localdate(began)) and month not in have:
            missing.append(month)
    return missing[::-1]


def number_of(report: MonthReport) -> str:
    """WX-2026-10, and WX-2026-10-2 for the second issue."""
    return f"WX-{report.month:%Y-%m}" + (f"-{report.version}" if report.version > 1 else "")

"""Reading reports, and which one is due (AST-15)."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from assets.card.queries import MANAGE
from assets.reconcile.queries import FILL as CHECK
from assets.reconcile.queries import VIEW
from logistics.platform.access.rules import has, require

from .models import AssetReport, ReportKind, ReportState

__all__ = ["CHECK", "MANAGE", "VIEW", "check_can_view", "period_due", "report_counts", "reports_visible_to", "usual_period"]
JUNE, DECEMBER = 6, 12


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def reports_visible_to(user) -> QuerySet[AssetReport]:
    rows = AssetReport.objects.select_related("created_by", "checked_by")
    return rows if has(user, VIEW) else rows.none()


def report_counts(user) -> dict[str, int]:
    """One query."""
    rows = reports_visible_to(user).order_by()
    return rows.aggregate(draft=Count("pk", filter=Q(state=ReportState.DRAFT)), checked=Count("pk", filter=Q(state=ReportState.CHECKED)))


def usual_period(kind: str, today: date) -> tuple[date, date]:
    """(since, until): a June report goes from 1 July to 30 June, an annual one over the calendar year; never beyond today."""
    if kind == ReportKind.JUNE:
        year = today.year if today.month >= JUNE else today.year - 1
        return date(year - 1, 7, 1), min(date(year, JUNE, 30), today)
    year = today.year if today.month == DECEMBER else today.year - 1
    if kind == ReportKind.OTHER:
        return date(today.year, 1, 1), today
    return date(year, 1, 1), min(date(year, DECEMBER, 31), today)


def period_due(today: date) -> tuple[str, int] | None:
    """(kind, year) of the report that is due: in June and July the June one, in December and January the annual one. One query."""
    if today.month in (JUNE, JUNE + 1):
        kind, year, first = ReportKind.JUNE, today.year, date(today.year, JUNE, 1)
    elif today.month in (DECEMBER, 1):
        year = today.year if today.month == DECEMBER else today.year - 1
        kind, first = ReportKind.ANNUAL, date(year, DECEMBER, 1)
    else:
        return None
    rows = AssetReport.objects.filter(kind=kind, until__gte=first, until__lt=first + timedelta(days=62)).exclude(state=ReportState.VOID)
    return None if rows.exists() else (kind, year)

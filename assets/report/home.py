"""What the reports show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import AssetReport, ReportKind, ReportState
from .queries import CHECK, MANAGE, period_due


def report_todos(user, at: datetime) -> list[Todo]:
    """The report that is due, the draft to be checked, the checked one to be filed. Two queries at most, none for others."""
    manages, checks = has(user, MANAGE), has(user, CHECK)
    if not (manages or checks):
        return []
    todos = []
    due = period_due(timezone.localdate(at)) if manages else None
    if due:
        kind, year = due
        url = f"{reverse('assets:report-create')}?kind={kind}"
        todos.append(Todo(f"{year}年资产{ReportKind(kind).label}还没有做", "清点、核对、上报", url, "制表", "file-chart-column"))
    for report in AssetReport.objects.filter(state__in=(ReportState.DRAFT, ReportState.CHECKED)).order_by("pk")[:10]:
        url = reverse("assets:report-detail", args=[report.pk])
        if checks and report.state == ReportState.DRAFT and report.created_by_id != user.pk:
            todos.append(Todo(f"核对{report}", "看数字和账是不是一样", url, "核对", "file-chart-column"))
        elif manages and report.state == ReportState.CHECKED:
            todos.append(Todo(f"上报{report}", "会计已经核对", url, "上报", "file-chart-column"))
    return todos

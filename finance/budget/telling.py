"""Who is told of what in the budget."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import BudgetLine

WARN = "finance.budget.warn"
BUDGET = Subject("finance.budget", "指标快用完了", "经费预算")


def warn_when_crossed(line: BudgetLine, *, before: int, at: datetime) -> None:
    """Tell the head of the department and the accountants once the used share reaches the limit; again only after it had fallen below."""
    if line.percent <= before or line.percent < (most := limit(WARN, timezone.localdate(at))) or before >= most:
        return
    head = [line.department.head] if line.department.head else []
    notify(
        at=at,
        key=f"finance.budget.warn:{line.pk}:{at:%Y%m%d%H%M%S%f}",
        recipients=[*head, *holders_of("finance.budget.manage")],
        title=f"预算用到 {line.percent}%：{line}",
        body=f"预算 {line.allotment:,.2f} 元，可用 {line.available:,.2f} 元",
        url=reverse("finance:line-detail", args=[line.pk]),
        subject=BUDGET,
    )

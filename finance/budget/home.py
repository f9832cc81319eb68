"""What the budget shows on the first page."""

from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .models import BudgetYear, YearState
from .queries import APPROVE, MANAGE, heads_a_department, lines_visible_to
from .telling import WARN


def budget_todos(user, at: datetime) -> list[Todo]:
    """A budget to put in force. One query for whoever decides, none for others."""
    if not has(user, APPROVE):
        return []
    drafts = BudgetYear.objects.filter(state=YearState.DRAFT, lines__allotment__gt=0).exclude(created_by=user.pk).distinct()
    return [Todo(str(year), "编好以后请批准执行", reverse("finance:year-detail", args=[year.pk]), "看", "calendar-range") for year in drafts]


def tight_lines(user, at: datetime) -> list[Late]:
    """Lines that are nearly used up, for the accountants and for heads of departments."""
    if not has(user, MANAGE) and not heads_a_department(user):
        return []
    share = limit_shown(WARN, timezone.localdate(at))
    tight = lines_visible_to(user).filter(year__state=YearState.OPEN, used__gt=0, used__gte=F("allotment") * share / 100).order_by("left")
    rows = list(tight[:100])
    return [Late("预算快用完", f"{rows[0]}，可用 {rows[0].available:,.2f} 元", len(rows), f"{reverse('finance:line-list')}?state=open&tight=1")] if rows else []

"""What acceptance shows on the first page."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Figure, Late, Todo

from .models import Acceptance
from .queries import MANAGE, lines_without_desk, to_redeliver, unsigned_since, url_of, waits_for

DAYS = "finance.acceptance.days"


def end_of(acceptance: Acceptance) -> datetime:
    """Until when all should have signed, by the school's days; for marks on pages."""
    return acceptance.created_at + timedelta(days=int(limit_shown(DAYS, timezone.localdate())))


def acceptance_todos(user, at: datetime) -> list[Todo]:
    """To sign, and for a buyer what was sent back and has not come again. Two queries."""
    todos = [
        Todo(acceptance.order.request.title, f"待您验收签字，{acceptance.order.partner}", url_of(acceptance), "签字", "pen-line", end_of(acceptance))
        for acceptance in waits_for(user)
    ]
    return todos + [
        Todo(order.request.title, f"有退回的，请 {order.partner} 补送", reverse("finance:acceptance-list") + f"?q={order.number}", "催补送", "truck")
        for order in to_redeliver(user)
    ]


def unsigned_acceptances(user, at: datetime) -> list[Late]:
    """Those that wait for a signature longer than the school allows, for who answers for acceptances. One query."""
    if not has(user, MANAGE):
        return []
    days = int(limit_shown(DAYS, timezone.localdate(at)))
    rows = list(unsigned_since(at - timedelta(days=days))[:100])
    if not rows:
        return []
    return [Late("验收没有签完", f"{rows[0].order.request.title}，{rows[0].number}", len(rows), reverse("finance:acceptance-list") + "?state=signing")]


def waiting_figure(user, at: datetime) -> list[Figure]:
    """Accepted goods that nobody has on his books yet. One query."""
    if not has(user, MANAGE):
        return []
    count = lines_without_desk().count()
    return [Figure("待入库待建卡", str(count), "行", "验收了，还没有人接收", reverse("finance:waiting-list"))] if count else []

"""What buying shows on the first page, and on the pages of requests and firms."""

from datetime import datetime, time

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from finance.purchase.models import PurchaseRequest
from finance.purchase.queries import BUY
from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.records import allowed

from .inquiry_rules import check_can_inquire
from .methods import DIRECT, QUOTES_LEAST
from .models import Inquiry, InquiryState, OrderState
from .queries import waiting_orders
from .rules import check_can_order

MOST = 5


def buying_todos(user, at: datetime) -> list[Todo]:
    """Inquiries to go on with and chosen offers to order by, for who buys. One query."""
    if not has(user, BUY):
        return []
    told = Q(state__in=(InquiryState.OPEN, InquiryState.CHOSEN), request__state="approved")
    running = Count("orders", filter=~Q(orders__state=OrderState.CANCELLED))
    rows = Inquiry.objects.filter(told).annotate(used=running).filter(used=0).select_related("request")
    mine = rows.filter(Q(created_by=user.pk) | Q(request__buyer=user.pk)).order_by("until_on", "pk")
    return [_todo(inquiry) for inquiry in mine[:MOST]]


def _todo(inquiry: Inquiry) -> Todo:
    url = reverse("finance:inquiry-detail", args=[inquiry.pk])
    due = timezone.make_aware(datetime.combine(inquiry.until_on, time(18))) if inquiry.until_on else None
    if inquiry.state == InquiryState.CHOSEN:
        return Todo(inquiry.request.title, "已经选定，等下单", url, "下单", "scale")
    return Todo(inquiry.request.title, f"询价中 {inquiry.number}", url, "比价", "scale", due)


def late_deliveries(user, at: datetime) -> list[Late]:
    """Orders past the agreed day, for who buys. One query."""
    if not has(user, BUY):
        return []
    rows = list(waiting_orders(timezone.localdate(at))[:100])
    return [Late("过了约定没有到货", f"{rows[0].partner}：{rows[0].request.title}", len(rows), f"{reverse('finance:order-list')}?late=true")] if rows else []


def request_panel(request: PurchaseRequest, user) -> dict | None:
    """What a buyer can do on the request's page, beside its next step: ask firms, or order."""
    can_order = allowed(check_can_order, user, request)
    can_inquire = allowed(check_can_inquire, user, request)
    if not can_order and not can_inquire:
        return None
    on = timezone.localdate()
    direct, least = limit_shown(DIRECT, on), limit_shown(QUOTES_LEAST, on)
    return {"request": request, "direct": direct, "least": least, "is_small": request.total <= direct}

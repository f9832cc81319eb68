"""Contracts shown on the pages of firms and purchase orders."""

from django.urls import reverse
from django.utils.http import urlencode

from finance.order.models import OrderState, PurchaseOrder
from logistics.platform.partners.models import Partner
from logistics.platform.web.records import allowed

from .checks import check_can_draft
from .models import DEAD, Contract
from .queries import contracts_visible_to

PANEL_ROWS = 10


def partner_panel(partner, user) -> dict | None:
    """The firm's contracts that this person may see, for its page."""
    rows = list(contracts_visible_to(user).filter(partner=partner).order_by("-pk")[:PANEL_ROWS])
    return {"contracts": rows} if rows else None


def order_panel(order: PurchaseOrder, user) -> dict | None:
    """The order's contracts, and the way to draft one where there is none."""
    rows = list(contracts_visible_to(user).filter(order=order).order_by("-pk")[:PANEL_ROWS])
    taken = Contract.objects.filter(order=order).exclude(state__in=DEAD).exists()
    running = order.state not in (OrderState.CANCELLED, OrderState.CLOSED)
    url = ""
    if running and not taken and allowed(check_can_draft, user):
        given = {"order": order.pk, "partner": order.partner_id, "amount": order.total, "title": order.request.title, "department": order.request.department_id}
        url = f"{reverse('finance:contract-create')}?{urlencode(given)}"
    return {"contracts": rows, "new_url": url} if rows or url else None


def move_to(source: Partner, target: Partner) -> int:
    """Two cards of one firm become one: its contracts follow."""
    return Contract.objects.filter(partner=source).update(partner=target)

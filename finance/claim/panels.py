"""What claims show on the page of an order."""

from urllib.parse import urlencode

from django.urls import reverse

from finance.order.models import PurchaseOrder
from logistics.platform.web.records import allowed

from .contracts import has_contract
from .models import ClaimKind
from .queries import PAYABLE_ORDERS, claimable_orders, left_of_order
from .rules import check_can_file


def order_panel(order: PurchaseOrder, user) -> dict | None:
    """How much was accepted and is not claimed, with the way to claim it, for whoever may."""
    if order.state not in PAYABLE_ORDERS or not allowed(check_can_file, user) or not claimable_orders(user).filter(pk=order.pk).exists():
        return None
    left = sum(left_of_order(order).values())
    if not left or has_contract(order):
        return None
    return {"left": left, "url": f"{reverse('finance:claim-create')}?{urlencode({'kind': ClaimKind.PURCHASE.value, 'order': order.pk})}"}

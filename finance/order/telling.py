"""Who is told of what in buying."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import PurchaseOrder

ORDERS = Subject("finance.order", "采购单", "请购采购")


def tell_order(order: PurchaseOrder, *, at: datetime, about: str, title: str, body: str, but) -> None:
    """One message each to who asked and who bought, but not to who did it."""
    people = [person for person in (order.request.created_by, order.created_by, order.second_buyer) if person is not None and person.pk != but.pk]
    notify(
        at=at,
        key=f"finance.order.{about}:{order.pk}",
        recipients=list({person.pk: person for person in people}.values()),
        title=title,
        body=body,
        url=reverse("finance:order-detail", args=[order.pk]),
        subject=ORDERS,
    )

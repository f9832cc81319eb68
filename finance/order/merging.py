"""Two cards of one firm become one: its quotes and orders move with it."""

from logistics.platform.partners.models import Partner

from .models import PurchaseOrder, Quote


def move_to(source: Partner, target: Partner) -> int:
    """How many rows moved. A firm that answered the same inquiry under both cards keeps the answer of the card that stays."""
    both = Quote.objects.filter(partner=target.pk).values("inquiry")
    moved = Quote.objects.filter(partner=source.pk).exclude(inquiry__in=both).update(partner=target)
    return moved + PurchaseOrder.objects.filter(partner=source.pk).update(partner=target)

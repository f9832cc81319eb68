"""Open repairs that somebody taking over a room or a colleague's things should know of."""

from django.db.models import Q
from django.urls import reverse

from assets.public import HandoverItem

from .models import OPEN
from .queries import tickets_visible_to

MOST = 20


def open_tickets(giver, places, user) -> list[HandoverItem]:
    """Open tickets in these places or reported by the giver, as far as `user` sees them. One query."""
    rows = tickets_visible_to(user).filter(Q(place__in=places) | Q(reported_by=giver.pk), state__in=OPEN).select_related("place").order_by("-pk")[:MOST]
    return [
        HandoverItem(f"{ticket.number} {ticket.title}", f"{ticket.place} · {ticket.get_state_display()}", reverse("repairs:ticket-detail", args=[ticket.pk]))
        for ticket in rows
    ]

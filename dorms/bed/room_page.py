"""The room's own page: who sleeps there, its faults, damage, things, and what the night and the scores hang on it (DOR-06)."""

from django.urls import reverse

from assets.public import cards_visible_to, damages_visible_to
from logistics.platform.access.rules import has
from logistics.platform.web.panels import panels_for
from logistics.platform.web.record_pages import RecordDetail
from logistics.platform.web.records import allowed

from .models import DormRoom
from .rules import check_in_charge

SHOWN = 6


def room_panels(room: DormRoom, user) -> dict:
    """Things and damage in the room as far as this person sees them, and the one-tap ways to report. Two queries."""
    cards = list(cards_visible_to(user).filter(place=room.place_id).order_by("name", "pk")[: SHOWN + 1]) if has(user, "assets.card.view") else []
    damages = list(damages_visible_to(user).filter(place=room.place_id).order_by("-pk")[:SHOWN]) if has(user, "assets.damage.view") else []
    return {
        "cards": cards[:SHOWN],
        "more_cards": len(cards) > SHOWN,
        "damages": damages,
        "may_damage": has(user, "assets.damage.file"),
        "may_allocate": allowed(check_in_charge, user, room.building),
        "repair_url": f"{reverse('repairs:ticket-create')}?place={room.place_id}",
        "damage_url": f"{reverse('assets:damage-create')}?place={room.place_id}",
    }


class RoomPage(RecordDetail):
    """With what other apps show on the room as a place, such as its repairs."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["panels"] = [*panels_for(context["object"].place, self.request.user), *context["panels"]]
        return context

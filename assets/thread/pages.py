"""一条线: the page of one card, and on the papers of a purchase what became of it."""

from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.card.models import AssetCard, Status
from assets.card.queries import cards_visible_to, check_can_view
from assets.slip.models import Slip
from assets.slip.queries import slips_visible_to
from logistics.platform.labels.things import Choice
from logistics.platform.web.records import allowed

from .story import story_of

SHOWN = 12
CHAIN = ("purchase__acceptance__order__request", "replaces")


@require_safe
@never_cache
def thread_page(request, pk: int):
    check_can_view(request.user)
    card = get_object_or_404(cards_visible_to(request.user).select_related(*CHAIN), pk=pk)
    story = story_of(card, request.user, timezone.localdate())
    back = reverse("assets:card-detail", args=[card.pk])
    return render(request, "assets/thread.html", {"title": "一条线", "card": card, "story": story, "back": back})


def became(find_acceptances):
    """The context of the panel on a paper of a purchase: the cards and the receipts that its accepted lines became, as far as this person sees them."""

    def context(record, user) -> dict | None:
        found = find_acceptances(record)
        seen = allowed(check_can_view, user)
        cards = AssetCard.objects.none() if not seen else cards_visible_to(user).filter(**found_by("purchase__acceptance", found))
        cards = list(cards.exclude(status=Status.VOID).order_by("pk")[: SHOWN + 1]) if seen else []
        slips = list(slips_visible_to(user).filter(**found_by("acceptance", found)).order_by("pk")[:SHOWN])
        return {"cards": cards[:SHOWN], "has_more": len(cards) > SHOWN, "slips": slips} if cards or slips else None

    return context


def found_by(path_: str, found: tuple[str, int]) -> dict:
    name, pk = found
    return {f"{path_}{name}": pk}


def thread_choice(user, card: AssetCard) -> list[Choice]:
    """On the page of a scanned label."""
    if not cards_visible_to(user).filter(pk=card.pk).exists():
        return []
    return [Choice("一条线", "怎么买来的，修过几次，花了多少", "git-commit-horizontal", reverse("assets:thread", args=[card.pk]), rank=60)]


def purchase_of(slip: Slip):
    """The purchase a receipt came from, for the panel of finance."""
    return slip.acceptance.order.request if slip.acceptance_id else None


def thread_urls() -> list:
    """The thread of a card, under /assets/."""
    return [path("card/<int:pk>/thread/", thread_page, name="thread")]

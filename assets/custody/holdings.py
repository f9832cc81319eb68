"""在我名下: everything one person answers for (AST-03). Other folders add their part in wiring.py."""

from collections.abc import Callable

from django.db.models import Count, Q, Sum
from django.urls import reverse

from assets.card.models import ALIVE, AssetCard
from assets.money import ZERO
from logistics.platform.org.models import User
from logistics.platform.places.models import Level, Place
from logistics.platform.web.home import Lines

from .models import Pledge, PledgeState
from .queries import cards_of

MOST_SHOWN = 200
others: list[Callable[[User], Lines | None]] = []  # what else is in a person's name (借用, 调拨); None for nothing. For wiring.py


def own_rooms(user) -> list[dict]:
    """Rooms this person answers for, or where their class is, with what stands there. Two queries."""
    places = (
        Place.objects.filter(Q(responsible=user.pk) | Q(classes__head_teacher=user.pk, classes__is_active=True), is_active=True).distinct().order_by("path")
    )
    found = {row["place"]: row for row in _sums(AssetCard.objects.filter(place__in=places.order_by().values("pk")), "place")}
    rows = []
    for place in places:
        sums = found.get(place.pk, {"cards": 0, "pieces": 0, "cost": ZERO})
        if not sums["cards"] and place.level != Level.ROOM:
            continue  # a building or floor: its things stand in its rooms
        rows.append(sums | {"place": place, "url": reverse("assets:custody-list", args=["room", place.pk])})
    return rows


def _sums(rows, key: str):
    return rows.filter(status__in=ALIVE).order_by().values(key).annotate(cards=Count("pk"), pieces=Sum("quantity"), cost=Sum("cost"))


def holdings(user) -> dict:
    """What the page shows; at most 200 cards, the sums are of all."""
    cards = cards_of("person", user)
    sums = cards.order_by().aggregate(cards=Count("pk"), pieces=Sum("quantity"), cost=Sum("cost"))
    return {
        "cards": cards[:MOST_SHOWN],
        "sums": {name: value or 0 for name, value in sums.items()},
        "rooms": own_rooms(user),
        "pledges": Pledge.objects.filter(custodian=user.pk, state__in=[PledgeState.OPEN, PledgeState.SIGNED]).select_related("term", "keeper"),
        "others": [found for source in others if (found := source(user))],
    }

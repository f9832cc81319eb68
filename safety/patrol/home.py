"""What somebody who scans a place sees of its rounds (SAF-01)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.labels.things import Choice

from .models import Visit, VisitState
from .queries import to_walk


def scan_choices(user, place) -> list[Choice]:
    """The open point of one's own round at this place; two queries."""
    rounds = to_walk(user, timezone.now())
    if not rounds:
        return []
    visits = Visit.objects.filter(round__in=rounds, place=place.pk, state=VisitState.UNSEEN).select_related("round__route").order_by("pk")[:3]
    return [Choice("查这个点", visit.round.route.name, "map-pin-check", reverse("safety:visit-action", args=[visit.pk, "check"]), 5) for visit in visits]

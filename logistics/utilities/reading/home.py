"""What somebody who scans a meter sees of its rounds (UTL-01)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.labels.things import Choice

from .models import Stop, StopState
from .queries import to_walk


def scan_choices(user, meter) -> list[Choice]:
    """The open stop of one's own round at this meter; two queries."""
    rounds = to_walk(user, timezone.now())
    if not rounds:
        return []
    stops = Stop.objects.filter(round__in=rounds, meter=meter.pk, state=StopState.UNREAD).select_related("round__route").order_by("pk")[:3]
    return [Choice("抄这块表", stop.round.route.name, "gauge", reverse("utilities:stop-action", args=[stop.pk, "read"]), 5) for stop in stops]

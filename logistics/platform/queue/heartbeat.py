"""Signs of life of the worker and of the timer (beat)."""

import datetime

from django.db import connection
from django.utils import timezone

from .models import Heartbeat
from .transport import database


def mark_alive(name: str) -> None:
    """Note that the process of this name works now."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # the timer has no requests around which Django would do it
    with database():
        Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def silence(name: str) -> datetime.timedelta | None:
    """How long nothing has been heard of it; None when it never was."""
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return timezone.now() - at if at else None

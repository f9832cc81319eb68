"""Timed work of stocktakes."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import remind_counters


@shared_task
def remind_stocktakes() -> int:
    """Runs daily; tells who has rooms left the day before the last day and the day after it."""
    return remind_counters(actor=User.objects.system(), at=timezone.now())

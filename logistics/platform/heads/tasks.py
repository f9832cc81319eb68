"""The day's head, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .rules import take_daily_head


@shared_task
def daily_head() -> str:
    """Runs every hour, so that a machine that slept through midnight still takes the day's head; only the first run of a day writes."""
    return take_daily_head(at=timezone.now()).digest

"""The look at the clocks of open accidents, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .rules import watch_clocks


@shared_task
def watch_accidents() -> int:
    """Tell again before and after the last moment to report."""
    return watch_clocks(at=timezone.now())

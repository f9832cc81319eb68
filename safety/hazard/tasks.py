"""The clock of hazards, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .closing_rules import watch_hazards


@shared_task
def watch_late_hazards() -> int:
    """Tell of hazards past their deadline, each step once."""
    return watch_hazards(at=timezone.now())

"""The look at buses that nobody has closed, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .rules import watch_runs


@shared_task
def watch_buses() -> int:
    """Tell once of every run without its last look."""
    return watch_runs(at=timezone.now())

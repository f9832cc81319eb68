"""The job that publishes a week's waste, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .rules import publish_weeks


@shared_task
def publish_waste_weeks() -> int:
    """Each week once, again when something of it has changed."""
    return publish_weeks(at=timezone.now())

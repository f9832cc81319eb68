"""Timed work of ordering."""

from celery import shared_task
from django.utils import timezone

from .report_rules import publish_missing


@shared_task
def publish_reports() -> int:
    """Runs every evening; a day missed for an outage is made up, one that was added to gets a new version."""
    return len(publish_missing(at=timezone.now()))

"""Timed work of the reports."""

from celery import shared_task
from django.utils import timezone

from .rules import make_missing_reports


@shared_task
def utility_reports() -> int:
    """Every report that is due and not there; runs daily, so that a day missed for an outage is made up."""
    return len(make_missing_reports(at=timezone.now()))

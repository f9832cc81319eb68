"""Timed work of the depreciation."""

from celery import shared_task
from django.utils import timezone

from .rules import run_missing


@shared_task
def monthly_depreciation() -> int:
    """Runs daily, so that a month whose first day was missed for an outage is made up; a month already booked stays as it is."""
    return len(run_missing(at=timezone.now()))

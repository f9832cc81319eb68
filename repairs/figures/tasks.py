"""Timed work of the figures."""

from celery import shared_task
from django.utils import timezone

from .rules import make_missing_reports


@shared_task
def month_report() -> int:
    """The report of every month that is over and has none; runs daily, so that the first day of a month missed for an outage is made up."""
    return len(make_missing_reports(at=timezone.now()))

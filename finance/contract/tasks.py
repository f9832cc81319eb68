"""The daily look at contracts, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .telling import remind


@shared_task
def remind_contracts() -> int:
    """Tell which contracts end and which instalments are due; telling twice is prevented by the outbox."""
    return remind(at=timezone.now())

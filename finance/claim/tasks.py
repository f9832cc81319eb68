"""The daily look at advances, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from finance.payment.advance_rules import remind_advances as remind


@shared_task
def remind_advances() -> int:
    """Tell whose advance is overdue; telling twice is prevented by the outbox."""
    return remind(at=timezone.now())

"""The daily look at firms' papers, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .rules import remind


@shared_task
def remind_firm_papers() -> int:
    """Tell whose papers run out; telling twice is prevented by the outbox."""
    return remind(at=timezone.now())

"""Timed work of the committee."""

from celery import shared_task
from django.utils import timezone

from .rules import follow_up_posts


@shared_task
def follow_up_committee() -> int:
    """Runs every evening; a post whose opinions were answered since says so."""
    return follow_up_posts(at=timezone.now())

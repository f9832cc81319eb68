"""Timed work of accompanied meals."""

from celery import shared_task
from django.utils import timezone

from .rules import publish_weeks


@shared_task
def publish_accompanied() -> int:
    """Runs every evening; a week to which something was added gets a new version."""
    return publish_weeks(at=timezone.now())

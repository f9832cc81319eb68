"""The timed work of approvals, named in logistics/schedule.py. Running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from .watch_rules import watch


@shared_task
def watch_steps() -> list[int]:
    """Remind and escalate steps whose time is over."""
    return list(watch(at=timezone.now()))

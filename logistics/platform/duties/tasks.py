"""The timed work of duties, named in logistics/schedule.py. Running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from .planning_rules import make_by_clock
from .watch_rules import watch


@shared_task
def make_occurrences() -> int:
    """Plan the days ahead, and what was left out while nothing ran."""
    return make_by_clock(at=timezone.now())


@shared_task
def watch_occurrences() -> list[int]:
    """Close what was missed; remind and escalate."""
    return list(watch(at=timezone.now()))

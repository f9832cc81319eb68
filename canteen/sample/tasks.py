"""The look at the meals being served, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from .rules import watch_samples


@shared_task
def watch_meal_samples() -> int:
    """Tell of dishes without a sample before their meal ends; once a meal."""
    return watch_samples(at=timezone.now())

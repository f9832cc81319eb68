"""The jobs of the night's rounds, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import prepare_rounds, tell_missed


@shared_task
def prepare_night_rounds() -> int:
    """The rounds of what opens within a day, each once."""
    return prepare_rounds(actor=User.objects.system(), at=timezone.now())


@shared_task
def tell_missed_night_rounds() -> int:
    """Which rounds of the night nobody walked; told once a night."""
    return tell_missed(actor=User.objects.system(), at=timezone.now())

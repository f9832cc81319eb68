"""The job that prepares rounds, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import prepare_rounds


@shared_task
def prepare_patrol_rounds() -> int:
    """The rounds of what opens within a day, each once."""
    return prepare_rounds(actor=User.objects.system(), at=timezone.now())

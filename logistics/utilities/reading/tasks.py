"""The job that prepares reading rounds, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .round_rules import prepare_reading_rounds


@shared_task
def prepare_rounds_of_reading() -> int:
    """The rounds of what opens within a day, each once."""
    return prepare_reading_rounds(actor=User.objects.system(), at=timezone.now())

"""The timed work of the night, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .missing_rules import watch_nights
from .rules import prepare_checks


@shared_task
def prepare_bed_checks() -> int:
    """The checks of what starts within a day, each once."""
    return prepare_checks(actor=User.objects.system(), at=timezone.now())


@shared_task
def watch_dorm_nights() -> int:
    """Runs every minute; says nothing twice. How many boarders are being looked for."""
    return watch_nights(actor=User.objects.system(), at=timezone.now())

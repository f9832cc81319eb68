"""The daily job of preventive work, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .preventive_rules import run_due


@shared_task
def open_preventive() -> int:
    """Open the tickets of all preventive work that is due today."""
    now = timezone.now()
    return run_due(actor=User.objects.system(), at=now, on=timezone.localdate(now))

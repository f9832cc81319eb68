"""The look at leaves nobody signed off, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import watch_leaves


@shared_task
def watch_dorm_leaves() -> int:
    """Runs every few minutes; says nothing twice. How many are overdue."""
    return watch_leaves(actor=User.objects.system(), at=timezone.now())

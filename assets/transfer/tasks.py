"""Timed work of transfers."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import remind_unsigned


@shared_task
def remind_transfers() -> int:
    """Runs daily; each paper is told of once a week."""
    return remind_unsigned(actor=User.objects.system(), at=timezone.now())

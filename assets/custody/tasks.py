"""Timed work of the statements."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import remind_unsigned


@shared_task
def remind_signers() -> int:
    """Runs daily; each person is told once a week."""
    return remind_unsigned(actor=User.objects.system(), at=timezone.now())

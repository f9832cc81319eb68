"""Timed work of loans."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .telling import remind_loans


@shared_task
def remind_borrowers() -> int:
    """Runs daily; tells of what is due and late, and gives up bookings nobody came for."""
    return remind_loans(actor=User.objects.system(), at=timezone.now())

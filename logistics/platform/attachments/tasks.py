from celery import shared_task
from django.utils import timezone

from . import rules


@shared_task
def sweep_attachments() -> None:
    """Daily: uploads whose form never came, and files whose row never committed."""
    now = timezone.now()
    rules.sweep_staged(at=now)
    rules.sweep_files(at=now)

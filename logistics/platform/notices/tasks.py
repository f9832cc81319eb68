from celery import shared_task
from django.utils import timezone

from . import delivery


@shared_task
def deliver(message_id: int) -> None:
    """Carry out one promise; harmless when another worker already did."""
    delivery.deliver(message_id=message_id, at=timezone.now())


@shared_task
def sweep_outbox() -> None:
    """Carry out what is due and was missed, failed before or was cut off."""
    delivery.sweep(at=timezone.now(), clock=timezone.now)

"""Timed jobs of repairs; each loads nothing and makes one call."""

from celery import shared_task
from django.utils import timezone

from .work.watch import watch


@shared_task
def watch_deadlines():
    watch(timezone.now())

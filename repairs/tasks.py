"""Timed jobs of repairs; each loads nothing and makes one call."""

from celery import shared_task
from django.utils import timezone

from .ticket.renaming import renew_names
from .work.watch import watch


@shared_task
def watch_deadlines():
    watch(timezone.now())


@shared_task
def follow_renamed():
    return renew_names(timezone.now())

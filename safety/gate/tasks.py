"""Timed work of gate, passes and roster."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User
from safety.roster.rules import watch_roster
from safety.student_pass.rules import watch_passes

from .rules import watch_visits


@shared_task
def watch_gate() -> int:
    """Runs every few minutes; says nothing twice. How many visitors stay too long."""
    actor, at = User.objects.system(), timezone.now()
    watch_passes(actor=actor, at=at)
    watch_roster(actor=actor, at=at)
    return watch_visits(actor=actor, at=at)

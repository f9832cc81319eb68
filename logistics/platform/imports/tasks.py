"""Long imports and the clearing of old uploads, away from the page."""

from celery import shared_task
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation

from . import rules
from .models import ImportRun, RunState


@shared_task
def commit_import(run_id: int, actor_id: int) -> None:
    """Commit a run for the person who asked; running it again after a crash writes nothing twice."""
    run = ImportRun.objects.get(pk=run_id)
    actor = get_user_model().objects.get(pk=actor_id)
    if run.state != RunState.COMMITTING:
        return
    try:
        rules.commit_run(actor=actor, at=timezone.now(), run=run)
    except (RuleViolation, ValidationError) as refusal:
        reason = refusal.message if isinstance(refusal, RuleViolation) else "".join(refusal.messages)
        rules.fail_run(actor=actor, at=timezone.now(), run=run, reason=reason)


@shared_task
def forget_old_imports() -> None:
    """Daily: contents of uploads nobody can use any more."""
    rules.forget_old(actor=get_user_model().objects.system(), at=timezone.now())

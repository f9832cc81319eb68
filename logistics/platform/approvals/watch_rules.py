"""What the clock does to steps nobody signs: a reminder, then the escalation; each once however often it runs (GEN-02)."""

from datetime import datetime

from django.db.models import Q

from logistics.platform.audit.rules import rule
from logistics.platform.org.models import User

from .engine import ask, journal, locked, note, tell
from .models import DecisionAct, Run, RunState, RunStep, Signer, SignerState, StepState
from .queries import document_of, load_people
from .spec import People

AT_ONCE = 200


def watch(*, at: datetime) -> tuple[int, int]:
    """(steps reminded, steps escalated) now."""
    system = User.objects.system()
    waiting = RunStep.objects.filter(state=StepState.OPEN, run__state=RunState.RUNNING).order_by("due_at", "pk")
    late = waiting.filter(due_at__lte=at, reminded_at=None)[:AT_ONCE]
    reminded = sum(remind_step(actor=system, at=at, step=step) for step in late)
    over = list(waiting.filter(Q(escalate_at__lte=at) & Q(escalated_at=None))[:AT_ONCE])
    people = load_people() if over else People()
    return reminded, sum(escalate_step(actor=system, at=at, step=step, people=people) for step in over)


def _take(step: RunStep, field: str, at: datetime) -> Run | None:
    """The locked run, once per step and field; None when another worker was first or the step was signed meanwhile."""
    run = locked(step.run)
    if run.state != RunState.RUNNING:
        return None
    taken = RunStep.objects.filter(pk=step.pk, state=StepState.OPEN, **{field: None}).update(**{field: at})
    return run if taken else None


@rule
def remind_step(*, actor, at: datetime, step: RunStep) -> bool:
    """Tell those who are waited for that the time is over; true when this call did it."""
    run = _take(step, "reminded_at", at)
    if run is None:
        return False
    waiting = list(step.signers.filter(state=SignerState.OPEN).values_list("person", flat=True))
    note(run, DecisionAct.TIMEOUT, actor=actor, at=at, step=step, detail=f"超过 {step.hours} 个工作小时")
    journal(run, document_of(run), actor=actor, at=at, action="timeout_approval", text=f"审批超时，提醒（{step.name}）")
    ask(run, step, waiting, at=at, about="timeout", title="审批超时了")
    return True


@rule
def escalate_step(*, actor, at: datetime, step: RunStep, people: People) -> bool:
    """Ask those the step falls to as well; one of them decides it alone. True when this call did it."""
    run = _take(step, "escalated_at", at)
    if run is None:
        return False
    known = set(step.signers.values_list("person", flat=True)) | {run.applicant_id}
    new = [pk for pk in people.at(step.escalate) if pk not in known]
    how = "超时转交"
    Signer.objects.bulk_create([Signer(step=step, person_id=pk, state=SignerState.OPEN, is_reserve=True, how=how) for pk in new])
    words = f"转交{people.words(step.escalate)}" if new else f"{people.words(step.escalate)}没有别的人可以转交"
    note(run, DecisionAct.ESCALATE, actor=actor, at=at, step=step, detail=words)
    journal(run, document_of(run), actor=actor, at=at, action="escalate", text=f"审批超时，{words}（{step.name}）")
    if new:
        ask(run, step, new, at=at, about="escalated", title="超时转给您审批")
    tell(run, [run.applicant], at=at, about=f"escalated.{step.pk}.a", title=f"审批超时，{words}：{run.title}")
    return True

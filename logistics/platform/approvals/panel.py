"""The panel of a document's own page: who signs, who has signed, what they said."""

from dataclasses import dataclass

from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User

from .models import Decision, DecisionAct, Run, RunStep, Signer, SignerState, StepState
from .queries import VIEW, decisions_of, runs_of, steps_of
from .running_rules import plan_for
from .signing import counts
from .spec import Mode, PlannedStep

SIGNED = (DecisionAct.APPROVE, DecisionAct.REJECT, DecisionAct.RETURN)
TONES = {StepState.AHEAD: "void", StepState.OPEN: "doing", StepState.DONE: "done", StepState.ENDED: "void"}


@dataclass(frozen=True)
class StepLine:
    """A step as people read it: its state, who is waited for, the signatures that stand."""

    step: RunStep
    signers: tuple[Signer, ...]
    signed: tuple[Decision, ...]

    @property
    def tone(self) -> str:
        if any(one.act != DecisionAct.APPROVE for one in self.signed):
            return "late"
        is_late = self.step.state == StepState.OPEN and self.step.due_at and self.step.due_at < timezone.now()
        return "late" if is_late else TONES[StepState(self.step.state)]

    @property
    def waiting(self) -> tuple[Signer, ...]:
        return tuple(one for one in self.signers if one.state in (SignerState.OPEN, SignerState.AHEAD))

    @property
    def rule(self) -> str:
        """How many must agree, said only where it is not plain."""
        ordinary = [one for one in self.signers if one.state != SignerState.PASSED and not one.is_must and not one.is_reserve]
        if len(ordinary) < 2:
            return ""
        return {Mode.ALL: "全部同意", Mode.SOME: f"至少 {self.step.least} 人同意"}.get(Mode(self.step.mode), "一人同意就行")


def lines_of(run: Run, decisions: list[Decision] | None = None) -> list[StepLine]:
    """Every step of the run in order."""
    decisions = decisions_of(run) if decisions is None else decisions
    signed: dict[int, list[Decision]] = {}
    for one in decisions:
        if one.act in SIGNED and one.step_id and counts(one, decisions):
            signed.setdefault(one.step_id, []).append(one)
    return [StepLine(step, tuple(step.signers.all()), tuple(signed.get(step.pk, ()))) for step in steps_of(run)]


def approval_panel(record, user) -> dict | None:
    """The context of platform/approvals/panel.html for a document: its newest run with every step, or who would sign if it were sent now.

    None when it was never sent and nothing can be said. For web.panels.Panel and for templates of one's own.
    """
    found = runs_of(record)
    if found:
        run = found[0]
        lines = lines_of(run)
        is_asked = any(person.person_id == user.pk for line in lines for person in line.signers)
        seen = {one.pk for one in found if has(user, VIEW) or one.applicant_id == user.pk} | ({run.pk} if is_asked else set())
        return {"run": run, "lines": lines, "earlier": found[1:], "open": seen}
    return preview(record)


def preview(record) -> dict | None:
    """Who would sign this document if it were sent now; the sentence why it cannot be."""
    try:
        version, _, planned = plan_for(record, at=timezone.now())
    except (RuleViolation, LookupError) as refusal:
        return {"trouble": str(refusal)} if isinstance(refusal, RuleViolation) else None
    return {"planned": with_names(planned), "version": version}


def with_names(planned: list[PlannedStep]) -> list[tuple[PlannedStep, str]]:
    """Each planned step with the names of its people, whom the plan has found in post. One query."""
    names = dict(User.objects.filter(pk__in={pk for step in planned for pk in step.people or step.candidates}).values_list("pk", "name"))
    return [(step, "、".join(names[pk] for pk in step.people or step.candidates if pk in names)) for step in planned]

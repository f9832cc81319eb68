"""Moving a run: opening steps, counting signatures, ending. Only for the rules of this folder, inside their transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from logistics.platform.access.rules import grants_of
from logistics.platform.audit.rules import record_event
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import Conflict
from logistics.platform.kernel.states import advance
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.printing.content import digest_of
from logistics.platform.terms.calendar import SchoolCalendar
from logistics.platform.terms.queries import calendar

from .models import RUN_MOVES, Copy, Decision, DecisionAct, Run, RunState, RunStep, SignerState, StepState
from .queries import forget_counts, substitutes_for
from .registry import ApprovalKind, kind_for
from .spec import Mode

APPROVALS = Subject("platform.approvals", "请您审批，审批结果", "审批")
EDITED = "送审以后内容改过了，这次审批作废，请申请人重新送审。"
GONE = "刚刚已经有人办了这一步，请刷新后再看。"


class Edited(Conflict):
    """The document no longer says what the signers were shown."""


def locked(record: Run) -> Run:
    """The run as it is stored, locked until the rule ends."""
    return stored(Run, record)


def kind_of_run(run: Run) -> ApprovalKind:
    """Raises Conflict where the app that registered the kind is gone."""
    kind = kind_for(run.kind)
    if kind is None:
        raise Conflict("这种单据已经不用审批了，请找总务处。")
    return kind


def document_for(run: Run):
    """The document, locked. Raises Edited when it says something else than at the start or is gone."""
    kind = kind_of_run(run)
    record = kind.record(run.record_id, lock=True)
    if record is None or digest_of(kind.content(record)) != run.digest:
        raise Edited(EDITED)
    return record


def turn_page(run: Run, **changes) -> None:
    """Count the move; raises Conflict when somebody else moved the run since it was read."""
    if not Run.objects.filter(pk=run.pk, state=RunState.RUNNING, turn=run.turn).update(turn=F("turn") + 1, **changes):
        raise Conflict(GONE)
    run.turn += 1
    for name, value in changes.items():
        setattr(run, name, value)


def act_for(actor, absent: User | None) -> None:
    """Note that the actor signs in the place of an absent colleague, for the journal and the separation of duties."""
    if absent is not None:
        grants_of(actor)
        actor.acting_for[absent.pk] = absent.name


def note(run: Run, act: str, *, actor, at: datetime, **given) -> Decision:
    """One more line of the run's history; `opinion`, `detail`, `step`, `stands_for`, `signature`."""
    return Decision.objects.create(run=run, act=act, by=actor, at=at, round=run.round, **given)


def journal(run: Run, record, *, actor, at: datetime, action: str, text: str, opinion: str = "") -> None:
    """Into the document's own story, and into the run's where the document is gone."""
    record_event(actor=actor, at=at, action=action, record=run if record is None else record, text=text, note=opinion)


# Steps


def open_one(run: Run, step: RunStep, *, at: datetime, school: SchoolCalendar | None = None) -> None:
    """Ask the people of this step from now on."""
    school = school or calendar()
    due = school.add_working_minutes(at, step.hours * 60) if step.hours else None
    later = school.add_working_minutes(due, step.hours * 60) if due and step.escalate else None
    given = {"opened_at": at, "due_at": due, "escalate_at": later, "closed_at": None, "reminded_at": None, "escalated_at": None}
    if not RunStep.objects.filter(pk=step.pk).exclude(state=StepState.OPEN).update(state=StepState.OPEN, **given):
        raise Conflict(GONE)
    step.state, step.due_at = StepState.OPEN, due
    waiting = step.signers.filter(state__in=(SignerState.AHEAD, SignerState.OPEN))
    waiting.update(state=SignerState.OPEN)
    ask(run, step, list(waiting.values_list("person", flat=True)), at=at)


def ask(run: Run, step: RunStep, people: Iterable[int], *, at: datetime, about: str = "ask", title: str = "请您审批") -> None:
    """Tell these people, and those who stand in for them today, that they are waited for."""
    people = list(people)
    stand_ins = [one for some in substitutes_for(people).values() for one in some]
    found = {person.pk: person for person in [*User.objects.filter(pk__in=people), *stand_ins] if person.pk != run.applicant_id}
    forget_counts(found)
    tell(run, found.values(), at=at, about=f"{about}.{step.pk}", title=f"{title}：{run.title}", body=f"{run.applicant.name}申请{sum_words(run)}，{step.name}。")


def sum_words(run: Run) -> str:
    return "" if run.amount is None else f" {run.amount:,.2f} 元"


def tell(run: Run, people: Iterable[User], *, at: datetime, about: str, title: str, body: str = "") -> None:
    key = f"platform.approvals.{run.pk}.{about}.{run.turn}"
    notify(at=at, key=key, recipients=people, title=title, body=body, url=reverse("approvals:run-detail", args=[run.pk]), subject=APPROVALS)


def close_one(step: RunStep, *, at: datetime, state: str = StepState.DONE) -> None:
    """Nobody is asked in this step any more; raises Conflict when it was closed already."""
    if not RunStep.objects.filter(pk=step.pk, state=StepState.OPEN).update(state=state, closed_at=at):
        raise Conflict(GONE)
    spared = step.signers.filter(state=SignerState.OPEN)
    forget_counts(step.signers.values_list("person", flat=True))
    spared.update(state=SignerState.SPARED)


def is_complete(step: RunStep) -> bool:
    """Whether enough of the step's signers have agreed."""
    signers = list(step.signers.exclude(state=SignerState.PASSED))
    if any(signer.is_must and signer.state == SignerState.OPEN for signer in signers):
        return False
    agreed = [signer for signer in signers if signer.state == SignerState.AGREED]
    if any(signer.is_reserve for signer in agreed):
        return True
    ordinary = [signer for signer in signers if not signer.is_must and not signer.is_reserve]
    needed = len(ordinary) if step.mode == Mode.ALL else min(step.least, len(ordinary))
    return sum(not signer.is_must for signer in agreed) >= needed


def go_on(run: Run, step: RunStep, *, actor, at: datetime, record) -> None:
    """Open the next step when this one has what it needs; end the run after the last."""
    if not is_complete(step):
        return
    close_one(step, at=at)
    following = run.steps.filter(state=StepState.AHEAD).order_by("position").first()
    if following is not None:
        open_one(run, following, at=at)
        return
    finish(run, RunState.APPROVED, actor=actor, at=at, record=record)
    copy_people = copy_to_people(run, made_by=actor, at=at)
    tell(run, copy_people, at=at, about="copied", title=f"抄送您：{run.title}", body=f"{run.applicant.name}申请{sum_words(run)}，已经同意。")


def copy_to_people(run: Run, *, made_by, at: datetime) -> list[User]:
    """Show the run to those the chain names, after the approval."""
    asked: set[int] = set()
    for address in run.copies:
        kind, _, key = address.partition(":")
        rows = User.objects.filter(is_active=True, is_person=True)
        found = rows.filter(roles__key=key) if kind == "role" else rows.filter(posts=int(key)) if key.isdecimal() else rows.none()
        asked.update(found.values_list("pk", flat=True))
    known = set(Copy.objects.filter(run=run).values_list("person", flat=True)) | {run.applicant_id}
    new = list(User.objects.filter(pk__in=asked - known))
    Copy.objects.bulk_create([Copy(run=run, person=one, made_by=made_by, made_at=at) for one in new])
    return new


# Ends

ENDINGS = {
    RunState.APPROVED: ("on_approved", "已同意"),
    RunState.REJECTED: ("on_rejected", "不同意"),
    RunState.RETURNED: ("on_returned", "已退回"),
    RunState.WITHDRAWN: ("on_withdrawn", "已撤回"),
    RunState.VOID: ("on_voided", "审批作废"),
}


def finish(run: Run, state: str, *, actor, at: datetime, record, reason: str = "", quietly: bool = False) -> None:
    """End the run, tell its people, and hand the document back to its app; `quietly` leaves the app out, which knows already."""
    advance(run, state, moves=RUN_MOVES, unchanged=("turn",), turn=run.turn + 1, ended_at=at, reason=reason[:300])
    open_now = run.steps.filter(state=StepState.OPEN).first()
    waiting = list(User.objects.filter(pk__in=open_now.signers.filter(state=SignerState.OPEN).values("person"))) if open_now else []
    if open_now:
        close_one(open_now, at=at, state=StepState.ENDED)
    handler, words = ENDINGS[RunState(state)]
    others = waiting if state in (RunState.WITHDRAWN, RunState.VOID) else []
    signed = [decision.by for decision in run.decisions.filter(act=DecisionAct.APPROVE).select_related("by")] if state == RunState.VOID else []
    told = [person for person in [run.applicant, *others, *signed] if person.pk != actor.pk]
    tell(run, told, at=at, about=f"end.{state}", title=f"{words}：{run.title}", body=reason or f"{run.applicant.name}申请{sum_words(run)}。")
    if not quietly and record is not None:
        hand_back(run, handler, actor=actor, at=at, record=record)


def hand_back(run: Run, handler: str, *, actor, at: datetime, record) -> None:
    kind = kind_of_run(run)
    called = getattr(kind, handler) or (kind.on_withdrawn if handler == "on_voided" else None)
    if called:
        called(actor=actor, at=at, record=record, run=run)

"""Sending a document for approval, and ending a run from its app."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.org.models import User
from logistics.platform.printing.content import digest_of
from logistics.platform.web.records import allowed

from .engine import EDITED, finish, journal, locked, note, open_one
from .models import ChainVersion, DecisionAct, Run, RunState, RunStep, Signer
from .planning import choose, plan
from .queries import current_run, load_people, money_limit_values, published_versions
from .registry import Facts, kind_for, kind_of
from .spec import PlannedStep

NO_CHAIN = "没有适合这张单的审批流程，请找总务处在「审批流程」里设一个。"


def plan_for(
    record, *, at: datetime, chosen: Mapping[int, Sequence[User]] | None = None, barred: Iterable[int] = ()
) -> tuple[ChainVersion, Facts, list[PlannedStep]]:
    """(the version it takes, what it was chosen by, who will sign). Raises RuleViolation when no published chain fits."""
    kind = kind_of(record)
    facts = kind.facts(record)
    version = choose(kind.key, facts, published_versions(), limits=money_limit_values(timezone.localdate(at)))
    if version is None:
        raise RuleViolation(NO_CHAIN)
    return version, facts, plan(version, facts, people=load_people(), chosen=_ids(chosen), barred=barred)


def open_choices(record, *, at: datetime) -> list[tuple[int, str, list[User]]]:
    """The steps whose people the applicant chooses: (step from 0, its name, who can be chosen). For the form that submits the document."""
    _, _, planned = plan_for(record, at=at)
    users = {person.pk: person for person in User.objects.filter(pk__in=[pk for step in planned for pk in step.candidates])}
    return [(step.n, step.name, [users[pk] for pk in step.candidates]) for step in planned if step.candidates]


def _barred(record, act: str, planned: Sequence[PlannedStep]) -> set[int]:
    """Those of the planned signers whom the separation of duties keeps from signing this document, and those a step falls to likewise."""
    asked = {pk for step in planned for pk in step.people}
    known = load_people()
    asked |= {pk for step in planned for pk in known.at(step.step.escalate)}
    return {person.pk for person in User.objects.filter(pk__in=asked) if not allowed(check_separation, person, act, record)}


def _ids(chosen: Mapping[int, Sequence[User]] | None) -> dict[int, list[int]]:
    return {int(n): [person.pk for person in people] for n, people in (chosen or {}).items()}


@rule
def start_run(*, actor, at: datetime, record, chosen: Mapping[int, Sequence[User]] | None = None) -> Run:
    """Send the document through the chain that fits it now; the first step is asked at once.

    `chosen` {step from 0: people} answers the steps whose people the applicant chooses. Raises RuleViolation when no published chain
    fits, a step has nobody left to sign, or a choice is missing (at field "chosen"); Conflict when it is being approved already.
    """
    kind = kind_of(record)
    if kind.record(record.pk, lock=True) is None:  # whoever sends the same document waits here
        raise Conflict("这张单刚刚被删掉了，请刷新后再看。")
    if current_run(record) is not None:
        raise Conflict("这张单已经在审批了，不用再送。")
    version, facts, planned = plan_for(record, at=at, chosen=chosen)
    if barred := _barred(record, kind.act, planned):
        version, facts, planned = plan_for(record, at=at, chosen=chosen, barred=barred)
    _check_planned(planned)
    run = Run.objects.create(
        kind=kind.key,
        record_kind=record._meta.label_lower,
        record_id=record.pk,
        title=kind.title(record)[:120],
        amount=facts.amount,
        fund=facts.fund[:60],
        department=facts.department or facts.applicant.department,
        applicant=facts.applicant,
        version=version,
        chosen=_ids(chosen),
        copies=version.copies,
        digest=digest_of(kind.content(record)),
        started_at=at,
    )
    _copy_steps(run, planned)
    note(run, DecisionAct.START, actor=actor, at=at)
    first = run.steps.order_by("position").first()
    open_one(run, first, at=at)
    journal(run, record, actor=actor, at=at, action="start_approval", text=f"送审批：{version}，先由「{first}」签")
    return run


def _check_planned(planned: Sequence[PlannedStep]) -> None:
    if not planned:
        raise RuleViolation(NO_CHAIN)
    for step in planned:
        if step.trouble:
            raise RuleViolation(f"{step.trouble}请找总务处在「审批流程」里改，或者定好任职的人，再送审。")
        if step.candidates and len(step.people) < step.step.least:
            raise RuleViolation(f"请选「{step.name}」由谁审批。", field="chosen")


def _copy_steps(run: Run, planned: Sequence[PlannedStep]) -> None:
    for one in planned:
        step = RunStep.objects.create(
            run=run,
            position=one.n + 1,
            name=one.name,
            mode=one.step.mode,
            least=one.needed,
            hours=one.step.hours,
            escalate=one.step.escalate,
            minutes=one.step.minutes,
            passed=one.passed,
        )
        Signer.objects.bulk_create([Signer(step=step, person_id=pk) for pk in one.people])


@rule
def void_run(*, actor, at: datetime, record, reason: str) -> Run | None:
    """End the approval of this document because its app ends or changes the document itself; no handler of the kind is called.

    Returns None when it is not being approved.
    """
    run = current_run(record)
    if run is None:
        return None
    run = locked(run)
    note(run, DecisionAct.VOID, actor=actor, at=at, opinion=reason[:500])
    finish(run, RunState.VOID, actor=actor, at=at, record=record, reason=reason, quietly=True)
    journal(run, record, actor=actor, at=at, action="void_approval", text="审批作废", opinion=reason)
    return run


def withdraw_run(*, actor, at: datetime, record, check: Callable, reason: str):
    """The document, locked, its approval ended, for the rule by which whoever sent it withdraws it.

    A signature locks the run before the document, so this does the same. `check(user, document)` decides, on what is stored.
    """
    check(actor, record)
    void_run(actor=actor, at=at, record=record, reason=reason)
    document = stored(type(record), record)
    check(actor, document)
    return document


@rule
def void_edited(*, actor, at: datetime, run: Run) -> Run:
    """End a run whose document was changed after the start; everybody who signed or is waited for is told."""
    run = locked(run)
    if run.state != RunState.RUNNING:
        return run
    kind = kind_for(run.kind)
    record = kind.record(run.record_id, lock=True) if kind else None
    note(run, DecisionAct.VOID, actor=actor, at=at, opinion=EDITED)
    finish(run, RunState.VOID, actor=actor, at=at, record=record, reason=EDITED)
    journal(run, record, actor=actor, at=at, action="void_approval", text="送审后内容改过，审批作废")
    return run

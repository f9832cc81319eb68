"""What else is done in a run: passing on, adding signers, withdrawing, copying, reminding, commenting."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.text import tidy
from logistics.platform.limits.queries import limit
from logistics.platform.org.models import User

from .deciding_rules import begin, check_can_sign, check_running, deciding, said, take_place
from .engine import ask, close_one, finish, journal, locked, note, open_one, tell, turn_page
from .models import Copy, DecisionAct, Run, RunState, RunStep, Signer, SignerState, StepState
from .queries import MANAGE, document_of, forget_counts, open_step

BEFORE, AFTER, BESIDE = "before", "after", "beside"
WHERE = {BEFORE: "我之前先签", AFTER: "我之后再签", BESIDE: "和我一起签"}
MOST_STEPS, MOST_PEOPLE = 30, 20
REMIND_HOURS = "approvals.remind.hours"


def check_can_withdraw(user, run: Run) -> None:
    if user.pk != run.applicant_id:
        raise NotAllowed("只有申请人能撤回。")
    check_running(run)


def check_can_remind(user, run: Run) -> None:
    if user.pk != run.applicant_id:
        raise NotAllowed("只有申请人能催办。")
    check_running(run)


def check_can_copy(user, run: Run) -> None:
    """The applicant, whoever signs now, and whoever looks after the chains."""
    if user.pk != run.applicant_id and not has(user, MANAGE):
        check_can_sign(user, run)


def check_can_replace(user, run: Run) -> None:
    """Whoever looks after the chains gives the place of somebody who cannot sign to another person; never for an own document."""
    check_running(run)
    if not has(user, MANAGE):
        raise NotAllowed("只有管审批流程的人能换审批人。")
    if user.pk == run.applicant_id:
        raise NotAllowed("自己申请的单，请别人来换审批人。")


def check_can_comment(user, run: Run) -> None:
    """Everybody who sees the run."""


def _check_new_signer(run: Run, step: RunStep, person: User, field: str) -> None:
    if not (person.is_active and person.is_person):
        raise RuleViolation(f"{person.name}不在职，请选在职的人。", field=field)
    if person.pk == run.applicant_id:
        raise RuleViolation(f"{person.name}是申请人，不能审批自己的单。", field=field)
    if step.signers.filter(person=person.pk).exists():
        raise RuleViolation(f"{person.name}已经在这一步里了，请选别人。", field=field)


@deciding
@rule
def delegate(*, actor, at: datetime, record: Run, person: User, opinion: str = "") -> Run:
    """转办: somebody else signs in one's place."""
    run, signer, document, absent = begin(actor, record, check_can_sign)
    _check_new_signer(run, signer.step, person, "person")
    _pass_on(run, signer, person, actor=actor, at=at, opinion=opinion, document=document, absent=absent)
    return run


@rule
def replace_signer(*, actor, at: datetime, record: Run, signer: Signer, person: User, opinion: str) -> Run:
    """Give the place of somebody who left or is ill to another person; the reason is required."""
    run = locked(record)
    check_can_replace(actor, run)
    opinion = said(opinion, "请写为什么换人。")
    found = Signer.objects.filter(pk=signer.pk, step__run=run, state=SignerState.OPEN).select_related("step", "person").first()
    if found is None:
        raise RuleViolation("现在不等这个人签，请从列出来的里面选。", field="signer")
    if person.pk == actor.pk:
        raise RuleViolation("不能换成自己，请选别人。", field="person")
    _check_new_signer(run, found.step, person, "person")
    _pass_on(run, found, person, actor=actor, at=at, opinion=opinion, document=document_of(run), absent=None)
    return run


def _pass_on(run: Run, signer: Signer, person: User, *, actor, at: datetime, opinion: str, document, absent: User | None) -> None:
    opinion, step = tidy(opinion or ""), signer.step
    turn_page(run)
    take_place(signer, SignerState.PASSED)
    how = f"{signer.person.name}转办"
    Signer.objects.create(step=step, person=person, state=SignerState.OPEN, is_must=signer.is_must, is_reserve=signer.is_reserve, how=how)
    words = f"{signer.person.name}转给{person.name}"
    note(run, DecisionAct.DELEGATE, actor=actor, at=at, step=step, stands_for=absent, opinion=opinion, detail=words)
    journal(run, document, actor=actor, at=at, action="delegate_approval", text=f"转办（{step.name}）：{words}", opinion=opinion)
    forget_counts([signer.person_id])
    ask(run, step, [person.pk], at=at, about=f"delegate.{person.pk}", title=f"{actor.name}转给您审批")


@deciding
@rule
def add_signer(*, actor, at: datetime, record: Run, people: Iterable[User], where: str, opinion: str = "") -> Run:
    """加签: others sign before one, after one, or beside one; all of them must agree."""
    run, signer, document, absent = begin(actor, record, check_can_sign)
    people, opinion, step = list(people), tidy(opinion or ""), signer.step
    if where not in WHERE:
        raise RuleViolation("请选加在前面、后面还是一起。", field="where")
    if not people or len(people) > MOST_PEOPLE:
        raise RuleViolation(f"请选 1 到 {MOST_PEOPLE} 个人。", field="people")
    for person in people:
        _check_new_signer(run, step, person, "people")
    if where != BESIDE and run.steps.count() >= MOST_STEPS:
        raise RuleViolation(f"一张单最多 {MOST_STEPS} 步，不能再加了。", field="where")
    turn_page(run)
    names = "、".join(person.name for person in people)
    words = f"请{names}{WHERE[where].replace('我', actor.name)}"
    note(run, DecisionAct.ADD, actor=actor, at=at, step=step, stands_for=absent, opinion=opinion, detail=words[:200])
    journal(run, document, actor=actor, at=at, action="add_signer", text=f"加签（{step.name}）：{words}", opinion=opinion)
    {BEFORE: _add_before, AFTER: _add_after, BESIDE: _add_beside}[where](run, step, people, actor=actor, at=at)
    return run


def _add_beside(run: Run, step: RunStep, people: list[User], *, actor, at: datetime) -> None:
    how = f"{actor.name}加签"
    Signer.objects.bulk_create([Signer(step=step, person=person, state=SignerState.OPEN, is_must=True, how=how) for person in people])
    ask(run, step, [person.pk for person in people], at=at, about="added", title=f"{actor.name}请您一起审批")


def _add_after(run: Run, step: RunStep, people: list[User], *, actor, at: datetime) -> None:
    _insert(run, step.position + 1, step, people, actor)


def _add_before(run: Run, step: RunStep, people: list[User], *, actor, at: datetime) -> None:
    """The step waits again until the added one is signed; who has agreed in it already need not do so again."""
    Signer.objects.filter(step=step, state=SignerState.OPEN).update(state=SignerState.AHEAD)
    close_one(step, at=at, state=StepState.AHEAD)
    forget_counts(step.signers.values_list("person", flat=True))
    made = _insert(run, step.position, step, people, actor)
    open_one(run, made, at=at)


def _insert(run: Run, position: int, beside: RunStep, people: list[User], actor) -> RunStep:
    """A step of its own in which all of them must agree; the ones from this position on move by one, the last first."""
    for pk in run.steps.filter(position__gte=position).order_by("-position").values_list("pk", flat=True):
        RunStep.objects.filter(pk=pk).update(position=F("position") + 1)
    name = f"{beside.name}（加签）"[:40]
    made = RunStep.objects.create(run=run, position=position, name=name, mode="all", least=len(people), hours=beside.hours, added_by=actor)
    Signer.objects.bulk_create([Signer(step=made, person=person, how=f"{actor.name}加签") for person in people])
    return made


@rule
def withdraw(*, actor, at: datetime, record: Run, opinion: str = "") -> Run:
    """撤回: the applicant takes the document back before the end."""
    run = locked(record)
    check_can_withdraw(actor, run)
    document, opinion = document_of(run), tidy(opinion or "")
    turn_page(run)
    note(run, DecisionAct.WITHDRAW, actor=actor, at=at, opinion=opinion)
    journal(run, document, actor=actor, at=at, action="withdraw_approval", text="撤回审批", opinion=opinion)
    finish(run, RunState.WITHDRAWN, actor=actor, at=at, record=document, reason=opinion)
    return run


@rule
def copy_to(*, actor, at: datetime, record: Run, people: Iterable[User], opinion: str = "") -> Run:
    """抄送: these people may read the run, too, and are told."""
    run, people = locked(record), list(people)
    check_can_copy(actor, run)
    if not people or len(people) > MOST_PEOPLE:
        raise RuleViolation(f"请选 1 到 {MOST_PEOPLE} 个人。", field="people")
    known = set(Copy.objects.filter(run=run).values_list("person", flat=True))
    new = [person for person in people if person.pk not in known and person.pk != run.applicant_id and person.is_active]
    if not new:
        raise RuleViolation("他们都已经看得到这张单了。", field="people")
    opinion = tidy(opinion or "")
    Copy.objects.bulk_create([Copy(run=run, person=person, made_by=actor, made_at=at) for person in new])
    names = "、".join(person.name for person in new)
    made = note(run, DecisionAct.COPY, actor=actor, at=at, opinion=opinion, detail=f"抄送{names}"[:200])
    journal(run, document_of(run), actor=actor, at=at, action="copy_approval", text=f"抄送{names}", opinion=opinion)
    tell(run, new, at=at, about=f"copy.{made.pk}", title=f"抄送您：{run.title}", body=opinion or f"{actor.name}请您看一看。")
    return run


@rule
def remind(*, actor, at: datetime, record: Run) -> Run:
    """催办: those who are waited for are told again, at most once in so many hours (limit approvals.remind.hours)."""
    run = locked(record)
    check_can_remind(actor, run)
    hours = limit(REMIND_HOURS, timezone.localdate(at))
    last = run.decisions.filter(act=DecisionAct.REMIND).order_by("-pk").first()
    if last and at < last.at + timedelta(hours=int(hours)):
        again = timezone.localtime(last.at + timedelta(hours=int(hours)))
        raise RuleViolation(f"{hours} 小时内催过了，{again:%m-%d %H:%M} 以后可以再催。")
    step = open_step(run)
    if step is None:
        raise RuleViolation("现在没有人要签。")
    waiting = list(step.signers.filter(state=SignerState.OPEN).values_list("person", flat=True))
    made = note(run, DecisionAct.REMIND, actor=actor, at=at, step=step)
    journal(run, document_of(run), actor=actor, at=at, action="remind_approval", text=f"催办（{step.name}）")
    ask(run, step, waiting, at=at, about=f"remind.{made.pk}", title=f"{actor.name}催您审批")
    return run


@rule
def comment(*, actor, at: datetime, record: Run, opinion: str) -> Run:
    """留言: a word for everybody concerned; nothing moves."""
    run = locked(record)
    check_can_comment(actor, run)
    opinion = said(opinion, "请写要说的话。")
    made = note(run, DecisionAct.COMMENT, actor=actor, at=at, step=open_step(run), opinion=opinion)
    journal(run, document_of(run), actor=actor, at=at, action="comment_approval", text="审批留言", opinion=opinion)
    step = open_step(run)
    waiting = [signer.person for signer in step.signers.filter(state=SignerState.OPEN).select_related("person")] if step else []
    told = [person for person in {one.pk: one for one in [run.applicant, *waiting]}.values() if person.pk != actor.pk]
    tell(run, told, at=at, about=f"comment.{made.pk}", title=f"{actor.name}留言：{run.title}", body=opinion)
    return run


@rule
def read_copy(*, actor, at: datetime, run: Run) -> None:
    """Who was shown the run has opened it; no act on a record, nothing is journaled."""
    Copy.objects.filter(run=run, person=actor.pk, read_at=None).update(read_at=at)

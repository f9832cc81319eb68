"""Writing chains: drafts, publishing without dead ends, versions that running documents keep, the clock (FIN-03)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from logistics.platform.approvals import chain_rules as rules
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import Chain, ChainVersion, Decision, DecisionAct, RunState, RunStep, VersionState
from logistics.platform.approvals.spec import Mode, Step, Who
from logistics.platform.approvals.tasks import watch_steps
from logistics.platform.approvals.usual_rules import BIGSUM, load_usual_chains
from logistics.platform.approvals.watch_rules import watch
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import Department, User
from tests.conftest import NOW
from tests.platform.approvals_kit import KEY, at_step, by_people, by_role, chain_of, fresh, project_of, started

pytestmark = [pytest.mark.requirement("FIN-03"), pytest.mark.django_db]
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def used(cast):
    return chain_of(cast, by_role("校长", "principal", escalate="role:vice"))


@pytest.fixture
def draft(cast, used):
    return rules.start_draft(actor=cast.principal, at=NOW, chain=used.chain)


@pytest.fixture
def staff(cast):
    return lambda: list(User.objects.filter(is_person=True, is_active=True))


# Drafts


def test_a_draft_is_a_copy_and_the_one_in_use_stays_until_it_is_published(cast, rooms, used, draft, staff):
    assert (draft.number, draft.rows, draft.state) == (2, used.rows, VersionState.DRAFT)
    assert rules.start_draft(actor=cast.principal, at=NOW, chain=used.chain) == draft
    rules.save_step(actor=cast.principal, at=NOW, version=draft, step=by_role("会计", "accountant", escalate="role:vice"))
    running = started(cast, project_of(cast, rooms))
    rules.publish(actor=cast.principal, at=LATER, version=draft, applicants=staff())
    states = dict(used.chain.versions.values_list("number", "state"))
    assert states == {1: VersionState.RETIRED, 2: VersionState.PUBLISHED}
    approve(actor=cast.principal, at=LATER, record=running)
    assert fresh(running).state == RunState.APPROVED, "a running document keeps its version"
    later = started(cast, project_of(cast, rooms, title="第二件"))
    assert [step.name for step in later.steps.order_by("position")] == ["校长", "会计"]


def test_a_published_version_never_changes(cast, used):
    with pytest.raises(RuleViolation, match="发布过的不能再改"):
        rules.save_step(actor=cast.principal, at=NOW, version=used, step=by_role("会计", "accountant"))
    with pytest.raises(RuleViolation):
        rules.set_conditions(actor=cast.principal, at=NOW, version=used, priority=1)
    assert ChainVersion.objects.get(pk=used.pk).rows == used.rows


def test_steps_move_up_and_down_and_go(cast, draft):
    for name, role in (("会计", "accountant"), ("分管", "vice")):
        rules.save_step(actor=cast.principal, at=NOW, version=draft, step=by_role(name, role))

    def names() -> list[str]:
        return [row["name"] for row in ChainVersion.objects.get(pk=draft.pk).rows]

    rules.move_step(actor=cast.principal, at=NOW, version=draft, n=2, up=True)
    assert names() == ["校长", "分管", "会计"]
    rules.move_step(actor=cast.principal, at=NOW, version=draft, n=0, up=True)
    rules.move_step(actor=cast.principal, at=NOW, version=draft, n=0, up=False)
    assert names() == ["分管", "校长", "会计"]
    rules.remove_step(actor=cast.principal, at=NOW, version=draft, n=1)
    assert names() == ["分管", "会计"]
    with pytest.raises(Conflict):
        rules.remove_step(actor=cast.principal, at=NOW, version=draft, n=5)
    assert Event.objects.filter(kind="platform.chain", action="update").count() == 7


def test_everything_is_journalled_with_the_chain(cast, draft, staff):
    rules.set_conditions(actor=cast.principal, at=NOW, version=draft, reason="校务会决定", above=Decimal(10))
    rules.publish(actor=cast.principal, at=NOW, version=draft, applicants=staff())
    event = Event.objects.filter(kind="platform.chain").latest("id")
    assert (event.action, event.text, event.note) == ("publish", "发布第 2 版：校长", "校务会决定")


def test_only_who_keeps_chains_writes_them(cast, draft):
    for person in (cast.vice, cast.accountant, cast.teacher, cast.inspector):
        for act in (
            lambda person=person: rules.create_chain(actor=person, at=NOW, name="新的"),
            lambda person=person: rules.publish(actor=person, at=NOW, version=draft, applicants=[]),
            lambda person=person: rules.remove_step(actor=person, at=NOW, version=draft, n=0),
            lambda person=person: load_usual_chains(actor=person, at=NOW),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert Chain.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step(""), "name"),
        (Step("甲", "somebody"), "who"),
        (Step("甲", Who.ROLE, "role:nothing"), "source"),
        (Step("甲", Who.POST, "role:vice"), "source"),
        (Step("甲", Who.POST, "post:x"), "source"),
        (Step("甲", Who.PEOPLE), "people"),
        (Step("甲", Who.ROLE, "role:vice", mode="most"), "mode"),
        (Step("甲", Who.ROLE, "role:vice", mode=Mode.SOME, least=0), "least"),
        (Step("甲", Who.ROLE, "role:vice", hours=-1), "hours"),
        (Step("甲", Who.ROLE, "role:vice", escalate="post:99"), "escalate"),
    ],
)
def test_an_impossible_step_is_refused_at_its_field(cast, draft, step, field):
    with pytest.raises(RuleViolation) as refusal:
        rules.save_step(actor=cast.principal, at=NOW, version=draft, step=step)
    assert refusal.value.field == field
    assert len(ChainVersion.objects.get(pk=draft.pk).rows) == 1


# Publishing


def test_a_chain_without_steps_or_with_a_dead_end_is_not_published(cast, staff):
    draft = rules.create_chain(actor=cast.principal, at=NOW, name="空的", kind=KEY)
    with pytest.raises(RuleViolation, match="还没有步骤"):
        rules.publish(actor=cast.principal, at=NOW, version=draft, applicants=staff())
    rules.save_step(actor=cast.principal, at=NOW, version=draft, step=by_role("校长", "principal"))
    with pytest.raises(RuleViolation, match=r"只有申请人自己.*申请人是校某时走不通"):
        rules.publish(actor=cast.principal, at=NOW, version=draft, applicants=staff())
    assert ChainVersion.objects.get(pk=draft.pk).state == VersionState.DRAFT
    rules.save_step(actor=cast.principal, at=NOW, version=draft, step=by_role("校长", "principal", escalate="role:vice"), n=0)
    assert rules.publish(actor=cast.principal, at=NOW, version=draft, applicants=staff()).state == VersionState.PUBLISHED


def test_departments_without_a_head_are_dead_ends_of_their_members_only(cast, staff):
    Department.objects.filter(pk=cast.director.department_id).update(head=cast.keeper)
    draft = rules.create_chain(actor=cast.principal, at=NOW, name="部门的", kind=KEY)
    rules.save_step(actor=cast.principal, at=NOW, version=draft, step=Step("部门", Who.HEAD, escalate="role:vice"))
    rules.set_conditions(actor=cast.principal, at=NOW, version=draft, departments=[cast.director.department_id])
    rules.publish(actor=cast.principal, at=NOW, version=draft, applicants=staff())


def test_conditions_that_cannot_be_are_refused(cast, draft):
    with pytest.raises(ValidationError, match="要大于"):
        rules.set_conditions(actor=cast.principal, at=NOW, version=draft, above=Decimal(10), upto=Decimal(5))
    with pytest.raises(RuleViolation, match="没有这项限值"):
        rules.set_conditions(actor=cast.principal, at=NOW, version=draft, above_limit="no.such")
    rules.set_conditions(actor=cast.principal, at=NOW, version=draft, above_limit=BIGSUM)
    assert ChainVersion.objects.get(pk=draft.pk).above_limit == BIGSUM


def test_the_database_keeps_one_draft_and_one_version_in_use(draft):
    for state in (VersionState.DRAFT, VersionState.PUBLISHED):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChainVersion.objects.create(
                chain=draft.chain, number=9, state=state, made_by=draft.made_by, made_at=NOW, published_by=draft.made_by, published_at=NOW
            )


def test_a_chain_out_of_use_is_taken_by_nobody(cast, rooms, used):
    rules.set_in_use(actor=cast.principal, at=NOW, chain=used.chain, in_use=False)
    with pytest.raises(Conflict):
        rules.set_in_use(actor=cast.principal, at=NOW, chain=used.chain, in_use=False)
    with pytest.raises(RuleViolation, match="没有适合"):
        started(cast, project_of(cast, rooms))
    rules.set_in_use(actor=cast.principal, at=NOW, chain=used.chain, in_use=True)
    started(cast, project_of(cast, rooms, title="又一件"))


def test_a_draft_is_thrown_away_the_first_one_is_kept(cast, draft):
    rules.drop_draft(actor=cast.principal, at=NOW, version=draft)
    assert not ChainVersion.objects.filter(pk=draft.pk).exists()
    first = rules.create_chain(actor=cast.principal, at=NOW, name="第一版")
    with pytest.raises(RuleViolation):
        rules.drop_draft(actor=cast.principal, at=NOW, version=first)


# The clock


def told(title: str) -> list[list[int]]:
    return [message.payload["recipients"] for message in OutboxMessage.objects.filter(payload__title__startswith=title).order_by("pk")]


@pytest.mark.requirement("GEN-02")
def test_a_step_nobody_signs_is_reminded_then_escalated_each_once_on_working_hours(cast, rooms):
    chain_of(cast, by_role("校长", "principal", hours=4, escalate="role:vice"), by_role("会计", "accountant"))
    run = started(cast, project_of(cast, rooms))
    step = RunStep.objects.get(run=run, position=1)
    assert step.due_at == NOW.replace(hour=15, minute=0), "four working hours after nine: noon is no work"
    assert watch(at=step.due_at - timedelta(minutes=1)) == (0, 0)
    assert [watch(at=step.due_at) for _ in range(2)] == [(1, 0), (0, 0)]
    assert told("审批超时了") == [[cast.principal.pk]]
    assert step.escalate_at == (NOW + timedelta(days=1)).replace(hour=9, minute=30)
    assert [watch(at=step.escalate_at) for _ in range(2)] == [(0, 1), (0, 0)]
    assert told("超时转给您审批") == [[cast.vice.pk]]
    approve(actor=cast.vice, at=step.escalate_at, record=run)
    assert at_step(run) == "会计", "whoever it fell to decides the step alone"
    assert Decision.objects.filter(act__in=(DecisionAct.TIMEOUT, DecisionAct.ESCALATE)).count() == 2


def test_the_timed_job_looks_at_every_run(cast, rooms):
    chain_of(cast, by_role("校长", "principal", hours=1, escalate="role:vice"))
    started(cast, project_of(cast, rooms))
    assert watch_steps() == [0, 0]
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert watch_steps() == [1, 1]


def test_escalation_finds_nobody_new_and_the_step_waits_on(cast, rooms):
    chain_of(cast, by_people("校长", [cast.vice], hours=1, escalate="role:vice"))
    run = started(cast, project_of(cast, rooms))
    assert watch(at=NOW + timedelta(days=2)) == (1, 1)
    assert "没有别的人可以转交" in Decision.objects.get(act=DecisionAct.ESCALATE).detail
    assert at_step(run) == "校长"

"""A document on its way through a chain: who signs, what ends it, what nobody may do (FIN-03, FIN-12)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from logistics.platform.approvals import side_rules as side
from logistics.platform.approvals.deciding_rules import approve, reject, send_back
from logistics.platform.approvals.models import Copy, Decision, DecisionAct, Run, RunState, Signer, SignerState, StepState
from logistics.platform.approvals.planning import plan
from logistics.platform.approvals.public import current_run, load_people, open_choices, runs_of, signature_rows, start_run, void_run
from logistics.platform.approvals.queries import runs_visible_to
from logistics.platform.approvals.spec import Mode, Step, Who
from logistics.platform.attachments.photos import clean_paper
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import Department
from repairs.project.models import Project
from tests.conftest import NOW
from tests.platform.approvals_kit import at_step, by_people, by_role, chain_of, facts_of, fresh, project_of, started
from tests.platform.attachments_kit import upload

pytestmark = [pytest.mark.requirement("FIN-03"), pytest.mark.django_db]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def project(cast, rooms):
    return project_of(cast, rooms)


@pytest.fixture
def two_steps(cast):
    """The vice principal, then the principal."""
    return chain_of(cast, by_role("分管", "vice"), by_role("校长", "principal"))


@pytest.fixture
def run(cast, project, two_steps):
    return started(cast, project)


def actions() -> list[str]:
    return list(Event.objects.order_by("id").values_list("action", flat=True))


def told(title: str) -> set[int]:
    return {pk for message in OutboxMessage.objects.filter(payload__title__startswith=title) for pk in message.payload["recipients"]}


# From start to end


def test_steps_are_asked_in_order_and_the_last_signature_tells_the_app(run, cast, project):
    assert (at_step(run), current_run(project)) == ("分管", run)
    assert told("请您审批") == {cast.vice.pk}
    approve(actor=cast.vice, at=LATER, record=run, opinion="可以")
    assert (at_step(run), fresh(run).state) == ("校长", RunState.RUNNING)
    assert "test_approved" not in actions()
    approve(actor=cast.principal, at=LATER, record=run)
    done = fresh(run)
    assert (done.state, done.ended_at, at_step(run), current_run(project)) == (RunState.APPROVED, LATER, "", None)
    assert actions()[-1] == "test_approved"
    assert told("已同意") == {cast.director.pk}
    assert list(run.decisions.values_list("act", flat=True)) == ["start", "approve", "approve"]


def test_a_refusal_ends_the_run_and_needs_a_reason(run, cast):
    with pytest.raises(RuleViolation) as refusal:
        reject(actor=cast.vice, at=LATER, record=run, opinion=" ")
    assert (refusal.value.field, fresh(run).state, run.decisions.count()) == ("opinion", RunState.RUNNING, 1)
    reject(actor=cast.vice, at=LATER, record=run, opinion="今年不做")
    assert (fresh(run).state, fresh(run).reason) == (RunState.REJECTED, "今年不做")
    assert actions()[-1] == "test_rejected"
    assert run.steps.get(position=1).state == StepState.ENDED


def test_only_whoever_is_asked_may_sign_and_each_in_turn(run, cast):
    for person in (cast.principal, cast.teacher, cast.keeper, cast.admin):
        with pytest.raises(NotAllowed, match="现在不等您签"):
            approve(actor=person, at=LATER, record=run)
    assert run.decisions.count() == 1
    approve(actor=cast.vice, at=LATER, record=run)
    with pytest.raises(NotAllowed):
        approve(actor=cast.vice, at=LATER, record=run)


def test_sent_back_to_the_applicant_the_document_may_be_sent_anew(run, cast, project):
    send_back(actor=cast.vice, at=LATER, record=run, opinion="写清面积")
    assert (fresh(run).state, actions()[-2:]) == (RunState.RETURNED, ["return", "test_returned"])
    again = started(cast, project)
    assert [one.pk for one in runs_of(project)] == [again.pk, run.pk]


def test_sent_back_to_an_earlier_step_everything_from_there_is_signed_anew(run, cast):
    approve(actor=cast.vice, at=LATER, record=run, opinion="第一次")
    with pytest.raises(RuleViolation):
        send_back(actor=cast.principal, at=LATER, record=run, opinion="再看", to="2")
    send_back(actor=cast.principal, at=LATER, record=run, opinion="再看", to="1")
    assert (at_step(run), fresh(run).round) == ("分管", 2)
    assert [row.act for row in signature_rows(fresh(run)) if row.act] == ["送审"]
    approve(actor=cast.vice, at=LATER, record=run, opinion="第二次")
    approve(actor=cast.principal, at=LATER, record=run)
    assert fresh(run).state == RunState.APPROVED
    assert [row.opinion for row in signature_rows(fresh(run)) if row.step == "分管"] == ["第二次"]


def test_the_applicant_withdraws_before_the_end_only(run, cast):
    with pytest.raises(NotAllowed):
        side.withdraw(actor=cast.vice, at=LATER, record=run)
    side.withdraw(actor=cast.director, at=LATER, record=run, opinion="写错了")
    assert (fresh(run).state, fresh(run).reason) == (RunState.WITHDRAWN, "写错了")
    assert {"withdraw_approval", "test_withdrawn"} <= set(actions())
    assert told("已撤回") == {cast.vice.pk}
    with pytest.raises(RuleViolation):
        approve(actor=cast.vice, at=LATER, record=run)


def test_a_document_is_in_one_run_at_a_time(run, cast, project):
    with pytest.raises(Conflict):
        started(cast, project)
    copied = {name: getattr(run, name) for name in ("kind", "record_kind", "record_id", "title", "applicant", "version", "digest", "started_at")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(**copied)


def test_the_database_never_changes_a_decision(run):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Decision.objects.update(opinion="改过的")


# How many of a step


@pytest.mark.parametrize(("mode", "least", "needed"), [(Mode.ONE, 1, 1), (Mode.SOME, 2, 2), (Mode.ALL, 1, 3)])
def test_a_step_waits_for_as_many_as_it_says(cast, project, mode, least, needed):
    group = [cast.accountant, cast.cashier, cast.buyer]
    chain_of(cast, by_people("小组", group, mode=mode, least=least), by_role("校长", "principal"))
    run = started(cast, project)
    for n, person in enumerate(group, 1):
        assert at_step(run) == ("小组" if n <= needed else "校长")
        if n <= needed:
            approve(actor=person, at=LATER, record=run)
    assert at_step(run) == "校长"
    if needed < 3:
        assert Signer.objects.get(step__run=run, person=cast.buyer).state == SignerState.SPARED
        with pytest.raises(Conflict):
            approve(actor=cast.buyer, at=LATER, record=run)


# The applicant and whoever stands twice (FIN-12)


@pytest.mark.requirement("FIN-12")
def test_the_applicant_is_never_asked_the_step_passes_on(cast, rooms):
    chain_of(cast, by_role("校长", "principal", escalate="role:vice"))
    run = started(cast, project_of(cast, rooms, applicant="principal"))
    assert [signer.person for signer in Signer.objects.all()] == [cast.vice]
    with pytest.raises(NotAllowed, match="自己申请的单"):
        approve(actor=cast.principal, at=LATER, record=run)


@pytest.mark.requirement("FIN-12")
def test_a_step_only_the_applicant_could_sign_refuses_the_start(cast, rooms):
    chain_of(cast, by_role("校长", "principal"))
    with pytest.raises(RuleViolation, match="第 1 步「校长」只有申请人自己"):
        started(cast, project_of(cast, rooms, applicant="principal"))
    assert not Run.objects.exists()


@pytest.mark.requirement("FIN-12")
def test_whoever_stands_in_two_steps_is_asked_in_the_later_one(cast, project):
    chain_of(cast, by_people("小组", [cast.accountant, cast.principal], mode=Mode.ALL), by_role("校长", "principal"))
    run = started(cast, project)
    assert [(signer.step.name, signer.person) for signer in Signer.objects.select_related("step", "person").order_by("pk")] == [
        ("小组", cast.accountant),
        ("校长", cast.principal),
    ]
    assert run.steps.count() == 2


@pytest.mark.requirement("FIN-12")
def test_whoever_signed_an_earlier_step_leaves_this_one_to_the_others(cast, project):
    both = [cast.accountant, cast.buyer]
    chain_of(cast, by_people("甲", both), by_people("乙", both))
    run = started(cast, project)
    approve(actor=cast.buyer, at=LATER, record=run)
    with pytest.raises(NotAllowed, match="这一步请会某签"):
        approve(actor=cast.buyer, at=LATER, record=run)
    approve(actor=cast.accountant, at=LATER, record=run)
    assert fresh(run).state == RunState.APPROVED


@pytest.mark.requirement("FIN-12")
def test_separation_of_duties_knows_the_signature(run, cast, project):
    """Who proposed the project (the journal says so) may not approve it, whatever became of the run."""
    Project.objects.filter(pk=project.pk).update(created_by=cast.keeper)
    Run.objects.update(applicant=cast.keeper)
    Signer.objects.filter(step__position=1).update(person=cast.director)
    with pytest.raises(NotAllowed, match="「申报立项」，「批准立项」要由别人办"):
        approve(actor=cast.director, at=LATER, record=run)
    assert Decision.objects.filter(act=DecisionAct.APPROVE).count() == 0


@pytest.mark.requirement("FIN-12")
def test_whom_separation_of_duties_keeps_out_is_not_asked_at_all(cast, rooms):
    """The director wrote the project for the keeper, so the step passes on to the vice principal."""
    chain_of(cast, by_people("主任", [cast.director], escalate="role:vice"))
    run = started(cast, project_of(cast, rooms, applicant="keeper"))
    assert [signer.person for signer in Signer.objects.all()] == [cast.vice]
    approve(actor=cast.vice, at=LATER, record=run)
    assert fresh(run).state == RunState.APPROVED


# Edited documents


def test_an_edited_document_ends_the_run_and_tells_everybody(run, cast, project):
    approve(actor=cast.vice, at=LATER, record=run)
    Project.objects.filter(pk=project.pk).update(budget=Decimal(900000))
    with pytest.raises(Conflict, match="内容改过了"):
        approve(actor=cast.principal, at=LATER, record=run)
    assert (fresh(run).state, at_step(run)) == (RunState.VOID, "")
    assert told("审批作废") == {cast.director.pk, cast.vice.pk, cast.principal.pk}
    assert actions()[-1] == "void_approval" and "test_withdrawn" in actions()
    assert Decision.objects.filter(act=DecisionAct.APPROVE).count() == 1


def test_an_app_ends_the_run_of_its_own_document(run, cast, project):
    void_run(actor=cast.director, at=LATER, record=project, reason="改预算")
    assert (fresh(run).state, fresh(run).reason) == (RunState.VOID, "改预算")
    assert "test_withdrawn" not in actions()
    assert void_run(actor=cast.director, at=LATER, record=project, reason="再来") is None


# Passing on, adding, copying, reminding


def test_passed_on_somebody_else_signs(run, cast):
    side.delegate(actor=cast.vice, at=LATER, record=run, person=cast.keeper, opinion="他清楚")
    with pytest.raises(NotAllowed):
        approve(actor=cast.vice, at=LATER, record=run)
    for wrong, words in ((cast.director, "申请人"), (cast.keeper, "已经在这一步里")):
        with pytest.raises(RuleViolation, match=words):
            side.delegate(actor=cast.keeper, at=LATER, record=run, person=wrong)
    approve(actor=cast.keeper, at=LATER, record=run)
    assert at_step(run) == "校长"


@pytest.mark.parametrize(
    ("where", "order"),
    [("before", ["keeper", "vice", "principal"]), ("after", ["vice", "keeper", "principal"]), ("beside", ["vice", "keeper", "principal"])],
)
def test_an_added_signer_must_sign_too(run, cast, where, order):
    side.add_signer(actor=cast.vice, at=LATER, record=run, people=[cast.keeper], where=where)
    for name in order:
        assert fresh(run).state == RunState.RUNNING
        approve(actor=getattr(cast, name), at=LATER, record=run)
    assert fresh(run).state == RunState.APPROVED


def test_added_before_one_signs_oneself_only_after_it(run, cast):
    side.add_signer(actor=cast.vice, at=LATER, record=run, people=[cast.keeper, cast.buyer], where="before")
    with pytest.raises(NotAllowed):
        approve(actor=cast.vice, at=LATER, record=run)
    with pytest.raises(RuleViolation, match="申请人"):
        side.add_signer(actor=cast.keeper, at=LATER, record=run, people=[cast.director], where="after")


def test_whoever_is_shown_a_run_sees_it_and_nobody_else(run, cast):
    assert list(runs_visible_to(cast.keeper)) == []
    side.copy_to(actor=cast.director, at=LATER, record=run, people=[cast.keeper, cast.director])
    assert list(runs_visible_to(cast.keeper)) == [run]
    assert Copy.objects.get().person == cast.keeper
    with pytest.raises(NotAllowed):
        side.copy_to(actor=cast.keeper, at=LATER, record=run, people=[cast.buyer])
    for person in (cast.principal, cast.vice, cast.inspector, cast.accountant, cast.director):
        assert list(runs_visible_to(person)) == [run]
    assert list(runs_visible_to(cast.buyer)) == []


def test_the_chain_names_who_is_told_after_the_approval(cast, project):
    chain_of(cast, by_role("校长", "principal"), copies=["role:accountant"])
    run = started(cast, project)
    assert not Copy.objects.exists()
    approve(actor=cast.principal, at=LATER, record=run)
    assert [copy.person for copy in Copy.objects.all()] == [cast.accountant]


def test_reminding_is_for_the_applicant_and_once_in_some_hours(run, cast):
    with pytest.raises(NotAllowed):
        side.remind(actor=cast.vice, at=LATER, record=run)
    side.remind(actor=cast.director, at=LATER, record=run)
    with pytest.raises(RuleViolation, match="4 小时内催过了"):
        side.remind(actor=cast.director, at=LATER + timedelta(hours=3), record=run)
    side.remind(actor=cast.director, at=LATER + timedelta(hours=4), record=run)
    assert run.decisions.filter(act=DecisionAct.REMIND).count() == 2


def test_a_comment_moves_nothing(run, cast):
    side.comment(actor=cast.principal, at=LATER, record=run, opinion="请附图纸")
    assert (at_step(run), fresh(run).turn) == ("分管", 0)
    assert told("校某留言") == {cast.director.pk, cast.vice.pk}


def test_whoever_keeps_the_chains_replaces_a_signer_who_cannot_sign(run, cast):
    signer = Signer.objects.get(state=SignerState.OPEN)
    given = {"at": LATER, "record": run, "signer": signer, "opinion": "住院"}
    for actor, person in ((cast.keeper, cast.buyer), (cast.director, cast.buyer)):
        with pytest.raises(NotAllowed):
            side.replace_signer(actor=actor, person=person, **given)
    with pytest.raises(RuleViolation, match="不能换成自己"):
        side.replace_signer(actor=cast.principal, person=cast.principal, **given)
    side.replace_signer(actor=cast.principal, person=cast.keeper, **given)
    approve(actor=cast.keeper, at=LATER, record=run)
    assert at_step(run) == "校长"


# Who is found


def test_head_of_department_and_the_applicants_choice(cast, project):
    Department.objects.filter(pk=cast.director.department_id).update(head=cast.keeper)
    chain_of(cast, Step("部门", Who.HEAD), Step("同事", Who.CHOICE, "role:teacher"), by_role("校长", "principal"))
    assert [(n, name, cast.teacher in people, cast.director in people) for n, name, people in open_choices(project, at=NOW)] == [(1, "同事", True, False)]
    with pytest.raises(RuleViolation, match="请选「同事」由谁审批") as refusal:
        started(cast, project)
    assert refusal.value.field == "chosen"
    with pytest.raises(RuleViolation, match="请选"):
        started(cast, project, chosen={1: [cast.driver]})
    started(cast, project, chosen={1: [cast.teacher]})
    assert [signer.person for signer in Signer.objects.order_by("step__position")] == [cast.keeper, cast.teacher, cast.principal]


def test_without_a_chain_that_fits_nothing_is_sent(cast, project):
    with pytest.raises(RuleViolation, match="没有适合这张单的审批流程"):
        started(cast, project)
    chain_of(cast, by_role("校长", "principal"), above=Decimal(5000))
    with pytest.raises(RuleViolation, match="没有适合"):
        started(cast, project)


def test_a_step_nobody_holds_refuses_the_start_with_its_name(cast, project, two_steps):
    cast.vice.roles.clear()
    with pytest.raises(RuleViolation, match="第 1 步「分管」没有人可以签"):
        started(cast, project)


def test_a_running_document_keeps_its_steps_when_the_plan_would_be_another(run, cast, project):
    planned = plan(run.version, facts_of(project), people=load_people())
    assert [(step.name, step.people) for step in planned] == [
        (step.name, tuple(step.signers.values_list("person", flat=True))) for step in run.steps.order_by("position")
    ]
    cast.principal.roles.clear()
    approve(actor=cast.vice, at=LATER, record=run)
    approve(actor=cast.principal, at=LATER, record=run)
    assert fresh(run).state == RunState.APPROVED


# Minutes


def test_a_step_may_ask_for_the_minutes_of_the_meeting(cast, project, media):
    chain_of(cast, by_role("校务会", "principal", minutes=True))
    run = started(cast, project)
    with pytest.raises(RuleViolation) as refusal:
        approve(actor=cast.principal, at=LATER, record=run)
    assert (refusal.value.field, fresh(run).state) == ("papers", RunState.RUNNING)
    approve(actor=cast.principal, at=LATER, record=run, papers=[clean_paper(upload(PDF, "纪要.pdf"))])
    assert fresh(run).state == RunState.APPROVED


def test_start_is_refused_for_a_record_nobody_registered(cast):
    with pytest.raises(LookupError):
        start_run(actor=cast.director, at=NOW, record=cast.director)

"""Two people at the same moment: exactly the right result, on both databases (FIN-03, Must hold of the issue)."""

from datetime import timedelta

import pytest
import time_machine

from logistics.platform.approvals import side_rules as side
from logistics.platform.approvals.deciding_rules import approve, reject, send_back
from logistics.platform.approvals.models import Decision, DecisionAct, Run, RunState, RunStep, SignerState, StepState
from logistics.platform.approvals.spec import Mode
from logistics.platform.approvals.watch_rules import watch
from logistics.platform.audit.models import Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from repairs.project.models import Project
from tests.conftest import NOW
from tests.platform.approvals_kit import at_step, by_people, by_role, chain_of, fresh, project_of, started

pytestmark = [pytest.mark.requirement("FIN-03"), pytest.mark.django_db(transaction=True)]
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(outcome, RuleViolation) for outcome in outcomes)


def begun(cast, rooms, *steps) -> Run:
    chain_of(cast, *steps)
    return started(cast, project_of(cast, rooms))


def test_two_signers_where_one_is_enough_sign_once(together, cast, rooms):
    pair = [cast.accountant, cast.buyer]
    run = begun(cast, rooms, by_people("甲", pair))
    outcomes = together(*[lambda person=person: approve(actor=person, at=LATER, record=fresh(run)) for person in pair])
    assert refusals(outcomes) == 1
    assert Decision.objects.filter(act=DecisionAct.APPROVE).count() == 1
    assert Event.objects.filter(action="test_approved").count() == 1
    assert fresh(run).state == RunState.APPROVED


def test_two_signers_where_all_must_both_count_and_the_next_step_opens_once(together, cast, rooms):
    pair = [cast.accountant, cast.buyer]
    run = begun(cast, rooms, by_people("甲", pair, mode=Mode.ALL), by_role("校长", "principal"))
    assert refusals(together(*[lambda person=person: approve(actor=person, at=LATER, record=fresh(run)) for person in pair])) == 0
    assert (at_step(run), Decision.objects.filter(act=DecisionAct.APPROVE).count()) == ("校长", 2)
    assert RunStep.objects.filter(state=StepState.OPEN).count() == 1


def test_a_double_tap_signs_once(together, cast, rooms):
    principal = cast.principal
    run = begun(cast, rooms, by_role("校长", "principal"))
    assert refusals(together(*[lambda: approve(actor=principal, at=LATER, record=fresh(run))] * 3)) == 2
    assert Event.objects.filter(action="test_approved").count() == 1


def test_agreeing_refusing_returning_and_withdrawing_at_once_leaves_one_end(together, cast, rooms):
    group = [cast.accountant, cast.buyer, cast.cashier]
    applicant = cast.director
    run = begun(cast, rooms, by_people("甲", group))
    outcomes = together(
        lambda: approve(actor=group[0], at=LATER, record=fresh(run)),
        lambda: reject(actor=group[1], at=LATER, record=fresh(run), opinion="不"),
        lambda: send_back(actor=group[2], at=LATER, record=fresh(run), opinion="改"),
        lambda: side.withdraw(actor=applicant, at=LATER, record=fresh(run)),
    )
    assert refusals(outcomes) == 3
    assert fresh(run).state != RunState.RUNNING
    assert Event.objects.filter(action__startswith="test_").count() == 1
    assert list(find_breaks()) == []


def test_one_document_is_sent_once(together, cast, rooms):
    chain_of(cast, by_role("校长", "principal"))
    project = project_of(cast, rooms)
    copies = [Project.objects.select_related("created_by").get(pk=project.pk) for _ in range(3)]
    assert refusals(together(*[lambda copy=copy: started(cast, copy) for copy in copies])) == 2
    assert Run.objects.count() == 1


def test_two_clocks_remind_and_escalate_once(together, cast, rooms):
    run = begun(cast, rooms, by_role("校长", "principal", hours=1, escalate="role:vice"))
    late = NOW + timedelta(days=3)
    together(lambda: watch(at=late), lambda: watch(at=late))
    assert Decision.objects.filter(act=DecisionAct.TIMEOUT).count() == 1
    assert Decision.objects.filter(act=DecisionAct.ESCALATE).count() == 1
    step = RunStep.objects.get(run=run)
    assert step.signers.filter(is_reserve=True, state=SignerState.OPEN).count() == 1


def test_signing_while_the_clock_escalates_is_one_of_both(together, cast, rooms):
    principal = cast.principal
    run = begun(cast, rooms, by_role("校长", "principal", hours=1, escalate="role:vice"))
    late = NOW + timedelta(days=3)
    outcomes = together(lambda: approve(actor=principal, at=late, record=fresh(run)), lambda: watch(at=late))
    assert refusals(outcomes) == 0
    assert fresh(run).state == RunState.APPROVED
    assert not RunStep.objects.filter(state=StepState.OPEN).exists()
    assert not [signer for step in RunStep.objects.all() for signer in step.signers.all() if signer.state == SignerState.OPEN]

"""Who stands in for an absent colleague sees and signs 代某某 (FIN-03, FIN-12)."""

from datetime import timedelta

import pytest
import time_machine

from logistics.platform.access.substitution import name_substitute
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import Decision, DecisionAct
from logistics.platform.approvals.public import signature_rows
from logistics.platform.approvals.queries import waiting_for
from logistics.platform.approvals.spec import Mode
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.queries import belongings_of
from tests.conftest import NOW
from tests.platform.approvals_kit import at_step, by_people, by_role, chain_of, fresh, project_of, started

pytestmark = [pytest.mark.requirement("FIN-03", "FIN-12"), pytest.mark.django_db]
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def project(cast, rooms):
    return project_of(cast, rooms)


@pytest.fixture
def run(cast, project):
    chain_of(cast, by_role("分管", "vice"), by_role("校长", "principal"))
    return started(cast, project)


def test_a_substitute_sees_and_signs_in_the_place_of_an_absent_colleague(run, cast, project):
    assert not waiting_for(cast.keeper, NOW).exists()
    name_substitute(actor=cast.vice, at=NOW, person=cast.vice, substitute=cast.keeper, from_on=NOW.date(), to_on=NOW.date())
    assert [row.step.run for row in waiting_for(cast.keeper, NOW)] == [run]
    approve(actor=cast.keeper, at=LATER, record=run, opinion="代办")
    decision = Decision.objects.get(act=DecisionAct.APPROVE)
    assert (decision.by, decision.stands_for) == (cast.keeper, cast.vice)
    assert signature_rows(fresh(run))[1].stands_for == "副某"
    event = Event.objects.get(action="approve")
    assert (event.actor_id, event.for_id, event.text.startswith("代副某：")) == (cast.keeper.pk, cast.vice.pk, True)
    assert at_step(run) == "校长"


def test_a_substitute_who_applied_may_not_sign_for_the_absent(run, cast):
    name_substitute(actor=cast.vice, at=NOW, person=cast.vice, substitute=cast.director, from_on=NOW.date(), to_on=NOW.date())
    assert not waiting_for(cast.director, NOW).exists()
    with pytest.raises(NotAllowed, match="自己申请的单"):
        approve(actor=cast.director, at=LATER, record=run)


def test_a_substitution_for_other_rights_does_not_hand_on_the_signature(run, cast):
    name_substitute(
        actor=cast.vice, at=NOW, person=cast.vice, substitute=cast.keeper, from_on=NOW.date(), to_on=NOW.date(), permissions=["repairs.ticket.decide"]
    )
    assert not waiting_for(cast.keeper, NOW).exists()


def test_nobody_signs_one_step_for_two(cast, rooms):
    """Of two who must both agree, one stands in for the other: that makes one signature, not two."""
    chain_of(cast, by_people("小组", [cast.accountant, cast.buyer], mode=Mode.ALL))
    run = started(cast, project_of(cast, rooms, title="又一件"))
    name_substitute(actor=cast.accountant, at=NOW, person=cast.accountant, substitute=cast.buyer, from_on=NOW.date(), to_on=NOW.date())
    approve(actor=cast.buyer, at=LATER, record=run)
    with pytest.raises(NotAllowed, match="会某的一份要由别人签"):
        approve(actor=cast.buyer, at=LATER, record=run)
    assert Decision.objects.filter(act=DecisionAct.APPROVE).count() == 1
    assert at_step(run) == "小组"


def test_who_leaves_first_hands_over_what_waits_for_them(run, cast):
    assert [str(one) for one in belongings_of(cast.vice)] == ["等他审批的单（屋面防水）"]
    assert belongings_of(cast.principal) == []

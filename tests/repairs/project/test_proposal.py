"""A works project from the proposal to the contract (REP-11)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import Notice
from repairs.project import rules
from repairs.project.models import Method, Project, ProjectState
from repairs.project.queries import offers_of
from tests.conftest import NOW
from tests.repairs.project.conftest import CONTRACT, PROPOSAL, THREE, TODAY

pytestmark = pytest.mark.requirement("REP-11")
YEAR_LATER = NOW + timedelta(days=366)


# Proposal and decision


def test_a_proposal_is_numbered_and_the_deciders_are_told(propose, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        project = propose()
    assert (project.number, project.state, project.created_by) == ("GC-2026-0001", ProjectState.PROPOSED, cast.director)
    told = {notice.recipient for notice in Notice.objects.all()}
    assert {cast.vice, cast.principal} <= told
    assert not told & {cast.director, cast.keeper, cast.teacher}


def test_neither_the_proposer_nor_the_owner_decides(propose, cast, stored):
    Grant.objects.create(role=Role.objects.get(key="director"), permission=rules.APPROVE, scope=Scope.ALL)
    project = propose(owner=cast.vice)
    for person in (cast.director, cast.vice):
        with pytest.raises(NotAllowed):
            rules.approve_project(actor=person, at=NOW, record=project)
        with pytest.raises(NotAllowed):
            rules.return_project(actor=person, at=NOW, record=project, opinion="改")
    assert stored(project).state == ProjectState.PROPOSED
    assert rules.approve_project(actor=cast.principal, at=NOW, record=project).approved_by == cast.principal


def test_a_proposal_nobody_else_could_decide_is_refused(propose):
    Grant.objects.filter(permission=rules.APPROVE).delete()
    with pytest.raises(RuleViolation, match="没有人能批准"):
        propose()
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"budget": Decimal(0)}, "预算要大于零"), ({"end_on": date(2026, 1, 1)}, "完工不能早于开工"), ({"method": Method.SINGLE}, "单一来源要写理由")],
)
def test_an_impossible_proposal_is_refused(propose, fields, named):
    with pytest.raises((RuleViolation, ValidationError), match=named):
        propose(**fields)
    assert not Project.objects.exists()


def test_a_returned_proposal_is_changed_and_sent_again(propose, cast, stored):
    project = propose()
    with pytest.raises(RuleViolation, match="先撤回"):
        rules.update_project(actor=cast.director, at=NOW, record=project, budget=Decimal(1))
    rules.return_project(actor=cast.vice, at=NOW, record=project, opinion="预算偏高")
    with pytest.raises(RuleViolation):
        rules.approve_project(actor=cast.principal, at=NOW, record=project)
    rules.update_project(actor=cast.keeper, at=NOW, record=project, budget=Decimal(90000))
    rules.resubmit_project(actor=cast.keeper, at=NOW, record=project)
    assert (stored(project).state, stored(project).budget, stored(project).number) == (ProjectState.PROPOSED, Decimal(90000), "GC-2026-0001")


def test_a_withdrawn_proposal_cannot_be_approved_meanwhile(propose, cast, stored):
    project = propose()
    rules.withdraw_project(actor=cast.director, at=NOW, record=project)
    with pytest.raises(RuleViolation):
        rules.approve_project(actor=cast.vice, at=NOW, record=project)
    assert stored(project).state == ProjectState.RETURNED


@pytest.mark.parametrize("name", ["teacher", "repairer", "vice", "inspector", "nobody"])
def test_only_who_manages_projects_proposes(cast, rooms, name):
    with pytest.raises(NotAllowed):
        rules.propose_project(actor=getattr(cast, name), at=NOW, place=rooms.room, owner=cast.keeper, **PROPOSAL)
    assert not Project.objects.exists()


def test_a_project_is_dropped_with_a_reason_before_the_work(approved, cast, stored):
    project = approved()
    with pytest.raises(RuleViolation) as refusal:
        rules.drop_project(actor=cast.director, at=NOW, record=project, reason="")
    assert refusal.value.field == "reason"
    rules.drop_project(actor=cast.director, at=NOW, record=project, reason="并入整体改造")
    assert (stored(project).state, stored(project).dropped) == (ProjectState.DROPPED, "并入整体改造")


# Quotes and contract


def test_quotes_stand_beside_the_cheapest(approved, cast, quote):
    project = approved()
    quote(project, **THREE)
    offers = offers_of(project)
    assert [(offer.quote.firm, offer.over, offer.is_cheapest) for offer in offers] == [
        ("大禹防水", Decimal(0), True), ("安居建筑", Decimal(6000), False), ("新城工程", Decimal(11500), False),
    ]  # fmt: skip


def test_a_firm_quotes_once_and_only_between_decision_and_contract(propose, cast, quote):
    project = propose()
    with pytest.raises(RuleViolation):
        quote(project, 大禹防水=1)
    rules.approve_project(actor=cast.vice, at=NOW, record=project)
    quote(project, 大禹防水=80000)
    with pytest.raises(ValidationError, match="这家已经报过价"):
        quote(project, 大禹防水=70000)
    assert project.quotes.get().amount == Decimal(80000)


def test_a_removed_quote_stays_in_the_journal_with_its_reason(approved, cast, quote):
    project = approved()
    quote(project, 大禹防水=80000)
    rules.remove_quote(actor=cast.director, at=NOW, record=project, quote=project.quotes.get(), reason="录错了")
    event = Event.objects.get(action="remove_quote")
    assert (event.note, "80,000.00" in event.text, project.quotes.exists()) == ("录错了", True, False)


@pytest.mark.parametrize("count", [0, 2])
def test_comparison_needs_three_quotes(approved, cast, count, stored, quote):
    project = approved()
    quote(project, **dict(list(THREE.items())[:count]))
    with pytest.raises(RuleViolation, match=f"现在只有 {count} 家"):
        rules.sign_contract(actor=cast.director, at=NOW, record=project, **CONTRACT)
    assert (stored(project).state, stored(project).firm) == (ProjectState.APPROVED, "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"firm": "没报价的"}, "firm"),
        ({"firm": ""}, "firm"),
        ({"firm": "安居建筑", "contract_amount": Decimal(86000)}, "choice_reason"),
        ({"contract_amount": Decimal("80000.01")}, "choice_reason"),
        ({"contract_amount": Decimal(120000), "choice_reason": "增加了保温层"}, "over_reason"),
        ({"contract_on": TODAY + timedelta(days=1)}, "contract_on"),
        ({"contract_on": TODAY - timedelta(days=1)}, "contract_on"),
    ],
)
def test_a_contract_that_breaks_a_rule_is_refused_at_its_field(approved, cast, fields, field, stored, quote):
    project = approved()
    quote(project, **THREE)
    with pytest.raises(RuleViolation) as refusal:
        rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | fields))
    assert refusal.value.field == field
    assert (stored(project).state, stored(project).contract_amount) == (ProjectState.APPROVED, None)


def test_a_dearer_firm_and_a_sum_over_the_budget_pass_with_reasons(approved, cast, stored, quote):
    project = approved(budget=Decimal(85000))
    quote(project, **THREE)
    given = {"firm": "安居建筑", "contract_amount": Decimal(86000), "choice_reason": "有同类业绩，工期短", "over_reason": "材料涨价"}
    rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | given))
    assert (stored(project).state, stored(project).contract_by) == (ProjectState.CONTRACTED, cast.director)


def test_a_single_source_needs_no_quotes_but_its_reason(approved, cast):
    project = approved(method=Method.SINGLE, single_reason="原厂配套")
    assert rules.sign_contract(actor=cast.director, at=NOW, record=project, **CONTRACT).state == ProjectState.CONTRACTED


def test_a_contract_is_signed_once(contracted, cast, stored):
    project = contracted()
    with pytest.raises(RuleViolation):
        rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | {"contract_amount": Decimal(1)}))
    assert stored(project).contract_amount == Decimal(80000)

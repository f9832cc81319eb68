"""Works projects from the proposal to the last payment (REP-11)."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.attachments.photos import TypedSignature
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import Notice
from repairs.project import acceptance, building, payments, rules
from repairs.project.models import Defect, Inspector, Method, Payment, Project, ProjectState, Quote
from repairs.project.queries import offers_of, project_late, project_todos, projects_visible_to, steps_of
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-11")
TODAY = date(2026, 11, 18)  # the day of NOW
YEAR_LATER = NOW + timedelta(days=366)
PROPOSAL = {
    "title": "食堂二楼屋面防水",
    "reason": "雨季多处渗漏，影响二楼就餐",
    "budget": Decimal(100000),
    "fund": "校舍维修专项",
    "start_on": date(2026, 12, 1),
    "end_on": date(2027, 1, 20),
}
CONTRACT = {"firm": "大禹防水", "contract_number": "HT-2026-08", "contract_amount": Decimal(80000), "contract_on": TODAY}


@pytest.fixture
def propose(cast, rooms):
    def make(**fields):
        given = PROPOSAL | {"place": rooms.building, "owner": cast.keeper} | fields
        return rules.propose_project(actor=cast.director, at=NOW, **given)

    return make


@pytest.fixture
def approved(cast, propose):
    def make(**fields):
        return rules.approve_project(actor=cast.vice, at=NOW, record=propose(**fields), opinion="同意，抓紧询价")

    return make


def quote(cast, project, **prices):
    for firm, price in prices.items():
        rules.add_quote(actor=cast.director, at=NOW, record=project, firm=firm, amount=Decimal(price), quoted_on=TODAY)


THREE = {"大禹防水": 80000, "安居建筑": 86000, "新城工程": 91500}


@pytest.fixture
def contracted(cast, approved):
    def make(**fields):
        project = approved()
        quote(cast, project, **THREE)
        return rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | fields))

    return make


@pytest.fixture
def building_site(cast, contracted):
    """A project being built, with two steps done."""
    project = contracted()
    building.start_work(actor=cast.keeper, at=NOW, record=project, started_on=TODAY)
    for name in ("基层处理", "铺设卷材"):
        step = building.add_milestone(actor=cast.keeper, at=NOW, record=project, name=name, plan_on=TODAY)
        building.finish_milestone(actor=cast.keeper, at=NOW, record=project, milestone=step, done_on=TODAY)
    return stored(project)


@pytest.fixture
def inspected(cast, building_site):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    for person in (cast.vice, cast.teacher):
        acceptance.sign_inspection(actor=person, at=NOW, record=building_site, passed=True, signature=[TypedSignature(b"", person.name)])
    return stored(building_site)


def stored(record):
    return type(record).objects.get(pk=record.pk)


def pay(actor, project, amount, at=NOW, on=None, name="进度款"):
    return payments.add_payment(actor=actor, at=at, record=project, name=name, amount=Decimal(amount), paid_on=on or timezone.localdate(at))


# Proposal and decision


def test_a_proposal_is_numbered_and_the_deciders_are_told(propose, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        project = propose()
    assert (project.number, project.state, project.created_by) == ("GC-2026-0001", ProjectState.PROPOSED, cast.director)
    told = {notice.recipient for notice in Notice.objects.all()}
    assert {cast.vice, cast.principal} <= told
    assert not told & {cast.director, cast.keeper, cast.teacher}


def test_neither_the_proposer_nor_the_owner_decides(propose, cast):
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


def test_a_returned_proposal_is_changed_and_sent_again(propose, cast):
    project = propose()
    with pytest.raises(RuleViolation, match="先撤回"):
        rules.update_project(actor=cast.director, at=NOW, record=project, budget=Decimal(1))
    rules.return_project(actor=cast.vice, at=NOW, record=project, opinion="预算偏高")
    with pytest.raises(RuleViolation):
        rules.approve_project(actor=cast.principal, at=NOW, record=project)
    rules.update_project(actor=cast.keeper, at=NOW, record=project, budget=Decimal(90000))
    rules.resubmit_project(actor=cast.keeper, at=NOW, record=project)
    assert (stored(project).state, stored(project).budget, stored(project).number) == (ProjectState.PROPOSED, Decimal(90000), "GC-2026-0001")


def test_a_withdrawn_proposal_cannot_be_approved_meanwhile(propose, cast):
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


def test_a_project_is_dropped_with_a_reason_before_the_work(approved, cast):
    project = approved()
    with pytest.raises(RuleViolation) as refusal:
        rules.drop_project(actor=cast.director, at=NOW, record=project, reason="")
    assert refusal.value.field == "reason"
    rules.drop_project(actor=cast.director, at=NOW, record=project, reason="并入整体改造")
    assert (stored(project).state, stored(project).dropped) == (ProjectState.DROPPED, "并入整体改造")


# Quotes and contract


def test_quotes_stand_beside_the_cheapest(approved, cast):
    project = approved()
    quote(cast, project, **THREE)
    offers = offers_of(project)
    assert [(offer.quote.firm, offer.over, offer.is_cheapest) for offer in offers] == [
        ("大禹防水", Decimal(0), True), ("安居建筑", Decimal(6000), False), ("新城工程", Decimal(11500), False),
    ]  # fmt: skip


def test_a_firm_quotes_once_and_only_between_decision_and_contract(propose, cast):
    project = propose()
    with pytest.raises(RuleViolation):
        quote(cast, project, 大禹防水=1)
    rules.approve_project(actor=cast.vice, at=NOW, record=project)
    quote(cast, project, 大禹防水=80000)
    with pytest.raises(ValidationError, match="这家已经报过价"):
        quote(cast, project, 大禹防水=70000)
    assert project.quotes.get().amount == Decimal(80000)


def test_a_removed_quote_stays_in_the_journal_with_its_reason(approved, cast):
    project = approved()
    quote(cast, project, 大禹防水=80000)
    rules.remove_quote(actor=cast.director, at=NOW, record=project, quote=project.quotes.get(), reason="录错了")
    event = Event.objects.get(action="remove_quote")
    assert (event.note, "80,000.00" in event.text, project.quotes.exists()) == ("录错了", True, False)


@pytest.mark.parametrize("count", [0, 2])
def test_comparison_needs_three_quotes(approved, cast, count):
    project = approved()
    quote(cast, project, **dict(list(THREE.items())[:count]))
    with pytest.raises(RuleViolation, match=f"现在只有 {count} 家"):
        rules.sign_contract(actor=cast.director, at=NOW, record=project, **CONTRACT)
    assert (stored(project).state, stored(project).firm) == (ProjectState.APPROVED, "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"firm": "没报价的"}, "firm"),
        ({"firm": ""}, "firm"),
        ({"firm": "安居建筑", "contract_amount": Decimal(86000)}, "choice_reason"),
        ({"contract_amount": Decimal(80000.01)}, "choice_reason"),
        ({"contract_amount": Decimal(120000), "choice_reason": "增加了保温层"}, "over_reason"),
        ({"contract_on": TODAY + timedelta(days=1)}, "contract_on"),
        ({"contract_on": TODAY - timedelta(days=1)}, "contract_on"),
    ],
)
def test_a_contract_that_breaks_a_rule_is_refused_at_its_field(approved, cast, fields, field):
    project = approved()
    quote(cast, project, **THREE)
    with pytest.raises(RuleViolation) as refusal:
        rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | fields))
    assert refusal.value.field == field
    assert (stored(project).state, stored(project).contract_amount) == (ProjectState.APPROVED, None)


def test_a_dearer_firm_and_a_sum_over_the_budget_pass_with_reasons(approved, cast):
    project = approved(budget=Decimal(85000))
    quote(cast, project, **THREE)
    given = {"firm": "安居建筑", "contract_amount": Decimal(86000), "choice_reason": "有同类业绩，工期短", "over_reason": "材料涨价"}
    rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | given))
    assert (stored(project).state, stored(project).contract_by) == (ProjectState.CONTRACTED, cast.director)


def test_a_single_source_needs_no_quotes_but_its_reason(approved, cast):
    project = approved(method=Method.SINGLE, single_reason="原厂配套")
    assert rules.sign_contract(actor=cast.director, at=NOW, record=project, **CONTRACT).state == ProjectState.CONTRACTED


def test_a_contract_is_signed_once(contracted, cast):
    project = contracted()
    with pytest.raises(RuleViolation):
        rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | {"contract_amount": Decimal(1)}))
    assert stored(project).contract_amount == Decimal(80000)


# The site


def test_work_starts_after_the_contract(contracted, cast):
    project = contracted()
    with pytest.raises(RuleViolation) as refusal:
        building.start_work(actor=cast.keeper, at=NOW, record=project, started_on=TODAY - timedelta(days=3))
    assert refusal.value.field == "started_on"
    building.start_work(actor=cast.keeper, at=NOW, record=project, started_on=TODAY)
    assert (stored(project).state, stored(project).started_on) == (ProjectState.BUILDING, TODAY)


def test_a_step_is_finished_once_and_then_stays(building_site, cast):
    step = building_site.milestones.first()
    with pytest.raises(RuleViolation, match="已经登记完成"):
        building.finish_milestone(actor=cast.keeper, at=NOW, record=building_site, milestone=step, done_on=TODAY)
    with pytest.raises(RuleViolation, match="不能去掉"):
        building.remove_milestone(actor=cast.keeper, at=NOW, record=building_site, milestone=step)
    assert building_site.milestones.count() == 2


def test_a_step_of_another_project_is_not_touched(building_site, cast, propose):
    other = rules.approve_project(actor=cast.vice, at=NOW, record=propose(title="另一处"))
    with pytest.raises(Conflict):
        building.remove_milestone(actor=cast.director, at=NOW, record=other, milestone=building_site.milestones.first())


def test_others_do_not_work_on_the_site(building_site, cast):
    for person in (cast.teacher, cast.stranger, cast.inspector):
        with pytest.raises(NotAllowed):
            building.add_milestone(actor=person, at=NOW, record=building_site, name="别的", plan_on=TODAY)
    assert building_site.milestones.count() == 2


# Acceptance


@pytest.mark.parametrize("names", [[], ["vice"], ["vice", "vice"], ["vice", "keeper"], ["vice", "director"]])
def test_acceptance_takes_two_who_are_neither_owner_nor_signed_the_contract(building_site, cast, names):
    with pytest.raises(RuleViolation) as refusal:
        acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[getattr(cast, name) for name in names])
    assert refusal.value.field == "inspectors"
    assert (stored(building_site).state, Inspector.objects.count()) == (ProjectState.BUILDING, 0)


def test_unfinished_steps_keep_acceptance_back(building_site, cast):
    building.add_milestone(actor=cast.keeper, at=NOW, record=building_site, name="闭水试验", plan_on=TODAY)
    with pytest.raises(RuleViolation, match="还有 1 个节点"):
        acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])


def test_each_signs_alone_and_the_last_one_accepts(building_site, cast):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    with pytest.raises(NotAllowed):
        acceptance.sign_inspection(actor=cast.principal, at=NOW, record=building_site, passed=True)
    acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=True, signature=[TypedSignature(b"", cast.vice.name)])
    with pytest.raises(RuleViolation, match="已经签过"):
        acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=True)
    assert stored(building_site).state == ProjectState.INSPECTING
    acceptance.sign_inspection(actor=cast.teacher, at=NOW, record=building_site, passed=True)
    done = stored(building_site)
    assert (done.state, done.inspected_on, done.warranty_until) == (ProjectState.INSPECTED, TODAY, date(2027, 11, 18))
    assert attachments_of(done, Inspector.objects.get(user=cast.vice).signature_role).count() == 1


def test_one_refusal_sends_it_back_and_a_second_round_begins(building_site, cast):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    with pytest.raises(RuleViolation) as refusal:
        acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=False, opinion="")
    assert refusal.value.field == "opinion"
    acceptance.add_defect(actor=cast.teacher, at=NOW, record=building_site, content="西北角渗水", fix_by=TODAY)
    acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=False, opinion="闭水试验不合格")
    assert stored(building_site).state == ProjectState.BUILDING
    with pytest.raises(RuleViolation, match="没有整改"):
        acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=building_site, defect=Defect.objects.get(), fixed_on=TODAY)
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    assert (stored(building_site).inspection_round, Inspector.objects.filter(round=2, signed_at=None).count(), Inspector.objects.count()) == (2, 2, 4)


def test_who_was_asked_to_inspect_sees_the_project(building_site, cast):
    assert not projects_visible_to(cast.teacher)
    with pytest.raises(NotAllowed):
        rules.check_can_view(cast.teacher)
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    rules.check_can_view(cast.teacher)
    assert list(projects_visible_to(cast.teacher)) == [building_site]
    assert not projects_visible_to(cast.stranger)


def test_a_defect_is_mended_by_one_and_checked_by_another(inspected, cast):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    with pytest.raises(RuleViolation, match="还没有登记整改"):
        acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=True)
    acceptance.fix_defect(actor=cast.director, at=NOW, record=inspected, defect=defect, fixed_on=TODAY, fix_note="已重做")
    for person in (cast.director, cast.keeper, cast.stranger):  # the fixer, the owner, nobody's business
        with pytest.raises(NotAllowed):
            acceptance.check_defect(actor=person, at=NOW, record=inspected, defect=defect, is_good=True)
    assert stored(defect).checked_on is None
    acceptance.check_defect(actor=cast.teacher, at=NOW, record=inspected, defect=defect, is_good=True)
    assert (stored(defect).checked_by, stored(defect).checked_on) == (cast.teacher, TODAY)


def test_a_mending_that_is_not_good_is_open_again(inspected, cast):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=inspected, defect=defect, fixed_on=TODAY)
    with pytest.raises(RuleViolation) as refusal:
        acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=False)
    assert refusal.value.field == "words"
    acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=False, words="还是不直")
    assert (stored(defect).fixed_on, stored(defect).fixed_by) == (None, None)
    assert Event.objects.filter(action="check_defect").last().note == "还是不直"


# Money


def test_payments_never_exceed_the_contract(inspected, cast):
    pay(cast.director, inspected, 77600)
    with pytest.raises(RuleViolation, match="超过了合同"):
        pay(cast.director, inspected, "2400.01", at=YEAR_LATER)
    pay(cast.director, inspected, 2400, at=YEAR_LATER)
    assert stored(inspected).paid == Decimal(80000)
    with pytest.raises(RuleViolation, match="付清"):
        pay(cast.director, inspected, "0.01", at=YEAR_LATER)
    assert sum(payment.amount for payment in Payment.objects.all()) == Decimal(80000)


def test_the_retention_waits_for_the_end_of_the_warranty(inspected, cast):
    with pytest.raises(RuleViolation, match=r"质保金 2,400.00 元到 2027-11-18 质保期满才能付，现在最多付 77,600.00 元") as refusal:
        pay(cast.director, inspected, 80000)
    assert refusal.value.field == "amount"
    pay(cast.director, inspected, 77600)
    with pytest.raises(RuleViolation):
        pay(cast.director, inspected, 2400)
    assert stored(inspected).paid == Decimal(77600)


def test_the_retention_waits_for_open_defects_too(inspected, cast):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    with pytest.raises(RuleViolation, match="整改复查以后"):
        pay(cast.director, inspected, 80000, at=YEAR_LATER)
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=inspected, defect=defect, fixed_on=TODAY)
    acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=True)
    assert pay(cast.director, inspected, 80000, at=YEAR_LATER).amount == Decimal(80000)


@pytest.mark.parametrize(("amount", "days"), [("0", 0), ("-5", 0), ("5", 1), ("5", -1)])
def test_a_payment_has_a_sum_and_a_possible_day(contracted, cast, amount, days):
    project = contracted()
    with pytest.raises(RuleViolation):
        pay(cast.director, project, amount, on=TODAY + timedelta(days=days))
    assert (stored(project).paid, Payment.objects.count()) == (Decimal(0), 0)


def test_before_the_contract_nothing_is_paid_and_others_do_not_pay(approved, contracted, cast):
    with pytest.raises(RuleViolation, match="签了合同"):
        pay(cast.director, approved(title="甲"), 1)
    project = contracted()
    for person in (cast.keeper, cast.teacher, cast.vice):
        with pytest.raises(NotAllowed):
            pay(person, project, 1)
    assert not Payment.objects.exists()


def test_a_wrong_payment_is_reversed_once_by_an_entry_of_its_own(contracted, cast):
    project = contracted()
    first = pay(cast.director, project, 30000)
    entry = payments.reverse_payment(actor=cast.director, at=NOW, record=project, payment=first, reason="付错单位")
    assert (entry.amount, entry.reverses, stored(first).amount, stored(project).paid) == (Decimal(-30000), first, Decimal(30000), Decimal(0))
    pay(cast.director, project, 100)
    for payment in (first, entry):
        with pytest.raises(RuleViolation, match="冲销过"):
            payments.reverse_payment(actor=cast.director, at=NOW, record=project, payment=payment, reason="再来")
    assert stored(project).paid == Decimal(100)


def test_the_final_sum_after_audit_is_the_new_limit(inspected, cast):
    pay(cast.director, inspected, 70000)
    for amount, words in ((Decimal(90000), "不能超过合同"), (Decimal(60000), "不能更少")):
        with pytest.raises(RuleViolation, match=words):
            payments.fix_final(actor=cast.director, at=NOW, record=inspected, amount=amount, reason="审字 12 号")
    payments.fix_final(actor=cast.director, at=NOW, record=inspected, amount=Decimal(75000), reason="审字 12 号")
    with pytest.raises(RuleViolation, match="超过了合同"):
        pay(cast.director, inspected, "5000.01", at=YEAR_LATER)
    pay(cast.director, inspected, 5000, at=YEAR_LATER)
    payments.settle_project(actor=cast.director, at=YEAR_LATER, record=inspected)
    assert stored(inspected).state == ProjectState.SETTLED


def test_settled_only_when_paid_and_without_open_defects(inspected, cast):
    with pytest.raises(RuleViolation, match=r"还有 80,000.00 元"):
        payments.settle_project(actor=cast.director, at=NOW, record=inspected)
    pay(cast.director, inspected, 80000, at=YEAR_LATER)
    defect = acceptance.add_defect(actor=cast.vice, at=YEAR_LATER, record=inspected, content="新渗漏", fix_by=date(2027, 12, 1))
    with pytest.raises(RuleViolation, match="1 个验收问题"):
        payments.settle_project(actor=cast.director, at=YEAR_LATER, record=inspected)
    acceptance.fix_defect(actor=cast.keeper, at=YEAR_LATER, record=inspected, defect=defect, fixed_on=TODAY)
    acceptance.check_defect(actor=cast.vice, at=YEAR_LATER, record=inspected, defect=defect, is_good=True)
    payments.settle_project(actor=cast.director, at=YEAR_LATER, record=inspected)
    assert (stored(inspected).state, [step.css for step in steps_of(stored(inspected))]) == (ProjectState.SETTLED, ["ok"] * 6)


def test_what_was_paid_for_is_not_dropped(contracted, cast):
    project = contracted()
    pay(cast.director, project, 100)
    with pytest.raises(RuleViolation, match="不能取消"):
        rules.drop_project(actor=cast.director, at=NOW, record=project, reason="不做了")
    assert stored(project).state == ProjectState.CONTRACTED


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_do_not_exceed_the_contract(contracted, cast, on_postgresql):
    if not on_postgresql:
        return  # SQLite takes one writer at a time; the limit itself is shown above
    project, director, outcomes = contracted(), cast.director, []
    barrier = threading.Barrier(2)

    def act():
        barrier.wait()
        try:
            pay(director, project, 50000)
            outcomes.append("paid")
        except RuleViolation:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["paid", "refused"]
    assert (stored(project).paid, Payment.objects.count()) == (Decimal(50000), 1)


# To-dos


def test_todos_follow_the_project(propose, cast, rooms):
    project = propose()
    assert [todo.verb for todo in project_todos(cast.vice, NOW)] == ["立项"]
    rules.approve_project(actor=cast.vice, at=NOW, record=project)
    assert project_todos(cast.vice, NOW) == []
    assert [todo.verb for todo in project_todos(cast.keeper, NOW)] == ["接着办"]
    assert project_late(cast.director, NOW) == []
    assert [late.label for late in project_late(cast.director, NOW + timedelta(days=100))] == ["工程过期"]


def test_the_inspector_signs_and_checks(building_site, cast):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    assert [todo.verb for todo in project_todos(cast.teacher, NOW)] == ["验收"]
    acceptance.sign_inspection(actor=cast.teacher, at=NOW, record=building_site, passed=True)
    defect = acceptance.add_defect(actor=cast.teacher, at=NOW, record=building_site, content="收边不直", fix_by=TODAY)
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=building_site, defect=defect, fixed_on=TODAY)
    assert [todo.verb for todo in project_todos(cast.teacher, NOW)] == ["复查"]
    assert "复查" not in [todo.verb for todo in project_todos(cast.keeper, NOW)]


# The tables themselves


def test_the_table_refuses_a_broken_project(inspected, cast):
    broken = (
        {"budget": 0}, {"end_on": date(2020, 1, 1)}, {"method": "single"}, {"approved_by": None}, {"approved_by": cast.keeper}, {"approved_by": cast.director},
        {"firm": ""}, {"contract_amount": None}, {"contract_on": None}, {"budget": 79999}, {"retention": 21}, {"retention": -1}, {"paid": 80001}, {"paid": -1},
        {"final_amount": 80001}, {"final_amount": 0}, {"inspected_on": None}, {"warranty_until": None}, {"state": "settled"}, {"state": "dropped"},
    )  # fmt: skip
    for values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=inspected.pk).update(**values)


def test_the_tables_refuse_broken_lines(inspected, cast):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    payment = pay(cast.director, inspected, 100)
    half = (
        (Quote, {"amount": 0}), (Quote, {"firm": "大禹防水"}), (Quote, {"valid_until": date(2020, 1, 1)}),
        (Defect, {"fixed_on": TODAY}), (Defect, {"checked_on": TODAY, "checked_by": cast.vice}),
        (Defect, {"fixed_on": TODAY, "fixed_by": cast.vice, "checked_on": TODAY, "checked_by": cast.vice}),
        (Inspector, {"signed_at": None}), (Inspector, {"is_passed": False}), (Inspector, {"user": cast.vice}), (Payment, {"amount": -5}),
    )  # fmt: skip
    for model, values in half:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(project=inspected).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(reverses=payment)
    assert stored(defect).fixed_on is None

"""The list of planned works: written, approved by another person, worked off, closed (REP-10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import Notice
from repairs.plan import rules
from repairs.plan.models import PlanItem, PlanList, PlanState
from repairs.plan.queries import items_of, plan_late, plan_list_rows, plan_todos, plans_visible_to, totals_of
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-10")
TODAY = date(2026, 11, 18)  # the day of NOW
SUMMER = {"title": "2027年暑期维修计划", "start_on": date(2027, 7, 5), "end_on": date(2027, 8, 25)}


# The list


def test_a_plan_is_written_numbered_and_approved_by_another(plan, add, cast, django_capture_on_commit_callbacks, stored):
    add()
    with django_capture_on_commit_callbacks(execute=True):
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert (stored(plan).state, stored(plan).number, stored(plan).submitted_by) == (PlanState.SUBMITTED, "JH-2026-0001", cast.director)
    assert Notice.objects.filter(recipient=cast.vice).count() == 1
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan, opinion="同意，先做防水")
    done = stored(plan)
    assert (done.state, done.decided_by, done.opinion) == (PlanState.APPROVED, cast.vice, "同意，先做防水")
    assert [e.action for e in Event.objects.filter(kind="repairs.planlist", record_id=plan.pk).order_by("id")] == ["create", "add_item", "submit", "approve"]


def test_nobody_approves_a_plan_of_their_own(cast, add, plan, stored):
    Grant.objects.create(role=Role.objects.get(key="director"), permission="repairs.plan.approve", scope=Scope.ALL)
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    for decide in (rules.approve_plan, rules.return_plan):
        with pytest.raises(NotAllowed):
            decide(actor=cast.director, at=NOW, record=plan, opinion="行")
    assert stored(plan).state == PlanState.SUBMITTED


def test_without_another_approver_a_plan_is_not_sent(cast, add, plan, stored):
    add()
    Grant.objects.filter(permission="repairs.plan.approve").delete()
    with pytest.raises(RuleViolation, match="没有人能批准"):
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert (stored(plan).state, stored(plan).number) == (PlanState.DRAFT, "")


def test_an_empty_plan_is_not_sent(cast, plan, stored):
    with pytest.raises(RuleViolation, match="还没有项目"):
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert stored(plan).state == PlanState.DRAFT


def test_a_returned_plan_keeps_its_number_and_goes_again(cast, plan, add, stored):
    item = add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.return_plan(actor=cast.vice, at=NOW, record=plan, opinion="单价太高")
    assert (stored(plan).state, stored(plan).opinion) == (PlanState.RETURNED, "单价太高")
    rules.edit_item(actor=cast.director, at=NOW, record=plan, item=item, estimate=Decimal(900))
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert (stored(plan).number, stored(plan).opinion, stored(item).estimate) == ("JH-2026-0001", "", Decimal(900))


def test_a_return_says_why(cast, plan, add, stored):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    with pytest.raises(RuleViolation) as refusal:
        rules.return_plan(actor=cast.vice, at=NOW, record=plan, opinion=" ")
    assert refusal.value.field == "opinion"
    assert stored(plan).state == PlanState.SUBMITTED


def test_two_deciders_one_wins(cast, plan, add, stored):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    stale = stored(plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    with pytest.raises(RuleViolation):
        rules.return_plan(actor=cast.principal, at=NOW, record=stale, opinion="不同意")
    assert (stored(plan).state, stored(plan).decided_by) == (PlanState.APPROVED, cast.vice)


def test_only_the_sender_withdraws(cast, plan, add, stored):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    with pytest.raises(NotAllowed):
        rules.withdraw_plan(actor=cast.admin, at=NOW, record=plan)
    rules.withdraw_plan(actor=cast.director, at=NOW, record=plan)
    assert stored(plan).state == PlanState.DRAFT


def test_a_plan_that_was_sent_or_approved_is_not_edited(cast, plan, add, stored):
    item = add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    for decided in (False, True):
        if decided:
            rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
        with pytest.raises(RuleViolation):
            rules.update_plan(actor=cast.director, at=NOW, record=plan, title="改名")
        with pytest.raises(RuleViolation):
            add("悄悄加一项")
        with pytest.raises(RuleViolation):
            rules.edit_item(actor=cast.director, at=NOW, record=plan, item=item, estimate=Decimal(99999))
        with pytest.raises(RuleViolation):
            rules.remove_item(actor=cast.director, at=NOW, record=plan, item=item)
    assert (stored(plan).title, plan.items.count(), stored(item).estimate) == (SUMMER["title"], 1, Decimal(1200))


@pytest.mark.parametrize("name", ["teacher", "repairer", "vice", "inspector", "nobody"])
def test_only_who_manages_plans_writes_them(cast, plan, add, name, stored):
    item, person = add(), getattr(cast, name)
    for act in (
        lambda: rules.create_plan(actor=person, at=NOW, **(SUMMER | {"title": "别的"})),
        lambda: rules.update_plan(actor=person, at=NOW, record=plan, title="改名"),
        lambda: rules.add_item(actor=person, at=NOW, record=plan, place_text="操场", content="修跑道"),
        lambda: rules.remove_item(actor=person, at=NOW, record=plan, item=item),
        lambda: rules.submit_plan(actor=person, at=NOW, record=plan),
        lambda: rules.void_plan(actor=person, at=NOW, record=plan, reason="不要了"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (PlanList.objects.count(), plan.items.count(), stored(plan).state) == (1, 1, PlanState.DRAFT)


def test_an_item_needs_a_place_and_stands_on_the_list_once(cast, plan, add):
    with pytest.raises(ValidationError):
        add(place=None)
    add()
    with pytest.raises(RuleViolation, match="一模一样"):
        add()
    assert plan.items.count() == 1


def test_an_item_of_another_plan_is_not_touched(cast, plan, add, stored):
    item = add()
    other = rules.create_plan(actor=cast.director, at=NOW, **(SUMMER | {"title": "寒假"}))
    with pytest.raises(Conflict):
        rules.remove_item(actor=cast.director, at=NOW, record=other, item=item)
    assert stored(item)


def test_a_removed_item_stays_in_the_journal(cast, plan, add):
    rules.remove_item(actor=cast.director, at=NOW, record=plan, item=add("拆旧看台", "8000"))
    assert "拆旧看台，8,000.00 元" in Event.objects.get(action="remove_item").text


def test_a_void_plan_frees_its_name(cast, plan):
    with pytest.raises(ValidationError):
        rules.create_plan(actor=cast.director, at=NOW, **SUMMER)
    rules.void_plan(actor=cast.director, at=NOW, record=plan, reason="重编")
    assert rules.create_plan(actor=cast.director, at=NOW, **SUMMER).state == PlanState.DRAFT


# Working it off


def test_items_are_finished_with_cost_and_day(cast, approved, stored):
    first = approved.items.first()
    rules.finish_item(actor=cast.director, at=NOW, record=approved, item=first, done_on=TODAY, actual=Decimal("1150.5"))
    assert (stored(first).done_on, stored(first).actual) == (TODAY, Decimal("1150.50"))
    totals = totals_of(items_of(approved))
    assert (totals.count, totals.done, totals.left, totals.estimate, totals.actual, totals.saved) == (
        2,
        1,
        1,
        Decimal(4700),
        Decimal("1150.50"),
        Decimal("49.50"),
    )
    row = plan_list_rows(cast.director).get()
    assert (row.item_count, row.done_count, row.estimate_total) == (2, 1, Decimal(4700))


def test_a_finished_item_is_corrected_by_finishing_it_again(cast, approved, stored):
    item = approved.items.first()
    for cost in (100, 200):
        rules.finish_item(actor=cast.director, at=NOW, record=approved, item=item, done_on=TODAY, actual=Decimal(cost))
    assert stored(item).actual == Decimal(200)
    assert Event.objects.filter(action="finish_item").last().changes == {"实际（元）": ["100.00", "200.00"]}


def test_an_item_is_not_finished_in_the_future_or_before_approval(cast, plan, add, stored):
    item = add()
    with pytest.raises(RuleViolation):
        rules.finish_item(actor=cast.director, at=NOW, record=plan, item=item, done_on=TODAY, actual=Decimal(1))
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    with pytest.raises(RuleViolation) as refusal:
        rules.finish_item(actor=cast.director, at=NOW, record=plan, item=item, done_on=TODAY + timedelta(days=1), actual=Decimal(1))
    assert refusal.value.field == "done_on"
    assert stored(item).done_on is None


def test_who_is_in_charge_of_an_item_finishes_that_one_only(cast, plan, add, stored):
    mine, other = add(owner=cast.repairer), add("别人的")
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    rules.finish_item(actor=cast.repairer, at=NOW, record=plan, item=mine, done_on=TODAY, actual=Decimal(0))
    with pytest.raises(NotAllowed):
        rules.finish_item(actor=cast.repairer, at=NOW, record=plan, item=other, done_on=TODAY, actual=Decimal(0))
    assert (stored(mine).done_on, stored(other).done_on) == (TODAY, None)


def test_a_plan_with_open_works_is_not_closed(cast, approved, stored):
    with pytest.raises(RuleViolation, match="还有 2 项"):
        rules.close_plan(actor=cast.director, at=NOW, record=approved)
    assert stored(approved).state == PlanState.APPROVED


def test_open_works_are_carried_to_a_new_plan_once(cast, approved, stored):
    first, second = approved.items.all()
    rules.finish_item(actor=cast.director, at=NOW, record=approved, item=first, done_on=TODAY, actual=Decimal(1))
    fresh = rules.carry_over(actor=cast.director, at=NOW, record=approved, title="寒假", start_on=date(2027, 1, 20), end_on=date(2027, 2, 20))
    carried = fresh.items.get()
    assert (carried.content, carried.estimate, carried.carried_from, fresh.state) == ("疏通化粪池", Decimal(3500), second, PlanState.DRAFT)
    with pytest.raises(RuleViolation, match="不用转"):
        rules.carry_over(actor=cast.director, at=NOW, record=approved, title="又一份", start_on=date(2027, 1, 20), end_on=date(2027, 2, 20))
    with pytest.raises(RuleViolation, match="转到新计划"):
        rules.finish_item(actor=cast.director, at=NOW, record=approved, item=second, done_on=TODAY, actual=Decimal(1))
    rules.close_plan(actor=cast.director, at=NOW, record=approved)
    assert (stored(approved).state, PlanList.objects.count()) == (PlanState.DONE, 2)


def test_a_work_given_up_says_why_and_leaves_the_sum(cast, approved):
    first, second = approved.items.all()
    with pytest.raises(RuleViolation):
        rules.drop_item(actor=cast.director, at=NOW, record=approved, item=first, reason="")
    rules.drop_item(actor=cast.director, at=NOW, record=approved, item=first, reason="整体改造，不单修")
    with pytest.raises(RuleViolation):
        rules.finish_item(actor=cast.director, at=NOW, record=approved, item=first, done_on=TODAY, actual=Decimal(1))
    rules.finish_item(actor=cast.director, at=NOW, record=approved, item=second, done_on=TODAY, actual=Decimal(3000))
    assert totals_of(items_of(approved)).estimate == Decimal(3500)
    rules.close_plan(actor=cast.director, at=NOW, record=approved)


# Seeing


def test_plans_are_hidden_from_whom_they_do_not_concern(cast, plan):
    assert list(plans_visible_to(cast.inspector)) == list(plans_visible_to(cast.repairer)) == [plan]
    assert not plans_visible_to(cast.teacher)


def test_todos_and_late_works(cast, plan, add):
    add(owner=cast.repairer, finish_by=TODAY - timedelta(days=1))
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert [todo.verb for todo in plan_todos(cast.vice, NOW)] == ["批准"]
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    assert plan_todos(cast.vice, NOW) == []
    assert [todo.verb for todo in plan_todos(cast.repairer, NOW)] == ["登记完成"]
    assert [late.count for late in plan_late(cast.director, NOW)] == [1]


@pytest.mark.parametrize(
    "broken",
    [
        {"estimate": Decimal(-1)},
        {"quantity": Decimal(0)},
        {"place": None, "place_text": ""},
        {"done_on": TODAY},
        {"actual": Decimal(5)},
        {"done_on": TODAY, "actual": Decimal(5), "dropped": "不做"},
    ],
)
def test_the_table_refuses_a_broken_item(plan, add, broken):
    item = add()
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.filter(pk=item.pk).update(**broken)


def test_the_table_refuses_a_broken_plan(cast, approved):
    for broken in ({"end_on": date(2020, 1, 1)}, {"number": ""}, {"decided_by": None}, {"decided_by": cast.director}, {"submitted_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanList.objects.filter(pk=approved.pk).update(**broken)
    other = rules.create_plan(actor=cast.director, at=NOW, **(SUMMER | {"title": "另一份"}))
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanList.objects.filter(pk=other.pk).update(title=SUMMER["title"])

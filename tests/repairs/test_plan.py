"""Preventive work and the list of planned works (REP-10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.notices.models import Notice, OutboxMessage
from logistics.platform.org.models import User
from logistics.platform.terms.models import Term
from repairs import origins
from repairs.plan import preventive_rules, rules
from repairs.plan.models import PlanItem, PlanList, PlanState, Preventive, PreventiveRun, Season
from repairs.plan.preventive_rules import open_now, run_due, save_preventive
from repairs.plan.queries import items_of, plan_late, plan_list_rows, plan_todos, plans_visible_to, preventives_visible_to, totals_of
from repairs.plan.rhythm import add_months, next_after, season_day
from repairs.plan.tickets import item_ticket_ended, open_item_ticket
from repairs.ticket.models import State, Ticket
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-10")
TODAY = date(2026, 11, 18)  # the day of NOW
SUMMER = {"title": "2027年暑期维修计划", "start_on": date(2027, 7, 5), "end_on": date(2027, 8, 25)}


@pytest.fixture
def preventive(cast, rooms, kinds):
    """A preventive work of the director's, due today and every three months."""

    def make(**fields):
        given = {"title": "清洗空调滤网", "place": rooms.room, "kind": kinds.power, "work": "拆下滤网冲洗，晾干装回", "owner": cast.director}
        rhythm = {"every_months": 3, "next_on": TODAY} if "season" not in fields else {}
        return save_preventive(actor=cast.director, at=NOW, **(given | rhythm | fields))

    return make


@pytest.fixture
def plan(cast):
    return rules.create_plan(actor=cast.director, at=NOW, **SUMMER)


@pytest.fixture
def add(cast, plan, rooms):
    """Put a work on the plan."""

    def make(content="更换日光灯", estimate="1200", **fields):
        given = {"place": rooms.room, "content": content, "quantity": Decimal(12), "unit": "盏", "estimate": Decimal(estimate)}
        return rules.add_item(actor=cast.director, at=NOW, record=plan, **(given | fields))

    return make


@pytest.fixture
def approved(cast, plan, add):
    """The plan with two works, approved by the vice principal."""
    add()
    add("疏通化粪池", "3500")
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    return rules.approve_plan(actor=cast.vice, at=NOW, record=plan, opinion="同意")


def stored(record):
    return type(record).objects.get(pk=record.pk)


def run(at=NOW, on=TODAY):
    return run_due(actor=User.objects.system(), at=at, on=on)


# Dates


@pytest.mark.parametrize(
    ("on", "months", "found"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 31)),  # the last day stays the last day
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_later(on, months, found):
    assert add_months(on, months) == found


@pytest.mark.parametrize(
    ("season", "after", "found"),
    [
        (Season.HEATING, date(2026, 9, 1), date(2026, 10, 20)),
        (Season.HEATING, date(2026, 10, 20), date(2027, 10, 20)),
        (Season.RAIN, date(2026, 11, 18), date(2027, 5, 15)),
        (Season.SUMMER, date(2027, 7, 4), date(2027, 7, 5)),
        (Season.WINTER, date(2026, 12, 31), date(2027, 1, 20)),
        (Season.TERM, date(2026, 11, 18), date(2027, 2, 15)),  # no term in the calendar yet: the usual day
    ],
)
def test_season_days(season, after, found):
    assert season_day(season, after) == found


def test_the_check_before_term_is_a_week_before_the_next_term_of_the_calendar():
    terms = [Term(name="春", year="2026-2027", start_on=date(2027, 3, 1), end_on=date(2027, 7, 2))]
    assert season_day(Season.TERM, TODAY, terms) == date(2027, 2, 22)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 24), st.integers(0, 2000))
def test_the_next_day_is_later_than_today_and_no_turn_further_than_needed(planned, months, days):
    after = planned + timedelta(days=days)
    found = next_after(Preventive(next_on=planned, every_months=months), after)
    assert found > after
    behind = add_months(found, -months)
    assert behind <= after or abs((behind - after).days) <= 3  # ends of months of different length


# Preventive work


def test_what_is_due_opens_a_ticket_and_moves_on(preventive, cast, rooms, kinds):
    work = preventive()
    assert run() == 1
    ticket = Ticket.objects.get()
    assert (ticket.place, ticket.kind, ticket.title, ticket.state) == (rooms.room, kinds.power, "清洗空调滤网", State.NEW)
    assert (ticket.origin_kind, ticket.origin_id) == ("repairs.preventive", work.pk)
    assert "拆下滤网冲洗" in ticket.description
    assert stored(work).next_on == date(2027, 2, 18)
    assert PreventiveRun.objects.get().on == TODAY


def test_run_twice_opens_one_ticket(preventive):
    preventive()
    assert (run(), run()) == (1, 0)
    assert Ticket.objects.count() == PreventiveRun.objects.count() == 1


def test_after_three_silent_months_there_is_one_ticket_not_three(preventive):
    work = preventive(every_months=1)
    later = NOW + timedelta(days=100)  # 26 February
    assert run(later, TODAY + timedelta(days=100)) == 1
    assert stored(work).next_on == date(2027, 3, 18)
    assert PreventiveRun.objects.get().on == TODAY


def test_before_its_day_nothing_is_opened(preventive):
    work = preventive(next_on=TODAY + timedelta(days=1))
    assert run() == 0
    assert not Ticket.objects.exists()
    assert stored(work).next_on == TODAY + timedelta(days=1)


def test_what_is_switched_off_opens_nothing_and_comes_back_after_its_day(preventive, cast):
    work = save_preventive(actor=cast.director, at=NOW, record=preventive(), is_active=False)
    assert run() == 0
    later = NOW + timedelta(days=30)
    assert save_preventive(actor=cast.director, at=later, record=work, is_active=True).next_on == date(2027, 2, 18)
    assert not Ticket.objects.exists()


def test_a_season_comes_again_on_the_day_the_school_chose(preventive):
    work = preventive(season=Season.WINTER, next_on=date(2027, 1, 10))
    run(NOW + timedelta(days=60), date(2027, 1, 17))
    assert stored(work).next_on == date(2028, 1, 10)


def test_a_season_without_a_day_gets_the_usual_one(preventive):
    assert preventive(season=Season.RAIN).next_on == date(2027, 5, 15)


def test_another_season_brings_its_own_day(preventive, cast):
    work = preventive(season=Season.RAIN)
    changed = save_preventive(actor=cast.director, at=NOW, record=work, season=Season.WINTER, next_on=work.next_on)
    assert changed.next_on == date(2027, 1, 20)


def test_the_check_before_term_follows_the_calendar(preventive):
    work = preventive(season=Season.TERM, title="开学前安全检查")
    assert work.next_on == date(2027, 2, 15)
    term = Term.objects.create(name="2027年春", year="2026-2027", start_on=date(2027, 3, 1), end_on=date(2027, 7, 2))
    run()
    assert stored(work).next_on == date(2027, 2, 22)
    term.start_on = date(2027, 3, 8)
    term.save()
    run()
    assert stored(work).next_on == date(2027, 3, 1)


def test_a_term_entered_after_its_check_makes_no_second_check(preventive):
    work = preventive(season=Season.TERM)
    run(NOW + timedelta(days=89), date(2027, 2, 15))
    Term.objects.create(name="2027年春", year="2026-2027", start_on=date(2027, 3, 1), end_on=date(2027, 7, 2))
    run(NOW + timedelta(days=90), date(2027, 2, 16))
    assert stored(work).next_on == date(2027, 8, 25)
    assert Ticket.objects.count() == 1


def test_an_owner_who_repairs_gets_the_ticket_at_once(preventive, cast):
    preventive(owner=cast.electrician)
    run()
    assert (Ticket.objects.get().state, Ticket.objects.get().repairer) == (State.ASSIGNED, cast.electrician)


def test_one_that_cannot_be_opened_keeps_no_other_back_and_is_told_once(preventive, rooms, cast, django_capture_on_commit_callbacks):
    stuck, good = preventive(), preventive(title="检查灭火器", place=rooms.other)
    rooms.room.is_active = False
    rooms.room.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert run() == 1
        assert run() == 0
    assert stored(stuck).next_on == TODAY
    assert stored(good).next_on > TODAY
    assert Notice.objects.filter(recipient=cast.director, title__contains="没有开出来").count() == 1


def test_opened_by_hand_before_its_day_it_is_not_opened_again_on_it(preventive, cast):
    work = preventive(next_on=TODAY + timedelta(days=5))
    open_now(actor=cast.director, at=NOW, record=work)
    assert run(NOW + timedelta(days=5), TODAY + timedelta(days=5)) == 0
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("fields", [{"every_months": None}, {"every_months": 3, "season": "rain"}])
def test_either_an_interval_or_a_season(preventive, fields):
    with pytest.raises(RuleViolation) as refusal:
        preventive(**({"season": ""} | fields))
    assert refusal.value.field == "every_months"
    assert not Preventive.objects.exists()


@pytest.mark.parametrize("next_on", [TODAY - timedelta(days=1), TODAY + timedelta(days=4000), None])
def test_the_next_day_must_be_a_possible_one(preventive, next_on):
    with pytest.raises(RuleViolation) as refusal:
        preventive(next_on=next_on)
    assert refusal.value.field == "next_on"
    assert not Preventive.objects.exists()


def test_only_who_manages_plans_sets_preventive_work(preventive, cast):
    work = preventive()
    for person in (cast.teacher, cast.repairer, cast.vice):
        with pytest.raises(NotAllowed):
            save_preventive(actor=person, at=NOW, record=work, title="别的")
        with pytest.raises(NotAllowed):
            open_now(actor=person, at=NOW, record=work)
    assert stored(work).title == "清洗空调滤网"
    assert not Ticket.objects.exists()


def test_preventive_work_is_seen_by_repairers_not_by_teachers(preventive, cast):
    work = preventive()
    assert list(preventives_visible_to(cast.repairer)) == [work]
    assert not preventives_visible_to(cast.teacher)


def test_the_table_refuses_a_second_run_of_one_day_and_a_rhythm_of_both_kinds(preventive):
    work = preventive()
    run()
    ticket = Ticket.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PreventiveRun.objects.create(preventive=work, on=TODAY, ticket=ticket)
    with pytest.raises(IntegrityError), transaction.atomic():
        Preventive.objects.filter(pk=work.pk).update(season=Season.RAIN)


# The list


def test_a_plan_is_written_numbered_and_approved_by_another(plan, add, cast, django_capture_on_commit_callbacks):
    add()
    with django_capture_on_commit_callbacks(execute=True):
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert (stored(plan).state, stored(plan).number, stored(plan).submitted_by) == (PlanState.SUBMITTED, "JH-2026-0001", cast.director)
    assert Notice.objects.filter(recipient=cast.vice).count() == 1
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan, opinion="同意，先做防水")
    done = stored(plan)
    assert (done.state, done.decided_by, done.opinion) == (PlanState.APPROVED, cast.vice, "同意，先做防水")
    assert [e.action for e in Event.objects.filter(kind="repairs.planlist", record_id=plan.pk).order_by("id")] == ["create", "add_item", "submit", "approve"]


def test_nobody_approves_a_plan_of_their_own(cast, add, plan):
    from logistics.platform.access.models import Grant, Role, Scope

    Grant.objects.create(role=Role.objects.get(key="director"), permission="repairs.plan.approve", scope=Scope.ALL)
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    for decide in (rules.approve_plan, rules.return_plan):
        with pytest.raises(NotAllowed):
            decide(actor=cast.director, at=NOW, record=plan, opinion="行")
    assert stored(plan).state == PlanState.SUBMITTED


def test_without_another_approver_a_plan_is_not_sent(cast, add, plan):
    from logistics.platform.access.models import Grant

    add()
    Grant.objects.filter(permission="repairs.plan.approve").delete()
    with pytest.raises(RuleViolation, match="没有人能批准"):
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert (stored(plan).state, stored(plan).number) == (PlanState.DRAFT, "")


def test_an_empty_plan_is_not_sent(cast, plan):
    with pytest.raises(RuleViolation, match="还没有项目"):
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert stored(plan).state == PlanState.DRAFT


def test_a_returned_plan_keeps_its_number_and_goes_again(cast, plan, add):
    item = add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.return_plan(actor=cast.vice, at=NOW, record=plan, opinion="单价太高")
    assert (stored(plan).state, stored(plan).opinion) == (PlanState.RETURNED, "单价太高")
    rules.edit_item(actor=cast.director, at=NOW, record=plan, item=item, estimate=Decimal(900))
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    assert (stored(plan).number, stored(plan).opinion, stored(item).estimate) == ("JH-2026-0001", "", Decimal(900))


def test_a_return_says_why(cast, plan, add):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    with pytest.raises(RuleViolation) as refusal:
        rules.return_plan(actor=cast.vice, at=NOW, record=plan, opinion=" ")
    assert refusal.value.field == "opinion"
    assert stored(plan).state == PlanState.SUBMITTED


def test_two_deciders_one_wins(cast, plan, add):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    stale = stored(plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    with pytest.raises(RuleViolation):
        rules.return_plan(actor=cast.principal, at=NOW, record=stale, opinion="不同意")
    assert (stored(plan).state, stored(plan).decided_by) == (PlanState.APPROVED, cast.vice)


def test_only_the_sender_withdraws(cast, plan, add):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    with pytest.raises(NotAllowed):
        rules.withdraw_plan(actor=cast.admin, at=NOW, record=plan)
    rules.withdraw_plan(actor=cast.director, at=NOW, record=plan)
    assert stored(plan).state == PlanState.DRAFT


def test_a_plan_that_was_sent_or_approved_is_not_edited(cast, plan, add):
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
def test_only_who_manages_plans_writes_them(cast, plan, add, name):
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


def test_an_item_of_another_plan_is_not_touched(cast, plan, add):
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


def test_items_are_finished_with_cost_and_day(cast, approved):
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


def test_a_finished_item_is_corrected_by_finishing_it_again(cast, approved):
    item = approved.items.first()
    for cost in (100, 200):
        rules.finish_item(actor=cast.director, at=NOW, record=approved, item=item, done_on=TODAY, actual=Decimal(cost))
    assert stored(item).actual == Decimal(200)
    assert Event.objects.filter(action="finish_item").last().changes == {"实际（元）": ["100.00", "200.00"]}


def test_an_item_is_not_finished_in_the_future_or_before_approval(cast, plan, add):
    item = add()
    with pytest.raises(RuleViolation):
        rules.finish_item(actor=cast.director, at=NOW, record=plan, item=item, done_on=TODAY, actual=Decimal(1))
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    with pytest.raises(RuleViolation) as refusal:
        rules.finish_item(actor=cast.director, at=NOW, record=plan, item=item, done_on=TODAY + timedelta(days=1), actual=Decimal(1))
    assert refusal.value.field == "done_on"
    assert stored(item).done_on is None


def test_who_is_in_charge_of_an_item_finishes_that_one_only(cast, plan, add):
    mine, other = add(owner=cast.repairer), add("别人的")
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    rules.finish_item(actor=cast.repairer, at=NOW, record=plan, item=mine, done_on=TODAY, actual=Decimal(0))
    with pytest.raises(NotAllowed):
        rules.finish_item(actor=cast.repairer, at=NOW, record=plan, item=other, done_on=TODAY, actual=Decimal(0))
    assert (stored(mine).done_on, stored(other).done_on) == (TODAY, None)


def test_a_plan_with_open_works_is_not_closed(cast, approved):
    with pytest.raises(RuleViolation, match="还有 2 项"):
        rules.close_plan(actor=cast.director, at=NOW, record=approved)
    assert stored(approved).state == PlanState.APPROVED


def test_open_works_are_carried_to_a_new_plan_once(cast, approved):
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


# Tickets


def test_an_item_becomes_a_ticket_and_the_signed_ticket_finishes_it(cast, approved, kinds):
    item = approved.items.first()
    ticket = open_item_ticket(actor=cast.director, at=NOW, record=approved, item=item, kind=kinds.power)
    assert (ticket.place, ticket.origin_kind, stored(item).ticket) == (item.place, "repairs.planitem", ticket)
    with pytest.raises(RuleViolation, match="已经开了报修单"):
        open_item_ticket(actor=cast.director, at=NOW, record=approved, item=item, kind=kinds.power)
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED, closed_at=NOW, material_cost=Decimal("86.5"))
    end(stored(ticket), cast.director)
    assert (stored(item).done_on, stored(item).actual) == (TODAY, Decimal("86.50"))
    assert Ticket.objects.count() == 1


def end(ticket, actor):
    from logistics.platform.audit.rules import rule

    rule(item_ticket_ended)(actor=actor, at=NOW, origin=Ref(ticket.origin_kind, ticket.origin_id), ticket=ticket)


def test_a_cancelled_ticket_leaves_the_item_open_for_another(cast, approved, kinds):
    item = approved.items.first()
    ticket = open_item_ticket(actor=cast.director, at=NOW, record=approved, item=item, kind=kinds.power)
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CANCELLED)
    end(stored(ticket), cast.director)
    assert (stored(item).ticket, stored(item).done_on) == (None, None)
    assert open_item_ticket(actor=cast.director, at=NOW, record=approved, item=item, kind=kinds.power).pk != ticket.pk


def test_an_item_known_by_words_needs_a_place_for_its_ticket(cast, plan, add, kinds, rooms):
    item = add(place=None, place_text="西围墙")
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    with pytest.raises(RuleViolation) as refusal:
        open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water)
    assert refusal.value.field == "place"
    assert not Ticket.objects.exists()
    assert open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water, place=rooms.other).place == rooms.other


def test_the_handler_is_registered():
    assert origins.handler_for("repairs.planitem") is item_ticket_ended


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
    assert not OutboxMessage.objects.filter(key__contains="stuck").exists()
    assert preventive_rules

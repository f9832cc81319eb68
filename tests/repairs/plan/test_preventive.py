"""Preventive work: every planned day opens one ticket, whatever happens to the job (REP-10)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import Notice
from logistics.platform.org.models import User
from logistics.platform.terms.models import Term
from logistics.schedule import SCHEDULE
from repairs.plan.models import Preventive, PreventiveRun, Season
from repairs.plan.preventive_rules import open_now, run_due, save_preventive
from repairs.plan.queries import preventives_visible_to
from repairs.plan.rhythm import add_months, next_after, season_day
from repairs.plan.tasks import open_preventive
from repairs.ticket.models import State, Ticket
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-10")
TODAY = date(2026, 11, 18)  # the day of NOW


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


def test_what_is_due_opens_a_ticket_and_moves_on(preventive, cast, rooms, kinds, stored):
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


def test_after_three_silent_months_there_is_one_ticket_not_three(preventive, stored):
    work = preventive(every_months=1)
    later = NOW + timedelta(days=100)  # 26 February
    assert run(later, TODAY + timedelta(days=100)) == 1
    assert stored(work).next_on == date(2027, 3, 18)
    assert PreventiveRun.objects.get().on == TODAY


def test_before_its_day_nothing_is_opened(preventive, stored):
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


def test_a_season_comes_again_on_the_day_the_school_chose(preventive, stored):
    work = preventive(season=Season.WINTER, next_on=date(2027, 1, 10))
    run(NOW + timedelta(days=60), date(2027, 1, 17))
    assert stored(work).next_on == date(2028, 1, 10)


def test_a_season_without_a_day_gets_the_usual_one(preventive):
    assert preventive(season=Season.RAIN).next_on == date(2027, 5, 15)


def test_another_season_brings_its_own_day(preventive, cast):
    work = preventive(season=Season.RAIN)
    changed = save_preventive(actor=cast.director, at=NOW, record=work, season=Season.WINTER, next_on=work.next_on)
    assert changed.next_on == date(2027, 1, 20)


def test_the_check_before_term_follows_the_calendar(preventive, stored):
    work = preventive(season=Season.TERM, title="开学前安全检查")
    assert work.next_on == date(2027, 2, 15)
    term = Term.objects.create(name="2027年春", year="2026-2027", start_on=date(2027, 3, 1), end_on=date(2027, 7, 2))
    run()
    assert stored(work).next_on == date(2027, 2, 22)
    term.start_on = date(2027, 3, 8)
    term.save()
    run()
    assert stored(work).next_on == date(2027, 3, 1)


def test_a_term_entered_after_its_check_makes_no_second_check(preventive, stored):
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


def test_one_that_cannot_be_opened_keeps_no_other_back_and_is_told_once(preventive, rooms, cast, django_capture_on_commit_callbacks, stored):
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


def test_only_who_manages_plans_sets_preventive_work(preventive, cast, stored):
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


def test_the_daily_task_opens_what_is_due_once(preventive, monkeypatch):
    preventive()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert (open_preventive(), open_preventive()) == (1, 0)
    assert Ticket.objects.get().reported_by == User.objects.system()


def test_the_daily_task_stands_in_the_schedule():
    assert "repairs.plan.tasks.open_preventive" in {job["task"] for job in SCHEDULE.values()}

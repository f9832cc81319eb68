"""Setting up the school calendar: terms, days, working hours, public holidays (ORG-03)."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.terms import rules
from logistics.platform.terms.models import CalendarDay, DayKind, Term, WorkingHours
from logistics.platform.terms.queries import SchoolCalendar, calendar

pytestmark = pytest.mark.requirement("ORG-03")
MONDAY = date(2026, 3, 2)


@pytest.fixture
def clerk(person):
    return person("周建平", "platform.calendar.manage")


# Public holidays


def test_loading_a_year_adds_its_days_once_and_keeps_the_schools_own(clerk, at):
    rules.save_calendar_day(actor=clerk, at=at, on=date(2026, 10, 1), kind=DayKind.MAKEUP, name="校庆")
    assert rules.load_public_holidays(actor=clerk, at=at, year=2026) == 38
    assert rules.load_public_holidays(actor=clerk, at=at, year=2026) == 0
    assert CalendarDay.objects.count() == 39
    assert CalendarDay.objects.get(on=date(2026, 10, 1)).name == "校庆"
    assert Event.objects.filter(kind="platform.calendarday", action="create").count() == 39


def test_an_unknown_year_says_to_type_it_in(clerk, at):
    with pytest.raises(RuleViolation, match="逐日填写"):
        rules.load_public_holidays(actor=clerk, at=at, year=2099)
    assert not CalendarDay.objects.exists()


# Setting up


def term_values(**changed) -> dict:
    return {"name": "秋季学期", "year": "2026-2027", "start_on": date(2026, 9, 1), "end_on": date(2027, 1, 20)} | changed


def test_a_term_is_saved_and_changed_with_before_and_after(clerk, at):
    term = rules.save_term(actor=clerk, at=at, **term_values())
    rules.save_term(actor=clerk, at=at, record=term, end_on=date(2027, 1, 22))
    assert Term.objects.get().end_on == date(2027, 1, 22)
    assert [event.action for event in Event.objects.order_by("id")] == ["create", "update"]
    assert Event.objects.last().changes == {"放假": ["2027-01-20", "2027-01-22"]}


def test_a_form_that_wrote_into_the_record_first_does_not_hide_the_change(clerk, at):
    term = rules.save_term(actor=clerk, at=at, **term_values())
    term.end_on = date(2027, 1, 22)
    rules.save_term(actor=clerk, at=at, record=term, end_on=date(2027, 1, 22))
    assert Event.objects.last().changes == {"放假": ["2027-01-20", "2027-01-22"]}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"year": "2026"}, "year"),
        ({"year": "2026-2028"}, "year"),
        ({"year": None}, "year"),
        ({"start_on": date(2025, 9, 1), "end_on": date(2026, 1, 20)}, "start_on"),
        ({"end_on": date(2027, 12, 31)}, "end_on"),
    ],
)
def test_a_term_outside_its_school_year_is_refused(clerk, at, changed, field):
    with pytest.raises(RuleViolation) as refusal:
        rules.save_term(actor=clerk, at=at, **term_values(**changed))
    assert refusal.value.field == field
    assert not Term.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("changed", [{"end_on": date(2026, 8, 1)}, {"end_on": date(2026, 9, 1)}, {"start_on": None}, {"name": ""}])
def test_a_term_with_wrong_or_missing_facts_is_refused(clerk, at, changed):
    with pytest.raises(ValidationError):
        rules.save_term(actor=clerk, at=at, **term_values(**changed))
    assert not Term.objects.exists()


def test_terms_do_not_overlap(clerk, at):
    rules.save_term(actor=clerk, at=at, **term_values())
    with pytest.raises(RuleViolation, match="秋季学期"):
        rules.save_term(actor=clerk, at=at, **term_values(name="另一学期", start_on=date(2027, 1, 20), end_on=date(2027, 6, 30)))
    assert Term.objects.count() == 1
    rules.save_term(actor=clerk, at=at, **term_values(name="春季学期", start_on=date(2027, 1, 21), end_on=date(2027, 6, 30)))


def test_a_removed_term_stays_in_the_journal(clerk, at):
    term = rules.save_term(actor=clerk, at=at, **term_values())
    rules.remove_term(actor=clerk, at=at, record=term)
    assert not Term.objects.exists()
    event = Event.objects.last()
    assert (event.action, event.note) == ("remove", "2026-09-01 至 2027-01-20")


def test_removing_twice_is_a_conflict(clerk, at):
    day = rules.save_calendar_day(actor=clerk, at=at, on=date(2026, 9, 10), kind=DayKind.HOLIDAY, name="校庆")
    seen_by_another = CalendarDay.objects.get()
    rules.remove_calendar_day(actor=clerk, at=at, record=day)
    with pytest.raises(Conflict):
        rules.remove_calendar_day(actor=clerk, at=at, record=seen_by_another)
    assert Event.objects.filter(action="remove").count() == 1


def test_one_day_has_one_entry(clerk, at):
    rules.save_calendar_day(actor=clerk, at=at, on=date(2026, 9, 10), kind=DayKind.HOLIDAY, name="校庆")
    with pytest.raises(ValidationError):
        rules.save_calendar_day(actor=clerk, at=at, on=date(2026, 9, 10), kind=DayKind.MAKEUP, name="运动会")
    assert CalendarDay.objects.get().name == "校庆"


def test_a_break_is_filled_in_one_go_around_days_already_set(clerk, at):
    rules.save_calendar_day(actor=clerk, at=at, on=date(2027, 2, 1), kind=DayKind.MAKEUP, name="护校值班")
    added = rules.save_calendar_span(actor=clerk, at=at, first_on=date(2027, 1, 21), last_on=date(2027, 2, 20), kind=DayKind.HOLIDAY, name="寒假")
    assert added == 30
    assert calendar().is_working_day(date(2027, 2, 1))
    assert not calendar().is_working_day(date(2027, 2, 2))


@pytest.mark.parametrize(
    "changed",
    [{"last_on": date(2027, 1, 1)}, {"last_on": date(2027, 12, 1)}, {"kind": "sometimes"}, {"name": "寒" * 31}, {"name": ""}],
)
def test_a_wrong_break_adds_nothing(clerk, at, changed):
    values = {"first_on": date(2027, 1, 21), "last_on": date(2027, 2, 20), "kind": DayKind.HOLIDAY, "name": "寒假"} | changed
    with pytest.raises(RuleViolation):
        rules.save_calendar_span(actor=clerk, at=at, **values)
    assert not CalendarDay.objects.exists()


def test_working_hours_do_not_overlap(clerk, at):
    morning = rules.save_working_hours(actor=clerk, at=at, start=time(8), end=time(12))
    with pytest.raises(RuleViolation, match="08:00–12:00"):
        rules.save_working_hours(actor=clerk, at=at, start=time(11, 30), end=time(13))
    assert WorkingHours.objects.count() == 1
    rules.save_working_hours(actor=clerk, at=at, start=time(12), end=time(13))
    with pytest.raises(RuleViolation):
        rules.save_working_hours(actor=clerk, at=at, record=morning, end=time(12, 30))
    assert WorkingHours.objects.get(pk=morning.pk).end == time(12)


def test_removed_hours_leave_the_usual_ones(clerk, at):
    hours = rules.save_working_hours(actor=clerk, at=at, start=time(9), end=time(16))
    assert calendar().hours == ((time(9), time(16)),)
    rules.remove_working_hours(actor=clerk, at=at, record=hours)
    assert calendar() == SchoolCalendar()


@pytest.mark.parametrize(
    ("act", "values"),
    [
        (rules.save_term, term_values()),
        (rules.save_calendar_day, {"on": MONDAY, "kind": DayKind.HOLIDAY, "name": "校庆"}),
        (rules.save_calendar_span, {"first_on": MONDAY, "last_on": MONDAY, "kind": DayKind.HOLIDAY, "name": "校庆"}),
        (rules.load_public_holidays, {"year": 2026}),
        (rules.save_working_hours, {"start": time(8), "end": time(12)}),
        (rules.remove_term, {"record": Term(pk=1)}),
        (rules.remove_calendar_day, {"record": CalendarDay(pk=1)}),
        (rules.remove_working_hours, {"record": WorkingHours(pk=1)}),
    ],
)
def test_only_who_keeps_the_calendar_changes_it(person, at, act, values):
    with pytest.raises(NotAllowed, match="没有"):
        act(actor=person("路人"), at=at, **values)
    assert not Event.objects.exists()
    assert not (Term.objects.exists() or CalendarDay.objects.exists() or WorkingHours.objects.exists())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        Term(name="倒", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2026, 8, 1)),
        WorkingHours(start=time(12), end=time(8)),
    ],
)
def test_the_database_itself_refuses_an_end_before_the_start(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    assert not type(row).objects.exists()


@pytest.mark.django_db
def test_the_database_itself_refuses_a_day_twice():
    CalendarDay.objects.create(on=MONDAY, kind=DayKind.HOLIDAY, name="校庆")
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(on=MONDAY, kind=DayKind.MAKEUP, name="补课")

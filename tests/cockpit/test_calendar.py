"""The school calendar: terms, special days on the month's sheet, working hours (ORG-03)."""

from datetime import date

import pytest

from logistics.cockpit.setup.calendar_pages import month_asked, month_sheet
from logistics.platform.audit.models import Event
from logistics.platform.terms.models import CalendarDay, Term, WorkingHours
from logistics.platform.terms.queries import calendar

from .conftest import words

pytestmark = pytest.mark.requirement("ORG-03")
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("", date(2026, 11, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("9999-12", date(2026, 11, 1)),
        ("0001-01", date(2026, 11, 1)),
        ("x", date(2026, 11, 1)),
    ],
)
def test_any_month_may_be_asked_for(text, first):
    assert month_asked(text, TODAY) == first


def test_the_sheet_knows_weeks_holidays_and_worked_weekends(db):
    Term.objects.create(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    CalendarDay.objects.create(on=date(2026, 10, 1), kind="holiday", name="国庆节")
    CalendarDay.objects.create(on=date(2026, 10, 10), kind="makeup", name="国庆节")
    rows = month_sheet(date(2026, 10, 1), calendar(), TODAY)
    cells = {cell.on: cell for row in rows for cell in row.cells}
    assert [row.number for row in rows] == [5, 6, 7, 8, 9]
    assert (cells[date(2026, 10, 1)].kind, cells[date(2026, 10, 1)].is_working) == ("holiday", False)
    assert cells[date(2026, 10, 10)].is_working
    assert not cells[date(2026, 10, 11)].is_working
    assert cells[date(2026, 9, 28)].is_out


@pytest.mark.parametrize("month", ["2026-10", "1990-01", "2100-12", "bad", "2026-02"])
def test_the_month_opens_for_everybody_and_is_changed_only_by_who_keeps_it(director, teacher, month):
    assert director.get(f"/setup/calendar/?month={month}").status_code == 200
    page = words(teacher.get(f"/setup/calendar/?month={month}"))
    assert "/setup/calendar/new/" not in page
    assert teacher.post("/setup/calendar/new/", {"on": "2026-10-01", "kind": "holiday", "name": "国庆节"}).status_code == 403
    assert not CalendarDay.objects.exists()


def test_a_day_is_set_changed_and_made_ordinary_again(director):
    assert "2026-10-23" in words(director.get("/setup/calendar/new/?on=2026-10-23"))
    answer = director.post("/setup/calendar/new/", {"on": "2026-10-23", "kind": "holiday", "name": "校运会"})
    assert answer.url == "/setup/calendar/?month=2026-10"
    day = CalendarDay.objects.get()
    assert "改回平常日子" in words(director.get(f"/setup/calendar/{day.pk}/edit/"))
    director.post(f"/setup/calendar/{day.pk}/edit/", {"on": "2026-10-23", "kind": "makeup", "name": "补课"})
    assert CalendarDay.objects.get().kind == "makeup"
    assert director.post(f"/setup/calendar/{day.pk}/remove/").status_code == 302
    assert not CalendarDay.objects.exists()
    assert [event.action for event in Event.objects.order_by("id")] == ["create", "update", "remove"]


@pytest.mark.parametrize(
    "form",
    [
        {"on": "2026-10-01", "kind": "holiday", "name": "重复"},
        {"on": "2026-02-30", "kind": "holiday", "name": "没有这天"},
        {"on": "", "kind": "holiday", "name": "没填"},
        {"on": "2026-10-02", "kind": "party", "name": "没有这类"},
        {"on": "2026-10-02", "kind": "holiday", "name": ""},
    ],
)
def test_a_day_that_will_not_do_is_refused(director, form):
    CalendarDay.objects.create(on=date(2026, 10, 1), kind="holiday", name="国庆节")
    assert director.post("/setup/calendar/new/", form).status_code == 422
    assert CalendarDay.objects.count() == 1


def test_the_public_holidays_of_a_year_are_filled_in_once(director):
    assert director.post("/setup/calendar/holidays/", {"year": "2026"}).url == "/setup/calendar/?month=2026-01"
    count = CalendarDay.objects.count()
    assert CalendarDay.objects.get(on=date(2026, 10, 1)).kind == "holiday"
    director.post("/setup/calendar/holidays/", {"year": "2026"})
    assert CalendarDay.objects.count() == count
    for year in ("1999", "abc", "", "99999"):
        assert director.post("/setup/calendar/holidays/", {"year": year}).status_code == 400
    assert CalendarDay.objects.count() == count


def test_a_whole_holiday_is_filled_in_at_once(director):
    answer = director.post("/setup/calendar/span/", {"first_on": "2027-01-23", "last_on": "2027-02-23", "kind": "holiday", "name": "寒假"})
    assert answer.url == "/setup/calendar/?month=2027-01"
    assert CalendarDay.objects.filter(name="寒假").count() == 32
    answer = director.post("/setup/calendar/span/", {"first_on": "2027-02-23", "last_on": "2027-01-23", "kind": "holiday", "name": "寒假"})
    assert answer.status_code == 422
    assert "结束日期要不早于开始日期" in words(answer)


def test_a_term_and_one_that_overlaps_it(director):
    autumn = {"name": "2026年秋季学期", "year": "2026-2027", "start_on": "2026-09-01", "end_on": "2027-01-22"}
    assert director.post("/setup/term/new/", autumn).status_code == 302
    answer = director.post("/setup/term/new/", autumn | {"name": "又一个学期"})
    assert answer.status_code == 422
    assert "重叠" in words(answer)
    term = Term.objects.get()
    page = words(director.get("/setup/calendar/?month=2026-11"))
    assert "2026年秋季学期" in page
    assert director.post(f"/setup/term/{term.pk}/remove/").status_code == 302
    assert not Term.objects.exists()


def test_working_hours_and_the_usual_ones_without_any(director):
    assert "08:00–12:00、14:00–17:30" in words(director.get("/setup/calendar/"))
    assert director.post("/setup/hours/new/", {"start": "07:40", "end": "11:40"}).status_code == 302
    answer = director.post("/setup/hours/new/", {"start": "11:00", "end": "13:00"})
    assert answer.status_code == 422
    hours = WorkingHours.objects.get()
    assert "07:40–11:40" in words(director.get("/setup/calendar/"))
    assert director.post(f"/setup/hours/{hours.pk}/remove/").status_code == 302
    assert not WorkingHours.objects.exists()


@pytest.mark.parametrize("name", ["calendar", "term", "hours"])
def test_the_lists_export_to_excel(director, name):
    director.post("/setup/calendar/holidays/", {"year": "2026"})
    answer = director.get(f"/setup/{name}/export/")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert director.get(f"/setup/{name}/?list=1").status_code == 200

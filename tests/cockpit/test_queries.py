"""Lists stay within ten queries whatever the rows; the first page asks each app once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.platform.org.models import Department, Post, SchoolClass, Student, User
from logistics.platform.org.rules import save_department
from logistics.platform.places.models import Level
from logistics.platform.terms.models import CalendarDay
from logistics.platform.web import home
from tests.conftest import make_place

LISTS = [
    "/me/",
    "/places/",
    "/places/?list=1",
    "/setup/",
    "/setup/department/",
    "/setup/post/",
    "/setup/post/duties/",
    "/setup/person/",
    "/setup/class/",
    "/setup/student/",
    "/setup/calendar/",
    "/setup/calendar/?list=1",
    "/setup/term/",
    "/setup/hours/",
    "/setup/journal/",
    "/setup/journal/heads/",
    "/setup/role/",
    "/setup/role/holders/",
    "/search/?q=教学楼",
]


@pytest.fixture
def crowd(cast, rooms, now):
    for n in range(6):
        department = save_department(actor=cast.admin, at=now, name=f"部门{n}", head=cast.teacher)
        person = User.objects.create(username=f"P{n}", name=f"教师{n}", department=department)
        person.roles.set(cast.teacher.roles.all())
        post = Post.objects.create(name=f"岗位{n}", department=department, duties="一\n二")
        post.holders.add(person)
        school_class = SchoolClass.objects.create(name=f"班{n}", grade="七", head_teacher=person, room=rooms.room)
        Student.objects.create(number=f"S{n}", name=f"学生{n}", school_class=school_class)
        make_place(f"教学楼{n}号", rooms.campus, Level.BUILDING, code=f"Q{n}", responsible=person)
    assert Department.objects.count() > 6


@pytest.mark.parametrize("address", LISTS)
def test_a_list_takes_at_most_ten_queries(admin, crowd, address):
    admin.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert admin.get(address).status_code == 200
    assert len(seen) <= 10, "\n".join(query["sql"][:110] for query in seen)


def test_the_first_page_itself_takes_seven_queries_and_no_more_with_a_long_calendar(admin, crowd, monkeypatch):
    monkeypatch.setattr(home, "sources", home.Sources())
    monkeypatch.setattr("logistics.cockpit.home.queries.sources", home.sources)
    CalendarDay.objects.bulk_create(CalendarDay(on=date(2026, 1, 1) + timedelta(days=n), kind="holiday", name="假") for n in range(400))
    admin.get("/")
    with CaptureQueriesContext(connection) as seen:
        assert admin.get("/").status_code == 200
    assert len(seen) <= 7, "\n".join(query["sql"][:110] for query in seen)

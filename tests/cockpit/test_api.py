"""The same data and rules by the API (ORG-01 to ORG-04, GEN-01)."""

import pytest
from rest_framework.test import APIClient

from logistics.platform.audit.models import Event
from logistics.platform.org.models import Department, Post, SchoolClass, Student, User
from logistics.platform.places.models import Place
from logistics.platform.terms.models import Term

READ = ["org/people", "org/departments", "org/posts", "org/places", "org/classes", "org/terms", "org/calendar-days", "org/working-hours"]


@pytest.fixture
def api(cast):
    def call(key: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(getattr(cast, key))
        return client

    return call


@pytest.mark.requirement("ORG-01", "ORG-02", "ORG-03", "ORG-04")
@pytest.mark.parametrize("records", READ)
def test_staff_read_what_the_pages_show_and_strangers_nothing(api, rooms, records):
    assert api("teacher").get(f"/api/v1/{records}/").status_code == 200
    assert APIClient().get(f"/api/v1/{records}/").status_code in (401, 403)
    assert api("teacher").post(f"/api/v1/{records}/", {}, format="json").status_code == 403


@pytest.mark.requirement("ORG-01")
def test_a_person_made_by_the_api_gets_a_first_password_in_that_answer_only(api, cast):
    answer = api("director").post("/api/v1/org/people/", {"name": "周建平", "username": "W001", "title": "水工"}, format="json")
    assert answer.status_code == 201
    made = User.objects.get(username="W001")
    assert made.check_password(answer.data["first_password"])
    assert api("director").get(f"/api/v1/org/people/{made.pk}/").data["first_password"] is None
    again = api("director").post(f"/api/v1/org/people/{made.pk}/password/", {}, format="json")
    assert again.status_code == 200
    assert User.objects.get(pk=made.pk).check_password(again.data["first_password"])
    assert "password" not in {key for key in again.data if key != "first_password"}


@pytest.mark.requirement("ORG-01")
def test_the_api_refuses_what_the_page_refuses(api, cast):
    before = User.objects.count()
    answer = api("director").post("/api/v1/org/people/", {"name": "又一个", "username": "teacher"}, format="json")
    assert answer.status_code == 400
    assert "username" in answer.data
    assert api("teacher").post(f"/api/v1/org/people/{cast.guard.pk}/password/", {}, format="json").status_code == 403
    assert api("director").post(f"/api/v1/org/people/{cast.admin.pk}/password/", {}, format="json").status_code == 403
    assert User.objects.count() == before
    assert not Event.objects.exists()


@pytest.mark.requirement("ORG-01")
def test_posts_and_departments_are_written_by_the_api(api, cast):
    office = Department.objects.get(name="总务处")
    answer = api("director").post(
        "/api/v1/org/posts/", {"name": "水工", "duties": "小修不隔夜", "holders": [cast.plumber.pk], "department": office.pk, "order": 1}, format="json"
    )
    assert answer.status_code == 201, answer.data
    assert list(Post.objects.get().holders.all()) == [cast.plumber]
    listed = api("teacher").get("/api/v1/org/posts/").data["results"]
    assert listed[0]["duties"] == ["小修不隔夜"]
    assert listed[0]["holders"] == [cast.plumber.name]
    assert (
        api("director").put(f"/api/v1/org/departments/{office.pk}/", {"name": "后勤处", "order": 0, "is_active": True}, format="json").data["name"] == "后勤处"
    )


@pytest.mark.requirement("ORG-02")
def test_places_are_read_found_and_written_by_the_api(api, rooms):
    found = api("teacher").get("/api/v1/org/places/?q=305").data["results"]
    assert [row["full_name"] for row in found] == ["教学楼A座 3层 305教室"]
    made = api("keeper").post(
        "/api/v1/org/places/", {"parent": f"id:{rooms.floor.pk}", "level": "room", "name": "309教室", "kind": "classroom", "order": 0}, format="json"
    )
    assert made.status_code == 201, made.data
    assert Place.objects.get(name="309教室").parent == rooms.floor
    closed = api("keeper").post(f"/api/v1/org/places/{rooms.other.pk}/close/", {}, format="json")
    assert closed.data["is_active"] is False
    assert api("keeper").post(f"/api/v1/org/places/{rooms.room.pk}/close/", {}, format="json").status_code == 400


@pytest.mark.requirement("ORG-04")
def test_students_of_other_classes_are_404_for_a_head_teacher(api, rooms):
    other = SchoolClass.objects.create(name="八年级（1）班", grade="八年级")
    own = Student.objects.create(number="1", name="李雷", school_class=rooms.school_class)
    strange = Student.objects.create(number="2", name="韩梅", school_class=other)
    assert [row["id"] for row in api("headteacher").get("/api/v1/org/students/").data["results"]] == [own.pk]
    assert api("headteacher").get(f"/api/v1/org/students/{strange.pk}/").status_code == 404
    assert api("teacher").get("/api/v1/org/students/").status_code == 403
    new = {"number": "3", "name": "林涛", "school_class": other.pk, "is_active": True}
    assert api("headteacher").post("/api/v1/org/students/", new, format="json").status_code == 403
    assert api("director").post("/api/v1/org/students/", new, format="json").status_code == 201


@pytest.mark.requirement("ORG-03")
def test_terms_are_written_by_the_api_with_the_pages_checks(api, cast):
    term = {"name": "秋季学期", "year": "2026-2027", "start_on": "2026-09-01", "end_on": "2027-01-22"}
    assert api("director").post("/api/v1/org/terms/", term, format="json").status_code == 201
    answer = api("director").post("/api/v1/org/terms/", term | {"name": "重叠"}, format="json")
    assert answer.status_code == 400
    assert "start_on" in answer.data
    assert Term.objects.count() == 1


@pytest.mark.requirement("GEN-01")
def test_the_journal_and_the_roles_are_read_by_who_may(api, cast, now):
    api("director").post("/api/v1/org/departments/", {"name": "医务室", "order": 0, "is_active": True}, format="json")
    (event,) = api("inspector").get("/api/v1/audit/events/").data["results"]
    assert event["actor_name"] == cast.director.name
    assert event["source"].startswith("接口") or event["source"] == "后台"
    assert api("teacher").get("/api/v1/audit/events/").status_code == 403
    assert api("inspector").post("/api/v1/audit/events/", {}, format="json").status_code == 405
    roles = {row["key"]: row for row in api("admin").get("/api/v1/org/roles/").data["results"]}
    assert roles["director"]["grants"]["platform.people.manage"] == "all"
    assert api("director").get("/api/v1/org/roles/").status_code == 403

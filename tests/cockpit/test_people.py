"""Departments, posts with duties, staff: their pages (ORG-01)."""

import re

import pytest

from logistics.platform.access.models import ApiToken, Grant, Role
from logistics.platform.audit.models import Event
from logistics.platform.org.models import Department, Post, User
from tests.conftest import api_key

from .conftest import words

pytestmark = pytest.mark.requirement("ORG-01")
NEW = {"name": "周建平", "username": "W001", "department": "", "title": "水工", "phone": "", "email": ""}


def shown_password(page: str) -> str:
    return re.search(r'<code class="secret">([^<]+)</code>', page)[1]


def test_a_new_person_gets_a_password_that_is_shown_once_and_must_be_changed(director, client):
    answer = director.post("/setup/person/new/", NEW)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    password = shown_password(words(answer))
    made = User.objects.get(username="W001")
    assert made.check_password(password)
    assert password not in words(director.get(f"/setup/person/{made.pk}/"))
    assert client.post("/login/", {"username": "W001", "password": password}).status_code == 302
    assert client.get("/").url == "/password/"


def test_a_person_with_a_taken_number_is_refused_at_the_field(director, cast):
    before = User.objects.count()
    answer = director.post("/setup/person/new/", NEW | {"username": "teacher"})
    assert answer.status_code == 422
    assert User.objects.count() == before


def test_resetting_a_password_shows_the_new_one_once_and_ends_keys_to_the_api(director, cast):
    api_key(cast.teacher)
    address = f"/setup/person/{cast.teacher.pk}/password/"
    assert "只显示一次" in words(director.get(address))
    password = shown_password(words(director.post(address)))
    changed = User.objects.get(username="teacher")
    assert changed.check_password(password)
    assert changed.must_change_password
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert password not in "".join(Event.objects.values_list("text", flat=True))


def test_only_who_hands_out_roles_resets_the_password_of_one_who_does(director, cast):
    before = cast.admin.password
    assert director.post(f"/setup/person/{cast.admin.pk}/password/").status_code in (302, 403)
    assert User.objects.get(username="admin").password == before
    assert "重置密码" not in words(director.get(f"/setup/person/{cast.admin.pk}/"))


def test_leaving_names_what_to_hand_over_first_and_ends_roles(director, cast):
    post = Post.objects.create(name="水工", duties="小修不隔夜")
    post.holders.add(cast.plumber)
    address = f"/setup/person/{cast.plumber.pk}/leave/"
    assert "岗位（水工）" in words(director.get(address))
    answer = director.post(address)
    assert answer.status_code == 422
    assert User.objects.get(username="repairer").is_active

    post.holders.clear()
    assert director.post(address).status_code == 302
    gone = User.objects.get(username="repairer")
    assert not gone.is_active
    assert not gone.roles.exists()
    assert director.post(f"/setup/person/{gone.pk}/back/").status_code == 302
    assert User.objects.get(username="repairer").is_active


def test_roles_are_set_from_the_persons_page_by_who_may(admin, director, cast):
    address = f"/setup/person/{cast.teacher.pk}/roles/"
    keeper = Role.objects.get(key="keeper")
    assert director.get(address).status_code == 403
    assert admin.post(address, {"roles": [keeper.pk]}).status_code == 302
    assert [role.key for role in cast.teacher.roles.all()] == ["keeper"]
    assert Event.objects.get(action="set_roles").changes == {"角色": ["教师", "资产管理员"]}


def test_slips_give_passwords_to_everybody_who_has_none(director, cast):
    User.objects.bulk_create([User(username=f"N{n}", name=f"新人{n}", password="!", must_change_password=True) for n in range(3)])
    assert "有 3 人还没有密码" in words(director.get("/setup/person/passwords/"))
    page = words(director.post("/setup/person/passwords/", {"department": ""}))
    assert len(re.findall(r'class="secret"', page)) == 3
    assert not User.objects.filter(password="!", is_person=True, is_active=True).exists()
    assert "没有要发密码的人" in words(director.post("/setup/person/passwords/", {"department": ""}))


def test_the_list_is_the_schools_directory(teacher, as_person, cast):
    User.objects.filter(username="driver").update(is_active=False)
    page = words(teacher.get("/setup/person/"))
    assert cast.director.phone in page
    assert "司某" not in page, "leavers are only for who keeps the list"
    assert "司某" in words(as_person("director").get("/setup/person/"))
    assert teacher.get("/setup/person/new/").status_code == 403
    Grant.objects.filter(permission="platform.directory.view").delete()
    assert as_person("teacher").get("/setup/person/").status_code == 403


def test_what_was_done_to_an_account_is_not_told_to_everybody(teacher, director, cast):
    director.post(f"/setup/person/{cast.plumber.pk}/password/")
    assert "重置密码，下次登录要改" in words(director.get(f"/setup/person/{cast.plumber.pk}/"))
    assert "重置密码，下次登录要改" not in words(teacher.get(f"/setup/person/{cast.plumber.pk}/"))


@pytest.mark.parametrize(
    "query", ["q=宿某", "role={role}", "department={department}", "state=in", "state=out", "state=new", "state=bad", "sort=-pinyin", "page=99"]
)
def test_the_lists_filters_answer(director, cast, query):
    address = "/setup/person/?" + query.format(role=Role.objects.get(key="dormkeeper").pk, department=cast.director.department_id)
    answer = director.get(address)
    assert answer.status_code == 200
    if query.startswith(("q=", "role=")):
        assert "宿某" in words(answer)
        assert "教某" not in words(answer).split("<tbody>")[1]


def test_a_department_with_people_cannot_be_closed(director, cast):
    office = Department.objects.get(name="总务处")
    assert director.get(f"/setup/department/{office.pk}/").status_code == 200
    answer = director.post(f"/setup/department/{office.pk}/edit/", {"name": "总务处", "head": "", "phone": "", "order": "0"})
    assert answer.status_code == 422
    assert "先把他们调到别的部门" in words(answer)
    assert Department.objects.get(pk=office.pk).is_active


def test_a_new_department_with_its_head(director, cast):
    answer = director.post("/setup/department/new/", {"name": "医务室", "head": cast.nurse.pk, "phone": "8260", "order": "3", "is_active": "on"})
    made = Department.objects.get(name="医务室")
    assert answer.url == f"/setup/department/{made.pk}/"
    assert made.head == cast.nurse


def test_a_post_with_duties_one_a_line_and_its_holders(director, cast):
    answer = director.post(
        "/setup/post/new/",
        {"name": "水工", "department": "", "duties": "小修不隔夜\n\n每周巡查管道\n", "holders": [cast.plumber.pk, cast.electrician.pk], "order": "0"},
    )
    post = Post.objects.get(name="水工")
    assert answer.url == f"/setup/post/{post.pk}/"
    assert post.duty_lines == ["小修不隔夜", "每周巡查管道"]
    assert {person.username for person in post.holders.all()} == {"repairer", "electrician"}
    page = words(director.get(f"/setup/post/{post.pk}/edit/"))
    assert re.search(rf'value="{cast.plumber.pk}" checked', page)


def test_duties_nobody_owns_stand_out(director, teacher, cast):
    lonely = Post.objects.create(name="绿化员", duties="浇水\n除草")
    owned = Post.objects.create(name="水工", duties="小修不隔夜")
    owned.holders.add(cast.plumber)
    page = words(director.get("/setup/post/"))
    assert "没有人管的职责" in page
    assert "没有人担任" in page
    assert "有 2 条职责没有人管" in words(director.get("/setup/"))
    board = words(teacher.get("/setup/post/duties/"))
    assert "2 条职责没有人管" in board
    assert "小修不隔夜" in board
    lonely.holders.add(cast.guard)
    assert "每条职责都有人管" in words(teacher.get("/setup/post/duties/"))
    assert "没有人管的职责" not in words(director.get("/setup/post/"))


def test_all_duties_leave_as_a_workbook(teacher, cast):
    Post.objects.create(name="绿化员", duties="浇水\n除草")
    answer = teacher.get("/setup/post/duties/?export=1")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_a_post_with_holders_cannot_be_done_away_with(director, cast):
    post = Post.objects.create(name="水工", duties="小修不隔夜")
    post.holders.add(cast.plumber)
    assert director.post(f"/setup/post/{post.pk}/remove/").status_code in (302, 400, 422)
    assert Post.objects.filter(pk=post.pk).exists()
    post.holders.clear()
    assert director.post(f"/setup/post/{post.pk}/remove/").url == "/setup/post/"
    assert not Post.objects.filter(pk=post.pk).exists()
    assert Event.objects.get(action="remove").note == "小修不隔夜"


@pytest.mark.parametrize("name", ["department", "post", "person"])
def test_the_lists_export_to_excel(director, cast, name):
    answer = director.get(f"/setup/{name}/export/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")

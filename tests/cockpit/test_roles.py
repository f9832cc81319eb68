"""Roles × permissions: the table the school edits (GEN-01)."""

import re

import pytest

from logistics.cockpit.setup.roles import groups
from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.audit.models import Event

from .conftest import words

pytestmark = pytest.mark.requirement("GEN-01")


RIGHTS = "/setup/role/?app=安全和日志"


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def cell(role: str, permission: str) -> str:
    return f"g-{Role.objects.get(key=role).pk}-{permission}"


def scope(role: str, permission: str) -> str | None:
    return Grant.objects.filter(role__key=role, permission=permission).values_list("scope", flat=True).first()


def test_only_who_manages_roles_sees_the_table(admin, director):
    assert admin.get("/setup/role/").status_code == 200
    assert director.get("/setup/role/").status_code == 403
    assert director.get("/setup/role/holders/").status_code == 403
    assert director.post("/setup/role/", {"seen": "x"}).status_code == 403


def test_every_apps_part_of_the_table_is_small_enough(admin):
    for group in groups():
        page = admin.get("/setup/role/", {"app": group})
        assert page.status_code == 200
        assert len(page.content) <= 100_000, group
    assert admin.get("/setup/role/", {"app": "没有"}).status_code == 200


def test_a_cell_gives_changes_and_takes_a_permission(admin):
    code = "platform.places.manage"
    for word, expected in (("地点", Scope.BUILDING), ("全校", Scope.ALL), ("—", None)):
        page = words(admin.get("/setup/role/"))
        assert admin.post("/setup/role/", {"seen": seen(page), cell("guard", code): word}).status_code == 302
        assert scope("guard", code) == expected
    assert [event.text for event in Event.objects.filter(action="set_grant").order_by("id")] == [
        "地点：— → 负责的地点",
        "地点：负责的地点 → 全校",
        "地点：全校 → —",
    ]
    assert scope("director", code) == Scope.ALL, "cells that were not sent stay"


def test_a_new_permission_counts_at_once(admin, as_person):
    guard = as_person("guard")
    assert guard.get("/setup/journal/").status_code == 403
    page = words(admin.get(RIGHTS))
    admin.post(RIGHTS, {"seen": seen(page), cell("guard", "platform.journal.view"): "全校"})
    assert guard.get("/setup/journal/").status_code == 200


def test_a_table_somebody_else_changed_meanwhile_is_not_written_over(admin):
    page = words(admin.get("/setup/role/"))
    Grant.objects.create(role=Role.objects.get(key="guard"), permission="platform.places.manage", scope=Scope.OWN)
    answer = admin.post("/setup/role/", {"seen": seen(page), cell("chef", "platform.places.manage"): "全校"})
    assert answer.status_code in (302, 409)
    assert scope("chef", "platform.places.manage") is None
    assert scope("guard", "platform.places.manage") == Scope.OWN
    assert not Event.objects.exists()


def test_the_last_right_to_manage_roles_cannot_be_given_away(admin):
    page = words(admin.get(RIGHTS))
    answer = admin.post(RIGHTS, {"seen": seen(page), cell("admin", "platform.roles.manage"): "—", cell("guard", "platform.journal.view"): "全校"})
    assert answer.status_code in (302, 400)
    assert scope("admin", "platform.roles.manage") == Scope.ALL
    assert scope("guard", "platform.journal.view") is None, "all or nothing"
    assert not Event.objects.exists()


@pytest.mark.parametrize("sent", [{"bad": "全校"}, {"g-1-no.such": "全校"}, {"g-x-y": "1"}, {"g-999999-platform.places.manage": "全校"}])
def test_cells_that_do_not_exist_change_nothing(admin, sent):
    before = Grant.objects.count()
    page = words(admin.get("/setup/role/"))
    assert admin.post("/setup/role/", {"seen": seen(page)} | sent).status_code == 302
    assert Grant.objects.count() == before


def test_an_unknown_scope_is_refused(admin):
    page = words(admin.get("/setup/role/"))
    assert admin.post("/setup/role/", {"seen": seen(page), cell("guard", "platform.places.manage"): "宇宙"}).status_code in (302, 400)
    assert scope("guard", "platform.places.manage") is None


def test_one_roles_page_shows_and_changes_what_it_may_and_who_holds_it(admin, cast):
    role = Role.objects.get(key="keeper")
    address = f"/setup/role/{role.pk}/"
    page = words(admin.get(address))
    assert "产某" in page
    assert "报修维修" in page
    assert admin.post(address, {"seen": seen(page), cell("keeper", "platform.calendar.manage"): "全校"}).url == address
    assert scope("keeper", "platform.calendar.manage") == Scope.ALL
    assert admin.post(f"{address}holders/", {"holders": [cast.keeper.pk, cast.guard.pk]}).status_code == 302
    assert {person.username for person in role.holders.all()} == {"keeper", "guard"}
    assert "门某" in words(admin.get("/setup/role/holders/"))


def test_a_school_makes_a_role_of_its_own(admin):
    assert admin.post("/setup/role/new/", {"name": "绿化员", "order": "40"}).status_code == 302
    made = Role.objects.get(name="绿化员")
    assert made.key == "role-1"
    assert not made.grants.exists()
    assert "绿化员" in words(admin.get("/setup/role/"))

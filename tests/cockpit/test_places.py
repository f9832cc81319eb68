"""The tree of places, one place, suggestions, door plates and what scanning one opens (ORG-02)."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.cockpit.places import queries
from logistics.cockpit.places.queries import above, branches_of, school_tree
from logistics.platform.audit.models import Event
from logistics.platform.places.models import Level, Place
from logistics.platform.web import panels
from tests.conftest import make_place

from .conftest import words

pytestmark = pytest.mark.requirement("ORG-02")


def test_everybody_sees_the_tree_with_counts(teacher, rooms):
    page = words(teacher.get("/places/"))
    for name in ("本部", "教学楼A座", "3层", "305教室", "三号宿舍楼"):
        assert name in page
    assert "/places/new/" not in page, "only who keeps the list adds to it"


def test_the_tree_counts_what_is_inside_and_sorts_as_people_count(rooms):
    make_place("一号宿舍楼", rooms.campus, Level.BUILDING, code="D1")
    make_place("1003室", rooms.floor, Level.ROOM, code="R1003")
    (campus,) = branches_of(Place.objects.all())
    assert campus.inside == 7
    assert [node.place.name for node in campus.branches] == ["一号宿舍楼", "三号宿舍楼", "教学楼A座"]
    assert [node.place.name for node in campus.branches[2].branches[0].branches] == ["305教室", "306教室", "1003室"]


def test_a_large_school_sees_its_rooms_building_by_building(rooms, teacher, monkeypatch):
    monkeypatch.setattr(queries, "WHOLE_TREE", 3)
    tree = school_tree()
    assert not tree.is_whole
    assert tree.roots[0].inside == 5, "rooms are counted though not listed"
    page = words(teacher.get("/places/"))
    assert "305教室" not in page
    assert "305教室" in words(teacher.get(f"/places/{rooms.building.pk}/"))


def test_the_tree_takes_few_queries_however_many_rooms(director, rooms):
    director.get("/places/")
    for n in range(30):
        make_place(f"4{n:02d}室", rooms.floor, Level.ROOM, code=f"X{n}")
    with CaptureQueriesContext(connection) as seen:
        director.get("/places/")
    assert len(seen) <= 10, [query["sql"][:90] for query in seen]


@pytest.mark.parametrize("query", ["q=305", "q=R305", "kind=classroom", "level=room", "unowned=yes", "building={building}"])
def test_a_filter_turns_the_tree_into_a_list(teacher, rooms, query):
    page = words(teacher.get("/places/?" + query.format(building=rooms.building.pk)))
    assert "305教室" in page
    assert "<table" in page
    assert "三号宿舍楼" not in page.split("<tbody>")[1] or query.startswith("unowned")


def test_a_place_shows_its_way_its_class_what_is_inside_and_the_panels_of_apps(teacher, rooms, monkeypatch):
    assert [place.name for place in above(rooms.room)] == ["本部", "教学楼A座", "3层"]
    page = words(teacher.get(f"/places/{rooms.room.pk}/"))
    assert "七年级（1）班" in page
    assert f"/repairs/ticket/new/?place={rooms.room.pk}" in page
    assert "305教室" in words(teacher.get(f"/places/{rooms.floor.pk}/"))
    monkeypatch.setattr(panels, "_panels", [panels.Panel("platform.place", "贴上来的", "web/logo.html", lambda record, user: {})])
    assert "贴上来的" in words(teacher.get(f"/places/{rooms.room.pk}/"))


def test_a_closed_place_is_seen_only_by_who_keeps_the_list(teacher, director, rooms):
    assert director.post(f"/places/{rooms.other.pk}/close/").status_code == 302
    assert not Place.objects.get(pk=rooms.other.pk).is_active
    assert teacher.get(f"/places/{rooms.other.pk}/").status_code == 404
    assert "已经停用" in words(director.get(f"/places/{rooms.other.pk}/"))
    assert director.post(f"/places/{rooms.other.pk}/reopen/").status_code == 302
    assert Place.objects.get(pk=rooms.other.pk).is_active


def test_a_room_in_use_cannot_be_closed_and_the_page_says_why(director, rooms):
    answer = director.post(f"/places/{rooms.room.pk}/close/")
    assert answer.status_code == 422
    assert "还在用这里的教室" in words(answer)
    assert Place.objects.get(pk=rooms.room.pk).is_active


def test_the_director_adds_a_room_inside_a_floor(director, cast, rooms):
    form = words(director.get(f"/places/new/?parent={rooms.floor.pk}"))
    assert "教学楼A座 3层" in form
    answer = director.post(
        "/places/new/",
        {"parent": "教学楼A座 3层", "level": "room", "name": "３０７教室", "kind": "classroom", "responsible": cast.headteacher.pk, "code": "", "order": "0"},
    )
    made = Place.objects.get(name="307教室")
    assert answer.url == f"/places/{made.pk}/"
    assert (made.full_name, made.building, made.responsible) == ("教学楼A座 3层 307教室", rooms.building, cast.headteacher)
    assert made.code.startswith("P")
    assert Event.objects.get(record_id=made.pk, kind="platform.place").action == "create"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"parent": "没有这栋楼"}, "没有找到"),
        ({"level": "building"}, "不能放在"),
        ({"name": ""}, "有 1 处要改"),
        ({"name": "305教室"}, "已经有这个名称"),
        ({"code": "R306"}, "编码"),
        ({"order": "-1"}, "有 1 处要改"),
        ({"level": "castle"}, "有 1 处要改"),
    ],
)
def test_a_refused_place_is_not_saved_and_nothing_typed_is_lost(director, rooms, fields, said):
    before = Place.objects.count()
    answer = director.post(
        "/places/new/", {"parent": "教学楼A座 3层", "level": "room", "name": "308教室", "kind": "classroom", "code": "", "order": "0"} | fields
    )
    assert answer.status_code == 422
    assert said in words(answer)
    assert Place.objects.count() == before
    assert not Event.objects.exists()


def test_who_does_not_keep_the_list_can_change_nothing(teacher, rooms):
    for address in ("/places/new/", f"/places/{rooms.room.pk}/edit/", f"/places/{rooms.room.pk}/close/", "/places/labels/"):
        assert teacher.get(address).status_code == 403
    assert Place.objects.get(pk=rooms.room.pk).name == "305教室"


def test_the_printed_code_is_not_offered_for_change(director, rooms):
    assert 'name="code"' not in words(director.get(f"/places/{rooms.room.pk}/edit/"))
    director.post(
        f"/places/{rooms.room.pk}/edit/", {"parent": "教学楼A座 3层", "level": "room", "name": "305教室", "kind": "office", "code": "NEW1", "order": "0"}
    )
    changed = Place.objects.get(pk=rooms.room.pk)
    assert (changed.kind, changed.code) == ("office", "R305")


def test_suggestions_are_full_names_for_people_who_are_signed_in(client, teacher, rooms):
    assert json.loads(teacher.get("/places/suggest/?q=305").content) == ["教学楼A座 3层 305教室"]
    assert json.loads(teacher.get("/places/suggest/?q=").content) == []
    assert len(json.loads(teacher.get("/places/suggest/?q=教").content)) <= 10
    assert client.get("/places/suggest/?q=305").status_code == 302


def test_door_plates_of_a_building_come_as_a_pdf(director, rooms):
    answer = director.post("/places/labels/", {"place": "教学楼A座", "what": "rooms", "layout": "3x8", "start": "1"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"place": "三号宿舍楼"}, "还没有房间"),
        ({"place": ""}, "有 1 处要改"),
        ({"layout": "9x9"}, "有 1 处要改"),
        ({"start": "99"}, "起始位置"),
        ({"start": "0"}, "有 1 处要改"),
    ],
)
def test_door_plates_that_cannot_be_printed_say_why(director, rooms, fields, said):
    answer = director.post("/places/labels/", {"place": "教学楼A座", "what": "rooms", "layout": "3x8", "start": "1"} | fields)
    assert answer.status_code == 422
    assert said in words(answer)


def test_scanning_without_signing_in_offers_the_public_form_or_signing_in(client, rooms):
    page = words(client.get("/q/R305/"))
    assert 'href="/public/repair/R305/"' in page
    assert 'href="/login/?next=/q/R305/"' in page


def test_scanning_signed_in_offers_the_likeliest_thing_of_the_role_first(teacher, as_person, rooms):
    def offered(browser):
        page = words(browser.get("/q/r305/"))
        addresses = [f"/repairs/ticket/new/?place={rooms.room.pk}", f"/repairs/ticket/?place={rooms.room.pk}", f"/places/{rooms.room.pk}/"]
        return sorted(range(3), key=lambda n: page.index(f'href="{addresses[n]}"'))

    assert offered(teacher) == [0, 1, 2]
    assert offered(as_person("plumber")) == [1, 0, 2]
    assert offered(as_person("director")) == [2, 1, 0]


@pytest.mark.parametrize("code", ["NOPE", "x" * 300, "%00", "<b>", "测试"])
def test_an_unknown_code_is_a_friendly_404(client, cast, code):
    answer = client.get(f"/q/{code}/")
    assert answer.status_code in (404, 400)
    if answer.status_code == 404:
        assert "没找到这张标签" in words(answer)


def test_the_plate_of_a_closed_place_says_so(client, rooms):
    Place.objects.filter(pk=rooms.other.pk).update(is_active=False)
    answer = client.get("/q/R306/")
    assert answer.status_code == 404
    assert "已经停用" in words(answer)

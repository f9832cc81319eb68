"""One search box for people, places and whatever an app adds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.platform.access.models import Grant
from logistics.platform.org.models import User
from logistics.platform.org.people import complete
from logistics.platform.search.index import rebuild
from logistics.platform.search.queries import find
from logistics.platform.web import finding
from logistics.platform.web.finding import Hit

from .conftest import words


@pytest.fixture
def zhou(cast):
    found = User.objects.create(username="zjp", department=cast.director.department, **complete({"name": "周建平"}), title="水工", phone="13911112222")
    rebuild()
    return found


@pytest.mark.requirement("ORG-01", "ORG-02")
@pytest.mark.parametrize("typed", ["周建", "zjp", "zhoujian", "1391111", "水工", "ＺＪＰ"])
def test_people_are_found_by_name_initials_number_phone_and_title(director, zhou, typed):
    assert f"/setup/person/{zhou.pk}/" in words(director.get("/search/", {"q": typed}))


@pytest.mark.parametrize("typed", ["R305", "r305", "a座305", "教学楼 305"])
def test_places_are_found_by_code_and_by_parts_of_the_name(teacher, rooms, typed):
    rebuild()
    assert f"/places/{rooms.room.pk}/" in words(teacher.get("/search/", {"q": typed}))


def test_who_may_not_see_the_directory_finds_nobody(as_person, cast, zhou):
    Grant.objects.filter(permission="platform.directory.view").delete()
    assert f"/setup/person/{zhou.pk}/" not in words(as_person("teacher").get("/search/", {"q": "周建平"}))
    assert f"/setup/person/{zhou.pk}/" in words(as_person("director").get("/search/", {"q": "周建平"})), "who keeps the list still does"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "想找什么"),
        ("a", "再写一个字"),
        (" 周 ", "再写一个字"),
        ("没有的东西", "没有找到"),
        ("\x01\x02", "想找什么"),
        ("%_", "没有找到"),
        ("长" * 500, "没有找到"),
    ],
)
def test_empty_short_and_fruitless_searches_say_so(director, typed, said):
    answer = director.get("/search/", {"q": typed})
    assert answer.status_code == 200
    assert said in words(answer)


def test_more_hits_than_shown_are_told(cast, monkeypatch):
    monkeypatch.setattr(finding, "_sources", [])
    finding.register("后面的", "x", lambda user, typed, limit: [], order=9)
    finding.register("很多", "x", lambda user, typed, limit: [Hit(str(n), "", "/") for n in range(limit)], order=1)
    (found,) = find(cast.director, "随便")
    assert (found.label, len(found.hits), found.is_more) == ("很多", finding.MOST_HITS, True)


def test_a_search_takes_at_most_ten_queries(director, rooms, zhou):
    rebuild()
    director.get("/search/", {"q": "教学楼"})
    with CaptureQueriesContext(
        connection,
    ) as seen:
        director.get("/search/", {"q": "教学楼"})
    assert len(seen) <= 10, [query["sql"][:90] for query in seen]


@pytest.mark.requirement("GEN-02")
@pytest.mark.parametrize(
    ("typed", "url"),
    [("校历", "/setup/calendar/"), ("xl", "/setup/calendar/"), ("扫一扫", "/scan/"), ("节假日", "/setup/calendar/"), ("bx", "/repairs/ticket/")],
)
def test_pages_are_found_by_name_hint_and_initials(director, cast, typed, url):
    assert f'class="cover" href="{url}"' in words(director.get("/search/", {"q": typed}))


def test_pages_of_others_are_not_found(teacher, cast):
    assert 'class="cover" href="/setup/calendar/"' not in words(teacher.get("/search/", {"q": "校历"}))


def test_what_was_looked_for_is_marked(teacher, rooms):
    rebuild()
    assert "<mark>教学楼</mark>A座 3层 <mark>305</mark>教室" in words(teacher.get("/search/", {"q": "教学楼 305"}))


def test_suggestions_are_titles_for_people_who_are_signed_in(client, teacher, rooms):
    rebuild()
    assert "教学楼A座 3层 305教室" in teacher.get("/search/suggest/", {"q": "305"}).json()
    assert teacher.get("/search/suggest/", {"q": "3"}).json() == []
    assert client.get("/search/suggest/?q=305").status_code == 302

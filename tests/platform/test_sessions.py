"""Where one is signed in: the list, sending devices out, who is sent out by what (GEN-01)."""

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logistics.platform.access.models import SignIn
from logistics.platform.access.sessions import LONGEST, device_words, devices_of, digest_of
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.notices.choice_rules import make_feed_token
from logistics.platform.notices.models import FeedToken
from logistics.platform.org import rules
from logistics.platform.org.models import User
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("GEN-01")
PHONE = "Mozilla/5.0 (Linux; Android 13; V2230A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.40"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


def browser(person, agent: str = OFFICE) -> Client:
    """A browser that is signed in and has opened one page."""
    client = Client(headers={"user-agent": agent})
    client.force_login(person)
    client.get("/me/")
    return client


def digest(client: Client) -> str:
    return digest_of(client.session.session_key)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (PHONE, "安卓上的微信"),
        (OFFICE, "Windows 上的 Chrome"),
        (OFFICE + " Edg/120.0", "Windows 上的 Edge"),
        (OFFICE + " wxwork/4.1", "Windows 上的企业微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.1 Mobile Safari/604.1", "iPhone 上的 Safari"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Gecko/20100101 Firefox/120.0", "苹果电脑上的 Firefox"),
        ("curl/8.1", "别的设备"),
        ("", "别的设备"),
        ("x" * 5000, "别的设备"),
    ],
)
def test_a_device_is_named_in_plain_words(agent, said):
    assert device_words(agent) == said


def test_my_page_lists_my_devices_and_marks_this_one(cast):
    phone, office = browser(cast.teacher, PHONE), browser(cast.teacher)
    browser(cast.driver)
    page = office.get("/me/").content.decode()
    assert "安卓上的微信" in page
    assert "Windows 上的 Chrome" in page
    assert page.count("本机") == 1
    assert devices_of(cast.teacher).count() == 2
    assert SignIn.objects.get(digest=digest(phone)).address == "127.0.0.1"
    assert phone.session.session_key not in str(list(SignIn.objects.values())), "the key itself is not stored"


def test_a_device_that_is_ended_stops_at_its_next_request(cast):
    phone, office = browser(cast.teacher, PHONE), browser(cast.teacher)
    row = SignIn.objects.get(digest=digest(phone))
    assert office.post(f"/me/device/{row.pk}/end/").url == "/me/"
    assert phone.get("/").url == "/login/?next=/"
    assert phone.get("/api/v1/org/people/").status_code == 401
    assert office.get("/").status_code == 200
    assert Event.objects.get(action="end_session").text == "让一台设备退出：安卓上的微信"
    assert not SignIn.objects.filter(digest=row.digest).exists()


def test_an_ended_session_does_not_come_back_when_the_cache_is_lost(cast):
    phone, office = browser(cast.teacher, PHONE), browser(cast.teacher)
    office.post("/me/devices/end/")
    cache.clear()
    assert phone.get("/").status_code == 302
    assert phone.get("/me/").status_code == 302
    assert office.get("/").status_code == 200


def test_all_others_are_ended_at_once_and_without_others_it_says_so(cast):
    office = browser(cast.teacher)
    others = [browser(cast.teacher, PHONE) for _ in range(3)]
    stranger = browser(cast.driver)
    office.post("/me/devices/end/")
    assert [client.get("/").status_code for client in others] == [302] * 3
    assert (office.get("/").status_code, stranger.get("/").status_code) == (200, 200)
    office.post("/me/devices/end/", headers={"referer": "http://testserver/me/"})
    assert "没有别的设备" in office.get("/me/").content.decode()


def test_nobody_ends_another_persons_device_nor_the_one_in_use(cast):
    teacher, driver = browser(cast.teacher), browser(cast.driver)
    row = SignIn.objects.get(digest=digest(driver))
    assert teacher.post(f"/me/device/{row.pk}/end/").status_code == 404
    own = SignIn.objects.get(digest=digest(teacher))
    assert teacher.post(f"/me/device/{own.pk}/end/").status_code == 400
    assert (teacher.get("/").status_code, driver.get("/").status_code) == (200, 200)
    assert not Event.objects.exists()


def test_a_new_password_ends_the_others_and_keeps_this_one(cast):
    phone, office = browser(cast.teacher, PHONE), browser(cast.teacher)
    office.post("/password/", {"old": "right-horse-9", "new": "new-long-horse-1", "again": "new-long-horse-1"})
    assert office.get("/").status_code == 200
    assert phone.get("/").status_code == 302
    assert [row.digest for row in devices_of(cast.teacher)] == [digest(office)]


def test_a_leaver_is_out_and_stays_out_when_the_account_is_opened_again(cast):
    client = browser(cast.driver)
    rules.save_person(actor=cast.director, at=NOW, record=cast.driver, is_active=False)
    assert client.get("/").status_code == 302
    rules.save_person(actor=cast.director, at=NOW, record=cast.driver, is_active=True)
    assert client.get("/").status_code == 302
    assert not SignIn.objects.filter(user=cast.driver).exists()


def test_who_looks_after_staff_ends_all_of_a_persons_devices(cast):
    phone, office, director = browser(cast.teacher, PHONE), browser(cast.teacher), browser(cast.director)
    assert director.post(f"/setup/person/{cast.teacher.pk}/end_sessions/").status_code == 302
    assert [phone.get("/").status_code, office.get("/").status_code] == [302, 302]
    assert Event.objects.get(action="end_sessions").text.startswith("让所有设备退出登录（2 台）")
    assert browser(cast.teacher).get("/").status_code == 200, "the password still signs in"


def test_only_an_equal_ends_the_devices_of_who_hands_out_roles(cast):
    admin = browser(cast.admin)
    for actor in (cast.director, cast.teacher):
        with pytest.raises(NotAllowed):
            rules.end_sessions(actor=actor, at=NOW, record=cast.admin)
    assert admin.get("/").status_code == 200
    assert not Event.objects.exists()


def test_a_page_takes_no_query_for_the_device_but_once_in_five_minutes(cast):
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser(cast.teacher)
        since = SignIn.objects.get().seen_at
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/")
        assert not [query for query in queries if "UPDATE" in query["sql"]]
        assert sum("platform_signin" in query["sql"] for query in queries) == 1, "the list itself"
        clock.shift(301)
        cache.clear()  # the cache has a clock of its own
        client.get("/me/")
        row = SignIn.objects.get()
        assert (row.since_at, row.seen_at - since) == (since, row.seen_at - row.since_at)
        assert row.seen_at > since


def test_sessions_long_ended_are_forgotten_and_the_list_stays_short(cast):
    User.objects.filter(pk=cast.teacher.pk).update(ended_sessions={"old": "2026-01-01", "young": NOW.date().isoformat()})
    SignIn.objects.create(user=cast.teacher, digest="x", device="", address="", since_at=NOW, seen_at=NOW)
    rules.end_sessions(actor=cast.director, at=NOW, record=cast.teacher)
    assert set(User.objects.get(pk=cast.teacher.pk).ended_sessions) == {"young", "x"}
    assert LONGEST.days == 8


def test_signing_out_takes_the_device_from_the_list(cast):
    client = browser(cast.teacher)
    client.post("/logout/")
    assert not SignIn.objects.exists()


def test_a_device_is_known_from_the_moment_it_signs_in(cast):
    phone = Client(headers={"user-agent": PHONE})
    phone.post("/login/", {"username": "teacher", "password": "right-horse-9"})
    assert SignIn.objects.get().device == "安卓上的微信"
    rules.end_sessions(actor=cast.director, at=NOW, record=cast.teacher)
    assert phone.get("/").status_code == 302


def test_a_device_that_was_sent_out_while_it_asked_is_not_listed_again(cast):
    phone = browser(cast.teacher, PHONE)
    row = SignIn.objects.get()
    rules.end_sessions(actor=cast.director, at=NOW, record=cast.teacher)
    row.pk = None
    row.save()  # its request had begun before
    assert phone.get("/").status_code == 302
    assert not SignIn.objects.exists()


def test_a_lost_phone_loses_the_calendar_too_and_a_leaver_every_key(cast):
    for act in (
        lambda: rules.end_sessions(actor=cast.director, at=NOW, record=cast.teacher),
        lambda: rules.reset_password(actor=cast.director, at=NOW, record=cast.teacher),
        lambda: rules.save_person(actor=cast.director, at=NOW, record=User.objects.get(pk=cast.teacher.pk), is_active=False),
    ):
        token = make_feed_token(actor=cast.teacher, at=NOW)
        assert Client().get(f"/calendar/{token}.ics").status_code == 200
        act()
        assert not FeedToken.objects.exists()
        assert Client().get(f"/calendar/{token}.ics").status_code == 404

"""The personal calendar feed (GEN-07)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices import feed
from logistics.platform.notices.choice_rules import drop_feed_token, make_feed_token
from logistics.platform.notices.feed import FeedEntry, calendar_of
from logistics.platform.notices.models import FeedToken
from logistics.platform.org.models import User
from logistics.platform.papers.models import StaffPaper
from logistics.platform.terms.models import CalendarDay, Term
from repairs.dispatch.rules import assign_ticket
from repairs.ticket.rules import file_ticket

pytestmark = pytest.mark.requirement("GEN-07")
ON = date(2026, 3, 4)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SITE = "https://hq.example.edu.cn"


@pytest.fixture
def only(monkeypatch):
    """only(entry, …): the feed holds just these."""
    return lambda *entries: monkeypatch.setattr(feed, "sources", [lambda user, first, last: list(entries)])


def events(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def address(token: str) -> str:
    return reverse("notices:feed", args=[token])


# The format


def test_long_chinese_text_is_folded_at_75_octets_and_comes_back_whole(person, only):
    text = "三号楼，二层；水管\n漏水,半角;还有\\反斜杠和表情🙂" * 9
    only(FeedEntry("t:1", "修好：" + text.replace("\n", " "), datetime(2026, 3, 4, 10, tzinfo=UTC), None, "/repairs/ticket/1/", text))
    content = calendar_of(person("周建平"), ON, SITE)
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines if line)  # no character is cut in two
    [event] = events(content)
    assert (str(event["description"]), str(event["url"])) == (text, f"{SITE}/repairs/ticket/1/")


def test_moments_are_utc_and_whole_days_end_with_the_day_after(person, only):
    only(
        FeedEntry("t:1", "一刻", datetime(2026, 3, 4, 18, tzinfo=SHANGHAI), datetime(2026, 3, 4, 19, tzinfo=SHANGHAI)),
        FeedEntry("t:2", "半小时", datetime(2026, 3, 4, 6, tzinfo=SHANGHAI)),
        FeedEntry("t:3", "一天", date(2026, 3, 4)),
        FeedEntry("t:4", "七天", date(2026, 3, 4), date(2026, 3, 10)),
        FeedEntry("t:4", "又是七天", date(2026, 3, 4)),
    )
    content = calendar_of(person("周建平"), ON, SITE)
    assert b"DTSTART:20260304T100000Z\r\n" in content
    assert b"DTSTART;VALUE=DATE:20260304\r\n" in content
    spans = [(event.decoded("dtstart"), event.decoded("dtend")) for event in events(content)]
    assert spans == [
        (datetime(2026, 3, 4, 10, tzinfo=UTC), datetime(2026, 3, 4, 11, tzinfo=UTC)),
        (datetime(2026, 3, 3, 22, tzinfo=UTC), datetime(2026, 3, 3, 22, 30, tzinfo=UTC)),
        (date(2026, 3, 4), date(2026, 3, 5)),
        (date(2026, 3, 4), date(2026, 3, 11)),
    ]


def test_every_event_has_what_the_standard_asks_for_and_its_uid_never_changes(person, only):
    only(FeedEntry("repairs.ticket:1", "修好", date(2026, 3, 4)))
    user = person("周建平")
    first, again, tomorrow = calendar_of(user, ON, SITE), calendar_of(user, ON, SITE), calendar_of(user, ON + timedelta(days=1), "http://10.0.0.2:8000")
    assert first == again
    [event], [later] = events(first), events(tomorrow)
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
    assert event["uid"] == later["uid"] == "repairs.ticket:1@school-logistics"
    whole = Calendar.from_ical(first)
    assert (whole["version"], whole["method"], whole["calscale"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert "周建平" in whole["x-wr-calname"]
    assert whole["prodid"]


# What is in it


def test_terms_holidays_own_papers_and_own_repairs_are_in_it(cast, rooms, kinds, now):
    Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 20))
    CalendarDay.objects.bulk_create([CalendarDay(on=date(2026, 12, n), kind="holiday", name="校庆") for n in (1, 2, 3)])
    CalendarDay.objects.create(on=date(2026, 12, 5), kind="makeup", name="校庆")
    for holder, kind in ((cast.plumber, "health"), (cast.guard, "driver")):
        StaffPaper.objects.create(person=holder, kind=kind, expires_on=date(2026, 12, 20), created_by=cast.director, created_at=now)
    ticket = file_ticket(actor=cast.teacher, at=now, place=rooms.room, kind=kinds.water, description="水管漏水")
    assign_ticket(actor=cast.director, at=now, record=ticket, repairer=kinds.plumber)
    ticket.refresh_from_db()

    def titles(user):
        return {str(event["summary"]): event for event in events(calendar_of(user, now.date(), SITE))}

    own = titles(cast.plumber)
    assert set(own) == {"2026年秋季学期开学", "2026年秋季学期放假", "校庆放假", "校庆调休上班", "我的健康证到期", f"修好：{ticket.title}"}
    assert own["校庆放假"].decoded("dtend") == date(2026, 12, 4)
    assert own[f"修好：{ticket.title}"].decoded("dtend") == ticket.due_at
    assert str(own[f"修好：{ticket.title}"]["url"]) == f"{SITE}/repairs/ticket/{ticket.pk}/"
    assert "我的健康证到期" not in titles(cast.guard)
    assert f"修好：{ticket.title}" not in titles(cast.teacher)


# The key


def test_the_key_opens_without_a_login_until_it_is_renewed_or_withdrawn(client, person, at):
    user = person("周建平")
    token = make_feed_token(actor=user, at=at)
    answer = client.get(address(token))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert token not in FeedToken.objects.get().digest
    renewed = make_feed_token(actor=user, at=at)
    assert [client.get(address(key)).status_code for key in (token, renewed)] == [404, 200]
    drop_feed_token(actor=user, at=at)
    assert client.get(address(renewed)).status_code == 404
    with pytest.raises(RuleViolation, match="没有日历订阅"):
        drop_feed_token(actor=user, at=at)
    assert not [key for key in (token, renewed) if key in str(list(Event.objects.values()))]


def test_people_who_left_and_keys_made_up_are_404(client, person, at):
    user = person("周建平")
    token = make_feed_token(actor=user, at=at)
    User.objects.filter(pk=user.pk).update(is_active=False)
    for key in (token, "x" * 32, token[:-1], token + "a"):
        assert client.get(address(key)).status_code == 404
    assert client.get("/calendar/short.ics").status_code in (302, 404)
    assert client.post(address(token)).status_code == 405


def test_what_has_not_changed_is_not_sent_again(client, person, at):
    token = make_feed_token(actor=person("周建平"), at=at)
    first = client.get(address(token))
    assert client.get(address(token), headers={"If-None-Match": first["ETag"]}).status_code == 304
    CalendarDay.objects.create(on=timezone.localdate(), kind="holiday", name="校庆")
    again = client.get(address(token), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, "校庆" in again.content.decode()) == (200, True)


def test_one_feed_is_given_sixty_times_an_hour(client, person, at):
    token = make_feed_token(actor=person("周建平"), at=at)
    answers = [client.get(address(token)).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_the_page_shows_the_address_once_with_a_code_to_scan(client, person):
    user = person("周建平")
    client.force_login(user)
    assert "您现在没有订阅" in client.get("/me/calendar/").content.decode()
    answer = client.post("/me/calendar/new/")
    html = answer.content.decode()
    assert 'class="qr"' in html
    assert answer["Cache-Control"].startswith("max-age=0")
    shown = html.partition('id="feed-address" value="http://testserver')[2].partition('"')[0]
    assert client.get(shown).status_code == 200
    assert shown not in client.get("/me/calendar/").content.decode()
    assert client.post("/me/calendar/withdraw/").status_code == 302
    assert client.get(shown).status_code == 404
    assert client.get("/me/calendar/new/").status_code == 405


def test_the_time_of_day_does_not_matter_to_whole_days(person, only):
    only(FeedEntry("t:1", "校庆", date(2026, 3, 4)))
    assert events(calendar_of(person("周建平"), ON, ""))[0].decoded("dtstamp") == datetime.combine(ON, time(0), UTC)

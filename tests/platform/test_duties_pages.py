"""The pages of duties: the form, the checklist with photos, board, month, counts; few queries whatever the rows (SAF-01, SAF-02, SAF-03)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from logistics.platform.attachments.models import Attachment
from logistics.platform.duties.checklist import items_of, lines_of
from logistics.platform.duties.models import Duty, Occurrence
from logistics.platform.duties.overview import Chosen, board_counts, board_rows
from logistics.platform.duties.rules import save_duty
from logistics.platform.duties.watch_rules import watch
from logistics.platform.kernel.errors import RuleViolation

from .attachments_kit import saved, scene, upload
from .duties_kit import DONE, MISSED, a_duty, a_post, in_days, moment

MOST = 10  # queries of a page
ALL_DAY = {"kind": "daily", "times": ["00:00"], "minutes": 1440}
TYPED = {
    "title": "每日巡视",
    "rhythm": "daily",
    "times": "07:30 12:30，17:00",
    "lasts": "1",
    "unit": "hours",
    "days": "teaching",
    "starts_on": "2026-09-01",
    "producer": "checklist",
    "grace_minutes": "60",
    "checklist": "大门｜拍照\n冷藏温度｜0 至 8 ℃\n楼梯",
    "step1_minutes": "30",
    "step1_to": "supervisor",
}


@pytest.fixture
def as_(client):
    def browser(person):
        client.force_login(person)
        return client

    return browser


@pytest.fixture
def today(cast):
    """Today's occurrence of a duty of the guard, open whatever the hour."""

    def make(**values) -> Occurrence:
        since = timezone.now() - timedelta(days=1)
        duty = a_duty(cast, at=since, rhythm=ALL_DAY, starts_on=timezone.localdate(since), **values)
        return Occurrence.objects.get(duty=duty, on=timezone.localdate())

    return make


def counted(client, url: str) -> int:
    """Queries of the page when the choices of its filters are at hand."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) <= MOST or not url.startswith("/duties/"), "\n".join(query["sql"][:160] for query in queries.captured_queries)
    return len(queries)


# The form


@pytest.mark.requirement("SAF-02")
def test_the_form_makes_a_duty_and_shows_it_again_as_it_was_typed(cast, as_):
    browser = as_(cast.director)
    answer = browser.post("/duties/duty/new/", TYPED | {"owner_person": cast.guard.pk, "supervisor": cast.safety.pk})
    assert answer.status_code == 302
    duty = Duty.objects.get()
    assert duty.rhythm == {"kind": "daily", "times": ["07:30", "12:30", "17:00"], "minutes": 60, "days": "teaching"}
    assert duty.ladder == [[30, "supervisor"]]
    assert [item["photo"] for item in duty.checklist] == [True, False, False]
    page = browser.get(f"/duties/duty/{duty.pk}/").content.decode()
    assert "每个上课日 07:30、12:30、17:00 开始，1 小时内办完。" in page
    assert "超时 30 分钟告诉督促人" in page
    form = browser.get(f"/duties/duty/{duty.pk}/edit/").context["form"]
    kept = {name: form[name].value() for name in ("rhythm", "times", "lasts", "unit", "days", "step1_minutes", "step1_to", "checklist")}
    assert kept == {name: TYPED[name] for name in ("rhythm", "unit", "days", "step1_to", "checklist")} | {
        "times": "07:30 12:30 17:00",
        "lasts": 1,
        "step1_minutes": 30,
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"rhythm": "weekly"}, "weekdays"),
        ({"times": "早上"}, "times"),
        ({"times": "07:30 07:50"}, "lasts"),
        ({"owner_post": "", "owner_person": ""}, "__all__"),
        ({"step1_minutes": ""}, "step1_minutes"),
        ({"checklist": "大门｜随便"}, "checklist"),
    ],
)
def test_what_is_typed_wrong_is_said_at_its_field(cast, as_, typed, field):
    answer = as_(cast.director).post("/duties/duty/new/", TYPED | {"owner_person": cast.guard.pk} | typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Duty.objects.exists()


def test_items_are_read_line_by_line_and_written_back():
    text = "大门｜拍照\n冷藏温度｜0 至 8 ℃\n水温｜拍照｜-5 至 60 ℃\n楼梯"
    items = items_of(text)
    assert [item["low"] for item in items] == [None, "0", "-5", None]
    assert lines_of(items) == text
    for wrong in ("大门｜随便", "温度｜9 至 3", "长" * 61, "\n".join(f"第{n}项" for n in range(31))):
        with pytest.raises(RuleViolation):
            items_of(wrong)


# Doing


@pytest.mark.requirement("SAF-01", "SAF-03")
def test_a_round_is_finished_on_the_page_with_photos(cast, as_, today, media):
    row = today(checklist=items_of("大门｜拍照\n冷藏温度｜0 至 8 ℃\n楼梯"))
    browser, url = as_(cast.guard), f"/duties/occurrence/{row.pk}/finish/"
    page = browser.get(f"/duties/occurrence/{row.pk}/").content.decode()
    assert "1. 大门" in page and "应在 0 至 8 ℃之间" in page
    answer = browser.post(url, {"answer_0": "ok", "answer_1": "9.5", "answer_2": "ok"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"photo_0"}
    given = {"answer_0": "ok", "answer_1": "9.5", "answer_2": "bad", "photo_0": upload(saved(scene()))}
    answer = browser.post(url, given)
    assert set(answer.context["form"].errors) == {"note_1"}
    assert Occurrence.objects.get(pk=row.pk).state == "open"
    again = given | {"note_1": "门没关严", "note_2": "灯坏了", "photo_0": upload(saved(scene()))}
    assert browser.post(url, again).status_code == 302
    done = Occurrence.objects.get(pk=row.pk)
    assert (done.state, done.bad, done.done_by) == (DONE, 2, cast.guard)
    entry = done.entries.get()
    assert [(answer["value"], answer["ok"]) for answer in entry.answers] == [("正常", True), ("9.5 ℃", False), ("不正常", False)]
    assert Attachment.objects.filter(kind="platform.occurrence", record_id=row.pk, role="item0").count() == 1
    page = browser.get(f"/duties/occurrence/{row.pk}/").content.decode()
    assert "门没关严" in page and "做完，2 项不正常" in page


@pytest.mark.parametrize("value", ["", "NaN", "1e999", "abc", "--1"])
def test_a_number_that_is_none_is_refused_in_words(cast, as_, today, value):
    row = today(checklist=items_of("冷藏温度｜0 至 8 ℃"))
    answer = as_(cast.guard).post(f"/duties/occurrence/{row.pk}/finish/", {"answer_0": value, "note_0": "x"})
    assert answer.status_code == 422
    assert "answer_0" in answer.context["form"].errors


@pytest.mark.requirement("SAF-02")
def test_a_stranger_finds_neither_duty_nor_occurrence(cast, as_, today):
    row = today()
    browser = as_(cast.stranger)
    for url in (f"/duties/occurrence/{row.pk}/", f"/duties/occurrence/{row.pk}/finish/", f"/duties/duty/{row.duty_id}/"):
        assert browser.get(url).status_code == 404
    assert browser.post(f"/duties/occurrence/{row.pk}/finish/", {}).status_code == 404
    assert "每日巡视" not in browser.get("/duties/").content.decode()
    assert "每日巡视" not in browser.get("/duties/month/").content.decode()
    assert browser.get("/duties/duty/new/").status_code == 403


def test_the_to_do_leads_to_the_page(cast, as_, today):
    row = today()
    assert f"/duties/occurrence/{row.pk}/" in as_(cast.guard).get("/todos/").content.decode()


# Board, month, counts


@pytest.mark.requirement("SAF-03")
def test_the_board_puts_what_is_late_first_and_filters_by_post_and_person(cast, as_):
    kept = {"minutes": 60, "kind": "daily"}
    a_duty(cast, "上午的", rhythm=kept | {"times": ["07:30"]}, owner_person=None, owner_post=a_post(cast, cast.dormkeeper))
    a_duty(cast, "下午的", rhythm=kept | {"times": ["14:00"]})
    a_duty(cast, "现在的", rhythm=kept | {"times": ["08:00"]})
    at, of_post = moment(in_days(1), "08:45"), Duty.objects.get(title="上午的").owner_post

    watch(at=at)

    def shown(**given) -> list[str]:
        return [row.duty.title for row in board_rows(cast.director, at, **{"chosen": Chosen()} | given)]

    assert shown() == ["上午的", "现在的", "下午的"]
    assert shown(chosen=Chosen(post=of_post)) == ["上午的"]
    assert shown(chosen=Chosen(person=cast.guard)) == ["现在的", "下午的"]
    assert shown(chosen=Chosen(person=cast.dormkeeper)) == ["上午的"]
    assert len(shown(whole_week=True)) == 13, "from Wednesday afternoon to Sunday"
    assert board_counts(board_rows(cast.director, at, chosen=Chosen()), at) == {"total": 3, "done": 0, "late": 0, "missed": 1, "now": 1, "ahead": 1}
    browser = as_(cast.director)
    assert "上午的" in browser.get(f"/duties/month/?month=2026-11&post={of_post.pk}").content.decode()
    for query in ("?post=x", "?person=999999999999999999999", "?span=zzz&page=-1"):
        assert browser.get(f"/duties/{query}").status_code == 200
    for query in ("?month=9999-99", "?month=2100-12", "?month=1990-01&post=zz"):
        assert browser.get(f"/duties/month/{query}").status_code == 200
    for query in ("?since=2026-13-45", "?since=0001-01-01&until=0001-01-02", "?since=9999-12-31&until=2026-01-01", "?until=9999-12-31"):
        assert browser.get(f"/duties/figures/{query}").status_code == 200


@pytest.mark.requirement("SAF-03")
def test_the_counts_of_a_period_are_honest(cast, as_):
    since = timezone.now() - timedelta(days=6)
    a_duty(cast, at=since, rhythm={"kind": "daily", "times": ["00:00"], "minutes": 5}, starts_on=timezone.localdate(since), grace_minutes=0)
    watch(at=timezone.now())
    missed = Occurrence.objects.filter(state=MISSED).count()
    context = as_(cast.director).get(f"/duties/figures/?since={timezone.localdate(since)}&until={timezone.localdate()}").context
    assert (context["total"].missed, context["total"].total) == (missed, missed)
    assert [(row.name, row.missed) for row in context["by_owner"]] == [(cast.guard.name, missed)]
    assert context["by_doer"] == []


@pytest.mark.requirement("SAF-02")
def test_five_thousand_occurrences_take_no_more_queries_than_five(cast, as_):
    browser = as_(cast.director)
    urls = ("/duties/", "/duties/?span=week", "/duties/month/", "/duties/figures/", "/duties/occurrence/", "/duties/duty/", "/todos/")
    since = timezone.now() - timedelta(days=5)
    given = {"at": since, "starts_on": timezone.localdate(since)}
    a_duty(cast, "第0项", rhythm=ALL_DAY, **given)
    few = {url: counted(browser, url) for url in urls}
    for n in range(1, 13):
        a_duty(cast, f"第{n}项", rhythm={"kind": "daily", "times": [f"{hour:02d}:00" for hour in range(12)], "minutes": 30}, **given)
    first = Duty.objects.get(title="第1项")
    template = Occurrence.objects.filter(duty=first).first()
    more = [Occurrence(**{name: getattr(template, name) for name in ("duty_id", "owner_person_id", "owner_words", "made_at", "state")}) for _ in range(3200)]
    for n, row in enumerate(more):
        row.key, row.opens_at = f"x{n}", since + timedelta(minutes=10 * n)
        row.on, row.due_at = timezone.localdate(row.opens_at), row.opens_at + timedelta(minutes=5)
        row.closes_at = row.due_at
    Occurrence.objects.bulk_create(more, batch_size=40)
    assert Occurrence.objects.count() >= 5000
    cache.clear()
    assert {url: counted(browser, url) for url in urls} == few


def test_the_month_shows_what_is_not_planned_yet(cast, as_):
    now = timezone.now()
    duty = a_duty(cast, "按月的事", at=now, rhythm={"kind": "monthly", "day": 15, "times": ["09:00"], "minutes": 60}, starts_on=timezone.localdate(now))
    far = (timezone.localdate(now) + timedelta(days=70)).strftime("%Y-%m")
    assert "按月的事" in as_(cast.director).get(f"/duties/month/?month={far}").content.decode()
    save_duty(actor=cast.director, at=now, record=duty, owner_person=cast.nurse)
    assert "按月的事" not in as_(cast.guard).get(f"/duties/month/?month={far}").content.decode()


@pytest.mark.requirement("SAF-02")
def test_the_api_finishes_an_occurrence_by_the_same_rule(cast, today):
    row, program = today(), APIClient()
    program.force_authenticate(cast.guard)
    url = "/api/v1/duties/occurrences/"
    assert [found["id"] for found in program.get(url, {"state": "now"}).json()["results"]][:1] == [row.pk]
    answer = program.post(f"{url}{row.pk}/finish/", {"note": "都看过了"}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    assert program.post(f"{url}{row.pk}/finish/", {}, format="json").status_code in (400, 409)
    assert Occurrence.objects.get(pk=row.pk).entries.get().note == "都看过了"

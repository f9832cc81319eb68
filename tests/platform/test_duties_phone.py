"""A checklist on a phone without network: what it keeps, and that an answer never lands at another item (SAF-02, SAF-03)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.duties.checklist import items_of, lines_of
from logistics.platform.duties.models import CHECKLIST, Occurrence
from logistics.platform.duties.phone import kinds_done_by
from logistics.platform.duties.rules import add_substitute, save_duty, stop_duty
from logistics.platform.offline.models import Arrival
from logistics.platform.offline.queries import pages_for

from .duties_kit import a_duty, a_post
from .offline_kit import photo

ITEMS = "大门｜拍照\n围墙\n冷藏温度｜0 至 8 ℃"


@pytest.fixture
def row(cast, media) -> Occurrence:
    """Today's checklist of the guard, open whatever the hour."""
    since = timezone.now() - timedelta(days=1)
    rhythm = {"kind": "daily", "times": ["00:00"], "minutes": 1440}
    duty = a_duty(cast, at=since, rhythm=rhythm, starts_on=timezone.localdate(since), checklist=items_of(ITEMS))
    return Occurrence.objects.get(duty=duty, on=timezone.localdate())


@pytest.fixture
def guard(cast, client) -> Client:
    client.force_login(cast.guard)
    return client


def entry(row: Occurrence, person, **fields) -> dict:
    now = f"{timezone.now().timestamp() * 1000:.0f}"
    about = {"id": f"{uuid4()}", "key": "duties.finish", "url": f"/duties/occurrence/{row.pk}/finish/", "user": f"{person.pk}", "claimed": now, "read": now}
    asked = lines_of(items_of(ITEMS)).replace("\n", "\r\n")  # as a browser sends it
    given = {"seen": "open", "asked": asked, "answer_0": "ok", "answer_1": "bad", "note_1": "东侧有缺口", "answer_2": "4", "photo_0": photo()}
    return {f"offline_{name}": value for name, value in about.items()} | given | fields


@pytest.mark.requirement("SAF-02", "SAF-03")
def test_a_round_sent_later_is_finished_with_its_photos(row, guard, cast):
    assert guard.post("/offline/send/", entry(row, cast.guard)).json()["state"] == "done"
    done = Occurrence.objects.get(pk=row.pk)
    assert (done.state, done.done_by, done.bad) == ("done", cast.guard, 1)
    assert [file.role for file in attachments_of(row)] == ["item0"]


@pytest.mark.requirement("SAF-02")
def test_a_checklist_changed_in_between_takes_no_answer_and_keeps_what_was_written(row, guard, cast):
    save_duty(actor=cast.director, at=timezone.now(), record=row.duty, checklist=items_of(f"消防门\n{ITEMS}"))
    said = guard.post("/offline/send/", entry(row, cast.guard)).json()
    assert (said["state"], "检查项目刚改过了" in said["words"]) == ("refused", True)
    assert Occurrence.objects.get(pk=row.pk).state == "open"
    arrival = Arrival.objects.get()
    page = guard.get(f"/offline/{arrival.pk}/").content.decode()
    assert "<dt>围墙</dt><dd><p>不正常</p>" in page or "<dt>围墙</dt><dd>不正常" in page
    assert "<dt>消防门</dt>" not in page
    assert "<dt>asked</dt>" not in page
    guard.post(f"/offline/{arrival.pk}/again/")
    assert Occurrence.objects.get(pk=row.pk).state == "open", "trying it again puts no answer at another item"
    form = guard.get(f"/offline/{arrival.pk}/edit/").context["form"]
    assert [form[f"answer_{n}"].value() for n in range(4)] == [None] * 4
    assert form["asked"].value() == lines_of(items_of(f"消防门\n{ITEMS}"))


def test_on_the_page_a_changed_checklist_is_said_and_asked_anew(row, guard, cast):
    save_duty(actor=cast.director, at=timezone.now(), record=row.duty, checklist=items_of("围墙"))
    url = f"/duties/occurrence/{row.pk}/finish/"
    answer = guard.post(url, {"asked": ITEMS, "answer_0": "ok", "photo_0": photo()})
    assert answer.status_code == 422
    assert [*answer.context["form"].errors] == ["__all__"]
    assert guard.post(url, {"asked": answer.context["form"]["asked"].value(), "answer_0": "ok"}).status_code == 302
    assert Occurrence.objects.get(pk=row.pk).entries.get().answers[0]["text"] == "围墙"


@pytest.mark.requirement("SAF-02")
def test_the_phone_keeps_the_board_and_the_checklists_of_the_day(row, guard, cast):
    pages = dict(pages_for(cast.guard))
    detail = f"/duties/occurrence/{row.pk}/"
    assert {"/", "/offline/", "/duties/", detail, f"{detail}finish/"} <= set(pages)
    assert all(guard.get(page).status_code == 200 for page in pages)
    assert 'data-offline="duties.finish"' in guard.get(detail).content.decode()
    save_duty(actor=cast.director, at=timezone.now(), record=row.duty, checklist=items_of("围墙"))
    changed = dict(pages_for(cast.guard))
    assert {page for page in pages if changed.get(page) != pages[page]} >= {"/duties/", detail, f"{detail}finish/"}


def test_the_checklist_of_tomorrow_can_be_opened_before_its_time(row, guard, cast):
    ahead = Occurrence.objects.filter(duty=row.duty, opens_at__gt=timezone.now()).earliest("opens_at")
    pages = dict(pages_for(cast.guard))
    assert f"/duties/occurrence/{ahead.pk}/finish/" in pages
    page = guard.get(f"/duties/occurrence/{ahead.pk}/").content.decode()
    assert f'href="/duties/occurrence/{ahead.pk}/finish/"' in page
    assert guard.post("/offline/send/", entry(ahead, cast.guard)).json()["state"] == "refused"
    assert Occurrence.objects.get(pk=ahead.pk).state == "open"


def keeps(person) -> bool:
    cache.clear()
    client = Client()
    client.force_login(person)
    return 'name="offline-user"' in client.get("/me/").content.decode()


@pytest.mark.requirement("SAF-02")
def test_only_who_has_a_checklist_works_without_network(row, cast):
    today = timezone.localdate()
    assert keeps(cast.guard)
    assert not keeps(cast.teacher)
    add_substitute(actor=cast.director, at=timezone.now(), record=row.duty, person=cast.teacher, first_on=today, last_on=today)
    assert keeps(cast.teacher)
    a_duty(cast, "夜间巡查", at=timezone.now(), post=a_post(cast, cast.dormkeeper))
    assert keeps(cast.dormkeeper)
    stop_duty(actor=cast.director, at=timezone.now(), record=row.duty, reason="放假")
    assert not keeps(cast.guard)


def test_a_duty_whose_ladder_names_a_role_or_person_that_is_gone_can_still_be_edited(cast, client):
    duty = a_duty(cast, ladder=[[30, "role:nosuch"], [60, "person:99999999"]])
    client.force_login(cast.director)
    page = client.get(f"/duties/duty/{duty.pk}/edit/")
    assert page.status_code == 200
    assert "已删掉的角色" in page.content.decode()
    assert "已离职的人" in page.content.decode()


@pytest.mark.requirement("SAF-02")
def test_who_stood_in_may_still_send_what_was_done_then(row, cast):
    now = timezone.now()
    today = timezone.localdate(now)
    add_substitute(actor=cast.director, at=now, record=row.duty, person=cast.teacher, first_on=today, last_on=today)
    assert CHECKLIST in kinds_done_by(cast.teacher, now + timedelta(days=6))
    assert CHECKLIST not in kinds_done_by(cast.teacher, now + timedelta(days=8))

"""What a phone kept without network arrives once, in order, or waits for its writer (issue 3, offline)."""

import json
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit.models import Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.offline import declarations
from logistics.platform.offline.declarations import OfflineForm
from logistics.platform.offline.models import Arrival, ArrivalState
from logistics.platform.offline.queries import pages_for, todos
from repairs.dispatch import rules as dispatch
from repairs.ticket.models import State, Ticket
from repairs.ticket.pages import TICKETS
from tests.platform.offline_kit import FINISHED, Phone, photo


@pytest.fixture
def moved(cast, kinds, ticket):
    """The dispatcher gave the ticket to somebody else in the meantime."""
    dispatch.assign_ticket(actor=cast.director, at=timezone.now(), record=Ticket.objects.get(pk=ticket.pk), repairer=kinds.electrician, note="换人")


def test_a_form_goes_through_the_pages_own_rule_at_the_time_it_arrives(phone, cast):
    before = timezone.now()
    said = phone.send("arrive").json()
    assert (said["state"], said["words"]) == ("done", "")
    ticket, arrival = phone.now(), Arrival.objects.get()
    assert ticket.state == State.WORKING
    assert ticket.arrived_at >= before
    assert said["go"] == f"/repairs/ticket/{ticket.pk}/"
    assert (arrival.state, arrival.stamp, arrival.typed) == (ArrivalState.DONE, TICKETS.stamp(ticket), {})
    assert arrival.claimed_at < before <= arrival.arrived_at


def test_the_journal_and_the_page_say_when_it_was_filled_in(phone):
    phone.send("arrive")
    event = Event.objects.get(action="arrive")
    words = f"离线 {timezone.localtime(Arrival.objects.get().claimed_at):%m-%d %H:%M} 填写"
    assert event.source.startswith(f"{words}，网页")
    page = phone.client.get(f"/repairs/ticket/{phone.ticket.pk}/").content.decode()
    assert words in page
    assert ">离线</small>" in page
    assert list(find_breaks()) == []


def test_the_same_number_twice_gets_the_same_answer_and_changes_nothing(phone):
    uid = uuid4()
    first = phone.send("arrive", uid)
    events = Event.objects.count()
    second = phone.send("arrive", uid)
    assert first.json() == second.json()
    assert (Arrival.objects.count(), Event.objects.count()) == (1, events)


@pytest.mark.django_db(transaction=True)
def test_the_same_number_twice_at_the_same_moment_is_applied_once(together, phone):
    uid = uuid4()
    answers = together(*[lambda: phone.send("finish", uid, **FINISHED) for _ in range(4)])
    assert [answer.status_code for answer in answers] == [200] * 4, answers
    assert {answer.json()["state"] for answer in answers} == {"done"}
    assert (Arrival.objects.count(), Event.objects.filter(action="finish").count()) == (1, 1)
    assert phone.now().minutes == 40


def test_two_people_may_use_the_same_number(phone, cast):
    uid = uuid4()
    phone.send("arrive", uid)
    other = Phone(cast.electrician, phone.ticket)
    assert other.send("arrive", uid).json()["state"] == "refused"
    assert Arrival.objects.count() == 2


def test_the_database_itself_refuses_a_number_twice(phone):
    phone.send("arrive")
    arrival = Arrival.objects.get()
    arrival.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        arrival.save(force_insert=True)


def test_a_form_written_on_top_of_an_earlier_one_follows_it(phone):
    assert phone.send("arrive").json()["state"] == "done"
    assert phone.send("finish", **FINISHED, after=[photo(), photo("two.jpg")]).json()["state"] == "done"
    assert phone.now().state == State.FINISHED
    assert attachments_of(phone.ticket, "after").count() == 2
    assert [arrival.seen for arrival in Arrival.objects.order_by("pk")] == [phone.seen, TICKETS.stamp(Ticket(state=State.WORKING, repairer=phone.person))]


def test_a_form_on_top_of_one_that_failed_waits_with_it(phone, moved):
    assert phone.send("arrive").json()["state"] == "conflict"
    said = phone.send("finish", **FINISHED).json()
    assert (said["state"], "前面一条「到场」还没有办成" in said["words"]) == ("conflict", True)
    assert phone.now().state == State.ASSIGNED


def test_what_others_changed_is_a_conflict_and_kept_whole(phone, moved):
    said = phone.send("finish", **FINISHED, after=[photo()]).json()
    assert said["state"] == "conflict"
    arrival = Arrival.objects.get()
    assert arrival.typed == {name: [value] for name, value in FINISHED.items()}
    assert [photo.role for photo in attachments_of(arrival)] == ["after"]
    assert (phone.now().state, phone.now().finished_at) == (State.ASSIGNED, None)
    assert attachments_of(phone.ticket).count() == 0
    assert [todo.url for todo in todos(phone.person, timezone.now())] == [f"/offline/{arrival.pk}/"]


def test_a_refused_form_keeps_every_field_and_says_why(phone):
    said = phone.send("finish", **FINISHED | {"minutes": "很久"}, after=[photo()]).json()
    assert (said["state"], said["words"]) == ("refused", "用了多少分钟：请填整数，例如 12。")
    arrival = Arrival.objects.get()
    assert arrival.typed["minutes"] == ["很久"]
    assert attachments_of(arrival).count() == 1
    assert Attachment.objects.count() == 1
    assert phone.now().state == State.TAKEN


def test_the_inbox_shows_both_versions_and_who_changed_it(phone, moved, cast):
    phone.send("finish", **FINISHED, after=[photo()])
    arrival = Arrival.objects.get()
    page = phone.client.get(f"/offline/{arrival.pk}/").content.decode()
    for words in ("换了角阀", "怎么修的", "自然老化", f"改派给 {cast.electrician}", str(cast.director), attachments_of(arrival)[0].thumb_url):
        assert words in page
    assert phone.client.get(attachments_of(arrival)[0].thumb_url).getvalue().startswith(b"\xff\xd8")
    assert phone.client.get("/offline/").context["total"] == 1


def test_nobody_else_sees_it(phone, moved, cast):
    phone.send("finish", **FINISHED, after=[photo()])
    arrival, other = Arrival.objects.get(), Client()
    other.force_login(cast.director)
    pages = [f"/offline/{arrival.pk}/", f"/offline/{arrival.pk}/edit/", attachments_of(arrival)[0].url]
    assert [other.get(page).status_code for page in pages] == [404] * 3
    assert other.post(f"/offline/{arrival.pk}/again/").status_code == 404
    assert other.get("/offline/").context["total"] == 0


def back_to_the_plumber(cast, kinds, ticket):
    dispatch.assign_ticket(actor=cast.director, at=timezone.now(), record=ticket, repairer=kinds.plumber)
    dispatch.take_ticket(actor=cast.plumber, at=timezone.now(), record=ticket)


def test_again_does_it_on_top_of_what_stands_now_photos_included(phone, moved, cast, kinds):
    phone.send("finish", **FINISHED, after=[photo()])
    arrival = Arrival.objects.get()
    refused = phone.client.post(f"/offline/{arrival.pk}/again/", follow=True)
    assert "不在您手上" in refused.content.decode()
    arrival.refresh_from_db()
    assert (arrival.state, attachments_of(arrival).count()) == (ArrivalState.REFUSED, 1)
    back_to_the_plumber(cast, kinds, phone.now())
    phone.client.post(f"/offline/{arrival.pk}/again/")
    arrival.refresh_from_db()
    assert (arrival.state, phone.now().state) == (ArrivalState.DONE, State.FINISHED)
    assert (attachments_of(arrival).count(), attachments_of(phone.ticket, "after").count()) == (0, 1)
    assert Event.objects.get(action="finish").source.startswith("离线 ")
    assert phone.client.post(f"/offline/{arrival.pk}/again/", follow=True).status_code in (200, 400)
    assert Event.objects.filter(action="finish").count() == 1


def test_edit_opens_the_ordinary_form_filled_in_and_settles_it(phone):
    phone.send("finish", **FINISHED | {"minutes": "很久"}, after=[photo()])
    arrival = Arrival.objects.get()
    page = phone.client.get(f"/offline/{arrival.pk}/edit/").content.decode()
    token = attachments_of(arrival)[0].token
    for words in ('value="很久"', "请填整数，例如 12。", "换了角阀", token):
        assert words in page
    assert "data-offline=" not in page
    form = FINISHED | {"after_kept": token, "seen": phone.seen}
    wrong = phone.client.post(f"/offline/{arrival.pk}/edit/", form | {"minutes": "0"})
    assert (wrong.status_code, token in wrong.content.decode()) == (422, True)
    assert attachments_of(arrival).count() == 1
    right = phone.client.post(f"/offline/{arrival.pk}/edit/", form)
    assert (right.status_code, right.url) == (302, f"/repairs/ticket/{phone.ticket.pk}/")
    arrival.refresh_from_db()
    assert (arrival.state, phone.now().minutes) == (ArrivalState.DONE, 40)
    assert [photo.token for photo in attachments_of(phone.ticket, "after")] == [token]


def test_putting_aside_needs_a_reason_and_keeps_everything(phone, moved):
    phone.send("finish", **FINISHED, after=[photo()])
    arrival = Arrival.objects.get()
    assert phone.client.post(f"/offline/{arrival.pk}/aside/", {"reason": ""}).status_code == 422
    phone.client.post(f"/offline/{arrival.pk}/aside/", {"reason": "电工已经修好"})
    arrival.refresh_from_db()
    assert (arrival.state, arrival.reason, arrival.typed["minutes"]) == (ArrivalState.ASIDE, "电工已经修好", ["40"])
    assert attachments_of(arrival).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrival.objects.filter(pk=arrival.pk).update(reason="")


def test_an_ended_login_and_another_person_get_401_and_nothing_happens(phone, cast):
    entry, visitor, other = phone.entry("arrive"), Client(), Client()
    other.force_login(cast.electrician)
    for client in (visitor, other):
        answer = client.post("/offline/send/", entry)
        assert (answer.status_code, "登录" in answer.json()["detail"]) == (401, True) or "账号" in answer.json()["detail"]
    assert visitor.get("/offline/state/").status_code == 401
    assert (Arrival.objects.count(), phone.now().state) == (0, State.TAKEN)


@pytest.mark.parametrize("url", ["/repairs/ticket/{}/cancel/", "/repairs/ticket/{}/", "/logout/", "/nowhere/", "", "//evil/"])
def test_only_declared_forms_are_ever_run(phone, url):
    entry = phone.entry("arrive") | {"offline_url": url.format(phone.ticket.pk), "reason": "x"}
    said = phone.client.post("/offline/send/", entry).json()
    assert (said["state"], said["words"]) == ("refused", "系统里已经没有这种单子了。")
    assert phone.now().state == State.TAKEN


@pytest.mark.parametrize("change", [{"offline_id": "x"}, {"offline_id": ""}])
def test_a_form_without_a_number_is_not_taken(phone, change):
    assert phone.client.post("/offline/send/", phone.entry("arrive") | change).status_code == 400
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize("claimed", ["", "x", "9" * 30, "-1" * 9, "99999999999999"])
def test_a_phone_with_a_wrong_clock_is_not_believed(phone, claimed):
    assert phone.client.post("/offline/send/", phone.entry("arrive") | {"offline_claimed": claimed}).json()["state"] == "done"
    arrival = Arrival.objects.get()
    assert arrival.claimed_at <= arrival.arrived_at


def test_a_form_refused_while_its_writer_looks_on_is_not_kept(phone):
    wrong = phone.send("finish", **FINISHED | {"minutes": "很久"}, after=[photo()], offline_live="1")
    assert (wrong.json()["state"], wrong.json()["words"]) == ("wrong", "用了多少分钟：请填整数，例如 12。")
    assert (Arrival.objects.count(), Attachment.objects.count()) == (0, 0)
    assert phone.send("finish", **FINISHED, offline_live="1").json()["state"] == "done"
    assert not Event.objects.get(action="finish").source.startswith("离线")
    assert "完工登记" in phone.client.get("/").content.decode()


def test_a_conflict_while_its_writer_looks_on_is_not_kept_either(phone, moved):
    assert phone.send("arrive", offline_live="1").json()["state"] == "wrong"
    assert (Arrival.objects.count(), phone.now().arrived_at) == (0, None)


def test_the_form_for_the_finished_work_can_be_read_before_the_arrival(phone, cast, kinds):
    dispatch.assign_ticket(actor=cast.director, at=timezone.now(), record=phone.now(), repairer=kinds.plumber)
    url = f"/repairs/ticket/{phone.ticket.pk}/finish/"
    assert phone.client.get(url).status_code == 400
    assert 'data-offline="repairs.finish"' in phone.client.get(f"{url}?ahead").content.decode()
    assert phone.client.post(f"{url}?ahead", FINISHED).status_code == 400
    other = Client()
    other.force_login(cast.teacher)
    assert other.get(f"{url}?ahead").status_code == 403


def test_the_phone_is_told_its_pages_of_today(phone, cast):
    said = phone.client.get("/offline/state/").json()
    pages = dict(said["pages"])
    mine = f"/repairs/ticket/{phone.ticket.pk}/"
    assert said["user"] == str(phone.person.pk)
    assert {"/", "/offline/", "/repairs/mine/", mine, f"{mine}finish/?ahead"} == set(pages)
    assert all(phone.client.get(page).status_code == 200 for page in pages)
    phone.send("arrive")
    changed = dict(pages_for(phone.person))
    assert {page for page in pages if changed[page] != pages[page]} == {"/repairs/mine/", mine, f"{mine}finish/?ahead"}
    assert pages_for(cast.teacher) == []


def test_pages_carry_the_person_and_only_for_who_works_without_network(phone, cast):
    page = phone.client.get("/").content.decode()
    assert f'<meta name="offline-user" content="{phone.person.pk}" data-name="{phone.person.name}">' in page
    teacher = Client()
    teacher.force_login(cast.teacher)
    assert "offline-user" not in teacher.get("/").content.decode()
    assert "offline-user" not in Client().get("/login/").content.decode()


def test_worker_manifest_and_the_page_without_network_are_open_and_name_nobody(client, db):
    worker = client.get("/sw.js")
    assert (worker.status_code, worker["Content-Type"], worker["Cache-Control"]) == (200, "text/javascript; charset=utf-8", "no-cache")
    assert worker.content.decode().startswith('const STATIC = "static-')
    about = json.loads(client.get("/manifest.webmanifest").content)
    assert (about["start_url"], about["display"]) == ("/", "standalone")
    assert {icon["sizes"] for icon in about["icons"]} == {"any", "192x192", "512x512"}
    assert client.get("/offline/away/").status_code == 200
    policy = client.get("/offline/away/")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


def test_a_plain_view_can_be_declared_too(phone, monkeypatch):
    monkeypatch.setattr(declarations, "_forms", dict(declarations.all_forms() and {form.key: form for form in declarations.all_forms()}))
    declarations.register(OfflineForm("test.comment", "留言", route="repairs:ticket-comment"))
    url = reverse("repairs:ticket-comment", args=[phone.ticket.pk])
    entry = phone.entry("arrive", words="路上") | {"offline_key": "test.comment", "offline_url": url}
    assert phone.client.post("/offline/send/", entry).json()["state"] == "done"
    assert Event.objects.filter(note="路上").exists() or Event.objects.filter(text__contains="路上").exists()
    refused = phone.client.post("/offline/send/", entry | {"offline_id": f"{uuid4()}", "words": ""}).json()
    assert refused["state"] == "refused"
    with pytest.raises(ValueError, match="twice"):
        declarations.register(OfflineForm("test.comment", "留言", route="x"))

"""Reporting by the QR on the door, without a login (REP-01)."""

import pytest

from logistics.platform.attachments.models import Attachment
from logistics.platform.kernel.errors import RuleViolation
from repairs.acceptance.rules import accept_public
from repairs.dispatch.rules import take_ticket
from repairs.ticket.models import Signature, State, Ticket
from repairs.work.rules import arrive
from tests.conftest import NOW

from .conftest import finish
from .test_pages import photo


@pytest.fixture
def report(client, rooms, kinds):
    def post(code="R305", **changes):
        return client.post(f"/public/repair/{code}/", {"kind": kinds.water.pk, "description": "洗手池漏水", "urgency": "normal", "website": ""} | changes)

    return post


@pytest.mark.requirement("REP-01")
def test_a_student_reports_and_follows_by_code(client, report, rooms):
    answer = report(name="小明", photos=[photo()])
    ticket = Ticket.objects.get()
    assert answer.status_code == 201
    assert (ticket.channel, ticket.reporter_name, ticket.place) == ("public", "小明", rooms.room)
    assert ticket.follow_code in answer.content.decode()
    page = client.get(f"/public/repair/follow/{ticket.follow_code}/").content.decode()
    assert "待派工" in page and ticket.number in page
    door = client.get("/public/repair/follow/", {"code": ticket.follow_code.lower()})
    assert door["Location"].endswith(f"/{ticket.follow_code}/")


@pytest.mark.requirement("REP-04")
def test_the_public_reporter_confirms_or_sends_it_back(client, report, cast, later):
    report()
    Ticket.objects.update(reported_at=NOW)
    ticket = Ticket.objects.get()
    take_ticket(actor=cast.plumber, at=NOW, record=ticket)
    arrive(actor=cast.plumber, at=later(1), record=ticket)
    finish(cast.plumber, ticket, later(2))
    url = f"/public/repair/follow/{ticket.follow_code}/"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert Ticket.objects.get().state == State.FINISHED
    client.post(url, {"reason": "还漏"})
    assert Ticket.objects.get().state == State.WORKING
    finish(cast.plumber, Ticket.objects.get(), later(4))
    assert client.post(url, {"name": "", "rating": "5"}).status_code == 422
    client.post(url, {"name": "小明", "rating": "5", "words": "谢谢"})
    assert Ticket.objects.get().state == State.CLOSED
    assert Signature.objects.get(is_accepted=True).name == "小明"


def test_a_wrong_code_or_place_is_404_and_stores_nothing(client, report):
    assert client.get("/public/repair/follow/NOSUCHCODE/").status_code == 404
    assert client.get("/public/repair/NOPE/").status_code == 404
    assert report(code="NOPE").status_code == 404
    assert not Ticket.objects.exists()


def test_an_empty_code_finds_no_ticket_of_staff(client, file):
    file()
    assert client.get("/public/repair/follow/", {"code": " "}).status_code == 200
    assert client.get("/public/repair/follow/-/").status_code == 404


def test_the_trap_answers_politely_and_stores_nothing(report):
    assert report(website="http://spam.example", photos=[photo()]).status_code == 200
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


def test_a_bad_photo_from_a_stranger_stores_nothing(report):
    bad = photo()
    bad.truncate(30)
    assert report(photos=[photo(), bad]).status_code == 422
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


def test_two_hundred_requests_a_minute_are_slowed_down(client, report, rooms):
    codes = [client.get("/public/repair/R305/").status_code for _ in range(200)]
    assert set(codes) == {200, 429}
    assert codes.count(200) == 20
    assert report().status_code == 429
    assert not Ticket.objects.exists()


def test_accepting_needs_a_finished_ticket(report, cast):
    report()
    ticket = Ticket.objects.get()
    with pytest.raises(RuleViolation):
        accept_public(actor=ticket.reported_by, at=NOW, record=ticket, name="小明")
    assert not Signature.objects.exists()


def test_a_forged_forwarding_header_does_not_escape_the_limit(client, rooms):
    codes = [client.get("/public/repair/R305/", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(30)]
    assert codes.count(200) == 20

"""A form that makes the program fail: tried a few times, then kept in the inbox, and the others go on (issue 3, offline)."""

from uuid import uuid4

import pytest

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit import rules as audit
from logistics.platform.offline.models import Arrival, ArrivalState
from logistics.platform.offline.queries import todos, waiting_count
from repairs.ticket.models import State

from .offline_kit import FINISHED, photo


@pytest.fixture
def faulty(monkeypatch):
    """Whatever follows the journal fails at the entry "finish"; faulty.clear() mends it."""
    broken = ["finish"]

    def fail(events):
        if any(event.action in broken for event in events):
            raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr(audit, "followers", [*audit.followers, fail])
    return broken


@pytest.fixture
def patient(phone):
    """The phone reads an error page instead of raising it."""
    phone.client.raise_request_exception = False
    return phone


def test_a_fault_keeps_it_on_the_phone_for_the_first_tries(patient, faulty):
    uid = uuid4()
    for tries in ("", "0", "1", "2", "x", "-1", "9" * 40):
        assert patient.send("finish", uid, **FINISHED, offline_tries=tries).status_code == 500
    assert (Arrival.objects.count(), patient.now().state) == (0, State.TAKEN)


def test_after_a_few_tries_the_server_keeps_it_whole_and_the_next_ones_go_on(patient, faulty):
    uid = uuid4()
    said = patient.send("finish", uid, **FINISHED, after=[photo()], offline_tries="3").json()
    assert (said["kept"], said["state"], "没有处理成" in said["words"]) == (f"{uid}", "failed", True)
    arrival = Arrival.objects.get()
    assert (arrival.get_state_display(), arrival.typed) == ("没有处理成", {name: [value] for name, value in FINISHED.items()})
    assert [kept.role for kept in attachments_of(arrival)] == ["after"]
    assert (patient.now().state, attachments_of(patient.ticket).count()) == (State.TAKEN, 0)
    assert (waiting_count(patient.person), len(todos(patient.person, arrival.arrived_at))) == (1, 1)
    assert patient.send("finish", uid, **FINISHED, offline_tries="4").json() == said
    assert patient.client.get("/offline/?state=waiting").context["total"] == 1


def test_what_follows_on_the_same_record_waits_behind_it(patient, faulty):
    patient.send("finish", **FINISHED, offline_tries="3")
    assert patient.send("arrive").json()["state"] == "conflict"
    assert patient.now().state == State.TAKEN


def test_a_fault_in_the_inbox_is_a_sentence_and_after_the_mending_it_is_done(patient, faulty):
    patient.send("finish", **FINISHED, after=[photo()], offline_tries="3")
    arrival = Arrival.objects.get()
    token = attachments_of(arrival)[0].token
    for page, given in (("again", {}), ("edit", FINISHED | {"after_kept": token, "seen": patient.seen})):
        answer = patient.client.post(f"/offline/{arrival.pk}/{page}/", given, follow=True)
        assert (answer.status_code, "没有处理成" in answer.content.decode()) == (200, True)
        arrival.refresh_from_db()
        assert (arrival.state, [kept.token for kept in attachments_of(arrival)]) == (ArrivalState.FAILED, [token])
    faulty.clear()
    patient.client.post(f"/offline/{arrival.pk}/again/")
    arrival.refresh_from_db()
    assert (arrival.state, patient.now().state) == (ArrivalState.DONE, State.FINISHED)
    assert [kept.token for kept in attachments_of(patient.ticket, "after")] == [token]


def test_an_address_with_an_endless_number_is_kept_and_no_error(patient):
    entry = patient.entry("arrive") | {"offline_url": f"/repairs/ticket/{'9' * 30}/arrive/"}
    assert patient.client.post("/offline/send/", entry).json()["state"] == "refused"
    assert patient.client.get(f"/offline/{Arrival.objects.get().pk}/").status_code == 200

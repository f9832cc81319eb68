"""Filing, editing, following, merging a ticket, and its deadline (REP-01, REP-02, REP-05)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import Notice
from repairs.ticket import rules
from repairs.ticket.models import MOVES, Follower, State, Ticket
from repairs.ticket.queries import similar_open, tickets_visible_to
from tests.conftest import NOW, SHANGHAI


@pytest.mark.requirement("REP-01")
def test_a_teacher_files_and_the_dispatcher_is_told(file, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ticket = file()
    assert (ticket.number, ticket.state, ticket.title) == ("BX-2026-0001", State.NEW, "水龙头一直滴水")
    assert Notice.objects.filter(recipient=cast.director).count() == 1
    event = Event.objects.get(kind="repairs.ticket", record_id=ticket.pk)
    assert (event.action, event.actor_name, event.note) == ("file", cast.teacher.name, ticket.description)


def test_without_a_role_nothing_is_filed(file, cast):
    with pytest.raises(NotAllowed):
        file(actor=cast.nobody)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("words", "field"), [("", "description"), ("坏", "description")])
def test_too_few_words_are_refused_at_their_field(file, words, field):
    with pytest.raises(RuleViolation) as refusal:
        file(description=words)
    assert refusal.value.field == field
    assert not Ticket.objects.exists()


def test_a_closed_place_is_refused(file, rooms):
    rooms.room.is_active = False
    rooms.room.save()
    with pytest.raises(RuleViolation) as refusal:
        file(place=rooms.room)
    assert refusal.value.field == "place"
    assert not Ticket.objects.exists()


def local(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.requirement("REP-05", "ORG-03")
@pytest.mark.parametrize(
    ("reported", "kind", "urgency", "due"),
    [
        (local(2026, 11, 18, 9), "water", "normal", local(2026, 11, 18, 22)),  # small: not past the night
        (local(2026, 11, 18, 9), "power", "normal", local(2026, 11, 19, 22)),  # large: not past the next day
        (local(2026, 11, 18, 9), "power", "class", local(2026, 11, 18, 22)),  # what disturbs lessons counts as small
        (local(2026, 11, 20, 19), "water", "normal", local(2026, 11, 23, 22)),  # Friday evening: Monday
        (local(2026, 11, 20, 9), "power", "normal", local(2026, 11, 23, 22)),  # Friday, large: Monday
        (local(2026, 11, 22, 3), "water", "danger", local(2026, 11, 22, 5)),  # danger runs on the wall clock
    ],
)
def test_deadline(file, kinds, reported, kind, urgency, due):
    assert timezone.localtime(file(at=reported, kind=getattr(kinds, kind), urgency=urgency).due_at) == due


@pytest.mark.requirement("REP-01")
def test_similar_open_reports_are_found_the_same_kind_first(file, kinds, rooms):
    power, water = file(kind=kinds.power), file()
    file(place=rooms.other)
    assert [t.pk for t in similar_open(rooms.room, kinds.water)] == [water.pk, power.pk]


@pytest.mark.requirement("REP-04")
def test_the_same_fault_within_thirty_days_points_at_the_first_repair(file, cast):
    first = file()
    Ticket.objects.filter(pk=first.pk).update(state=State.CLOSED, finished_at=NOW, closed_at=NOW, repairer=cast.plumber)
    assert file(at=NOW + timedelta(days=29)).repeat_of == first
    assert file(at=NOW + timedelta(days=31)).repeat_of is None


def test_editing_moves_the_deadline_and_keeps_before_and_after(file, kinds, cast):
    ticket = file()
    rules.edit_ticket(actor=cast.teacher, at=NOW, record=ticket, kind=kinds.power, size="large", urgency="normal")
    ticket.refresh_from_db()
    assert timezone.localtime(ticket.due_at) == local(2026, 11, 19, 22)
    assert Event.objects.get(action="edit").changes["类别"] == ["水", "电"]


def test_another_teacher_may_not_edit(file, cast):
    ticket = file()
    with pytest.raises(NotAllowed):
        rules.edit_ticket(actor=cast.stranger, at=NOW, record=ticket, description="改掉别人的话")
    ticket.refresh_from_db()
    assert ticket.description.startswith("水龙头")


@pytest.mark.requirement("REP-02")
def test_merging_ends_one_and_its_reporter_follows_the_other(file, cast):
    kept, double = file(), file(actor=cast.stranger)
    rules.merge_ticket(actor=cast.director, at=NOW, record=double, into=kept)
    double.refresh_from_db()
    assert (double.state, double.merged_into) == (State.MERGED, kept)
    assert Follower.objects.get(ticket=kept).user == cast.stranger


def test_merging_into_itself_or_a_closed_one_is_refused(file, cast):
    ticket, ended = file(), file()
    rules.cancel_ticket(actor=cast.teacher, at=NOW, record=ended, reason="报错了")
    for other in (ticket, ended):
        with pytest.raises(RuleViolation):
            rules.merge_ticket(actor=cast.director, at=NOW, record=ticket, into=other)
    ticket.refresh_from_db()
    assert ticket.state == State.NEW


@pytest.mark.requirement("REP-01")
def test_following_twice_is_once(file, cast):
    ticket = file()
    rules.follow_ticket(actor=cast.stranger, at=NOW, record=ticket)
    rules.follow_ticket(actor=cast.stranger, at=NOW, record=ticket)
    assert Follower.objects.filter(ticket=ticket).count() == 1
    assert Event.objects.filter(action="follow").count() == 1


@pytest.mark.requirement("GEN-01")
def test_a_teacher_sees_own_tickets_and_those_of_own_places(file, cast, rooms):
    own, other = file(), file(actor=cast.stranger, place=rooms.other)
    assert set(tickets_visible_to(cast.teacher)) == {own}
    assert set(tickets_visible_to(cast.headteacher)) == {own}  # the class has its lessons in this room
    rooms.floor.responsible = cast.teacher
    rooms.floor.save()
    assert set(tickets_visible_to(cast.teacher)) == {own, other}
    assert set(tickets_visible_to(cast.inspector)) == {own, other}
    assert not tickets_visible_to(cast.nobody).exists()


def test_every_state_is_reached_and_every_move_leads_to_a_state():
    assert {to for targets in MOVES.values() for to in targets} | {State.NEW} == set(State)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "closed"},
        {"state": "assigned"},
        {"state": "waiting"},
        {"state": "merged"},
        {"rating": 6},
        {"finished_at": NOW - timedelta(hours=1)},
    ],
    ids="-".join,
)
def test_the_database_refuses(file, broken):
    ticket = file()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**broken)
    ticket.refresh_from_db()
    assert ticket.state == State.NEW

"""Two people at the same moment: one wins, the other reads a sentence; on both databases (Must hold of the issue)."""

from decimal import Decimal

import pytest
from django.db import connection

from logistics.platform.audit.models import Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import Conflict, RuleViolation
from repairs.acceptance.rules import accept, reject
from repairs.dispatch.rules import assign_ticket, take_ticket
from repairs.ticket.models import Follower, Material, Signature, State, Ticket
from repairs.ticket.rules import file_ticket, follow_ticket
from repairs.work.rules import finish
from repairs.work.watch import watch
from tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def refusals(outcomes) -> int:
    assert not [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, RuleViolation)], outcomes
    return sum(isinstance(outcome, RuleViolation) for outcome in outcomes)


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.requirement("REP-02")
def test_two_repairers_take_one_ticket(together, file, cast):
    ticket, first, second = file(), cast.plumber, cast.electrician
    copies = [fresh(ticket), fresh(ticket)]
    outcomes = together(
        lambda: take_ticket(actor=first, at=NOW, record=copies[0]),
        lambda: take_ticket(actor=second, at=NOW, record=copies[1]),
    )
    assert refusals(outcomes) == 1
    assert isinstance(next(o for o in outcomes if isinstance(o, Exception)), Conflict)
    assert Event.objects.filter(action="take").count() == 1
    assert fresh(ticket).repairer in (first, second)


def test_a_double_tap_on_finish_writes_materials_once(together, at_state, cast, later):
    ticket, plumber = at_state(State.WORKING), cast.plumber
    line = {"name": "角阀", "spec": "", "unit": "只", "quantity": Decimal(1), "price": Decimal(25)}

    def tap():
        return finish(actor=plumber, at=later(2), record=fresh(ticket), work_done="换了角阀", cause="natural", minutes=30, materials=[line])

    assert refusals(together(tap, tap, tap)) == 2
    assert Material.objects.count() == 1
    assert (fresh(ticket).minutes, fresh(ticket).material_cost) == (30, Decimal(25))


@pytest.mark.requirement("REP-04")
def test_signing_and_rejecting_at_once_leaves_one_decision(together, at_state, cast, later):
    ticket, teacher, head = at_state(State.FINISHED), cast.teacher, cast.headteacher
    outcomes = together(
        lambda: accept(actor=teacher, at=later(3), record=fresh(ticket), rating=5),
        lambda: reject(actor=head, at=later(3), record=fresh(ticket), reason="还在滴"),
    )
    assert refusals(outcomes) == 1
    signature = Signature.objects.get()
    assert fresh(ticket).state == (State.CLOSED if signature.is_accepted else State.WORKING)


def test_assigning_and_taking_at_once(together, file, cast, kinds):
    ticket, director, electrician = file(), cast.director, cast.electrician
    outcomes = together(
        lambda: assign_ticket(actor=director, at=NOW, record=fresh(ticket), repairer=kinds.plumber),
        lambda: take_ticket(actor=electrician, at=NOW, record=fresh(ticket)),
    )
    assert refusals(outcomes) <= 1
    assert fresh(ticket).repairer is not None
    assert Event.objects.filter(action__in=["assign", "take"]).count() == 2 - refusals(outcomes)


def test_numbers_have_no_gaps_and_no_doubles(together, cast, rooms, kinds):
    teacher = cast.teacher

    def one():
        return file_ticket(actor=teacher, at=NOW, place=rooms.room, kind=kinds.water, description="一起报修")

    def refused():
        with pytest.raises(RuleViolation):
            file_ticket(actor=teacher, at=NOW, place=rooms.room, kind=kinds.water, description="")

    outcomes = together(one, refused, one, one, refused, one, one)
    assert refusals(outcomes) == 0
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [f"BX-2026-{n:04d}" for n in range(1, 6)]
    assert list(find_breaks()) == []


def test_following_twice_at_once_is_once(together, file, cast):
    ticket, stranger = file(), cast.stranger

    def tap():
        return follow_ticket(actor=stranger, at=NOW, record=ticket)

    assert refusals(together(tap, tap)) == 0
    assert Follower.objects.count() == 1


@pytest.mark.requirement("REP-05")
def test_two_watches_at_once_escalate_once(together, at_state, later):
    at_state(State.WORKING)
    together(lambda: watch(later(40)), lambda: watch(later(40)))
    assert Event.objects.filter(action="escalate").count() == 1


def test_the_driver_on_postgresql_is_psycopg2():
    if connection.vendor == "postgresql":
        assert connection.Database.__name__ == "psycopg2"
    else:
        assert connection.vendor == "sqlite"

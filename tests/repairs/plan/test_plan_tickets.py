"""A planned work as a ticket, and back (REP-08, REP-10)."""

from datetime import date
from decimal import Decimal

import pytest

from logistics.platform.kernel.errors import RuleViolation
from repairs import origins
from repairs.acceptance.rules import accept
from repairs.plan import rules
from repairs.plan.tickets import item_ticket_ended, open_item_ticket
from repairs.ticket.models import State, Ticket
from repairs.ticket.rules import cancel_ticket
from repairs.work.rules import arrive, finish
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-08", "REP-10")
TODAY = date(2026, 11, 18)  # the day of NOW


@pytest.fixture
def running(cast, plan, add):
    """An approved plan with one work, in the charge of whom is named."""

    def make(**fields):
        item = add(**fields)
        rules.submit_plan(actor=cast.director, at=NOW, record=plan)
        rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
        return plan, item

    return make


def test_an_item_becomes_a_ticket_and_the_signed_ticket_finishes_it(cast, running, kinds, later, stored):
    plan, item = running(owner=cast.plumber)
    ticket = open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water)
    assert (ticket.place, ticket.state, ticket.repairer, stored(item).ticket) == (item.place, State.ASSIGNED, cast.plumber, ticket)
    assert "12 盏" in ticket.description
    with pytest.raises(RuleViolation, match="已经开了报修单"):
        open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water)
    arrive(actor=cast.plumber, at=later(1), record=stored(ticket))
    used = [{"name": "灯管", "spec": "", "unit": "根", "quantity": Decimal(12), "price": Decimal(30)}]
    finish(actor=cast.plumber, at=later(2), record=stored(ticket), work_done="全部换新", cause="natural", minutes=60, materials=used)
    assert stored(item).done_on is None
    accept(actor=cast.director, at=later(3), record=stored(ticket), rating=5)
    assert (stored(item).done_on, stored(item).actual) == (TODAY, Decimal(360))
    assert Ticket.objects.count() == 1


def test_a_cancelled_ticket_leaves_the_item_open_for_another(cast, running, kinds, stored):
    plan, item = running()
    ticket = open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.power)
    cancel_ticket(actor=cast.director, at=NOW, record=stored(ticket), reason="放到下周一起做")
    assert (stored(item).ticket, stored(item).done_on) == (None, None)
    assert open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.power).pk != ticket.pk


def test_what_was_finished_by_hand_stays_as_it_was_written(cast, running, kinds, later, stored):
    plan, item = running(owner=cast.plumber)
    ticket = open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water)
    rules.finish_item(actor=cast.director, at=NOW, record=plan, item=item, done_on=TODAY, actual=Decimal(500))
    arrive(actor=cast.plumber, at=later(1), record=stored(ticket))
    finish(actor=cast.plumber, at=later(2), record=stored(ticket), work_done="全部换新", cause="natural", minutes=60)
    accept(actor=cast.director, at=later(3), record=stored(ticket))
    assert stored(item).actual == Decimal(500)


def test_an_item_known_by_words_needs_a_place_for_its_ticket(cast, running, kinds, rooms):
    plan, item = running(place=None, place_text="西围墙")
    with pytest.raises(RuleViolation) as refusal:
        open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water)
    assert refusal.value.field == "place"
    assert not Ticket.objects.exists()
    assert open_item_ticket(actor=cast.director, at=NOW, record=plan, item=item, kind=kinds.water, place=rooms.other).place == rooms.other


def test_the_handler_is_registered():
    assert origins.handler_for("repairs.planitem") is item_ticket_ended

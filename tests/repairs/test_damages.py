"""Tickets about things on the asset ledger: a label's report, man-made damage to be paid for, no scrapping while it is being mended (REP-07)."""

from decimal import Decimal

import pytest

from assets.damage.models import Damage, DamageState
from assets.public import blockers, thread_parts
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import SchoolClass
from repairs import damages
from repairs.acceptance import rules as acceptance
from repairs.ticket.models import State, Ticket
from tests.assets.conftest import Ledger
from tests.conftest import NOW

from .conftest import finish

pytestmark = pytest.mark.requirement("REP-07", "AST-09")


@pytest.fixture
def card(cast, rooms):
    return Ledger(cast, rooms).computer()


@pytest.fixture
def school_class(cast):
    return SchoolClass.objects.create(name="七年级1班", grade="七年级", head_teacher=cast.headteacher)


def test_man_made_damage_opens_one_paper_however_often_it_is_mended(at_state, cast, school_class):
    ticket = at_state(State.WORKING)
    finish(cast.plumber, ticket, NOW, cause="manmade", damage_class=school_class, labour_cost=Decimal("35.50"))
    damage = Damage.objects.get()
    assert (damage.state, damage.school_class, damage.repair_cost, damage.origin_label) == (
        DamageState.OPEN,
        school_class,
        Decimal("35.50"),
        f"报修单 {ticket.number}",
    )
    assert damage.place == ticket.place
    ticket = Ticket.objects.get()
    acceptance.reject(actor=ticket.reported_by, at=NOW, record=ticket, reason="还漏")
    finish(cast.plumber, Ticket.objects.get(), NOW, cause="manmade", damage_class=school_class, labour_cost=Decimal("10.00"))
    assert Damage.objects.get().repair_cost == Decimal("45.50")
    assert damages.damage_panel(Ticket.objects.get(), cast.keeper)["damage"] == damage


def test_old_age_opens_none_and_the_director_may_still_say_who(at_state, cast, school_class):
    ticket = at_state(State.WORKING)
    finish(cast.plumber, ticket, NOW, cause="misuse")
    ticket = Ticket.objects.get()
    assert not Damage.objects.exists()
    with pytest.raises(NotAllowed):
        damages.file_for_ticket(actor=cast.plumber, at=NOW, record=ticket, school_class=school_class)
    with pytest.raises(RuleViolation, match="哪个班"):
        damages.file_for_ticket(actor=cast.director, at=NOW, record=ticket)
    damages.file_for_ticket(actor=cast.director, at=NOW, record=ticket, school_class=school_class)
    with pytest.raises(RuleViolation, match="已经登记过"):
        damages.file_for_ticket(actor=cast.director, at=NOW, record=ticket, school_class=school_class)
    assert Damage.objects.get().school_class == school_class


def test_a_scanned_thing_is_reported_by_its_number_and_not_scrapped_meanwhile(card, cast, kinds, client):
    client.force_login(cast.teacher)
    assert f'value="{card.number}"' in client.get(f"/repairs/ticket/new/?card={card.pk}").content.decode()
    given = {"place": str(card.place), "kind": kinds.power.pk, "description": "开不了机", "urgency": "normal", "card": card.number}
    assert client.post("/repairs/ticket/new/", given).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.card, ticket.thing) == (card, "台式计算机")
    assert [words for blocker in blockers if (words := blocker(card))] == [f"报修单 {ticket.number} 还没有办完"]
    assert card.number in client.get(f"/repairs/ticket/{ticket.pk}/").content.decode()
    steps = [step for part in thread_parts for step in part(card, cast.director) if step.title == "报修"]
    assert [(step.number, bool(step.url)) for step in steps] == [(ticket.number, True)]
    Ticket.objects.update(state=State.CANCELLED)
    assert not damages.open_ticket_of(card)

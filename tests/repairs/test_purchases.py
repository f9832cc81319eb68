"""What a repair needs is asked for in one click; the request points back to its paper (FIN-02)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from finance.public import requests_from
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from repairs.dispatch.rules import assign_ticket
from repairs.kind.models import Repairer
from repairs.plan.models import PlanList
from repairs.plan.rules import add_item, create_plan
from repairs.purchases import ask_parts, buy_for_plan
from repairs.ticket.models import Ticket
from repairs.ticket.rules import file_ticket
from repairs.work.rules import arrive, wait
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-02")]
VALVE = {"name": "角阀", "spec": "DN15", "unit": "只", "quantity": Decimal(2), "price": Decimal(25)}


@pytest.fixture
def waiting(cast, rooms, kinds) -> Ticket:
    """A ticket of the plumber that waits for parts."""
    made = file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="水龙头漏水")
    assign_ticket(actor=cast.director, at=NOW, record=made, repairer=Repairer.objects.get(user=cast.plumber))
    made = Ticket.objects.get(pk=made.pk)
    arrive(actor=cast.plumber, at=NOW, record=made)
    wait(actor=cast.plumber, at=NOW, record=made, reason="parts", note="等角阀")
    return Ticket.objects.get(pk=made.pk)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_parts_a_ticket_waits_for_become_a_draft_that_points_back(cast, waiting):
    answer = browser(cast.plumber).post(f"/repairs/ticket/{waiting.pk}/purchase/", {"parts": "角阀 DN15 2 只 25\n生料带 1 卷"})
    assert answer.status_code == 302
    (request,) = requests_from(ref(waiting))
    assert [(line.name, line.quantity, line.price) for line in request.lines.all()] == [("角阀", 2, 25), ("生料带", 1, 0)]
    assert (request.state, request.created_by, request.department) == ("draft", cast.plumber, cast.plumber.department)
    assert waiting.number in request.source_label
    page = browser(cast.plumber).get(f"/repairs/ticket/{waiting.pk}/").content.decode()
    assert f"/finance/purchase/{request.pk}/" in page


def test_who_may_not_open_the_request_reads_its_state_without_a_link(cast, waiting):
    ask_parts(actor=cast.plumber, at=NOW, record=waiting, parts=[VALVE])
    (request,) = requests_from(ref(waiting))
    page = browser(cast.teacher).get(f"/repairs/ticket/{waiting.pk}/").content.decode()
    assert f"还没有送批 · {cast.plumber.name}" in page
    assert f"/finance/purchase/{request.pk}/" not in page


def test_only_who_mends_or_dispatches_asks_for_parts(cast, waiting):
    for person in (cast.teacher, cast.electrician):
        with pytest.raises(NotAllowed):
            ask_parts(actor=person, at=NOW, record=waiting, parts=[VALVE])
    assert requests_from(ref(waiting)) == []


def test_pressed_twice_there_is_one_draft(cast, waiting):
    for _ in range(2):
        ask_parts(actor=cast.plumber, at=NOW, record=waiting, parts=[VALVE])
    assert len(requests_from(ref(waiting))) == 1


@pytest.mark.parametrize("parts", ["", "一大堆东西", "角阀 DN15 0 只 25", "\n".join(["角阀 2 只"] * 51)])
def test_what_cannot_be_read_is_said_at_its_field(cast, waiting, parts):
    answer = browser(cast.plumber).post(f"/repairs/ticket/{waiting.pk}/purchase/", {"parts": parts})
    assert answer.status_code == 422
    assert "parts" in answer.context["form"].errors
    assert requests_from(ref(waiting)) == []


@pytest.fixture
def plan(cast, rooms, kinds) -> PlanList:
    made = create_plan(actor=cast.director, at=NOW, title="寒假维修", start_on=NOW.date(), end_on=NOW.date() + timedelta(days=60))
    given = {"place": rooms.room, "trade": kinds.plumber.trades.first(), "owner": cast.keeper}
    add_item(actor=cast.director, at=NOW, record=made, content="换灯管", quantity=Decimal(10), unit="支", estimate=Decimal(150), **given)
    add_item(actor=cast.director, at=NOW, record=made, content="补墙面", quantity=Decimal(3), unit="处", estimate=Decimal(100), **given)
    return made


def test_an_approved_plan_becomes_a_draft_whose_sum_is_the_plans(cast, plan):
    with pytest.raises(RuleViolation, match="批准以后"):
        buy_for_plan(actor=cast.director, at=NOW, record=plan)
    PlanList.objects.filter(pk=plan.pk).update(
        state="approved", number="JH-1", submitted_by=cast.director, submitted_at=NOW, decided_by=cast.vice, decided_at=NOW
    )
    plan = PlanList.objects.get(pk=plan.pk)
    assert browser(cast.director).post(f"/repairs/plan/{plan.pk}/purchase/").status_code == 302
    (request,) = requests_from(ref(plan))
    assert [(line.name, line.quantity, line.unit, line.amount) for line in request.lines.all()] == [("换灯管", 10, "支", 150), ("补墙面", 1, "项", 100)]
    assert request.total == 250

"""One click from another paper: a draft that points back, once however often it is pressed (FIN-02)."""

from decimal import Decimal

import pytest

from finance.public import propose_purchase, requests_from
from finance.purchase import rules
from finance.purchase.queries import lines_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.purchase.conftest import everything, row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-02")]


@pytest.fixture
def propose(desk, budget):
    def one(source=None, lines=({"name": "角阀"},), **given):
        fields = {"title": "修水管的配件", "department": budget.office, "reason": "三楼漏水"} | given
        return propose_purchase(actor=desk.cast.keeper, at=NOW, lines=lines, source=source or ref(budget.line), **fields)

    return one


def test_the_draft_points_back_and_leaves_prices_open(propose, budget):
    request = propose()
    assert requests_from(ref(budget.line)) == [request]
    assert request.source_label.startswith("总务处")
    (line,) = lines_of(request)
    assert (line.name, line.price, line.budget_line, line.destination) == ("角阀", 0, None, "works")


def test_pressed_again_it_answers_with_the_same_draft(propose, budget):
    assert propose() == propose()
    assert len(requests_from(ref(budget.line))) == 1


def test_what_is_new_is_added_to_the_draft_and_nothing_is_said_twice(propose):
    first = propose(lines=[{"name": "角阀", "quantity": Decimal(2)}])
    again = propose(lines=[{"name": "角阀", "quantity": Decimal("2.0")}, {"name": "生料带", "price": Decimal("3.50")}])
    assert again == first
    assert [(line.position, line.name, line.amount) for line in lines_of(again)] == [(1, "角阀", 0), (2, "生料带", Decimal("3.50"))]
    assert again.total == Decimal("3.50")


def test_a_draft_with_open_prices_offers_editing_and_not_sending(propose, cast, browse):
    request, browser = propose(), browse(cast.keeper)
    page = browser.get(f"/finance/purchase/{request.pk}/").content.decode()
    assert f"/finance/purchase/{request.pk}/edit/" in page
    assert f"/finance/purchase/{request.pk}/submit/" not in page
    assert "填好单价和预算指标" in page


def test_after_it_was_sent_another_may_be_asked_for(propose, desk, budget):
    first = propose()
    fields = {"title": first.title, "department": budget.office, "reason": first.reason, "lines": [row(budget.line, "角阀")]}
    rules.update_request(actor=desk.cast.keeper, at=NOW, record=first, **fields)
    desk.send(fresh(first))
    assert propose() != first


def test_an_open_price_is_not_sent(propose, desk):
    request = propose()
    before = everything()
    with pytest.raises(RuleViolation, match="预计单价"):
        desk.send(request)
    assert everything() == before


@pytest.mark.parametrize("source", [Ref("finance.budgetline", 999999), Ref("moon.rock", 1), Ref("", 0)])
def test_a_paper_that_is_not_there_is_no_source(propose, source):
    before = everything()
    with pytest.raises(RuleViolation, match="来源"):
        propose(source)
    assert everything() == before


def test_a_given_price_is_kept(propose):
    (line,) = lines_of(propose(lines=[{"name": "灯管", "quantity": Decimal(4), "unit": "支", "price": Decimal("12.50")}]))
    assert line.amount == 50

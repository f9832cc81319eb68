"""The request beside its orders: wholly ordered, an order cancelled, the rest given up, settled; the budget follows (FIN-02, FIN-13)."""

from decimal import Decimal

import pytest

from finance.budget.models import BudgetEntry
from finance.order import rules as orders
from finance.purchase import rules
from finance.purchase.models import RequestState
from finance.purchase.queries import open_lines
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh, parts
from tests.finance.order.conftest import Shop
from tests.finance.purchase.conftest import everything, row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-02")]


@pytest.fixture
def shop(cast, budget) -> Shop:
    return Shop(cast, budget)


@pytest.fixture
def request_of_two(shop, budget):
    """纸 40.00 and 笔 60.00 on one line of 1000."""
    lines = [row(fresh(budget.line), "纸", "4", "10"), row(fresh(budget.line), "笔", "6", "10")]
    return shop.approved(lines=lines)


def test_half_ordered_it_still_waits_and_wholly_ordered_it_is_ordered(shop, budget, request_of_two):
    shop.order(request_of_two, 4)
    assert fresh(request_of_two).state == RequestState.APPROVED
    assert [(line.name, line.left) for line in open_lines(fresh(request_of_two))] == [("笔", Decimal(6))]
    shop.order(request_of_two, None, 6)
    assert fresh(request_of_two).state == RequestState.ORDERED
    assert parts(budget.line) == (1000, 0, 100, 0, 900)


def test_a_cancelled_order_opens_it_again_with_its_money_held(shop, budget, request_of_two):
    order = shop.order(request_of_two)
    orders.cancel_order(actor=shop.cast.buyer, at=NOW, record=order, reason="断货")
    assert fresh(request_of_two).state == RequestState.APPROVED
    assert parts(budget.line) == (1000, 100, 0, 0, 900)
    rules.cancel_request(actor=shop.cast.keeper, at=NOW, record=fresh(request_of_two), reason="不要了")
    assert parts(budget.line) == (1000, 0, 0, 0, 1000)


def test_with_a_living_order_it_is_not_given_up_but_its_rest_is(shop, budget, request_of_two):
    shop.order(request_of_two, 4)
    before = everything()
    with pytest.raises(RuleViolation, match="余下不买"):
        rules.cancel_request(actor=shop.cast.keeper, at=NOW, record=fresh(request_of_two), reason="不要了")
    with pytest.raises(NotAllowed):
        rules.stop_request(actor=shop.cast.stranger, at=NOW, record=fresh(request_of_two), reason="不要了")
    assert everything() == before
    rules.stop_request(actor=shop.cast.keeper, at=NOW, record=fresh(request_of_two), reason="笔还有库存")
    assert fresh(request_of_two).state == RequestState.ORDERED
    assert open_lines(fresh(request_of_two)) == []
    assert parts(budget.line) == (1000, 0, 40, 0, 960)


def test_what_is_not_ordered_at_all_is_given_up_as_a_whole(shop, request_of_two):
    before = everything()
    with pytest.raises(RuleViolation, match="订了一部分"):
        rules.stop_request(actor=shop.cast.keeper, at=NOW, record=request_of_two, reason="不要了")
    assert everything() == before


def test_the_only_order_cancelled_after_the_rest_was_given_up_ends_it(shop, budget, request_of_two):
    order = shop.order(request_of_two, 4)
    rules.stop_request(actor=shop.cast.keeper, at=NOW, record=fresh(request_of_two), reason="笔还有库存")
    orders.cancel_order(actor=shop.cast.buyer, at=NOW, record=fresh(order), reason="断货")
    assert fresh(request_of_two).state == RequestState.CANCELLED
    assert parts(budget.line) == (1000, 0, 0, 0, 1000)


def test_cheaper_than_thought_the_difference_is_free_when_all_is_settled(shop, budget, request_of_two):
    order = shop.order(request_of_two, price="9")
    assert parts(budget.line) == (1000, 10, 90, 0, 900)
    type(order).objects.filter(pk=order.pk).update(state="closed")
    rules.settle(actor=shop.cast.cashier, at=NOW, record=fresh(request_of_two))
    assert fresh(request_of_two).state == RequestState.DONE
    assert fresh(budget.line).reserved == 0
    own = BudgetEntry.objects.filter(document_kind="finance.purchaserequest", document_id=request_of_two.pk)
    assert sum(entry.to_reserved for entry in own) == 0


def test_what_was_paid_before_stands_beside_the_line(shop, budget, request_of_two):
    from finance.purchase.memory import with_memory
    from finance.purchase.queries import lines_of

    shop.order(request_of_two, price="9.50")
    again = shop.write(row(fresh(budget.line), "纸"), row(fresh(budget.line), "尺"))
    lines = known, new = lines_of(again)
    assert [flag.code for flag in with_memory(again, lines)] == ["price"]
    assert [(one.partner, one.price, one.unit) for one in known.past] == [("晨光文具店", Decimal("9.50"), "包")]
    assert new.past == []

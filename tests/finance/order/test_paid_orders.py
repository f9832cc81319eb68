"""An order some of which is paid, at a desk that has a budget of its own."""

import pytest

from finance.order import rules
from finance.order.models import OrderState
from finance.purchase.models import RequestState
from finance.thread import thread_of
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-04")]


@pytest.mark.requirement("FIN-02")
def test_an_order_whose_part_is_paid_is_closed_when_the_rest_never_comes(cast):
    claims = Desk(cast)
    order = claims.order(200, accepted="0.5")
    claims.pay(claims.approve(claims.submit(claims.of_order(order))))
    assert fresh(order).state == OrderState.PARTIAL
    rules.stop_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="停产")
    assert (fresh(order).state, fresh(order.request).state) == (OrderState.CLOSED, RequestState.DONE)
    line = fresh(claims.line)
    assert (line.reserved, line.committed, line.spent) == (0, 0, 100)


@pytest.mark.requirement("FIN-02")
def test_the_thread_lists_what_belongs_to_an_order_under_it(cast):
    claims = Desk(cast)
    order = claims.order(100)
    claims.pay(claims.approve(claims.submit(claims.of_order(order))))
    papers = [(paper.label, paper.level, paper.amount, paper.state) for paper in thread_of(fresh(order.request))]
    assert papers == [("请购单", 0, 0, "已办结"), ("采购单", 0, 100, "已结清"), ("报销单", 1, 100, "已付款"), ("付款单", 2, 100, "已付")]

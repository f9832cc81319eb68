"""Where buying led nowhere: comparisons in parts, papers of a request that is gone, orders whose rest never comes (FIN-02, FIN-04, FIN-12)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finance.contract.models import Contract
from finance.order import inquiry_rules, rules
from finance.order.home import buying_todos
from finance.order.models import OrderState, PurchaseOrder
from finance.purchase import rules as requests
from finance.purchase.home import purchase_todos
from finance.purchase.models import PurchaseRequest
from finance.thread import people_of
from logistics.platform.access import separation
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.order.conftest import TODAY
from tests.finance.order.test_pages import posted
from tests.finance.order.test_placing import refused
from tests.finance.purchase.conftest import row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-04")]


@pytest.fixture
def two(shop) -> PurchaseRequest:
    """Approved: five chairs and five desks."""
    line = shop.budget.line
    return shop.approved(lines=[row(fresh(line), name="椅", price="30", quantity="5"), row(fresh(line), name="桌", price="70", quantity="5")])


def compare(shop, request, name: str):
    """A comparison of that line alone, won by 甲店."""
    inquiry = inquiry_rules.open_inquiry(actor=shop.cast.buyer, at=NOW, request=fresh(request), lines=[request.lines.get(name=name)])
    for firm, price in (("甲店", "20"), ("乙店", "25"), ("丙店", "26")):
        shop.quote(inquiry, firm, price)
    return shop.choose(fresh(inquiry), "甲店")


def test_a_firm_that_won_two_comparisons_of_one_request_gets_both_orders(shop, two, cast, browse):
    chairs, desks = compare(shop, two, "椅"), compare(shop, two, "桌")
    first = shop.order(two, 5, None, partner=shop.firm("甲店"), method="quotes", price="20")
    page = browse(cast.buyer).get(f"/finance/order/new/?request={two.pk}&partner={shop.firm('甲店').pk}").content.decode()
    assert "桌" in page and 'value="20.00"' in page
    second = shop.order(two, None, 5, partner=shop.firm("甲店"), method="quotes", price="20")
    assert (first.inquiry, second.inquiry) == (chairs, desks)


def test_what_nobody_asks_firms_about_is_ordered_while_the_rest_is_compared(shop, two, cast, browse):
    inquiry_rules.open_inquiry(actor=cast.buyer, at=NOW, request=fresh(two), lines=[two.lines.get(name="椅")])
    browser = browse(cast.buyer)
    assert "桌" in browser.get(f"/finance/order/new/?request={two.pk}").content.decode()
    assert "桌" in browser.get(f"/finance/inquiry/new/?request={two.pk}").content.decode()
    given = posted(two, shop.firm()) | {"lines-0-quantity": "", "lines-1-quantity": "5", "lines-1-price": "70"}
    assert browser.post("/finance/order/new/", given).status_code == 302
    assert PurchaseOrder.objects.get().total == 350


def test_an_inquiry_of_a_request_that_was_given_up_asks_for_nothing_more(shop, two, cast):
    inquiry = shop.ask(two, "20", "25", "26")
    assert len(buying_todos(cast.buyer, NOW)) == 1
    requests.cancel_request(actor=cast.keeper, at=NOW, record=fresh(two), reason="不要了")
    assert buying_todos(cast.buyer, NOW) == []
    shop.firm("丁店")
    refused(lambda: shop.quote(inquiry, "丁店", "19"), says="不用再询价")
    refused(lambda: shop.choose(inquiry), says="不用再询价")
    inquiry_rules.end_inquiry(actor=cast.buyer, at=NOW, record=inquiry, reason="请购单作废了")


@pytest.mark.parametrize("on", [date(1, 1, 1), TODAY - timedelta(days=367), TODAY + timedelta(days=1)])
def test_a_quote_is_of_this_year(shop, two, on):
    inquiry, _ = shop.ask(two), shop.firm("甲店")
    refused(lambda: shop.quote(inquiry, "甲店", "20", quoted_on=on), says="报价日期", field="quoted_on")


def test_an_order_with_a_contract_is_not_cancelled_behind_it(shop, cast):
    order = shop.order()
    contract = Contract.objects.create(
        kind="goods", title="办公用品", partner=order.partner, department=shop.budget.office, order=order, amount=order.total, start_on=TODAY,
        end_on=TODAY, created_by=cast.buyer, created_at=NOW,
    )  # fmt: skip
    refused(lambda: rules.cancel_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="没有货"), says="合同")
    Contract.objects.filter(pk=contract.pk).update(state="cancelled", end_reason="不签了")
    rules.cancel_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="没有货")
    assert fresh(order).state == OrderState.CANCELLED


@pytest.mark.requirement("FIN-12")
def test_whoever_asked_the_firms_has_bought_as_well(shop, cast, two):
    inquiry = shop.ask(two, "20", "25", "26")
    shop.choose(inquiry)
    type(inquiry).objects.filter(pk=inquiry.pk).update(created_by=cast.storekeeper)
    assert cast.storekeeper.pk not in people_of(fresh(two))[separation.BUY]
    shop.order(two, partner=shop.firm("甲店"), method="quotes", price="20")
    assert cast.storekeeper.pk in people_of(fresh(two))[separation.BUY]


def test_the_answer_about_people_is_kept_for_a_page_and_never_for_a_rule(shop, cast):
    request = shop.approved()
    assert people_of(request)[separation.BUY] == set()
    shop.order(request)
    with pytest.raises(RuleViolation, match="办过采购"):
        rules.rule(lambda *, actor: rules.check_thread(actor, separation.PAY, request))(actor=cast.buyer)


def test_a_page_of_an_order_read_before_it_changed_does_not_change_it_again(shop, cast, browse):
    order, browser = shop.order(terms="送到库房甲"), browse(cast.buyer)
    page = browser.get(f"/finance/order/{order.pk}/edit/")
    seen = page.context["seen"]
    assert f'name="seen" value="{seen}"' in page.content.decode()
    assert browser.post(f"/finance/order/{order.pk}/edit/", {"terms": "送到库房乙", "reason": "改地点", "seen": seen}).status_code == 302
    assert browser.post(f"/finance/order/{order.pk}/edit/", {"terms": "送到库房丙", "reason": "改地点", "seen": seen}).status_code == 409
    assert fresh(order).terms == "送到库房乙"


def test_pages_of_a_purchase_ask_few_questions(shop, cast, browse, two, django_assert_max_num_queries):
    inquiry = shop.choose(shop.ask(two, "20", "25", "26"))
    order = shop.order(two, 5, 2, partner=shop.firm("甲店"), method="quotes", price="20")
    shop.order(two, None, 2)
    browser = browse(cast.buyer)
    for page, most in ((f"order/{order.pk}", 19), (f"purchase/{two.pk}", 21), (f"inquiry/{inquiry.pk}", 17)):
        browser.get(f"/finance/{page}/")
        with django_assert_max_num_queries(most):
            assert browser.get(f"/finance/{page}/").status_code == 200


@pytest.mark.requirement("FIN-02")
def test_the_first_page_names_the_own_request_of_who_buys(shop, cast, budget):
    request = shop.approved()
    PurchaseRequest.objects.filter(pk=request.pk).update(created_by=cast.buyer)
    assert [todo.title for todo in purchase_todos(cast.buyer, NOW)] == [request.title]


def test_sums_of_part_orders_never_pass_what_was_asked(shop):
    request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="3", price="33.33")])
    for part in ("0.001", "1.499", "1.5"):
        shop.order(request, part)
    assert shop.sums() == (0, sum(order.total for order in PurchaseOrder.objects.all()), 0) == (0, Decimal("99.99"), 0)


def test_budget_lines_are_locked_in_one_order_before_any_of_them_moves(shop):
    early, late = shop.budget.line, shop.budget.other
    request = shop.approved(lines=[row(fresh(late), name="椅", price="30"), row(fresh(early), name="桌", price="70")])

    def moves(act) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            act()
        return [one["sql"] for one in asked if "finance_budgetline" in one["sql"].partition(" WHERE ")[0]]

    order = []
    for first in (
        moves(lambda: order.append(shop.order(request, 2, None))),
        moves(lambda: rules.cancel_order(actor=shop.cast.buyer, at=NOW, record=fresh(order[0]), reason="没有货")),
    ):
        locking = next(n for n, sql in enumerate(first) if sql.startswith("SELECT") and 'SELECT U0."budget_line_id"' in sql)
        assert locking < next(n for n, sql in enumerate(first) if sql.startswith("UPDATE"))

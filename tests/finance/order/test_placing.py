"""Placing an order: what is open and approved, from a firm with its papers, in the way its amount asks for; the money follows (FIN-02, FIN-04, FIN-13)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from finance.budget.models import BudgetEntry
from finance.budget.rules import holding
from finance.order import rules
from finance.order.models import OrderState, PurchaseOrder
from finance.order.queries import price_history
from finance.purchase import rules as requests
from finance.purchase.models import PurchaseRequest, RequestState
from finance.thread import check_thread, people_of, thread_of
from logistics.platform.access import separation
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.partners.rules import stop_partner
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.order.conftest import TODAY, everything
from tests.finance.purchase.conftest import row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-04")]


def refused(act, *, says: str | None = None, field: str | None = None, kind=RuleViolation) -> None:
    before = everything()
    with pytest.raises(kind, match=says) as refusal:
        act()
    assert everything() == before
    if field:
        assert refusal.value.field == field


@pytest.mark.requirement("FIN-02")
def test_an_order_takes_over_what_its_request_held_and_the_request_is_ordered(shop):
    request = shop.approved()
    assert shop.sums() == (Decimal("31.60"), 0, 0)
    order = fresh(shop.order(request))
    assert (order.number, order.total, order.state) == ("CG-2026-0001", Decimal("31.60"), OrderState.PLACED)
    assert shop.sums() == (0, Decimal("31.60"), 0)
    assert holding(fresh(shop.budget.line), ref(order)).committed == Decimal("31.60")
    assert fresh(request).state == RequestState.ORDERED


def test_a_part_leaves_the_request_open_and_the_rest_held(shop):
    request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="10", price="10")])
    shop.order(request, 4)
    assert fresh(request).state == RequestState.APPROVED
    assert shop.sums() == (60, 40, 0)
    shop.order(request, 6, price="9.99")
    assert fresh(request).state == RequestState.ORDERED
    assert shop.sums() == (Decimal("0.06"), Decimal("99.94"), 0)


def test_orders_of_odd_parts_add_up_to_the_cent(shop):
    request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="1", price="10.01")])
    for quantity in ("0.333", "0.333", "0.334"):
        shop.order(request, quantity)
    totals = list(PurchaseOrder.objects.values_list("total", flat=True))
    assert shop.sums()[1] == sum(totals)
    entries = BudgetEntry.objects.filter(line=shop.budget.line.pk)
    assert sum(entry.to_reserved for entry in entries) == shop.sums()[0]
    assert sum(entry.to_committed for entry in entries) == shop.sums()[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"quantity": "3"}, "最多还能订 2"),
        ({"quantity": "0"}, "大于零"),
        ({"quantity": "-1"}, "大于零"),
        ({"quantity": "-0"}, "大于零"),
        ({"quantity": "1.0001"}, "三位小数"),
        ({"quantity": "很多"}, "请填数字"),
        ({"quantity": "NaN"}, "数量"),
        ({"price": "abc"}, "请填数字"),
        ({"price": "1.005"}, "两位小数"),
        ({"price": "-3"}, "大于零"),
        ({"price": "-0"}, "大于零"),
        ({"price": "0"}, "大于零"),
        ({"price": "1000000000000"}, "太大"),
        ({"price": "100"}, "批准的是"),
        ({"brand": "长" * 10000}, "80 个字"),
        ({"quantity": "0.001", "price": "0.01"}, "金额不对"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_the_lines(shop, change, says):
    request = shop.approved()
    partner = shop.firm()
    lines = [shop.rows(request)[0] | change]
    refused(lambda: shop.order(request, partner=partner, lines=lines), says=says, field="lines")


def test_full_width_figures_are_figures(shop):
    request = shop.approved()
    lines = [shop.rows(request)[0] | {"quantity": "２", "price": "１５．８０".replace("．", ".")}]
    assert shop.order(request, lines=lines).total == Decimal("31.60")


def test_a_foreign_or_doubled_line_is_refused(shop):
    request, other, partner = shop.approved(), shop.approved(title="别的"), shop.firm()
    refused(lambda: shop.order(request, partner=partner, lines=shop.rows(other)), says="不在这张请购单上", field="lines")
    refused(lambda: shop.order(request, partner=partner, lines=shop.rows(request, 1) * 2), says="写了两行", field="lines")
    refused(
        lambda: rules.place_order(actor=shop.cast.buyer, at=NOW, request=request, partner=partner, method="direct", lines=[]), says="还没有要订", field="lines"
    )


@pytest.mark.parametrize(("kinds", "licensed", "says"), [(("supplier",), False, "营业执照"), (("food",), True, "没有登记为物资供应商")])
def test_a_firm_without_its_papers_is_not_bought_from(shop, kinds, licensed, says):
    request, partner = shop.approved(), shop.firm("无证店", kinds, licensed=licensed)
    refused(lambda: shop.order(request, partner=partner), says=says, field="partner")


def test_a_firm_out_of_use_is_not_bought_from(shop):
    request, partner = shop.approved(), shop.firm()
    stop_partner(actor=shop.cast.director, at=NOW, record=partner, reason="关门了")
    refused(lambda: shop.order(request, partner=fresh(partner)), says="关门了", field="partner")


def test_only_who_buys_may_order_and_never_who_approved(shop, cast):
    request, partner = shop.approved(), shop.firm()
    refused(lambda: shop.order(request, partner=partner, actor=cast.teacher, second_buyer=None), kind=NotAllowed)
    refused(lambda: shop.order(request, partner=partner, second_buyer=cast.principal), says="办过审批", field="second_buyer", kind=NotAllowed)
    refused(lambda: shop.order(request, partner=partner, second_buyer=cast.buyer), says="另外一个人", field="second_buyer")


def test_a_request_that_is_not_approved_cannot_be_ordered(shop):
    partner = shop.firm()
    for request in (shop.write(), shop.send()):
        refused(lambda request=request: shop.order(request, partner=partner), says="不能下单")


def test_what_was_seen_must_still_be_so(shop):
    request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="10", price="10")])
    shop.order(request, 2, seen=0)
    refused(lambda: shop.order(request, 2, seen=0), kind=Conflict, says="先下了")


def test_a_past_day_of_delivery_is_refused(shop):
    request, partner = shop.approved(), shop.firm()
    refused(lambda: shop.order(request, partner=partner, deliver_on=TODAY - timedelta(days=1)), field="deliver_on")


def test_a_closed_year_takes_no_order(shop):
    request, partner = shop.approved(), shop.firm()
    type(shop.budget.year).objects.update(state="closed")
    refused(lambda: shop.order(request, partner=partner), says="关账", field="lines")


# ends


@pytest.mark.requirement("FIN-02")
def test_a_cancelled_order_gives_its_money_back_to_the_request(shop):
    request = shop.approved()
    order = shop.order(request)
    rules.cancel_order(actor=shop.cast.buyer, at=NOW, record=fresh(order), reason="供应商没有货")
    assert (fresh(order).state, fresh(order).cancelled_reason) == (OrderState.CANCELLED, "供应商没有货")
    assert fresh(request).state == RequestState.APPROVED
    assert shop.sums() == (Decimal("31.60"), 0, 0)
    again = shop.order(request)
    assert again.number == "CG-2026-0002" and shop.sums() == (0, Decimal("31.60"), 0)


def test_cancelling_needs_a_reason_and_the_right_and_a_state(shop, cast):
    order = shop.order()
    refused(lambda: rules.cancel_order(actor=cast.buyer, at=NOW, record=fresh(order), reason=" "), field="reason")
    refused(lambda: rules.cancel_order(actor=cast.teacher, at=NOW, record=fresh(order), reason="不要了"), kind=NotAllowed)
    line = order.lines.get()
    rules.note_accepted(actor=cast.keeper, at=NOW, record=fresh(order), quantities={line.pk: Decimal(1)})
    refused(lambda: rules.cancel_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="不要了"), says="部分到货")


def test_acceptance_moves_the_order_forth_and_back(shop, cast):
    order = shop.order()
    line = order.lines.get()

    def note(quantity):
        rules.note_accepted(actor=cast.keeper, at=NOW, record=fresh(order), quantities={line.pk: Decimal(quantity)})
        return fresh(order).state

    assert note("0.5") == OrderState.PARTIAL
    assert note("1.5") == OrderState.RECEIVED
    refused(lambda: note("0.001"), says="数量对不上")
    assert note("-1") == OrderState.PARTIAL
    assert note("-1") == OrderState.PLACED
    refused(lambda: note("-1"), says="数量对不上")
    other = shop.order(shop.approved(title="别的")).lines.get()
    refused(lambda: rules.note_accepted(actor=cast.keeper, at=NOW, record=fresh(order), quantities={other.pk: Decimal(1)}), says="不是这张")


def test_what_never_comes_is_released_and_closing_settles_the_request(shop, cast):
    request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="3", price="33.33")])
    order = shop.order(request)
    refused(lambda: rules.stop_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="停产"), says="到了一部分")
    rules.note_accepted(actor=cast.keeper, at=NOW, record=fresh(order), quantities={order.lines.get().pk: Decimal(1)})
    rules.stop_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="停产")
    assert fresh(order).state == OrderState.RECEIVED
    assert shop.sums() == (0, Decimal("33.33"), 0)
    rules.close_order(actor=cast.cashier, at=NOW, record=fresh(order))
    assert fresh(order).state == OrderState.CLOSED
    assert shop.sums() == (0, 0, 0)
    assert fresh(request).state == RequestState.DONE


def test_an_order_cannot_be_closed_before_it_came_nor_twice(shop, cast):
    order = shop.order()
    refused(lambda: rules.close_order(actor=cast.cashier, at=NOW, record=fresh(order)))
    rules.note_accepted(actor=cast.keeper, at=NOW, record=fresh(order), quantities={order.lines.get().pk: Decimal(2)})
    rules.close_order(actor=cast.cashier, at=NOW, record=fresh(order))
    refused(lambda: rules.close_order(actor=cast.cashier, at=NOW, record=fresh(order)))


def test_day_and_words_may_change_while_goods_are_to_come(shop, cast):
    order = shop.order()
    rules.update_order(actor=cast.buyer, at=NOW, record=fresh(order), deliver_on=TODAY + timedelta(days=3), terms="送到库房", reason="供应商改期")
    assert (fresh(order).deliver_on, fresh(order).terms) == (TODAY + timedelta(days=3), "送到库房")
    refused(lambda: rules.update_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="改期", deliver_on=TODAY - timedelta(days=3)), field="deliver_on")
    refused(lambda: rules.update_order(actor=cast.buyer, at=NOW, record=fresh(order), reason=""), field="reason")


# memory and the thread


def test_the_last_three_prices_in_one_query(shop, django_assert_num_queries):
    for n, price in enumerate(("10", "11", "12", "13")):
        request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="1", price="20")])
        shop.order(request, price=price, at=NOW + timedelta(minutes=n))
    with django_assert_num_queries(1):
        found = price_history(["A4 纸", "没有买过"])
    assert list(found) == ["A4 纸"]
    assert [price for _, _, price, _, _ in found["A4 纸"]] == [13, 12, 11]
    assert price_history([]) == {}
    assert [row[2] for row in price_history(["A4 纸"], before=NOW + timedelta(minutes=2))["A4 纸"]] == [11, 10]
    rules.cancel_order(actor=shop.cast.buyer, at=NOW, record=found["A4 纸"][0][4], reason="错了")
    assert [row[2] for row in price_history(["A4 纸"])["A4 纸"]] == [12, 11, 10]


@pytest.mark.requirement("FIN-12")
def test_who_did_which_job_of_a_purchase(shop, cast):
    request = shop.approved()
    shop.order(request)
    people = people_of(fresh(request))
    assert people[separation.REQUEST] == {cast.keeper.pk}
    assert people[separation.APPROVE] == {cast.principal.pk}
    assert people[separation.BUY] == {cast.buyer.pk, cast.cashier.pk}
    for person, duty, job in ((cast.buyer, separation.ACCEPT, "采购"), (cast.keeper, separation.ACCEPT, "请购"), (cast.cashier, separation.PAY, "采购")):
        with pytest.raises(NotAllowed, match=f"办过{job}"):
            check_thread(person, duty, fresh(request))
    check_thread(cast.storekeeper, separation.ACCEPT, fresh(request))


@pytest.mark.requirement("FIN-12")
def test_a_relaxed_pair_lets_pass_and_a_cancelled_order_counts_for_nobody(shop, cast):
    request = shop.approved()
    order = shop.order(request)
    pair = next(pair for pair in separation.all_pairs() if pair.key == "finance.thread:buy:accept")
    with pytest.raises(NotAllowed):
        check_thread(cast.buyer, separation.ACCEPT, fresh(request))
    separation.relax(actor=cast.principal, at=NOW, pair=pair, reason="总务处只有一个人", until_on=separation.today() + timedelta(days=9))
    check_thread(cast.buyer, separation.ACCEPT, fresh(request))
    with pytest.raises(NotAllowed):
        check_thread(cast.buyer, separation.PAY, fresh(request))
    rules.cancel_order(actor=cast.buyer, at=NOW, record=fresh(order), reason="不要了")
    check_thread(cast.buyer, separation.PAY, fresh(request))


def test_the_thread_names_its_papers_in_order(shop):
    request = shop.approved()
    shop.order(request)
    assert [(paper.label, paper.number) for paper in thread_of(fresh(request))] == [
        ("请购单", "QG-2026-0001"), ("审批", ""), ("采购单", "CG-2026-0001"),
    ]  # fmt: skip


def test_a_request_whose_rest_is_not_bought_ends_with_its_order(shop, cast):
    request = shop.approved(lines=[row(fresh(shop.budget.line), quantity="10", price="10")])
    order = shop.order(request, 4)
    requests.stop_request(actor=cast.buyer, at=NOW, record=fresh(request), reason="够用了")
    rules.note_accepted(actor=cast.keeper, at=NOW, record=fresh(order), quantities={order.lines.get().pk: Decimal(4)})
    rules.close_order(actor=cast.cashier, at=NOW, record=fresh(order))
    assert PurchaseRequest.objects.get(pk=request.pk).state == RequestState.DONE
    assert shop.sums() == (0, 0, 0)

"""Buying in the browser and by program: from the request to the order, stale pages, other people's rows, papers to print."""

from datetime import timedelta
from decimal import Decimal

import pytest

from finance.order import rules
from finance.order.home import buying_todos, late_deliveries
from finance.order.models import Inquiry, InquiryState, PurchaseOrder
from finance.thread import thread_panel
from logistics.platform.access.models import Role
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.order.conftest import TODAY, everything
from tests.finance.purchase.conftest import row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-04")]


def posted(request, partner) -> dict:
    found = {"request": request.pk, "partner": partner.pk, "method": "direct", "seen": request.orders.count()}
    for n, line in enumerate(request.lines.order_by("position")):
        found |= {f"lines-{n}-request_line": line.pk, f"lines-{n}-quantity": "2", f"lines-{n}-price": "15.80", f"lines-{n}-brand": "得力"}
    return found


def test_a_buyer_orders_from_the_requests_page(shop, cast, browse):
    request, partner, browser = shop.approved(), shop.firm(), browse(cast.buyer)
    assert f"/finance/order/new/?request={request.pk}" in browser.get(f"/finance/purchase/{request.pk}/").content.decode()
    assert f"?request={request.pk}" in browser.get("/finance/order/new/").content.decode()
    page = browser.get(f"/finance/order/new/?request={request.pk}").content.decode()
    assert 'value="15.80"' in page and "A4 纸" in page
    answer = browser.post("/finance/order/new/", posted(request, partner))
    order = PurchaseOrder.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/finance/order/{order.pk}/")
    assert (order.total, order.lines.get().brand) == (Decimal("31.60"), "得力")
    page = browser.get(answer.url).content.decode()
    assert "来龙去脉" in page and "CG-2026-0001" in page and request.number in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"lines-0-quantity": "3"}, "最多还能订 2"),
        ({"lines-0-price": "很贵"}, "数字"),
        ({"lines-0-price": "1.005"}, "小数"),
        ({"lines-0-price": "-1"}, ""),
        ({"lines-0-quantity": ""}, "还没有要订的东西"),
        ({"lines-0-request_line": "999999"}, "不在这张请购单上"),
        ({"lines-0-request_line": "9" * 40}, ""),
        ({"partner": "999999"}, ""),
        ({"partner": ""}, ""),
        ({"method": "gift"}, ""),
        ({"request": "abc"}, ""),
        ({"request": "9" * 40}, ""),
        ({"terms": "长" * 10000}, "300"),
        ({"deliver_on": "2026-13-01"}, ""),
    ],
)
def test_wrong_input_is_refused_in_words_and_nothing_is_written(shop, cast, browse, given, sentence):
    request, partner, browser = shop.approved(), shop.firm(), browse(cast.buyer)
    before = everything()
    answer = browser.post("/finance/order/new/", posted(request, partner) | given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert everything() == before


def test_a_page_read_before_another_order_does_not_order_again(shop, cast, browse):
    request, partner, browser = shop.approved(lines=[row(fresh(shop.budget.line), quantity="10")]), shop.firm(), browse(cast.buyer)
    first = posted(request, partner)
    assert browser.post("/finance/order/new/", first).status_code == 302
    answer = browser.post("/finance/order/new/", first)
    assert answer.status_code == 422 and "先下了一张采购单" in answer.content.decode()
    assert PurchaseOrder.objects.count() == 1


def test_strangers_see_no_orders_and_press_nothing(shop, cast, browse, call):
    order = shop.order()
    for person in (cast.stranger, cast.teacher):
        assert browse(person).get(f"/finance/order/{order.pk}/").status_code in (403, 404)
        assert browse(person).post(f"/finance/order/{order.pk}/cancel/", {"reason": "不要了"}).status_code in (403, 404)
        assert call(person).post(f"/api/v1/finance/orders/{order.pk}/cancel/", {"reason": "不要了"}, format="json").status_code in (403, 404)
        assert call(person).post("/api/v1/finance/orders/", posted(order.request, order.partner), format="json").status_code == 403
    assert fresh(order).state == "placed"
    assert browse(cast.keeper).get(f"/finance/order/{order.pk}/").status_code == 200  # who asked for it


def test_a_program_orders_and_cancels_by_the_same_rules(shop, cast, call):
    request, partner, program = shop.approved(), shop.firm(), call(cast.buyer)
    line = request.lines.get()
    body = {"request": request.pk, "partner": partner.pk, "method": "direct", "lines": [{"request_line": line.pk, "quantity": "2", "price": "15.80"}]}
    answer = program.post("/api/v1/finance/orders/", body, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["lines"][0]["amount"] == "31.60"
    again = program.post("/api/v1/finance/orders/", body, format="json")
    assert again.status_code == 400 and PurchaseOrder.objects.count() == 1
    cancelled = program.post(f"/api/v1/finance/orders/{answer.json()['id']}/cancel/", {"reason": "没有货"}, format="json")
    assert cancelled.status_code == 200 and PurchaseOrder.objects.get().state == "cancelled"


def test_who_approved_may_not_order_by_program_either(shop, cast, call):
    request, partner = shop.approved(), shop.firm()
    Role.objects.get(key="buyer").holders.add(cast.principal)
    line = request.lines.get()
    body = {"request": request.pk, "partner": partner.pk, "method": "direct", "lines": [{"request_line": line.pk, "quantity": "2", "price": "15.80"}]}
    answer = call(cast.principal).post("/api/v1/finance/orders/", body, format="json")
    assert answer.status_code == 403 and "办过审批" in answer.content.decode()
    assert not PurchaseOrder.objects.exists()


def test_asking_three_firms_choosing_and_ordering_in_the_browser(shop, cast, browse):
    request, browser = shop.approved(), browse(cast.buyer)
    assert browser.get(f"/finance/inquiry/new/?request={request.pk}").status_code == 200
    answer = browser.post("/finance/inquiry/new/", {"request": request.pk, "wanted": "送到库房"})
    inquiry = Inquiry.objects.get()
    assert answer.url == f"/finance/inquiry/{inquiry.pk}/"
    line = inquiry.lines.get()
    for name, price in (("甲店", "15.50"), ("乙店", "15.60"), ("丙店", "15.70")):
        given = {"partner": shop.firm(name).pk, "quoted_on": TODAY.isoformat(), "lines-0-line": line.pk, "lines-0-price": price, "lines-0-brand": "得力"}
        assert browser.post(f"/finance/inquiry/{inquiry.pk}/add_quote/", given).status_code == 302
    assert "31.00" in browser.get(answer.url).content.decode()
    chosen = {"quote": inquiry.quotes.get(partner__name="甲店").pk, "members": [cast.buyer.pk, cast.cashier.pk, cast.teacher.pk]}
    assert browser.post(f"/finance/inquiry/{inquiry.pk}/choose/", chosen).status_code == 302
    assert fresh(inquiry).state == InquiryState.CHOSEN
    assert [todo.verb for todo in buying_todos(cast.buyer, NOW)] == ["下单"]
    page = browser.get(f"/finance/order/new/?request={request.pk}&partner={shop.firm('甲店').pk}").content.decode()
    assert 'value="15.50"' in page and '<option value="quotes" selected>' in page
    for kind, pk in (
        ("finance.inquiry", inquiry.pk),
        ("finance.purchaseorder", shop.order(request, partner=shop.firm("甲店"), method="quotes", price="15.5").pk),
    ):
        assert browser.get(f"/print/{kind}/{pk}/").content[:4] == b"%PDF"


def test_an_inquiry_without_answers_has_no_paper(shop, cast, browse):
    inquiry = shop.ask(shop.approved())
    assert browse(cast.buyer).get(f"/print/finance.inquiry/{inquiry.pk}/").status_code in (400, 403, 409, 422)


def test_late_deliveries_are_told_to_who_buys(shop, cast):
    order = shop.order(deliver_on=TODAY)
    assert late_deliveries(cast.buyer, NOW) == []
    assert late_deliveries(cast.buyer, NOW + timedelta(days=1))[0].count == 1
    assert late_deliveries(cast.teacher, NOW + timedelta(days=1)) == []
    rules.cancel_order(actor=cast.buyer, at=NOW, record=order, reason="没有货")
    assert late_deliveries(cast.buyer, NOW + timedelta(days=1)) == []


def test_the_thread_shows_papers_one_may_not_open_without_words_and_links(shop, cast):
    order = shop.order()
    panel = thread_panel(lambda record: record.request)
    of_buyer = {paper.label: paper for paper in panel(order, cast.buyer)["papers"]}
    assert of_buyer["请购单"].url and of_buyer["采购单"].is_own
    of_stranger = {paper.label: paper for paper in panel(order, cast.stranger)["papers"]}
    assert not of_stranger["请购单"].url and of_stranger["请购单"].amount is None

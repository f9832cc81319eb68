"""How something may be bought at an amount, the quotes beside each other, and what looks odd (FIN-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from finance.order import inquiry_rules, rules
from finance.order.comparison import offers_of
from finance.order.flags import flags_of, flags_of_order, habit_flag, price_flag, role_flags, split_flag
from finance.order.methods import Lines, choice_needs, method_refusal, methods_for, reason_needed
from finance.order.models import Inquiry, InquiryState, Method, PurchaseOrder
from finance.order.queries import inquiries_visible_to, orders_visible_to
from logistics.platform.audit.queries import find_breaks
from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.partners.rules import merge_partner
from logistics.platform.school.limit_rules import change_limit
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.order.conftest import TODAY, everything
from tests.finance.purchase.conftest import row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-04")]
NUMBERS = Lines(Decimal(1000), Decimal(300000))


def refused(act, *, says: str | None = None, field: str | None = None, kind=RuleViolation) -> None:
    before = everything()
    with pytest.raises(kind, match=says) as refusal:
        act()
    assert everything() == before
    if field:
        assert refusal.value.field == field


@pytest.fixture
def small(cast):
    """Direct purchases end at 500 yuan, government procurement begins at 1000."""
    for code, value in (("finance.purchase.direct", 500), ("finance.purchase.government", 1000)):
        change_limit(actor=cast.director, at=NOW, code=code, value=Decimal(value), effective_on=TODAY, reason="校务会定的")


# pure


@pytest.mark.parametrize(
    ("amount", "usual", "allowed"),
    [("0.01", Method.DIRECT, 5), ("1000", Method.DIRECT, 5), ("1000.01", Method.QUOTES, 4), ("299999.99", Method.QUOTES, 4), ("300000", Method.GOVERNMENT, 2)],
)
def test_the_method_by_amount(amount, usual, allowed):
    methods = methods_for(Decimal(amount), NUMBERS)
    assert (methods[0], len(methods)) == (usual, allowed)
    assert method_refusal(usual, Decimal(amount), NUMBERS) == ""


def test_single_source_framework_and_government_need_their_words():
    for method in (Method.SINGLE, Method.FRAMEWORK, Method.GOVERNMENT):
        assert reason_needed(method, "") and reason_needed(method, "只有一家")
        assert reason_needed(method, "原设备配件，只有原厂能供") == ""
    assert reason_needed(Method.DIRECT, "") == reason_needed(Method.QUOTES, "") == ""


def test_what_a_choice_must_explain():
    assert choice_needs(quotes=3, least=3, over=Decimal(0)) == []
    assert [field for field, _ in choice_needs(quotes=2, least=3, over=Decimal("0.01"))] == ["few_reason", "choice_reason"]


def test_split_orders_are_seen_only_when_they_pass_a_threshold_together():
    assert split_flag("纸", Decimal(600), [], NUMBERS) is None
    assert split_flag("纸", Decimal(400), [Decimal(600)], NUMBERS) is None
    assert "1,000.01" in split_flag("纸", Decimal("400.01"), [Decimal(600)], NUMBERS).text
    assert split_flag("纸", Decimal(2000), [Decimal(600)], NUMBERS) is None
    assert "政府采购限额" in split_flag("楼", Decimal(150000), [Decimal(150000)], NUMBERS).text


def test_a_price_more_than_a_fifth_higher_is_a_jump():
    assert price_flag("纸", Decimal("12.00"), Decimal(10), "", "") is None
    assert "20%" in price_flag("纸", Decimal("12.01"), Decimal(10), "", "").text
    assert price_flag("纸", Decimal(5), Decimal(0), "", "") is None


def test_nearly_always_the_same_firm_is_a_habit():
    assert habit_flag("总务处", ["甲"] * 3) is None
    assert habit_flag("总务处", ["甲"] * 3 + ["乙"]) is None
    assert "甲" in habit_flag("总务处", ["甲"] * 4 + ["乙"]).text
    assert [flag.code for flag in role_flags([("王某", "采购", "验收")])] == ["roles"]


# methods in the rule


def test_above_the_direct_limit_quotes_are_asked_for(shop, small):
    request, partner = shop.big(), shop.firm()
    refused(lambda: shop.order(request, partner=partner), says="超过了直接采购", field="method")
    refused(lambda: shop.order(request, partner=partner, method="quotes"), says="还没有选定", field="method")
    refused(lambda: shop.order(request, partner=partner, method="barter"), field="method")
    refused(lambda: shop.order(request, partner=partner, method="single", method_reason="急"), says="单一来源", field="method_reason")
    order = shop.order(request, partner=partner, method="single", method_reason="原设备配件，只有原厂能供")
    assert order.method == Method.SINGLE


def test_several_small_direct_orders_of_one_request_count_together(shop, small):
    request = shop.big()
    shop.order(request, 8)
    refused(lambda: shop.order(request, 4), says="连同", field="method")


def test_above_the_government_limit_only_government_ways_remain(shop, small):
    request, partner = shop.big(price="100", quantity="10"), shop.firm()
    for method in ("direct", "quotes", "single"):
        refused(lambda method=method: shop.order(request, partner=partner, method=method, method_reason="只有这一家能供应这个"), says="限额", field="method")
    refused(lambda: shop.order(request, partner=partner, method="government"), says="目录", field="method_reason")
    assert shop.order(request, partner=partner, method="government", method_reason="目录 A02010105 台式计算机，批复 2026-18 号").total == 1000


def test_two_people_buy_above_the_direct_limit(shop, small):
    request, partner = shop.big(), shop.firm()
    given = {"method": "single", "method_reason": "原设备配件，只有原厂能供"}
    refused(lambda: shop.order(request, partner=partner, second_buyer=None, **given), says="两个人", field="second_buyer")


# quotes


def test_three_quotes_the_lowest_chosen_and_ordered(shop, small):
    request = shop.big()
    inquiry = shop.ask(request, "49", "50", "48.5")
    assert [(offer.quote.partner.name, offer.over) for offer in offers_of(inquiry)] == [("丙店", 0), ("甲店", 6), ("乙店", 18)]
    inquiry = shop.choose(inquiry, "丙店", choice_reason="用不上的话")
    assert (inquiry.state, inquiry.choice_reason, inquiry.members.count()) == (InquiryState.CHOSEN, "", 3)
    partner = inquiry.chosen.partner
    refused(lambda: shop.order(request, partner=partner, method="quotes", price="48.6"), says="不能高于报价", field="lines")
    refused(lambda: shop.order(request, partner=shop.firm("甲店"), method="quotes"), says="还没有选定甲店", field="method")
    order = shop.order(request, partner=partner, method="quotes", price="48.5")
    assert (order.total, order.inquiry) == (582, inquiry)
    assert list(find_breaks()) == []


def test_few_quotes_or_a_dearer_one_need_reasons(shop, small):
    inquiry = shop.ask(shop.big(), "49", "50")
    refused(lambda: shop.choose(inquiry, "甲店"), says="不到 3 家", field="few_reason")
    refused(lambda: shop.choose(inquiry, "乙店", few_reason="只有两家做这个"), says="高 12.00 元", field="choice_reason")
    inquiry = shop.choose(inquiry, "乙店", few_reason="只有两家做这个", choice_reason="质保三年")
    assert (inquiry.few_reason, inquiry.choice_reason) == ("只有两家做这个", "质保三年")
    order = shop.order(inquiry.request, partner=inquiry.chosen.partner, method="quotes", price="50")
    assert {flag.code for flag in flags_of_order(order)} >= {"few", "dearer"}


def test_the_purchase_group_has_at_least_three_people(shop, small, cast):
    inquiry = shop.ask(shop.big(), "49", "50", "51")
    refused(lambda: shop.choose(inquiry, members=[cast.buyer, cast.cashier, cast.buyer]), says="3 到 12", field="members")


def test_an_incomplete_or_expired_or_refused_offer_is_not_chosen(shop, small):
    request = shop.approved(
        lines=[row(fresh(shop.budget.line), name="椅", price="30", quantity="5"), row(fresh(shop.budget.line), name="桌", price="70", quantity="5")]
    )
    inquiry = shop.ask(request)
    first = inquiry.lines.order_by("pk").first()
    shop.quote(inquiry, "甲店", 1, lines=[{"line": first.pk, "price": "20", "brand": ""}])
    shop.quote(inquiry, "乙店", 60, quoted_on=TODAY - timedelta(days=30), valid_until=TODAY - timedelta(days=1))
    shop.quote(inquiry, "丙店", 1, declined="没有货")
    for name, says in (("甲店", "每一样"), ("乙店", "过期"), ("丙店", "每一样")):
        refused(lambda name=name: shop.choose(inquiry, name, few_reason="没有别家"), says=says, field="quote")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"lines": []}, "还没有填单价"),
        ({"lines": [{"line": 999999, "price": "1"}]}, "不在这张询价单上"),
        ({"price": "abc"}, "请填数字"),
        ({"price": "1.005"}, "两位小数"),
        ({"price": "-1"}, "大于零"),
        ({"price": "9" * 13}, "太大"),
        ({"quoted_on": TODAY + timedelta(days=1)}, "不能晚于今天"),
    ],
)
def test_a_quote_that_cannot_be_is_refused(shop, small, given, says):
    inquiry, _ = shop.ask(shop.big()), shop.firm("甲店")
    if "price" in given:
        given = {"lines": [{"line": inquiry.lines.get().pk, "price": given["price"], "brand": ""}]}
    refused(lambda: shop.quote(inquiry, "甲店", 1, **given), says=says)


def test_one_firm_answers_once(shop, small):
    inquiry = shop.ask(shop.big(), "49")
    before = everything()
    with pytest.raises(Exception, match="已经登记过了"):
        shop.quote(inquiry, "甲店", "48")
    assert everything() == before


def test_lines_under_inquiry_are_not_asked_about_twice(shop, small, cast):
    request = shop.big()
    inquiry = shop.ask(request, "49")
    refused(lambda: inquiry_rules.open_inquiry(actor=cast.buyer, at=NOW, request=fresh(request)), says="已经在询价")
    inquiry_rules.end_inquiry(actor=cast.buyer, at=NOW, record=inquiry, reason="都太贵")
    assert inquiry_rules.open_inquiry(actor=cast.buyer, at=NOW, request=fresh(request)).number == "XJ-2026-0002"


def test_a_choice_is_taken_back_only_before_the_order(shop, small, cast):
    inquiry = shop.choose(shop.ask(shop.big(), "49", "50", "51"))
    inquiry_rules.reopen_inquiry(actor=cast.buyer, at=NOW, record=fresh(inquiry), reason="甲店没有货了")
    assert (fresh(inquiry).state, fresh(inquiry).chosen) == (InquiryState.OPEN, None)
    inquiry = shop.choose(fresh(inquiry))
    order = shop.order(inquiry.request, partner=inquiry.chosen.partner, method="quotes", price="49")
    refused(lambda: inquiry_rules.reopen_inquiry(actor=cast.buyer, at=NOW, record=fresh(inquiry), reason="换一家"), says="已经按它下单")
    refused(lambda: inquiry_rules.end_inquiry(actor=cast.buyer, at=NOW, record=fresh(inquiry), reason="换一家"), says="已经按它下单")
    rules.cancel_order(actor=cast.buyer, at=NOW, record=order, reason="没有货")
    inquiry_rules.reopen_inquiry(actor=cast.buyer, at=NOW, record=fresh(inquiry), reason="换一家")


def test_removing_a_quote_names_why_and_stays_in_the_journal(shop, small, cast):
    inquiry = shop.ask(shop.big(), "49", "50")
    quote = inquiry.quotes.first()
    refused(lambda: inquiry_rules.remove_quote(actor=cast.buyer, at=NOW, record=inquiry, quote=quote, reason=""), field="reason")
    inquiry_rules.remove_quote(actor=cast.buyer, at=NOW, record=inquiry, quote=quote, reason="看错了")
    assert inquiry.quotes.count() == 1


def test_who_approved_or_does_not_buy_notes_no_prices(shop, small, cast):
    request = shop.big()
    inquiry = shop.ask(request)
    for person in (cast.teacher, cast.principal):
        refused(lambda person=person: inquiry_rules.open_inquiry(actor=person, at=NOW, request=fresh(request)), kind=NotAllowed)
    assert not inquiries_visible_to(cast.stranger).exists() and inquiries_visible_to(cast.keeper).exists()
    assert Inquiry.objects.get() == inquiry


def test_two_cards_of_a_firm_become_one_with_their_orders(shop, small, cast):
    inquiry = shop.choose(shop.ask(shop.big(), "49", "50", "51"))
    order = shop.order(inquiry.request, partner=inquiry.chosen.partner, method="quotes", price="49")
    target = shop.firm("甲店文具公司")
    merge_partner(actor=cast.buyer, at=NOW, record=fresh(inquiry.chosen.partner), target=target)
    assert fresh(order).partner == target and fresh(inquiry).chosen.partner == target


# flags on papers


def test_a_request_flags_the_same_thing_asked_for_again(shop, small):
    first = shop.approved(lines=[row(fresh(shop.budget.line), price="30", quantity="10")])
    assert flags_of(first) == []
    second = shop.send(shop.write(row(fresh(shop.budget.line), price="30", quantity="10")))
    assert [flag.code for flag in flags_of(second)] == ["split"]


def test_a_request_flags_a_price_far_above_the_last_one(shop):
    shop.order(at=NOW - timedelta(days=40))
    request = shop.send(shop.write(row(fresh(shop.budget.line), price="18.97", quantity="1")))
    flags = flags_of(request)
    assert [flag.code for flag in flags] == ["price"] and "15.80" in flags[0].text
    other_unit = shop.send(shop.write(row(fresh(shop.budget.line), price="90", quantity="1", unit="箱")))
    assert flags_of(other_unit) == []


def test_orders_of_one_firm_and_one_person_in_two_jobs_are_flagged(shop, cast):
    @rule
    def many(**given):
        return [shop.order(shop.approved(title=f"第{n}次", lines=[row(fresh(shop.budget.line), name=f"物{n}", price="10")])) for n in range(4)]

    last = many()[-1]
    assert "habit" in {flag.code for flag in flags_of_order(fresh(last))}
    PurchaseOrder.objects.filter(pk=last.pk).update(second_buyer=cast.principal)
    assert "roles" in {flag.code for flag in flags_of_order(fresh(last))}


def test_whose_order_it_is(shop, cast):
    order = shop.order()
    for person in (cast.buyer, cast.accountant, cast.keeper, cast.principal):
        assert orders_visible_to(person).filter(pk=order.pk).count() == 1
    for person in (cast.teacher, cast.stranger, cast.nobody):
        assert not orders_visible_to(person).exists()

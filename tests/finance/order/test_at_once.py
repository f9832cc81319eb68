"""Two buyers press at the same moment: each thing is ordered once, and the ledger adds up; on both databases."""

from decimal import Decimal

import pytest

from finance.budget.models import BudgetEntry
from finance.order import inquiry_rules, rules
from finance.order.models import Inquiry, OrderState, PurchaseOrder
from finance.purchase.models import RequestState
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.purchase.conftest import row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("FIN-04")]


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def adds_up(shop) -> None:
    entries = BudgetEntry.objects.filter(line=shop.budget.line.pk)
    assert shop.sums() == tuple(sum((getattr(entry, name) for entry in entries), Decimal(0)) for name in ("to_reserved", "to_committed", "to_spent"))
    assert list(find_breaks()) == []


def test_two_people_placing_the_same_order_place_one(shop, together):
    request, partner = shop.approved(), shop.firm()

    def place():
        return shop.order(request, partner=partner)

    assert refusals(together(place, place)) == 1
    order = PurchaseOrder.objects.get()
    assert (order.number, order.lines.count()) == ("CG-2026-0001", 1)
    assert shop.sums() == (0, order.total, 0)
    adds_up(shop)


def test_a_part_pressed_twice_is_ordered_once(shop, together):
    request, partner = shop.approved(lines=[row(fresh(shop.budget.line), quantity="10", price="10")]), shop.firm()

    def place():
        return shop.order(request, 2, partner=partner, seen=0)

    assert refusals(together(place, place)) == 1
    assert shop.sums() == (80, 20, 0)
    adds_up(shop)


def test_parts_of_one_line_never_exceed_it(shop, together):
    request, partner = shop.approved(lines=[row(fresh(shop.budget.line), quantity="10", price="10")]), shop.firm()

    def place():
        return shop.order(request, 4, partner=partner)

    assert refusals(together(place, place, place)) == 1
    assert shop.sums() == (20, 80, 0)
    adds_up(shop)


def test_an_order_cancelled_twice_gives_its_money_back_once(shop, together):
    request = shop.approved()
    order = shop.order(request)

    def cancel():
        return rules.cancel_order(actor=shop.cast.buyer, at=NOW, record=fresh(order), reason="没有货")

    assert refusals(together(cancel, cancel)) == 1
    assert shop.sums() == (Decimal("31.60"), 0, 0)
    assert fresh(request).state == RequestState.APPROVED
    adds_up(shop)


def test_an_order_is_either_cancelled_or_accepted(shop, together):
    order = shop.order()
    line = order.lines.get()

    def cancel():
        return rules.cancel_order(actor=shop.cast.buyer, at=NOW, record=fresh(order), reason="没有货")

    def accept():
        return rules.note_accepted(actor=shop.cast.keeper, at=NOW, record=fresh(order), quantities={line.pk: Decimal(2)})

    assert refusals(together(cancel, accept)) == 1
    assert (fresh(order).state == OrderState.CANCELLED) == (fresh(line).accepted == 0)
    adds_up(shop)


def test_one_inquiry_is_opened_by_two_who_press_at_once(shop, together):
    request = shop.approved()

    def ask():
        return inquiry_rules.open_inquiry(actor=shop.cast.buyer, at=NOW, request=fresh(request))

    assert refusals(together(ask, ask)) == 1
    assert Inquiry.objects.count() == 1

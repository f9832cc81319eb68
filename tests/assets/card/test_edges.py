"""What a hostile hand would try on the ledger of cards: days before the books opened, sums beyond the column, the same yuan twice."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from assets.card.change_rules import change_value, merge_card, split_card, take_off
from assets.card.models import AssetCard, AssetEntry, ValueKind
from assets.card.rules import create_cards, take_back_cards
from assets.depreciation.rules import run_month
from logistics.platform.kernel.errors import RuleViolation
from tests.assets.conftest import fresh, stands, sums
from tests.conftest import NOW, SHANGHAI

TODAY = date(2026, 11, 18)
MUCH = Decimal("99999999999.99")


def opening(ledger, **given) -> AssetCard:
    row = {"asset_class": ledger.asset_class("A02010105"), "name": "台式计算机", "quantity": 1, "cost": Decimal(7200), "acquired_on": date(2024, 1, 15)}
    return create_cards(actor=ledger.cast.keeper, at=NOW, rows=[row | given])[0]


@pytest.mark.requirement("AST-12")
def test_a_new_price_from_before_the_books_opened_is_not_depreciated_twice(ledger):
    card = opening(ledger)
    done = card.depreciation
    changed = change_value(
        actor=ledger.cast.accountant, at=NOW, record=card, on=date(2026, 3, 10), cost=Decimal(9000), voucher="记-1", note="加内存", life_years=10
    )
    assert (changed.depreciation, changed.next_month) == (done, date(2026, 11, 1))


@pytest.mark.requirement("AST-02")
def test_an_estimate_that_proves_right_is_settled_without_a_change_of_value(ledger):
    card = ledger.computer(value_kind=ValueKind.ESTIMATED)
    change_value(actor=ledger.cast.accountant, at=NOW, record=card, on=TODAY, cost=card.cost, voucher="记-2", note="决算", final=True)
    assert fresh(card).value_kind == ValueKind.ORIGINAL
    assert stands(card) == sums(card)


@pytest.mark.requirement("AST-02")
def test_what_some_pieces_were_sold_for_stays_with_the_card_they_left(ledger):
    card = ledger.desks(10)
    take_off(actor=ledger.cast.accountant, at=NOW, record=card, on=TODAY, kind="sold", quantity=2, approval="批-1", voucher="记-3", income=Decimal("50.00"))
    part = split_card(actor=ledger.cast.keeper, at=NOW, record=card, on=TODAY, quantity=3)
    assert (fresh(card).income, fresh(part).income, part.gone_kind, part.gone_on) == (Decimal("50.00"), Decimal(0), "", None)


@pytest.mark.requirement("AST-02")
def test_two_fortunes_do_not_fit_on_one_card(ledger):
    one, two = (ledger.computer(price=MUCH) for _ in range(2))
    before = AssetEntry.objects.count()
    with pytest.raises(RuleViolation, match="太大"):
        merge_card(actor=ledger.cast.keeper, at=NOW, record=one, on=TODAY, into=two)
    assert AssetEntry.objects.count() == before and fresh(two).cost == MUCH


@pytest.mark.requirement("AST-02")
def test_income_beyond_the_column_is_refused(ledger):
    card = ledger.desks(10)
    given = {"on": TODAY, "kind": "sold", "quantity": 1, "approval": "批-1", "voucher": "记-3", "income": MUCH}
    take_off(actor=ledger.cast.accountant, at=NOW, record=card, **given)
    with pytest.raises(RuleViolation, match="太大"):
        take_off(actor=ledger.cast.accountant, at=NOW, record=card, **given)
    assert fresh(card).quantity == 9


@pytest.mark.requirement("AST-14")
def test_a_card_of_a_closed_month_is_not_taken_back(ledger):
    """Land and books are not depreciated: nothing but the closed month itself would hold them."""
    earlier = datetime(2026, 10, 20, 9, tzinfo=SHANGHAI)
    ledger.computer(at=earlier, acquired_on=date(2026, 10, 20))
    nominal = ledger.computer(at=earlier, acquired_on=date(2026, 10, 20), value_kind=ValueKind.NOMINAL, price=None)
    run = run_month(actor=ledger.cast.accountant, at=NOW)
    assert run.month == date(2026, 10, 1)
    with pytest.raises(RuleViolation, match="折旧已经提过"):
        take_back_cards(actor=ledger.cast.keeper, at=NOW, records=[nominal])
    assert fresh(nominal).is_alive and AssetEntry.objects.filter(card=nominal).count() == 1

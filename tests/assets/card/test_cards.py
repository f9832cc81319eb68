"""Cards: numbered, checked, in the ledger from the first moment (AST-01)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from assets.card.models import AssetCard, AssetEntry, EntryKind, NumberRule
from assets.card.pages import NUMBERS
from assets.card.queries import cards_visible_to
from assets.card.rules import create_card, update_card
from assets.category.models import AssetClass, LifeClass
from assets.category.pages import LIVES
from assets.category.queries import life_for
from assets.category.rules import save_class
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW

TODAY = date(2026, 11, 18)
pytestmark = pytest.mark.requirement("AST-01")


def test_a_card_gets_its_number_and_one_entry_of_its_whole_value(ledger):
    card = ledger.desks(40)
    assert card.number == "A05010203-2026-0001"
    assert (card.cost, card.quantity, card.unit) == (Decimal("6720.00"), 40, "张")
    entry = AssetEntry.objects.get(card=card)
    assert (entry.kind, entry.quantity, entry.amount, entry.on) == (EntryKind.PURCHASE, 40, Decimal("6720.00"), TODAY)


def test_apart_makes_a_card_for_each_piece(ledger):
    first = ledger.computer(quantity=3, is_apart=True)
    cards = AssetCard.objects.order_by("number")
    assert [card.number[-4:] for card in cards] == ["0001", "0002", "0003"]
    assert {card.cost for card in cards} == {Decimal("4320.00")} and first.pk == cards[0].pk


def test_a_number_typed_by_hand_is_passed_over_and_never_given_twice(ledger):
    ledger.computer(number="A02010105-2026-0001")
    assert ledger.computer().number == "A02010105-2026-0002"
    with pytest.raises(RuleViolation, match="已经有了"):
        ledger.computer(number="A02010105-2026-0001")
    assert AssetCard.objects.count() == 2


def test_the_template_of_the_school_is_followed_and_checked(ledger):
    rule = NumberRule.objects.get()
    NUMBERS.update(actor=ledger.cast.keeper, at=NOW, record=rule, template="QH-{年}-{房间}-{流水}", digits=3)
    assert ledger.computer().number == "QH-2026-R305-001"
    for wrong in ("QH-{年}", "{流水}{流水}", "{流水}{学校}", "A/{流水}"):
        with pytest.raises(ValidationError):
            NUMBERS.update(actor=ledger.cast.keeper, at=NOW, record=rule, template=wrong, digits=3)
    assert NumberRule.objects.get().template == "QH-{年}-{房间}-{流水}"


def test_below_the_threshold_is_no_fixed_asset_unless_of_a_bulk_class(ledger):
    with pytest.raises(RuleViolation, match="1,000 元") as refused:
        ledger.computer(price=Decimal("999.99"))
    assert refused.value.field == "price" and AssetCard.objects.count() == 0
    assert ledger.desks(1).cost == Decimal("168.00")
    assert ledger.computer(price=Decimal(800), is_opening=True, acquired_on=date(2020, 1, 1)).cost == 800


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 100001}, "quantity"),
        ({"price": Decimal(0)}, "price"),
        ({"price": None}, "price"),
        ({"price": Decimal("1200.001")}, "price"),
        ({"acquired_on": TODAY + timedelta(days=1)}, "acquired_on"),
        ({"acquired_on": date(2026, 11, 10), "booked_on": date(2026, 11, 9)}, "booked_on"),
        ({"fiscal": Decimal(5000)}, "fiscal"),
        ({"life_years": 5}, "life_years"),
        ({"value_kind": "nominal", "price": Decimal(2)}, "price"),
        ({"status": "gone"}, "status"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(ledger, given, field):
    with pytest.raises(RuleViolation) as refused:
        ledger.computer(**given)
    assert refused.value.field == field
    assert AssetCard.objects.count() == 0 and AssetEntry.objects.count() == 0


def test_a_serial_used_twice_is_warned_of_and_taken_when_confirmed(ledger):
    first = ledger.computer(serial="SN-1")
    with pytest.raises(RuleViolation, match=first.number) as refused:
        ledger.computer(serial="SN-1")
    assert refused.value.field == "serial"
    assert ledger.computer(serial="SN-1", same_serial=True).serial == "SN-1"


def test_words_change_on_the_card_and_value_and_place_do_not(ledger):
    card = ledger.computer()
    update_card(actor=ledger.cast.keeper, at=NOW, record=card, name="电脑", cost=Decimal(1), place=None, quantity=9)
    card.refresh_from_db()
    assert (card.name, card.cost, card.place, card.quantity) == ("电脑", Decimal("4320.00"), ledger.rooms.room, 1)


def test_only_the_keeper_registers_and_others_see_their_own(ledger):
    card = ledger.computer()
    with pytest.raises(NotAllowed):
        create_card(actor=ledger.cast.teacher, at=NOW, asset_class=card.asset_class, name="x", price=Decimal(2000), acquired_on=TODAY)
    assert cards_visible_to(ledger.cast.stranger).count() == 0
    assert cards_visible_to(ledger.cast.principal).count() == 1
    assert cards_visible_to(ledger.cast.headteacher).count() == 1  # the thing stands in the class's own room


def test_numbers_do_not_collide_however_many_register_at_once(transactional_db, together, cast, rooms):
    from tests.assets.conftest import Ledger

    ledger = Ledger(cast, rooms)
    outcomes = together(*[ledger.computer for _ in range(6)])
    assert [type(one).__name__ for one in outcomes] == ["AssetCard"] * 6, outcomes
    assert sorted(card.number[-4:] for card in outcomes) == [f"{n:04d}" for n in range(1, 7)]


def test_schemes_are_never_mixed(ledger):
    keeper, life = ledger.cast.keeper, LifeClass.objects.get(name="计算机设备")
    with pytest.raises(RuleViolation, match="2022"):
        save_class(actor=keeper, at=NOW, scheme="gb2022", code="2010104", name="台式机", life=life)
    old = save_class(actor=keeper, at=NOW, scheme="gb2010", code="2010104", name="台式机", life=life)
    assert AssetClass.objects.filter(code="2010104").get() == old
    with pytest.raises(RuleViolation, match="年限"):
        save_class(actor=keeper, at=NOW, scheme="gb2010", code="2010105", name="没有年限")
    assert life_for("gb2010", "2010104") is None and life_for("gb2022", "A02010199") == life


@pytest.mark.requirement("AST-12")
def test_nobody_sets_a_life_below_the_statutory_years(ledger):
    life = LifeClass.objects.get(name="计算机设备")
    with pytest.raises(ValidationError, match="最低年限"):
        LIVES.update(actor=ledger.cast.keeper, at=NOW, record=life, years=5)
    assert LifeClass.objects.get(pk=life.pk).years == 6
    assert LIVES.update(actor=ledger.cast.keeper, at=NOW, record=life, years=8).years == 8

"""A small ledger: the usual classes, a numbering rule, a keeper who registers desks and a computer."""

from datetime import date
from decimal import Decimal

import pytest

from assets.card.first_run import make_usual as make_numbers
from assets.card.models import AssetCard, AssetEntry
from assets.card.rules import create_card
from assets.category.first_run import make_usual
from assets.category.models import AssetClass
from logistics.platform.org.models import Department
from tests.conftest import NOW
from tests.ground import ground, module_cast  # noqa: F401  fixtures

TODAY = date(2026, 11, 18)  # the day of NOW


class Ledger:
    """`computer(…)`, `desks(…)` register; `fresh` reads again; `sums` adds up a card's entries."""

    def __init__(self, cast, rooms):
        make_usual(actor=cast.keeper, at=NOW)
        make_numbers(actor=cast.keeper, at=NOW)
        self.cast, self.rooms = cast, rooms
        self.office = Department.objects.get(name="总务处")
        self.teaching = Department.objects.get(name="理科组")

    def asset_class(self, code: str) -> AssetClass:
        return AssetClass.objects.select_related("life").get(code=code)

    def computer(self, at=NOW, **given) -> AssetCard:
        usual = {"asset_class": self.asset_class("A02010105"), "name": "台式计算机", "price": Decimal(4320), "acquired_on": TODAY, "place": self.rooms.room}
        usual |= {"department": self.office, "custodian": self.cast.keeper}
        return create_card(actor=self.cast.keeper, at=at, **usual | given)

    def desks(self, quantity: int = 40, at=NOW, **given) -> AssetCard:
        usual = {"asset_class": self.asset_class("A05010203"), "name": "学生课桌", "price": Decimal(168), "acquired_on": TODAY, "place": self.rooms.room}
        return create_card(
            actor=self.cast.keeper, at=at, quantity=quantity, **usual | {"department": self.teaching, "custodian": self.cast.headteacher} | given
        )


def fresh(card: AssetCard) -> AssetCard:
    return AssetCard.objects.get(pk=card.pk)


def sums(card: AssetCard) -> tuple:
    """(cards, quantity, cost, depreciation) of the card's entries."""
    rows = list(AssetEntry.objects.filter(card=card.pk))
    return tuple(sum((getattr(row, name) for row in rows), Decimal(0)) for name in ("cards", "quantity", "amount", "depreciation"))


def stands(card: AssetCard) -> tuple:
    """The same four of the card itself."""
    card = fresh(card)
    return (1 if card.is_alive else 0, card.quantity, card.cost, card.depreciation)


@pytest.fixture
def ledger(cast, rooms) -> Ledger:
    return Ledger(cast, rooms)

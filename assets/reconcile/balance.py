"""The arithmetic of a reconciliation: pure (AST-06).

For each category: ledger − book = what the open differences explain + what is left unexplained.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assets.money import ZERO


@dataclass(frozen=True)
class Side:
    """One amount (cost or depreciation) of one category in both books; `book` is None until it was filled in."""

    ledger: Decimal
    book: Decimal | None
    explained: Decimal

    @property
    def difference(self) -> Decimal | None:
        return None if self.book is None else self.ledger - self.book

    @property
    def unexplained(self) -> Decimal | None:
        return None if self.book is None else self.ledger - self.book - self.explained


@dataclass(frozen=True)
class Balance:
    """One category with both its amounts."""

    kind: str
    name: str
    cards: int
    quantity: int
    cost: Side
    depreciation: Side

    @property
    def is_filled(self) -> bool:
        return self.cost.book is not None

    @property
    def is_even(self) -> bool:
        """Both books agree, as far as they do not differ for a known reason."""
        return self.is_filled and not self.cost.unexplained and not self.depreciation.unexplained


def balances(lines: Iterable, differences: Iterable) -> list[Balance]:
    """Every line with what the differences that stand in its month explain of it."""
    known: dict[str, list[Decimal]] = {}
    for one in differences:
        sums = known.setdefault(one.kind, [ZERO, ZERO])
        cost, depreciation = one.signed
        sums[0], sums[1] = sums[0] + cost, sums[1] + depreciation
    made = []
    for line in lines:
        cost, depreciation = known.get(line.kind, (ZERO, ZERO))
        sides = Side(line.cost, line.book_cost, cost), Side(line.depreciation, line.book_depreciation, depreciation)
        made.append(Balance(line.kind, line.get_kind_display(), line.cards, line.quantity, *sides))
    return made


def total(sides: list[Side]) -> Side:
    """The sum of several; its book is None while one of them is."""
    book = None if any(side.book is None for side in sides) else sum((side.book for side in sides), ZERO)
    return Side(sum((side.ledger for side in sides), ZERO), book, sum((side.explained for side in sides), ZERO))

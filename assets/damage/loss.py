"""What may be asked for a damaged thing (行政事业性国有资产管理条例 Art. 33, 39: whoever damages answers for the loss)."""

from decimal import Decimal

from assets.card.change_rules import share_of
from assets.card.models import AssetCard
from assets.money import ZERO


def worth_of(card: AssetCard, quantity: int) -> Decimal:
    """The book's net value of so many pieces of the card, in yuan."""
    return share_of(card.net, min(quantity, card.quantity), card.quantity) if card.quantity else ZERO


def book_worth(card: AssetCard | None, quantity: int) -> Decimal | None:
    """What the ledger says such a thing is worth; None where it says nothing, because there is no card or it has left the books."""
    return worth_of(card, quantity) if card is not None and card.is_alive else None


def most(worth: Decimal | None, repair_cost: Decimal) -> Decimal:
    """No more than what was lost: the net value, or what mending it really cost where that is more (an old thing may be worth nothing)."""
    return max(worth or ZERO, repair_cost)


def suggested(worth: Decimal | None, repair_cost: Decimal) -> Decimal:
    """The mending while it is cheaper than the thing; otherwise the thing's net value."""
    if not worth:
        return repair_cost
    return min(worth, repair_cost) if repair_cost else worth

"""All that other apps may use of assets."""

from .card.change_rules import blockers, move_card, take_off
from .card.models import AssetCard, AssetEntry, EntryKind
from .card.rules import create_card
from .custody.holdings import others as holdings_of
from .item.quantities import figure, in_basic_units, in_words, quantity_of, unit_price
from .item.queries import active_items, items_for
from .store.public_rules import issue_stock, receive, take_back_document
from .store.queries import active_stores
from .transfer.registry import HandoverItem, handover_items

__all__ = [
    "AssetCard",
    "AssetEntry",
    "EntryKind",
    "HandoverItem",
    "active_items",
    "active_stores",
    "blockers",
    "create_card",
    "figure",
    "handover_items",
    "holdings_of",
    "in_basic_units",
    "in_words",
    "issue_stock",
    "items_for",
    "move_card",
    "quantity_of",
    "receive",
    "take_back_document",
    "take_off",
    "unit_price",
]

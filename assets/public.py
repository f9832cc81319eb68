"""All that other apps may use of assets."""

from .card.change_rules import blockers, move_card, take_off
from .card.models import AssetCard, AssetEntry, EntryKind
from .card.queries import cards_visible_to
from .card.rules import create_card
from .custody.holdings import others as holdings_of
from .damage.deductions import Deduction
from .damage.deductions import takers as deduction_takers
from .damage.queries import damage_of, damages_visible_to, has_damage
from .damage.rules import open_damage
from .item.quantities import figure, in_basic_units, in_words, quantity_of, unit_price
from .item.queries import active_items, items_for
from .store.public_rules import issue_stock, receive, take_back_document
from .store.queries import active_stores
from .thread.registry import Step as ThreadStep
from .thread.registry import parts as thread_parts
from .transfer.forms import CardNumberField
from .transfer.registry import HandoverItem, handover_items

__all__ = [
    "AssetCard",
    "AssetEntry",
    "CardNumberField",
    "Deduction",
    "EntryKind",
    "HandoverItem",
    "ThreadStep",
    "active_items",
    "active_stores",
    "blockers",
    "cards_visible_to",
    "create_card",
    "damage_of",
    "damages_visible_to",
    "deduction_takers",
    "figure",
    "handover_items",
    "has_damage",
    "holdings_of",
    "in_basic_units",
    "in_words",
    "issue_stock",
    "items_for",
    "move_card",
    "open_damage",
    "quantity_of",
    "receive",
    "take_back_document",
    "take_off",
    "thread_parts",
    "unit_price",
]

"""What else belongs to a handover: apps above this one tell of their open business with a person or in a room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HandoverItem:
    """One thing the receiver should know of; `url` is empty when there is no page."""

    title: str
    detail: str = ""
    url: str = ""
    tone: str = "wait"


# (giver, places, user) -> items that `user` may see. For wiring.py
handover_items: list[Callable[[object, Sequence, object], list[HandoverItem]]] = []


def items_of(giver, places: Sequence, user) -> list[HandoverItem]:
    """Everything the apps tell of this person and these rooms."""
    return [item for source in handover_items for item in source(giver, places, user)]

"""Who takes accepted goods over: a card for an asset, a batch in the store. Apps above register in their wiring.

A destination nobody has registered for yet keeps its lines waiting in sight (待入库待建卡) until somebody does.
"""

from collections.abc import Callable
from dataclasses import dataclass

from finance.purchase.models import Destination

from .models import AcceptanceLine

NEED_NOBODY = (Destination.SERVICE, Destination.WORKS)  # done where it stands; there is nothing to store


@dataclass(frozen=True)
class Received:
    """What became of a line: its name (入库单 RK-2026-0031) and the address of its page on this site."""

    label: str
    url: str = ""


# handler(*, actor, at, line) -> Received. It runs in the transaction of the last signature, whose actor may be anybody, so it checks no rights;
# a refusal it raises (RuleViolation) rolls the whole acceptance back.
Handler = Callable[..., Received]
_handlers: dict[str, Handler] = {}


def register(destination: Destination, handler: Handler) -> None:
    """Let `handler` take every line of this destination from now on; one per destination."""
    if destination in NEED_NOBODY:
        raise ValueError(f"nobody receives {destination}")
    if destination in _handlers:
        raise ValueError(f"{destination} has a receiver already")
    _handlers[Destination(destination)] = handler


def receiver_of(destination: str) -> Handler | None:
    return _handlers.get(destination)


def all_receivers() -> dict[str, Handler]:
    return dict(_handlers)


def hand_over(line: AcceptanceLine, *, actor, at) -> bool:
    """Give the line to its receiver and write down what it made; False when it needs or has none. Belongs inside a rule that has locked the line."""
    handler = receiver_of(line.destination)
    if handler is None or line.accepted <= 0 or line.received_at is not None:
        return False
    made = handler(actor=actor, at=at, line=line)
    line.received_label, line.received_url, line.received_at = made.label[:120], made.url[:200], at
    AcceptanceLine.objects.filter(pk=line.pk, received_at=None).update(received_label=line.received_label, received_url=line.received_url, received_at=at)
    return True

"""Who takes accepted goods over: a card for an asset, a batch in the store. Apps above register in their wiring.

A destination nobody has registered for yet keeps its lines waiting in sight (待入库待建卡) until somebody does; so does a line
that its receiver cannot tell what to make of (`NotNow`), until a person says it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from finance.purchase.models import Destination
from logistics.platform.kernel.errors import RuleViolation

from .models import AcceptanceLine

NEED_NOBODY = (Destination.SERVICE, Destination.WORKS)  # done where it stands; there is nothing to store


@dataclass(frozen=True)
class Received:
    """What became of a line: its name (入库单 RK-2026-0031) and the address of its page on this site."""

    label: str
    url: str = ""


class NotNow(RuleViolation):
    """Raised by a receiver before it writes anything: the line waits until somebody says what becomes of it. The sentence says who and where."""


# handler(*, actor, at, line) -> Received. It runs in the transaction of the last signature, whose actor may be anybody, so it checks no rights;
# a refusal it raises (RuleViolation other than NotNow) rolls the whole acceptance back.
Handler = Callable[..., Received]
_handlers: dict[str, Handler] = {}
_desks: dict[str, str] = {}


def register(destination: Destination, handler: Handler, *, desk: str = "") -> None:
    """Let `handler` take every line of this destination from now on; one per destination.

    `desk` names the registered record (assets.arrivedline) whose pages keep what the handler could not tell; without one these lines
    stay in finance's own list of what waits.
    """
    if destination in NEED_NOBODY:
        raise ValueError(f"nobody receives {destination}")
    if destination in _handlers:
        raise ValueError(f"{destination} has a receiver already")
    _handlers[Destination(destination)] = handler
    if desk:
        _desks[Destination(destination)] = desk


def receiver_of(destination: str) -> Handler | None:
    return _handlers.get(destination)


def desks() -> dict[str, str]:
    """{destination: the record whose pages its waiting lines are on}."""
    return dict(_desks)


def all_receivers() -> dict[str, Handler]:
    return dict(_handlers)


def hand_over(line: AcceptanceLine, *, actor, at, handler: Handler | None = None) -> bool:
    """Give the line to its receiver, or to `handler`, and write down what it made; False when it needs or has none.

    Belongs inside a rule that has locked the line. Raises NotNow when the receiver cannot tell what to make of it.
    """
    handler = handler or receiver_of(line.destination)
    if handler is None or line.accepted <= 0 or line.received_at is not None:
        return False
    made = handler(actor=actor, at=at, line=line)
    line.received_label, line.received_url, line.received_at = made.label[:120], made.url[:200], at
    AcceptanceLine.objects.filter(pk=line.pk, received_at=None).update(received_label=line.received_label, received_url=line.received_url, received_at=at)
    return True


def hand_over_when_clear(line: AcceptanceLine, *, actor, at) -> bool:
    """hand_over that lets wait what the receiver cannot tell."""
    try:
        return hand_over(line, actor=actor, at=at)
    except NotNow:
        return False

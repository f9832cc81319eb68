"""What the school paid before for the same thing, and what looks odd: read from the orders (FIN-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .models import PurchaseRequest, RequestLine


@dataclass(frozen=True)
class Remembered:
    """One earlier price of the same name."""

    on: object
    partner: str
    price: Decimal
    unit: str
    order: object


def remembered(names: Iterable[str], *, before=None) -> dict[str, list[Remembered]]:
    """{name: its last three prices, the newest first}. One query."""
    from finance.order.queries import price_history

    found = price_history(sorted(set(names)), before=before)
    return {name: [Remembered(on, str(partner), price, unit, order) for on, partner, price, unit, order in rows] for name, rows in found.items()}


def with_memory(lines: list[RequestLine], *, before=None) -> list[RequestLine]:
    """The lines, each with `past` (earlier prices)."""
    known = remembered([line.name for line in lines], before=before)
    for line in lines:
        line.past = known.get(line.name, [])
    return lines


def flags_on(request: PurchaseRequest) -> list:
    """What a signer should look at twice, in words."""
    from finance.order.flags import flags_of

    return list(flags_of(request))

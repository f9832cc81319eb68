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


def _earlier(names: Iterable[str], before=None) -> dict[str, list[tuple]]:
    from finance.order.queries import price_history

    return price_history(sorted(set(names)), before=before)


def remembered(names: Iterable[str], *, before=None) -> dict[str, list[Remembered]]:
    """{name: its last three prices, the newest first}. One query."""
    return _shown(_earlier(names, before))


def _shown(history: dict[str, list[tuple]]) -> dict[str, list[Remembered]]:
    return {name: [Remembered(on, str(partner), price, unit, order) for on, partner, price, unit, order in rows] for name, rows in history.items()}


def with_memory(request: PurchaseRequest, lines: list[RequestLine], *, with_flags: bool = True) -> list:
    """Give each line `past`, what was paid for it before this request was sent. The flags: what a signer should look at twice, in words."""
    from finance.order.flags import flags_of

    history = _earlier((line.name for line in lines), request.submitted_at)
    known = _shown(history)
    for line in lines:
        line.past = known.get(line.name, [])
    return flags_of(request, lines, history) if with_flags else []

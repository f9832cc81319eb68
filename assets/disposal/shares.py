"""What a batch brought, shared over its things."""

from collections.abc import Sequence
from decimal import Decimal

from assets.money import ZERO
from logistics.platform.kernel.money import money


def shared(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The total by these weights (all alike when they are all zero), to the cent; adds up exactly and is never negative."""
    if not weights:
        return []
    parts = list(weights) if any(weights) else [Decimal(1)] * len(weights)
    found, left, rest = [], total, sum(parts, ZERO)
    for part in parts:
        share = min(money(left * part / rest), left) if rest else ZERO
        found.append(share)
        left, rest = left - share, rest - part
    return found

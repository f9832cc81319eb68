"""From what the menu needs to what is ordered: plain arithmetic, no database (CAN-03).

needed = grams of the menus ÷ grams of one unit ÷ usable share. To buy = needed + what should be left afterwards − free stock − what is coming,
rounded up to what is sold: whole packs of what keeps, tenths of a kilogramme or whole pieces of the rest.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

NONE = Decimal(0)
TENTH = Decimal("0.1")
KEEPS_DAYS = 30  # what keeps this long is bought in whole packs


@dataclass(frozen=True)
class Wish:
    """One ingredient on one day, in its own units."""

    needed: Decimal
    stock: Decimal  # that will still be there: on hand, in date on the day, not promised to an earlier day
    coming: Decimal  # ordered and not delivered
    quantity: Decimal  # to be ordered


def units_of(grams: Decimal, unit_grams: Decimal, usable: int) -> Decimal:
    """Net raw grams as units to buy, with three places, rounded up: 8,500 g net of a vegetable of which 85 % is used are 10 kg."""
    return (grams * 100 / (unit_grams * usable)).quantize(Decimal("0.001"), ROUND_CEILING)


def wish(needed: Decimal, stock: Decimal, coming: Decimal, *, minimum: Decimal | None = None, step: Decimal = TENTH) -> Wish:
    """How much to order; never less than nothing."""
    missing = needed + (minimum or NONE) - stock - coming
    quantity = rounded_up(missing, step) if missing > 0 else NONE
    return Wish(needed, stock, coming, quantity)


def rounded_up(quantity: Decimal, step: Decimal) -> Decimal:
    """The next whole number of steps."""
    return (quantity / step).to_integral_value(ROUND_CEILING) * step


def step_of(ingredient, packs) -> Decimal:
    """What one more of it is: a pack of what keeps, a tenth of a kilogramme, one piece of anything counted."""
    if packs and (ingredient.shelf_days or 0) >= KEEPS_DAYS:
        return min(pack.holds for pack in packs)
    return TENTH if ingredient.unit in ("千克", "公斤", "升", "kg", "L") else Decimal(1)

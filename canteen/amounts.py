"""Prices and amounts of food: yuan per unit with four places, sums to the cent."""

from decimal import Decimal, InvalidOperation

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money

PRICE = Decimal("0.0001")
MOST_PRICE = Decimal(10_000)
MOST_AMOUNT = Decimal(10) ** 9
ZERO = Decimal("0.00")
NONE = Decimal(0)


def price_of(value, *, field: str | None = "price") -> Decimal:
    """Yuan per unit, never rounded. Raises RuleViolation at `field` for text, a fifth decimal, less than nothing or ten thousand and more."""
    try:
        price = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation("单价请填数字，例如 5.80。", field=field) from refusal
    if not price.is_finite() or not 0 <= price < MOST_PRICE:
        raise RuleViolation("单价要在 0 到 10000 元之间。", field=field)
    if (exact := price.quantize(PRICE)) != price:
        raise RuleViolation("单价最多四位小数。", field=field)
    return exact


def worth(quantity: Decimal, price: Decimal) -> Decimal:
    """What so much costs, to the cent. Raises RuleViolation for a sum no canteen pays at once."""
    amount = money(quantity * price)
    if abs(amount) >= MOST_AMOUNT:
        raise RuleViolation("金额太大了，请检查数量和单价是不是多了几个 0。")
    return amount


def price_words(price: Decimal | None) -> str:
    """5.8, 12.375; empty for none."""
    return f"{price:,.4f}".rstrip("0").rstrip(".") if price is not None else ""

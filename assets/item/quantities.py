"""Quantities as the store room takes them: at most three places, exact, in an item's basic unit or one of its packs."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.db import models

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain

GRAIN = Decimal("0.001")
MOST = Decimal(10) ** 9
NONE = Decimal(0)
PRICE = Decimal("0.0001")


def quantity_field(label: str, **kwargs) -> models.DecimalField:
    """A column of pieces, metres or kilogrammes."""
    return models.DecimalField(label, max_digits=12, decimal_places=3, **kwargs)


def quantity_of(value, *, field: str | None = "quantity", least: Decimal = GRAIN) -> Decimal:
    """The quantity with three places, never rounded. Raises RuleViolation at `field` for text, a fourth decimal, too little or too much."""
    try:
        quantity = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation("数量请填数字，例如 12 或 2.5。", field=field) from refusal
    if not quantity.is_finite():
        raise RuleViolation("数量请填数字，例如 12 或 2.5。", field=field)
    if abs(quantity) >= MOST:
        raise RuleViolation("数量太大了，请检查是不是多了几个 0。", field=field)
    if (exact := quantity.quantize(GRAIN)) != quantity:
        raise RuleViolation("数量最多三位小数。", field=field)
    if exact < least:
        raise RuleViolation("数量要大于零。" if least > 0 else "数量不能小于零。", field=field)
    return exact


def figure(quantity: Decimal | None) -> str:
    """The quantity without needless zeros: 12, 2.5; empty for none."""
    if quantity is None:
        return ""
    text = f"{quantity:,.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text.replace("-", "−")


def unit_price(value: Decimal, quantity: Decimal) -> Decimal:
    """Yuan per basic unit with four places, for people to read; sums are never made of it."""
    return (value / quantity).quantize(PRICE, ROUND_HALF_UP) if quantity else NONE


def in_basic_units(item, quantity, unit: str = "", *, field: str | None = "quantity") -> Decimal:
    """So many of `unit` (a pack's name, the basic unit, or empty for it) in basic units, exact.

    Raises RuleViolation for a unit the item does not have, and for a quantity that cannot be written in three places.
    """
    wanted = plain(unit)
    if not wanted or wanted == plain(item.unit):
        return quantity_of(quantity, field=field)
    for pack in item.packs.all():
        if plain(pack.name) == wanted:
            return quantity_of(quantity_of(quantity, field=field) * pack.holds, field=field)
    known = "、".join([item.unit, *(pack.name for pack in item.packs.all())])
    raise RuleViolation(f"「{item}」没有「{unit[:10]}」这个单位，可以写：{known}。", field="unit")


def in_words(item, quantity: Decimal, packs=None) -> str:
    """The quantity in the largest packs and the rest: 2 箱 3 包. Basic units alone where the item has no packs."""
    rest, words = abs(quantity), []
    for pack in sorted(item.packs.all() if packs is None else packs, key=lambda pack: -pack.holds):
        count = rest // pack.holds
        if count and pack.holds > 1:
            words.append(f"{count} {pack.name}")
            rest -= count * pack.holds
    if rest or not words:
        words.append(f"{figure(rest)} {item.unit}")
    return ("−" if quantity < 0 else "") + " ".join(words)

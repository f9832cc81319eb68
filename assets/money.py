"""Amounts of things: yuan with two places, below a hundred billion."""

from decimal import Decimal, InvalidOperation

from django.db import models
from django.db.models.functions import Round

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import CENT

DIGITS = 13
MOST = Decimal(10) ** 11 - CENT
ZERO = Decimal("0.00")


def money_field(label: str, **kwargs) -> models.DecimalField:
    """A column of yuan."""
    return models.DecimalField(label, max_digits=DIGITS, decimal_places=2, **kwargs)


def amount_of(value, *, field: str, least: Decimal = ZERO) -> Decimal:
    """The amount with two places, never rounded. Raises RuleViolation at `field` for text, a third decimal, too little or too much."""
    try:
        amount = Decimal(str(value))
        exact = amount.quantize(CENT) if amount.is_finite() and abs(amount) <= MOST else None
    except InvalidOperation as refusal:
        raise RuleViolation("请填数字，例如 15.80。", field=field) from refusal
    if exact is None:
        raise RuleViolation("金额太大了，要小于一千亿元。" if amount.is_finite() else "请填数字，例如 15.80。", field=field)
    if exact != amount:
        raise RuleViolation("金额最多两位小数。", field=field)
    if exact < least:
        raise RuleViolation(f"金额不能小于 {least:,.2f} 元。", field=field)
    return exact


def cents(expression) -> Round:
    """The expression to the cent: SQLite counts in binary fractions, whose errors must not reach a sum."""
    return Round(expression, 2, output_field=models.DecimalField(max_digits=DIGITS + 4, decimal_places=2))

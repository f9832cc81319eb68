"""Amounts as finance takes them: yuan with at most two places, below a trillion."""

from decimal import Decimal, InvalidOperation

from django.db import models
from django.db.models.functions import Round

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import CENT

DIGITS = 14
MOST = Decimal(10) ** 12 - CENT
ZERO = Decimal("0.00")


def money_field(label: str, **kwargs) -> models.DecimalField:
    """A column of yuan."""
    return models.DecimalField(label, max_digits=DIGITS, decimal_places=2, **kwargs)


def amount_of(value, *, field: str | None = "amount", least: Decimal = CENT, signed: bool = False) -> Decimal:
    """The amount with two places, never rounded. Raises RuleViolation at `field` for text, a third decimal, too little or too much.

    `signed` lets it be negative, but not zero.
    """
    try:
        amount = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation("请填数字，例如 15.80。", field=field) from refusal
    if not amount.is_finite():
        raise RuleViolation("请填数字，例如 15.80。", field=field)
    if abs(amount) > MOST:
        raise RuleViolation("金额太大了，要小于一万亿元。", field=field)
    if (exact := amount.quantize(CENT)) != amount:
        raise RuleViolation("金额最多两位小数。", field=field)
    if signed and not exact:
        raise RuleViolation("金额不能是零。", field=field)
    if not signed and exact < least:
        raise RuleViolation("金额要大于零。" if least > 0 else "金额不能小于零。", field=field)
    return exact


def cents(expression) -> Round:
    """The expression to the cent: SQLite counts in binary fractions, whose rounding errors must not decide."""
    return Round(expression, 2, output_field=models.DecimalField(max_digits=DIGITS + 4, decimal_places=2))

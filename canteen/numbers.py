"""Measured numbers as people write them."""

from decimal import Decimal


def plainly(value: Decimal | int | None) -> str:
    """5, 36.5, -18; empty for none."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: Decimal) -> str:
    """+5, −3."""
    return f"{'−' if value < 0 else '+'}{plainly(abs(value))}"

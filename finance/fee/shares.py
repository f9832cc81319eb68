"""Dividing what is left among those who paid, to the cent (FIN-08)."""

from collections.abc import Iterable
from decimal import Decimal

RULE = "按每人实缴金额占全部实缴金额的比例分，先舍去不足一分的零头；剩下的几分钱，从舍去零头最多的学生起每人一分，零头一样多的按学号从小到大。"


def shares(surplus: Decimal, paid: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """{key: refund} of those who get something; the refunds add up to `surplus`, nobody gets more than he paid.

    `surplus` and payments are yuan with two places. Cents that do not divide go to the largest fractions, then in order of key.
    Raises ValueError when there is more to give back than was paid.
    """
    rows = sorted((key, int(amount * 100)) for key, amount in paid if amount > 0)
    total, cents = sum(amount for _, amount in rows), int(surplus * 100)
    if cents > total or cents < 0:
        raise ValueError("there is more to give back than was paid")
    if not cents:
        return {}
    whole = {key: cents * amount // total for key, amount in rows}
    by_fraction = sorted(rows, key=lambda row: (-(cents * row[1] % total), row[0]))
    for key, _ in by_fraction[: cents - sum(whole.values())]:
        whole[key] += 1
    return {key: Decimal(part) / 100 for key, part in whole.items() if part}

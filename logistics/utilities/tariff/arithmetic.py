"""Counting a bill by a tariff, without database (UTL-07)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money

TOTAL = ""
HUNDRED = Decimal(100)
WORDS = {TOTAL: "总", "peak": "峰", "flat": "平", "valley": "谷"}


@dataclass(frozen=True)
class Step:
    """Beyond `over` a unit costs `price`, until the next step of the same part and band; `share` per cent of the use counts."""

    part: str
    price: Decimal
    band: str = TOTAL
    over: Decimal = Decimal(0)
    share: Decimal = HUNDRED


@dataclass(frozen=True)
class Part:
    name: str
    amount: Decimal


def charge(steps: Iterable[Step], used: Mapping[str, Decimal], *, before: Decimal = Decimal(0), times: int = 1) -> list[Part]:
    """What the use of each band costs, part by part in yuan, each rounded half up to the cent.

    `times` widens the steps (months of the bill); `before` is what the year had used already, where steps count by the year.
    Raises RuleViolation at the band a tariff needs and the bill does not say.
    """
    by_part: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        by_part.setdefault((step.part, step.band), []).append(step)
    amounts: dict[str, Decimal] = {}
    for (part, band), rows in by_part.items():
        if band not in used:
            raise RuleViolation(f"这张价格分{WORDS[band]}计费，请写账单上{WORDS[band]}的用量。", field=band or "quantity")
        amounts[part] = amounts.get(part, Decimal(0)) + _stepped(rows, used[band], before if band == TOTAL else Decimal(0), times)
    return [Part(part, money(amount)) for part, amount in amounts.items()]


def _stepped(rows: list[Step], quantity: Decimal, before: Decimal, times: int) -> Decimal:
    rows = sorted(rows, key=lambda row: row.over)
    first, last, amount = before, before + quantity, Decimal(0)
    for number, row in enumerate(rows):
        start = row.over * times
        end = rows[number + 1].over * times if number + 1 < len(rows) else last
        amount += max(Decimal(0), min(last, end) - max(first, start)) * row.price * row.share / HUNDRED
    return amount


def total(parts: Iterable[Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal("0.00"))

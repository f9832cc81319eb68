"""What a dial can show, and what was read off it (UTL-01); no database."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import fmean, pstdev
from typing import Any

from logistics.platform.kernel.errors import RuleViolation

FEWEST = 4  # periods that make a usual spread
STRAY = "rolled"


def number_words(value: Decimal) -> str:
    """1234.5 without zeros behind."""
    text = f"{value + 0:f}"  # without the sign of -0
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_fits(device: Any, value: Decimal, *, field: str = "value") -> None:
    """Refuse what this dial cannot show: below zero, more digits or decimals than it has."""
    if value < 0:
        raise RuleViolation("读数不能小于 0。", field=field)
    if value >= Decimal(10) ** device.digits:
        raise RuleViolation(f"这块表只有 {device.digits} 位整数，读数 {number_words(value)} 位数太多，请再看一眼。", field=field)
    if value != round(value, device.decimals):
        shown = f"只有 {device.decimals} 位小数" if device.decimals else "没有小数"
        raise RuleViolation(f"这块表{shown}，请按表上的数字填。", field=field)


def turned(device: Any, before: Decimal, value: Decimal, *, rolled: bool, sure: bool = False, since: str = "上次", field: str = "value") -> int:
    """How often the dial went through zero since `before`. A lower reading must be said to have rolled over; nothing is guessed."""
    if not rolled and value < before:
        most = number_words(Decimal(10) ** device.digits - 1)
        raise RuleViolation(
            f"读数 {number_words(value)} 比{since}的 {number_words(before)} 低。表走过头了（过了 {most} 又从 0 开始），请勾“走过头了”；换过表，请先登记换表；都不是，请再看一眼。",
            field=field,
        )
    if rolled and value >= before and not sure:
        raise RuleViolation(f"读数 {number_words(value)} 不比{since}的 {number_words(before)} 低，不像走过头。请去掉“走过头了”。", field=STRAY)
    return int(rolled)


def usual_rates(usual: Sequence[Decimal], *, times: Decimal, sigma: Decimal) -> tuple[Decimal, Decimal | None] | None:
    """The least and the most use a day that nobody asks about, the most None where anything may be; None when nothing is known."""
    if not usual:
        return None
    mean, last = Decimal(fmean(usual)), usual[-1]
    spread = Decimal(pstdev(usual)) if len(usual) >= FEWEST else Decimal(0)
    tops = ([mean + sigma * spread] if spread > 0 else []) + ([times * last] if last > 0 else [])
    return (mean - sigma * spread if spread > 0 else Decimal(0)), min(tops, default=None)


def doubt(rate: Decimal, usual: Sequence[Decimal], *, times: Decimal, sigma: Decimal, unit: str) -> str:
    """Why this use a day is not like the periods before, oldest first, in a sentence; empty when it is.

    Above `times` the last period, or further than `sigma` standard deviations from the mean of at least four periods.
    """
    rates = usual_rates(usual, times=times, sigma=sigma)
    if rates is None or (rates[0] <= rate and (rates[1] is None or rate <= rates[1])):
        return ""
    mean = Decimal(fmean(usual))
    told = f"平时一天 {_short(mean)} {unit}，这次一天 {_short(rate)} {unit}"
    if mean > 0 and rate > mean:
        return f"这次用量是平时的 {_short(rate / mean)} 倍（{told}）。请再看一眼表；没有看错，请勾“再看过了，没错”。"
    return f"这次用量和平时差得多（{told}）。请再看一眼表；没有看错，请勾“再看过了，没错”。"


def _short(value: Decimal) -> str:
    return number_words(round(value, 0 if value >= 100 else 1 if value >= 1 else 2))

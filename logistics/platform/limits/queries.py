"""Reading the school's numbers. Rules ask the database, so a change counts at once; pages that only show may be a minute behind."""

from datetime import date
from decimal import Decimal
from typing import Any

from logistics.platform.kernel.keeping import kept

from .models import LimitValue
from .registry import LAW, all_limits, limit_for

Number = Any  # an int where the limit has no decimals, a Decimal where it has; whoever asks knows which


def limit(code: str, on: date) -> Number:
    """The number in force on that day: the school's last word that has taken effect, otherwise the default. One query.

    Raises LookupError for an unknown code.
    """
    return limits_on(on, code)[code]


def kept_as(code: str) -> str:
    return f"limit:{code}"


def limit_shown(code: str, on: date) -> Number:
    """The same for marks and counts on pages: at most a minute old, usually without a query. Nothing that decides may use it."""
    rows = kept(kept_as(code), lambda: list(LimitValue.objects.filter(code=code).order_by("effective_on", "pk").values_list("effective_on", "value")))
    return next((_within(code, value) for since, value in reversed(rows) if since <= on), limit_for(code).default)


def limits_on(on: date, *codes: str) -> dict[str, Number]:
    """Several numbers in one query."""
    found: dict[str, Number] = {code: limit_for(code).default for code in codes}
    rows = LimitValue.objects.filter(code__in=codes, effective_on__lte=on).order_by("effective_on", "pk").values_list("code", "value")
    return found | {code: _within(code, value) for code, value in rows}


def _within(code: str, value: Decimal) -> int | Decimal:
    """The stored number, kept inside what the law says today: a law may have become stricter since the school set it."""
    known = limit_for(code)
    number = known.typed(value)
    if known.force != LAW:
        return number
    low = number if known.floor is None else max(number, known.floor)
    return low if known.ceiling is None else min(low, known.ceiling)


def standing_of_all(on: date) -> dict[str, dict[str, Any]]:
    """For the set-up page, by code: the number in force and the next one that is already decided. One query."""
    found: dict[str, dict[str, Any]] = {known.code: {"limit": known, "value": known.default, "since": None, "next": None} for known in all_limits()}
    for row in LimitValue.objects.order_by("effective_on", "pk"):
        if row.code not in found:
            continue
        if row.effective_on <= on:
            found[row.code] |= {"value": _within(row.code, row.value), "since": row.effective_on}
        elif found[row.code]["next"] is None or found[row.code]["next"].effective_on == row.effective_on:
            row.value = _within(row.code, row.value)
            found[row.code]["next"] = row
    return found

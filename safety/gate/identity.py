"""Identity numbers and plates: checked when typed, known again by a digest, shown masked; the number itself is stored nowhere."""

import re

from django.utils.crypto import salted_hmac

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain

SALT = "safety.gate.identity"
WEIGHTS, SIGNS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
SHOWN = 4
PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,6}[学警港澳领挂]?")


def tidy_id(kind: str, text: str, *, field: str = "id_number") -> str:
    """The number in capitals without blanks. Raises RuleViolation for an identity card that cannot exist (GB 11643), or too few signs."""
    number = plain(text).upper()
    if kind == "card":
        if not re.fullmatch(r"\d{17}[\dX]", number) or SIGNS[sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False)) % 11] != number[-1]:
            raise RuleViolation("身份证号不对，请对着证件核对 18 位号码。", field=field)
    elif not re.fullmatch(r"[0-9A-Z]{5,24}", number):
        raise RuleViolation("证件号写 5 到 24 位字母和数字。", field=field)
    return number


def masked(number: str) -> str:
    """**************1234"""
    return "*" * max(len(number) - SHOWN, 0) + number[-SHOWN:] if number else ""


def digest_of(number: str) -> str:
    """The same for the same number, worth nothing without this school's key."""
    return salted_hmac(SALT, number, algorithm="sha256").hexdigest() if number else ""


def tidy_phone(text: str) -> str:
    """13800001111, however it was typed: the list of those not let in knows people by it."""
    return re.sub(r"^(\+86|0086)", "", re.sub(r"[\-()]", "", plain(text or "")))


def tidy_plate(text: str, *, field: str = "plate") -> str:
    """浙A12345 in capitals without blanks and dots; empty stays empty. Raises RuleViolation for what is no plate."""
    plate = re.sub(r"[\s·.\-]", "", plain(text or "").upper())
    if plate and not PLATE.fullmatch(plate):
        raise RuleViolation("车牌写成 浙A12345 这样。", field=field)
    return plate

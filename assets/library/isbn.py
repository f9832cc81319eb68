"""ISBN as scanned from the back of a book: normal form and check digit."""

import re
import unicodedata

from django.core.exceptions import ValidationError

SHAPE = re.compile(r"\d{9}[\dX]|\d{13}", re.ASCII)


def normal_isbn(text: str) -> str:
    """The digits alone, full-width ones made plain; an X at the end of ten stays."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text or "")).upper().removeprefix("ISBN").lstrip(":")


def is_isbn(isbn: str) -> bool:
    """Ten or thirteen digits of which the last is right: 9787107219788."""
    if not SHAPE.fullmatch(isbn):
        return False
    if len(isbn) == 10:
        return sum((10 - n) * (10 if digit == "X" else int(digit)) for n, digit in enumerate(isbn)) % 11 == 0
    return sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(isbn)) % 10 == 0


def check_isbn(isbn: str) -> None:
    """Raise ValidationError with a sentence for what is none."""
    if not is_isbn(isbn):
        raise ValidationError("ISBN 不对，请照封底条码核对，一般是 978 开头的 13 位数字。")

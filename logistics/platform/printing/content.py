"""The content of a paper in a form that can be compared, and the code that stands on it."""

import dataclasses
import hashlib
import json
import secrets
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.utils.functional import Promise

LETTERS = "23456789ACDEFGHJKMNPQRTVWXY"  # without 0 O, 1 I L, 5-like S, 8-like B, 2-like Z, V-like U


def digest_of(content: dict) -> str:
    """SHA-256 over everything the paper says. Drawings are left out: they are drawn from numbers that are in.

    Raises TypeError for a value that is not plain, such as a record: what is printed could then change unseen.
    """
    plain = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items() if not _is_drawing(item)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value if not _is_drawing(item)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return _plain_single(value)


def _plain_single(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, (date, time, timedelta, Promise)):
        return str(value)
    if isinstance(value, (Decimal, float)):
        # 86, 86.0 and 86.00 are the same number whichever database it came from
        return f"{Decimal(str(value)).normalize():f}"
    raise TypeError(f"the context of a printed document holds plain values, not {type(value).__name__}")


def _is_drawing(value) -> bool:
    return isinstance(value, str) and value.startswith("<svg")


def new_code() -> str:
    """A random check code such as 7K4M-Q2XD, of letters nobody confuses."""
    letters = [secrets.choice(LETTERS) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def tidy_code(typed: str) -> str:
    """The code a person typed, whatever its case, width, blanks and dashes; unchanged text when it cannot be one."""
    letters = [letter for letter in unicodedata.normalize("NFKC", typed).upper() if letter.isalnum()]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}" if len(letters) == 8 else "".join(filter(str.isprintable, typed)).strip()[:12]


def is_code(text: str) -> bool:
    return len(text) == 9 and set(text) <= set(LETTERS) | {"-"}

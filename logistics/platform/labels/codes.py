"""The codes of blank labels, and what a camera, a scanner or a finger made of a code."""

import re
from urllib.parse import unquote

from logistics.platform.kernel.text import plain

SERIES, DIGITS = "BQ", 6
ALPHABET = "0123456789ABCDEFGHJKMNPQRTVWXYZ"  # 31 signs, a prime, without I, L, O, S and U, which are misread
SHAPE = re.compile(rf"{SERIES}\d{{{DIGITS}}}[{ALPHABET}]")
NEARLY = re.compile(rf"{SERIES}[0-9A-Z]{{{DIGITS - 1},{DIGITS + 2}}}")
ADDRESS = re.compile(r"/q/([^/?#]{1,60})")
BARE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")


def code_of(serial: int) -> str:
    """BQ000123K: the series, the number, and a sign by which one wrong or two swapped signs are noticed."""
    body = f"{SERIES}{serial:0{DIGITS}d}"
    return body + check_sign(body)


def check_sign(body: str) -> str:
    return ALPHABET[sum(weight * int(sign, 36) for weight, sign in enumerate(body, 2)) % len(ALPHABET)]


def is_blank_code(code: str) -> bool:
    return SHAPE.fullmatch(code) is not None and check_sign(code[:-1]) == code[-1]


def is_mistyped(code: str) -> bool:
    """Whether this looks like the code of a blank label with something wrong in it."""
    return NEARLY.fullmatch(code) is not None and not is_blank_code(code)


def read_code(text: str) -> str:
    """The code in an address that was scanned, or the code itself as typed, in capitals; empty when there is none."""
    found = ADDRESS.search(text or "")
    code = plain(unquote(found[1]) if found else text).upper()
    return code if BARE.fullmatch(code) else ""

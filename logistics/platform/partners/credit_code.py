"""统一社会信用代码: 18 characters whose last one is computed from the others (GB 32100-2015)."""

import unicodedata

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
WEIGHTS = [3**n % 31 for n in range(17)]


def tidy_code(typed: str) -> str:
    """Half-width, upper case, without blanks and dashes."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed or "").upper() if letter.isalnum())


def check_letter(code: str) -> str:
    """The eighteenth character that belongs to the first seventeen."""
    total = sum(LETTERS.index(letter) * weight for letter, weight in zip(code[:17], WEIGHTS, strict=True))
    return LETTERS[-total % 31]


def fault_of(code: str) -> str:
    """What is wrong with a tidy code, empty when it is a possible one."""
    if len(code) != 18:
        return f"统一社会信用代码是 18 位，这里有 {len(code)} 位。"
    strange = [letter for letter in code if letter not in LETTERS]
    if strange:
        return f"统一社会信用代码里没有「{strange[0]}」，请对照营业执照再看一遍。"
    if code[-1] != check_letter(code):
        return "统一社会信用代码的校验位对不上，多半有一位输错了，请对照营业执照再看一遍。"
    return ""

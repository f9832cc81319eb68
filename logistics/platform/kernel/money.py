"""Money: Decimal with two places, always."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def money(value) -> Decimal:
    """The amount in yuan rounded half up to cents."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def _integer_words(number: int) -> str:
    words, group, gap = "", 0, False
    while number:
        number, four = divmod(number, 10000)
        part, zero = "", False
        for place in range(4):
            four, digit = divmod(four, 10)
            if digit:
                part = DIGITS[digit] + UNITS[place] + ("零" if zero and part else "") + part
                zero = False
            else:
                zero = True
        if part:
            words = part + GROUPS[group] + ("零" if gap and words else "") + words
            gap = zero
        else:
            gap = True
        group += 1
    return words


def yuan_words(amount) -> str:
    """The amount written out for a paper form (大写): 12840.5 is 壹万贰仟捌佰肆拾元伍角."""
    amount = money(amount)
    sign, cents = ("负" if amount < 0 else ""), int(abs(amount) * 100)
    yuan, cents = divmod(cents, 100)
    jiao, fen = divmod(cents, 10)
    words = _integer_words(yuan) + "元" if yuan else ""
    if not jiao and not fen:
        return sign + (words or "零元") + "整"
    words += DIGITS[jiao] + "角" if jiao else ("零" if yuan else "")
    return sign + words + (DIGITS[fen] + "分" if fen else "")

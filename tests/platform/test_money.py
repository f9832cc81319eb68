"""Amounts in words: the examples of the central bank's rules for filling in bills, and every amount read back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.platform.kernel.money import DIGITS, money, yuan_words

KNOWN = {
    "0": "零元整",
    "0.00": "零元整",
    "0.05": "伍分",
    "0.50": "伍角",
    "0.55": "伍角伍分",
    "1": "壹元整",
    "1.05": "壹元零伍分",
    "10": "壹拾元整",
    "10.50": "壹拾元伍角",
    "15": "壹拾伍元整",
    "86": "捌拾陆元整",
    "100": "壹佰元整",
    "101": "壹佰零壹元整",
    "110": "壹佰壹拾元整",
    "325.04": "叁佰贰拾伍元零肆分",
    "1000": "壹仟元整",
    "1001": "壹仟零壹元整",
    "1010": "壹仟零壹拾元整",
    "1409.50": "壹仟肆佰零玖元伍角",
    "1680.32": "壹仟陆佰捌拾元叁角贰分",
    "6007.14": "陆仟零柒元壹角肆分",
    "10000": "壹万元整",
    "10001": "壹万零壹元整",
    "10010": "壹万零壹拾元整",
    "12840.50": "壹万贰仟捌佰肆拾元伍角",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "100000": "壹拾万元整",
    "100001": "壹拾万零壹元整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "1000000": "壹佰万元整",
    "10000001": "壹仟万零壹元整",
    "10100000": "壹仟零壹拾万元整",
    "100000000": "壹亿元整",
    "100000001": "壹亿零壹元整",
    "100010000": "壹亿零壹万元整",
    "100001000": "壹亿零壹仟元整",
    "9999999999.99": "玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
    "-12.30": "负壹拾贰元叁角",
}
UNIT = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(("amount", "words"), KNOWN.items())
def test_amount_in_words(amount, words):
    assert yuan_words(amount) == words


def number_read(words: str) -> int:
    """What a person reads in the part before 元, computed the other way round."""
    total = section = digit = 0
    for letter in words:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        elif letter in UNIT:
            section, digit = section + digit * UNIT[letter], 0
        elif letter == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            assert letter == "亿"
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    return total + section + digit


def amount_read(words: str) -> Decimal:
    sign, words = (-1, words[1:]) if words.startswith("负") else (1, words)
    whole, _, rest = words.removesuffix("整").rpartition("元")
    cents = 0
    for value, unit in ((10, "角"), (1, "分")):
        if unit in rest:
            cents += DIGITS.index(rest[rest.index(unit) - 1]) * value
    return sign * (number_read(whole) + Decimal(cents) / 100)


@given(st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1))
def test_words_read_back_as_the_same_amount(cents):
    words = yuan_words(Decimal(cents) / 100)
    assert amount_read(words) == Decimal(cents) / 100
    assert "零零" not in words and "零元" not in words.replace("零元整", "")
    assert ("整" in words) == (cents % 100 == 0)


@given(st.integers(min_value=1, max_value=10**14 - 1))
def test_a_digit_inside_that_is_zero_is_never_left_unsaid(cents):
    """Two amounts must not share their words."""
    assert yuan_words(Decimal(cents) / 100) != yuan_words(Decimal(cents - 1) / 100)


@pytest.mark.parametrize(
    ("value", "cents"), [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), (3, "3.00"), ("-0.005", "-0.01"), (Decimal("1e3"), "1000.00")]
)
def test_money_rounds_half_up_to_cents(value, cents):
    assert str(money(value)) == cents


def test_an_amount_that_rounds_to_nothing_is_zero_not_minus_zero():
    assert yuan_words("-0.001") == "零元整"

"""Reading one cell: a value, or a sentence saying what is wrong; whatever was changed on the way is noted.

A parser is `parse(cell, unit) -> Reading`; `unit` is the unit written in the heading, which only figures look at.
The functions here make parsers: `text(50)`, `name(50)`, `code(30)`, `yes_no(...)`, `choice(...)`, `phone()`; figures.py and days.py make the others.
Nothing is guessed: where a cell can mean two things it is a problem, with the likelier meaning as a suggestion.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from logistics.platform.kernel.text import plain, tidy

from .grid import Cell, Moment, Unread

BLANKS = {"", "-", "--", "—", "——", "－", "/", "\\", "／"}
YES = {"是", "有", "对", "√", "✓", "✔", "☑", "v", "y", "yes", "true", "1"}
NO = {"否", "无", "没有", "不是", "×", "✗", "✘", "x", "☐", "n", "no", "false", "0"}
FORMULA = re.compile(r"^\s*[=＝]|^\s*[@+-]\s*[A-Za-z_]+[(!|]")
MOBILE = re.compile(r"^1[3-9]\d{9}$", re.ASCII)
LANDLINE = re.compile(r"^(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?$", re.ASCII)
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[Ee]\+\d+$")
LOST_DIGITS = "是 Excel 的科学记数法，后几位已经丢了。请把这一栏设为文本格式，重新填。"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. `value` is None for a blank or a problem; `note` tells what was changed, `suggest` is a text to use instead."""

    value: Any = None
    note: str = ""
    problem: str = ""
    suggest: str = ""
    unit: str = ""
    precision: str = ""


Parser = Callable[[Cell, str], Reading]
BLANK = Reading()


def narrow(text: str) -> str:
    """Full-width digits, letters and signs as half-width; Chinese punctuation becomes its ASCII twin."""
    return unicodedata.normalize("NFKC", text.replace("²", "2").replace("³", "3")).strip()


def narrow_letters(text: str) -> str:
    """Full-width digits and Latin letters as half-width, everything else as it was."""
    if text.isascii():
        return text
    return "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" or "Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ" else c for c in text)


def parser(function: Parser) -> Parser:
    """The common front of every parser: unread cells, formulas typed as text and blanks never reach the function."""

    def parse(cell: Cell, unit: str = "") -> Reading:
        if isinstance(cell, Unread):
            return Reading(problem=f"{cell.text}。")
        if cell is None:
            return BLANK
        if isinstance(cell, str):
            if FORMULA.match(cell):
                return Reading(problem="像一个公式，不收。请填算好的结果；如果是文字，去掉开头的符号。")
            if cell.strip() in BLANKS:
                return BLANK if not cell.strip() else Reading(note=f"「{cell.strip()}」按空格读")
        return function(cell, unit)

    return parse


def figure_text(cell: float) -> str:
    """A number cell as typed: 609, not 609.0; never in scientific notation."""
    return f"{cell:.10f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)


def mistaken_for_date(cell: date) -> Reading:
    """Excel turns 1-2 into the second of January; the text that was typed is lost."""
    typed = f"{cell.month}-{cell.day}"
    return Reading(problem=f"被 Excel 当成了日期（{cell:%Y-%m-%d}），原来多半是「{typed}」。请改成文字。", suggest=typed)


def words_of(cell: Cell) -> Reading:
    """A cell as one text. Dates are a problem, since a text column holds none."""
    if isinstance(cell, bool):
        return Reading("是" if cell else "否")
    if isinstance(cell, date | datetime):
        return mistaken_for_date(cell)
    if isinstance(cell, int | float):
        if abs(cell) >= 10**15:
            return Reading(problem="数字太长，Excel 只存得下 15 位，末几位已经变成 0。请把这一栏设为文本格式，重新填。")
        return Reading(figure_text(cell))
    raw = cell.text if isinstance(cell, Moment) else str(cell)
    cleaned = narrow_letters(tidy(raw))
    return Reading(cleaned, note="全角数字和字母改成半角" if cleaned != tidy(raw) else "")


def text(longest: int, *, lines: bool = False) -> Parser:
    """Words as they are, at most `longest` characters; line breaks become blanks unless `lines`."""

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        reading = words_of(cell)
        if reading.problem:
            return reading
        value = reading.value if lines else re.sub(r"\s*\n\s*", " ", reading.value)
        if len(value) > longest:
            return Reading(problem=f"太长了，有 {len(value)} 个字，最多 {longest} 个。")
        return Reading(value or None, note=reading.note)

    return parse


def code(longest: int) -> Parser:
    """A number used as a name (工号, 学号, 编码): half-width, without any blanks."""

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        reading = words_of(cell)
        if reading.problem:
            return reading
        value = re.sub(r"\s+", "", narrow(reading.value))
        if SCIENTIFIC.match(value):
            return Reading(problem=f"「{value}」{LOST_DIGITS}")
        if len(value) > longest:
            return Reading(problem=f"太长了，有 {len(value)} 个字符，最多 {longest} 个。")
        return Reading(value, note="去掉了空格，全角改成半角" if value != reading.value else reading.note)

    return parse


def name(longest: int) -> Parser:
    """A person's name or another short Chinese name: blanks that only spread the characters (张　三) are taken out."""

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        reading = words_of(cell)
        if reading.problem:
            return reading
        value = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])|\s*\n\s*", "", reading.value)
        if len(value) > longest:
            return Reading(problem=f"太长了，有 {len(value)} 个字，最多 {longest} 个。")
        return Reading(value or None, note="去掉了字中间的空格" if value != reading.value else reading.note)

    return parse


def choice(words: Mapping[str, Any]) -> Parser:
    """One of some words, each with its value; several words may share one value."""
    by_plain = {plain(word): value for word, value in words.items()}

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        reading = words_of(cell)
        if reading.problem:
            return reading
        if plain(reading.value) in by_plain:
            return Reading(by_plain[plain(reading.value)])
        firsts = list({value: word for word, value in reversed(words.items())}.values())[::-1]
        return Reading(problem=f"「{reading.value[:20]}」不在可选的里面。可以填：{'、'.join(firsts)}。")

    return parse


def yes_no(yes: tuple[str, ...] = (), no: tuple[str, ...] = ()) -> Parser:
    """True or False from 是 否 √ × and the column's own words such as 住校 走读."""
    truths, untruths = YES | {plain(word) for word in yes}, NO | {plain(word) for word in no}
    shown = f"{yes[0]}、{no[0]}、" if yes and no else ""

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        if isinstance(cell, bool):
            return Reading(cell)
        word = plain(str(cell))
        if word in truths or word in untruths:
            return Reading(word in truths)
        return Reading(problem=f"「{str(cell)[:20]}」看不出是还是否。可以填：{shown}是、否、√、×。")

    return parse


def phone(*, mobile_only: bool = False) -> Parser:
    """A phone number: 11 digits of a mobile, or a landline with its area code and extension."""

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        typed = figure_text(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)
        number = re.sub(r"^\((0\d{2,3})\)", r"\1-", re.sub(r"\s", "", narrow(typed)).replace("—", "-"))
        if SCIENTIFIC.match(number):
            return Reading(problem=f"「{number}」{LOST_DIGITS}")
        bare = re.sub(r"^(\+?86|0086)-?(?=1)", "", number)
        digits = bare.replace("-", "")
        note = "去掉了空格、横线或 +86" if digits != typed else ""
        if MOBILE.match(digits):
            return Reading(digits, note=note)
        if not mobile_only and LANDLINE.match(bare):
            return Reading(bare, note="去掉了空格或括号" if bare != typed else "")
        if len(re.findall(r"1[3-9]\d{9}", number)) > 1:
            return Reading(problem="有两个号码，请只留一个。", suggest=re.findall(r"1[3-9]\d{9}", number)[0])
        if re.match(r"^1[3-9]\d{5,}$", digits):
            return Reading(problem=f"手机号应为 11 位，这里是 {len(digits)} 位。")
        return Reading(problem=f"「{typed[:20]}」不是{'手机号' if mobile_only else '电话号码'}。")

    return parse

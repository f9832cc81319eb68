"""Figures as schools write them: 1,284.50  １２台  5万元  3 m²  －3  (1,200.00); with the unit of the heading taken into account."""

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from .cells import Parser, Reading, figure_text, narrow, parser
from .grid import Cell, Moment, cell_text

# Factors to the first unit of each family. Written as people write them; compared after NFKC, so m² and ㎡ are both m2.
FAMILIES: tuple[dict[str, Decimal], ...] = (
    {
        "元": Decimal(1),
        "圆": Decimal(1),
        "块": Decimal(1),
        "元整": Decimal(1),
        "圆整": Decimal(1),
        "人民币": Decimal(1),
        "rmb": Decimal(1),
        "角": Decimal("0.1"),
        "分": Decimal("0.01"),
        "百元": Decimal(100),
        "千元": Decimal(1000),
        "万元": Decimal(10000),
        "万": Decimal(10000),
        "万元整": Decimal(10000),
        "亿元": Decimal(10**8),
        "亿": Decimal(10**8),
    },
    {"m2": Decimal(1), "平方米": Decimal(1), "平米": Decimal(1), "平方": Decimal(1), "平": Decimal(1), "万平方米": Decimal(10000)},
    {
        "kg": Decimal(1),
        "公斤": Decimal(1),
        "千克": Decimal(1),
        "斤": Decimal("0.5"),
        "两": Decimal("0.05"),
        "g": Decimal("0.001"),
        "克": Decimal("0.001"),
        "t": Decimal(1000),
        "吨": Decimal(1000),
    },
    {
        "m": Decimal(1),
        "米": Decimal(1),
        "cm": Decimal("0.01"),
        "厘米": Decimal("0.01"),
        "公分": Decimal("0.01"),
        "mm": Decimal("0.001"),
        "毫米": Decimal("0.001"),
        "km": Decimal(1000),
        "千米": Decimal(1000),
        "公里": Decimal(1000),
    },
    {"kwh": Decimal(1), "度": Decimal(1), "千瓦时": Decimal(1), "万度": Decimal(10000)},
    {"m3": Decimal(1), "立方米": Decimal(1), "立方": Decimal(1), "方": Decimal(1)},
    {"年": Decimal(1), "周年": Decimal(1)},
    {"月": Decimal(1), "个月": Decimal(1)},
    {"天": Decimal(1), "日": Decimal(1)},
    {"%": Decimal(1)},
)
# Without a unit of its own a column counts pieces: these multiply, those are no pieces.
MULTIPLES = {"万": Decimal(10**4), "亿": Decimal(10**8)}
TOO_LARGE = Decimal(10) ** 12
MISLEADING = {"%", "‰", "打", "成"}
FIGURE = re.compile(r"^([-+−]?)(\d+(?:\.\d*)?|\.\d+)\s*(.*)$", re.DOTALL)
GROUPED = re.compile(r"^([-+−]?)(\d{1,3}(?:,\d{3})+)(?!\d|,)")
BRACKETED = re.compile(r"^\(([\d,.]+)\)$")
RANGE = re.compile(r"^\d[\d.]*\s*[-~–—至到]\s*\d")
ABOUT = re.compile(r"^[约近≈≥≤<>＞＜]|左右$|以上$|以下$|[多余]$")
HAN_DIGITS = re.compile(r"^[一二两三四五六七八九十百千万零〇壹贰叁肆伍陆柒捌玖拾佰仟]+")
HEADING_UNIT = re.compile(r"单位[:：]?\s*([^\s)）、，,;；/]{1,5})|[(（/]([^()（）/]*?)[)）]?$")


def factor(unit: str, wanted: str) -> Decimal | None:
    """How many `wanted` one `unit` is, None when they are not of one family."""
    unit, wanted = narrow(unit).lower(), narrow(wanted).lower()
    for family in FAMILIES:
        if unit in family and wanted in family:
            return family[unit] / family[wanted]
    return Decimal(1) if unit == wanted else None


def unit_in(heading: str) -> str:
    """The unit a heading or title names, as in 单价（元） or 金额/万元 or 单位：万元; empty when it names none."""
    for match in HEADING_UNIT.finditer(narrow(heading)):
        for word in (match.group(1) or match.group(2) or "").split(":")[-1:]:
            if any(word.strip().lower() in family for family in FAMILIES):
                return word.strip()
    return ""


def money_unit_in(texts: list[str]) -> str:
    """The money unit of a whole table from its titles, such as （单位：万元）; empty when none says."""
    found = [re.search(r"单位[:：]?\s*(?:人民币)?\s*(亿元|万元|千元|百元|元)", narrow(text)) for text in texts]
    return next((match.group(1) for match in found if match), "")


def number(
    *, unit: str = "", places: int = 2, least: Decimal | int | None = None, most: Decimal | int | None = None, above: Decimal | int | None = None
) -> Parser:
    """A Decimal with at most `places` places, in `unit`. `least` and `most` are allowed themselves, `above` is not.

    Without `unit` any measure word is taken off and kept in Reading.unit.
    """

    @parser
    def parse(cell: Cell, heading_unit: str) -> Reading:
        reading = figure_in(cell)
        reading = reading if reading.problem else converted(reading, heading_unit, unit)
        reading = reading if reading.problem else rounded(reading, places)
        return reading if reading.problem else limited(reading, least, most, above)

    return parse


def converted(reading: Reading, heading_unit: str, wanted: str) -> Reading:
    """The figure in the wanted unit; the unit in the cell goes before that of the heading."""
    written = reading.unit or heading_unit
    if abs(reading.value) >= TOO_LARGE:
        return Reading(problem="数太大了，请检查是不是多了几个 0。")
    if not written:
        return reading
    times = factor(written, wanted) if wanted else MULTIPLES.get(written[:1], Decimal(1))
    if times is None or written in MISLEADING:
        return Reading(problem=f"单位「{written}」和这一栏的「{wanted or '个数'}」不是一回事，请换算后再填。")
    if times == 1:
        return reading
    return replace(reading, value=reading.value * times, note=f"按「{written}」换算成{wanted or '个数'}")


def rounded(reading: Reading, places: int) -> Reading:
    """The figure with that many places; a whole number is never made of a broken one."""
    value = reading.value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if abs(value - reading.value) <= Decimal("0.000001"):
        return replace(reading, value=value)
    if places == 0:
        return Reading(problem=f"应为整数，这里是 {reading.value.normalize():f}。")
    note = f"{reading.note}，" if reading.note else ""
    return replace(reading, value=value, note=f"{note}四舍五入到 {places} 位小数")


def limited(reading: Reading, least, most, above) -> Reading:
    if above is not None and reading.value <= above:
        return Reading(problem=f"要大于 {above}。")
    if least is not None and reading.value < least:
        return Reading(problem=f"不能小于 {least}。")
    if most is not None and reading.value > most:
        return Reading(problem=f"不能大于 {most}。")
    return reading


def yuan(**limits) -> Parser:
    """An amount in yuan with two places; 万元 in the cell, the heading or the title is converted and noted."""
    return number(unit="元", places=2, **({"least": 0} | limits))


def whole(**limits) -> Parser:
    """A whole number as int; a measure word such as 台 is taken off and kept in Reading.unit."""
    read = number(places=0, **limits)

    def parse(cell: Cell, unit: str = "") -> Reading:
        reading = read(cell, unit)
        return reading if reading.value is None else Reading(int(reading.value), note=reading.note, unit=reading.unit)

    return parse


def figure_in(cell: Cell) -> Reading:
    """The bare figure of a cell, exact, with its unit beside it."""
    if isinstance(cell, bool | Moment | date):
        return Reading(problem=f"「{cell_text_of(cell)}」不是数字，像是日期或时间。请改成数字。")
    if isinstance(cell, int | float):
        return Reading(Decimal(figure_text(cell)) + 0)
    typed = str(cell)
    text = re.sub(r"^(¥|rmb|cny|人民币|\$|共|计)\s*", "", narrow(typed).lower()).replace("−", "-").removeprefix("负-").strip()
    text = "-" + text[1:] if text.startswith("负") else text
    bracketed = BRACKETED.match(text)
    if bracketed:
        text = f"-{bracketed.group(1)}"
    grouped = GROUPED.match(text)
    if grouped:
        text = grouped.group(0).replace(",", "") + text[grouped.end() :]
    match = FIGURE.match(text)
    if not match or RANGE.match(text) or ABOUT.search(text) or re.search(r"\d", match.group(3).replace("m2", "").replace("m3", "")):
        return Reading(problem=not_a_figure(typed, text))
    return with_unit(typed, match)


def with_unit(typed: str, match: re.Match) -> Reading:
    """The matched figure; a long tail is prose, not a unit."""
    unit = match.group(3).strip(" .。")
    if len(unit) > 6 or re.search(r"[,，、:：;；+*=(]", unit):
        return Reading(problem=not_a_figure(typed, typed))
    try:
        value = Decimal(match.group(1).replace("−", "-") + match.group(2))
    except InvalidOperation:
        return Reading(problem=not_a_figure(typed, typed))
    rewritten = re.sub(r"[,¥￥\s]", "", typed) != re.sub(r"\s", "", match.group(0))
    return Reading(value + 0, note=f"去掉了单位「{unit}」" if unit else "整理了写法" if rewritten else "", unit=unit)


def not_a_figure(typed: str, text: str) -> str:
    """Why this is no figure, in words that say what to type."""
    shown = typed.strip()[:24]
    if RANGE.match(text):
        return f"「{shown}」是一个范围，请填一个数。"
    if ABOUT.search(text):
        return f"「{shown}」是约数，请填一个数。"
    if HAN_DIGITS.match(text):
        return f"「{shown}」是汉字数目，请写成数字。"
    return f"「{shown}」不是数字。请只填一个数。"


def cell_text_of(cell) -> str:
    return cell.text if isinstance(cell, Moment) else cell_text(cell)

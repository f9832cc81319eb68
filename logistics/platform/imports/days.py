"""Dates as schools write them: 2019.9, 2019年9月1日, 20190901, 2019/9/1 0:00, serial 43709, 民国108年; with how exact they are.

Two-digit years, years of the Republic without 民国, 9/1/2019 and the number 2019.1 (which Excel also makes of 2019.10) could be
something else: they are problems with a suggestion, never a guess.
"""

import calendar
import re
from datetime import date, datetime, timedelta

from .cells import Parser, Reading, figure_text, narrow, parser
from .grid import Cell, Moment

EXACT = {"year": 0, "month": 1, "day": 2}
WORDS = {"year": "年", "month": "月", "day": "日"}
EPOCH = date(1899, 12, 30)
FIRST, LAST = 1900, 2100
SERIALS = range(10_959, 73_051)  # 1930-01-01 to 2100-01-01
HAN = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}

REPUBLIC = re.compile(r"^(民国|民國)\s*(\d{1,3}|元)\s*(.*)$")
FULL = re.compile(r"^(\d{4})\s*[-./年,、 ]\s*(\d{1,2})\s*[-./月,、 ]\s*(\d{1,2})\s*[日号]?$")
MONTH = re.compile(r"^(\d{4})\s*[-./年、 ]\s*(\d{1,2})\s*月?[份]?$")
YEAR = re.compile(r"^(\d{4})\s*年?[度]?$")
PACKED = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
SHORT_YEAR = re.compile(r"^'?(\d{2,3})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2})\s*[日号]?|月)?$")
YEAR_LAST = re.compile(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$")
NO_YEAR = re.compile(r"^(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?$")
CLOCK = re.compile(r"[T\s]+(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?$")


def day(*, exact: str = "day", first: int = FIRST, last: int = LAST) -> Parser:
    """A date at least as exact as "day", "month" or "year", in the years `first` to `last`.

    A month stands for its first day, a year for 1 January, and the note says so; Reading.precision keeps what was written.
    """

    @parser
    def parse(cell: Cell, unit: str) -> Reading:
        reading = date_in(cell)
        if reading.problem:
            return reading
        if not first <= reading.value.year <= last:
            return Reading(problem=f"年份 {reading.value.year} 不在 {first} 到 {last} 之间，请检查。")
        if EXACT[reading.precision] < EXACT[exact]:
            return Reading(problem=f"只写到{WORDS[reading.precision]}，这里要写到{WORDS[exact]}，例如 2019-09-01。")
        return reading

    return parse


def date_in(cell: Cell) -> Reading:
    """The date a cell means, to whatever precision it has."""
    if isinstance(cell, datetime):
        note = "" if (cell.hour, cell.minute) == (0, 0) else f"去掉了钟点 {cell:%H:%M}"
        return Reading(cell.date(), note=note, precision="day")
    if isinstance(cell, date):
        return Reading(cell, precision="day")
    if isinstance(cell, bool | Moment):
        return unreadable(cell.text if isinstance(cell, Moment) else str(cell))
    if isinstance(cell, int | float):
        return date_of_number(cell)
    return date_of_text(str(cell))


def date_of_number(cell: float) -> Reading:
    """20190901, 201909, 2019, 2019.9 typed as a number, or Excel's serial day."""
    written = figure_text(cell)
    if isinstance(cell, float) and re.match(r"^(19|20)\d\d\.\d{1,2}$", written):
        year, month = written.split(".")
        if month == "1":
            return Reading(problem=f"Excel 里的数 {written} 可能是 1 月，也可能是 10 月。请写成 {year}-01 或 {year}-10。", suggest=f"{year}-10")
        return built(year, month, None, note="")
    if int(cell) in SERIALS:
        found = EPOCH + timedelta(days=int(cell))
        return Reading(found, note=f"Excel 日期序号 {written}，就是 {found:%Y-%m-%d}", precision="day")
    match = PACKED.match(written) or YEAR.match(written)
    return built(*match.groups(), *(None,) * (3 - len(match.groups())), note="") if match else unreadable(written)


def date_of_text(typed: str) -> Reading:
    text = narrow(typed).replace("−", "-").replace("—", "-").strip("'。. ")
    clock = CLOCK.search(text)
    note = ""
    if clock:
        text = text[: clock.start()]
        note = "" if int(clock.group(1)) == int(clock.group(2)) == 0 else f"去掉了钟点 {clock.group(1)}:{clock.group(2)}"
    republic = REPUBLIC.match(text)
    if republic:
        year = 1911 + (1 if republic.group(2) == "元" else int(republic.group(2)))
        text, note = f"{year}{republic.group(3)}", f"民国 {republic.group(2)} 年是 {year} 年"
    plain_digits = from_han(text)
    note = note or ("汉字日期改成数字" if plain_digits != text else "")
    for pattern in (FULL, MONTH, PACKED, YEAR):
        match = pattern.match(plain_digits)
        if match:
            return built(*match.groups(), *(None,) * (3 - len(match.groups())), note=note)
    if re.match(r"^\d{5}(\.\d+)?$", plain_digits):
        return date_of_number(float(plain_digits))
    return doubtful(plain_digits, typed)


def from_han(text: str) -> str:
    """二〇一九年九月十一日 as 2019年9月11日; other texts as they are."""
    if not re.match(r"^[〇零○一二三四五六七八九]{4}年", text):
        return text

    def small(match: re.Match) -> str:
        tens, _, ones = match.group(1).rpartition("十")
        if "十" not in match.group(1):
            return "".join(HAN.get(c, c) for c in match.group(1)) + match.group(2)
        return str(int(HAN.get(tens, "1")) * 10 + int(HAN.get(ones, "0"))) + match.group(2)

    year, rest = text.split("年", 1)
    return "".join(HAN[c] for c in year) + "年" + re.sub(r"([〇零一二三四五六七八九十]{1,3})([月日号])", small, rest)


def doubtful(text: str, typed: str) -> Reading:
    """Texts that could be several dates: a problem, with the likelier one suggested."""
    match = SHORT_YEAR.match(text)
    if match:
        year, month, on = match.group(1), match.group(2), match.group(3)
        full = int(year) + (1911 if len(year) == 3 else 2000 if int(year) <= 50 else 1900)
        guess = built(str(full), month, on, note="")
        if guess.problem:
            return guess
        suggest = f"{guess.value:%Y-%m-%d}" if on else f"{guess.value:%Y-%m}"
        why = f"如果是民国 {year} 年，就是 {full} 年，请写成四位年份" if len(year) == 3 else "年份请写四位"
        return Reading(problem=f"「{typed.strip()[:20]}」{why}。", suggest=suggest)
    match = YEAR_LAST.match(text)
    if match:
        one, two, year = match.groups()
        if int(one) > 12 or int(two) > 12 or one == two:
            month, on = (two, one) if int(one) > 12 else (one, two)
            return built(year, month, on, note="年份写在最后")
        return Reading(problem=f"「{typed.strip()[:20]}」分不清哪个是月、哪个是日。请写成年-月-日。", suggest=f"{year}-{int(one):02d}-{int(two):02d}")
    if NO_YEAR.match(text):
        return Reading(problem=f"「{typed.strip()[:20]}」没有年份。请写成年-月-日。")
    return unreadable(typed)


def built(year: str, month: str | None, on: str | None, *, note: str) -> Reading:
    """The date of these parts, or which of them does not exist."""
    if month is None:
        return Reading(date(max(int(year), 1), 1, 1), note=joined(note, "只有年份，按 1 月 1 日记"), precision="year")
    if not 1 <= int(month) <= 12:
        return Reading(problem=f"没有 {int(month)} 月。")
    if int(year) < 1:
        return Reading(problem=f"没有 {year} 年。")
    if on is None:
        return Reading(date(int(year), int(month), 1), note=joined(note, "只到月份，按 1 日记"), precision="month")
    if not 1 <= int(on) <= calendar.monthrange(int(year), int(month))[1]:
        return Reading(problem=f"{int(year)} 年 {int(month)} 月没有 {int(on)} 日。")
    return Reading(date(int(year), int(month), int(on)), note=note, precision="day")


def joined(*notes: str) -> str:
    return "，".join(note for note in notes if note)


def unreadable(typed: str) -> Reading:
    return Reading(problem=f"「{typed.strip()[:20]}」不是日期。请写成 2019-09-01 这样。")

"""Reading a table of costs as schools keep it: months down the side, kinds and years across. Pure: cells in, rows and doubts out (UTL-07)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from logistics.platform.imports.cells import narrow
from logistics.platform.imports.grid import Grid, cell_from_json, cell_text, column_letter
from logistics.platform.kernel.errors import RuleViolation

from .models import CostKind

YEAR = re.compile(r"^(民国|民國)?\s*(\d{2,4})\s*年?(?:度)?$")
MONTH = re.compile(r"^(\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月?(?:份)?$")
HAN = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
NO_COST = "原因|分析|比较|比較|差|合计|合計|总计|總計|小计|小計|共计|共計|说明|說明|備註|备注|备註"
ASIDE, NO_KIND = re.compile(NO_COST), re.compile(f"{NO_COST}|月份")
FIGURE = re.compile(r"^-?\d+(?:\.\d+)?$")
WORDS = (
    ("水", CostKind.WATER), ("电话", CostKind.PHONE), ("電話", CostKind.PHONE), ("网", CostKind.NETWORK), ("網", CostKind.NETWORK), ("电", CostKind.POWER),
    ("電", CostKind.POWER), ("液化", CostKind.LPG), ("气", CostKind.GAS), ("氣", CostKind.GAS), ("汽油", CostKind.PETROL), ("柴油", CostKind.DIESEL),
    ("煤", CostKind.COAL), ("热", CostKind.HEAT), ("印", CostKind.PRINTING), ("其他", CostKind.OTHER),
)  # fmt: skip
REPUBLIC = 1911
HELP = "请用这样的表：左边一栏是 1 至 12 月，上面一行是水费、电费，再下面一行是年份，格子里是金额。"
MOST_ROWS = 600
MOST_MERGED = 60  # a cell merged over a whole sheet names nothing


@dataclass(frozen=True)
class CostRow:
    kind: str
    month: date
    amount: Decimal
    where: str  # the cell, such as B4


@dataclass(frozen=True)
class Table:
    rows: list[CostRow]
    doubts: list[str]


def kind_in(text: str) -> CostKind | None:
    """用水金額 is water; 异常原因分析 is nothing."""
    words = narrow(text)
    if NO_KIND.search(words):
        return None
    return next((kind for word, kind in sorted(WORDS, key=lambda pair: -len(pair[0])) if word in words), None)


def read_costs(grids: list[Grid], *, republic: bool) -> Table:
    """Every amount of the first sheet that is such a table. Raises RuleViolation when none is, or when a year can be two things."""
    for grid in grids:
        cells = _cells(grid)
        places = [place for place in cells if YEAR.match(cells[place]) and _columns_kind(cells, place)]
        if places:
            return _read(cells, places, republic)
    raise RuleViolation(f"没有读到费用表。{HELP}", field="file")


def _cells(grid: Grid) -> dict[tuple[int, int], str]:
    found = {}
    for number, row in grid.rows[:MOST_ROWS]:
        for index, stored in enumerate(row):
            text = cell_text(stored) if isinstance(stored, dict) else str(cell_from_json(stored) if cell_from_json(stored) is not None else "")
            if text.strip():
                found[number, index] = narrow(text).strip()
    for top, left, bottom, right in grid.merges:
        for line in range(top, min(bottom, top + MOST_MERGED) + 1):
            for column in range(left, min(right, left + MOST_MERGED) + 1):
                if (top, left) in found:
                    found.setdefault((line, column), found[top, left])
    return found


def _columns_kind(cells: dict[tuple[int, int], str], place: tuple[int, int]) -> CostKind | None:
    """The kind written over a year, nearest above it; over 合计 a title may name a kind, which is not the column's."""
    row, column = place
    for above in range(row - 1, max(0, row - 4), -1):
        words = cells.get((above, column), "")
        if NO_KIND.search(words):
            return None
        if kind := kind_in(words):
            return kind
    return None


def _year(text: str, republic: bool, place: tuple[int, int]) -> int:
    found = YEAR.match(text)
    number = int(found.group(2)) if found else 0
    said = bool(found and found.group(1))  # the cell says 民国 itself
    year = number + REPUBLIC if said or (republic and number < 200) else number
    if not 2000 <= year <= 2100:
        hint = f"如果是民国 {number} 年（{number + REPUBLIC} 年），请勾上「表里的年份是民国年」。" if 89 <= number < 200 else "年份请写四位，例如 2025年。"
        raise RuleViolation(f"{column_letter(place[1])}{place[0]} 的年份「{text[:10]}」看不明白。{hint}", field="republic")
    return year


def _month(text: str) -> int | None:
    """9, 9月份 and 九月; None for what is no month."""
    found = MONTH.match(text)
    if not found:
        return None
    number = HAN.index(found.group(1)) + 1 if found.group(1) in HAN else int(found.group(1))
    return number if 1 <= number <= len(HAN) else None


def _read(cells: dict[tuple[int, int], str], places: list[tuple[int, int]], republic: bool) -> Table:
    head = min(row for row, _ in places)
    columns = [
        (column, _columns_kind(cells, (row, column)), _year(cells[row, column], republic, (row, column))) for row, column in sorted(places) if row == head
    ]
    before = range(min(column for column, _, _ in columns) - 1, -1, -1)
    side = [column for column in before if not any(ASIDE.search(cells.get((row, column), "")) for row in (head - 1, head))]  # totals may stand first
    rows, doubts, seen = [], [], set()
    for number in sorted({row for row, _ in cells if row > head}):
        month = _month(next((cells[number, column] for column in side if (number, column) in cells), ""))
        if month is None:
            continue
        for column, kind, year in columns:
            if (number, column) not in cells or kind is None:
                continue
            where, text = f"{column_letter(column)}{number}", cells[number, column]
            amount = figure(text)
            key = (kind, year, month)
            if amount is None or amount <= 0 or key in seen:
                why = "这个月前面已经有了" if key in seen else "不是大于零的金额"
                doubts.append(f"{where}「{text[:20]}」{why}，没有读。")
                continue
            seen.add(key)
            rows.append(CostRow(kind.value, date(year, month, 1), amount, where))
    if not rows:
        raise RuleViolation(f"表里没有读到金额。{HELP}", field="file")
    return Table(sorted(rows, key=lambda row: (row.month, row.kind)), doubts)


def figure(text: str) -> Decimal | None:
    """71,064 and 83662元 as yuan; None for what is no amount to the cent."""
    words = re.sub(r"[元,，\s]", "", narrow(text))
    if not FIGURE.match(words):
        return None
    try:
        found = Decimal(words)
    except InvalidOperation:
        return None
    exact = found.quantize(Decimal("0.01"))
    return exact if exact == found and abs(found) < 10**9 else None

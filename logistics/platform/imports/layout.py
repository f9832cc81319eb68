"""Finding the table in a sheet: title rows above, one to three heading rows, records, totals and notes among them.

Everything decided here is said: which rows are the heading, which rows are skipped and why.
"""

import re
from collections import Counter

from logistics.platform.kernel.text import plain

from .grid import Grid, Heading, Sheet, Skipped, cell_text, column_letter

SEARCH_ROWS = 40
MOST_HEADING_ROWS = 3
TOTAL_WORD = r"(合计|小计|总计|累计|共计|总和|合計|小計|總計)"
TOTAL = re.compile(rf"^(本页|本月|本年|本期|全年|年度|全校|上页|[一-龥]{{0,4}}(?=合计|小计|总计))?{TOTAL_WORD}(数|额|金额|人数)?([:：（(].*)?$")
TOTAL_ONLY = re.compile(rf"^{TOTAL_WORD}[:：]?$")
NOTE = re.compile(r"^[\[【（(※*]*(备注|注意|注|说明|附注|附|填表说明|填报说明|填写说明|編者|備註|註)[0-9一二三四五六七八九十]*([:：.、]|$)")
SIGNED = re.compile(
    r"^(制表|填表|填报|审核|复核|经办|经手|负责人|校长|主管|分管|保管|领导|单位|部门|日期|打印|学校|盖章|签字|签名)[^:：]{0,8}[:：]|^第.{1,4}页"
)
NUMBERISH = re.compile(r"^[-+¥￥]?[\d.,，:/%-]+$")
BETWEEN_HAN = re.compile(r"(?<=[一-龥])\s+(?=[一-龥（(])")
ORDER_MARKS = {"甲", "乙", "丙", "丁", "栏次", "行次", "序号"}


def heading_text(value) -> str:
    """A heading cell in one line; blanks that only spread Chinese characters apart are taken out."""
    return BETWEEN_HAN.sub("", re.sub(r"\s+", " ", cell_text(value)).strip())


def is_label(value) -> bool:
    """Whether a cell could be a heading: some words, not a figure."""
    text = cell_text(value).strip()
    return isinstance(value, str) and bool(text) and not NUMBERISH.match(text)


class Table:
    """The cells of a grid by row number, with what merged ranges cover."""

    def __init__(self, grid: Grid):
        self.cells = dict(grid.rows)
        self.width = max((len(cells) for _, cells in grid.rows), default=0)
        self.merges = [m for m in grid.merges if m[0] != m[2] or m[1] != m[3]]
        self.covering: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for merge in self.merges:
            if (merge[2] - merge[0]) <= MOST_HEADING_ROWS:
                for row in range(merge[0], merge[2] + 1):
                    for column in range(merge[1], min(merge[3], self.width - 1) + 1):
                        self.covering[row, column] = merge

    def at(self, row: int, column: int):
        cells = self.cells.get(row, ())
        return cells[column] if column < len(cells) else ""

    def filled(self, row: int, column: int):
        """The cell, or the corner of the merged range that covers it."""
        value, merge = self.at(row, column), self.covering.get((row, column))
        return self.at(merge[0], merge[1]) if value == "" and merge else value

    def used(self, row: int) -> list[int]:
        return [column for column, value in enumerate(self.cells.get(row, ())) if value != ""]

    def spans_group(self, row: int) -> bool:
        """A cell of this row is merged over some columns, but not over the whole width."""
        return any(merge[0] <= row <= merge[2] and 1 <= merge[3] - merge[1] < self.width - 1 and is_label(self.at(merge[0], merge[1])) for merge in self.merges)

    def is_banner(self, row: int) -> bool:
        """One text, merged over most of the width: a title or the name of a group of rows."""
        used = self.used(row)
        merge = self.covering.get((row, used[0])) if len(used) == 1 else None
        return bool(merge) and (merge[3] - merge[1] + 1) * 2 > self.width and self.width > 1


def lay_out(grid: Grid, *, known: frozenset[str] = frozenset(), heading: tuple[int, int] | None = None) -> Sheet:
    """The table of this grid. `known` are plain names of headings to look for; `heading` are rows a person chose instead."""
    table = Table(grid)
    if heading is None:
        heading = find_heading(table, known)
    if heading is None:
        return Sheet(grid.name, [], None, [], [Skipped(n, row_text(c), "没有找到表头") for n, c in grid.rows], [*grid.notes, NO_HEADING], grid.merges)
    body = [(number, cells) for number, cells in grid.rows if number > heading[1]]
    titles = [Skipped(number, row_text(cells), "表头上面的标题") for number, cells in grid.rows if number < heading[0]]
    rows, skipped = sort_rows(table, heading, body)
    headings = joined_headings(table, heading, rows)
    return Sheet(grid.name, headings, heading, rows, titles + skipped, [*grid.notes, *heading_notes(headings, heading, table)], grid.merges)


NO_HEADING = "没有找到表头。请在下面填上表头是第几行。"


def row_text(cells) -> str:
    return " ".join(text for text in (cell_text(cell).strip() for cell in cells) if text)[:80]


def find_heading(table: Table, known: frozenset[str]) -> tuple[int, int] | None:
    """First and last row of the heading, None when no row looks like one."""
    rows = list(table.cells)[:SEARCH_ROWS]
    scores = {row: heading_score(table, row, known) for row in rows}
    best = max(scores.values(), default=0)
    if best <= 0:
        return None
    top = bottom = next(row for row in rows if scores[row] >= best * 0.7)
    while bottom - top + 1 < MOST_HEADING_ROWS and is_group_row(table, top - 1, top):
        top -= 1
    while bottom - top + 1 < MOST_HEADING_ROWS and is_sub_row(table, bottom, bottom + 1):
        bottom += 1
    return top, bottom


def heading_score(table: Table, row: int, known: frozenset[str]) -> float:
    """How much a row looks like headings: words rather than figures, short, different, best of all known ones."""
    values = [table.at(row, column) for column in table.used(row)]
    texts = [heading_text(value) for value in values]
    if len(values) == 1 and (table.width > 1 or table.is_banner(row)):
        return 0.5 if plain(texts[0]) in known else 0
    score = 0.0
    for value, text in zip(values, texts, strict=True):
        if plain(text) in known or plain(re.sub(r"[（(].*|[*＊]", "", text)) in known:
            score += 5
        elif not is_label(value):
            score -= 1.5
        elif text.endswith((":", "：")) or len(text) > 25:
            score -= 1
        else:
            score += 1
    return score - sum(count - 1 for count in Counter(texts).values()) * 0.5


def is_group_row(table: Table, upper: int, lower: int) -> bool:
    """Whether the row above a heading row names groups of its columns."""
    if upper not in table.cells or table.is_banner(upper) or not all(is_label(table.at(upper, c)) for c in table.used(upper)):
        return False
    return table.spans_group(upper) or divides(table, upper, lower)


def is_sub_row(table: Table, upper: int, lower: int) -> bool:
    """Whether the row below a heading row divides its groups or finishes its merged cells."""
    used = table.used(lower)
    if not used or not all(is_label(table.at(lower, c)) for c in used):
        return False
    tall = any(merge[0] <= upper and merge[2] >= lower for merge in table.covering.values())
    return tall or table.spans_group(upper) or divides(table, upper, lower)


def divides(table: Table, upper: int, lower: int) -> bool:
    """Without merged ranges: groups of the upper row stand over blanks that the lower row fills, all else stays blank below."""
    groups, group = 0, False
    for column in range(table.width):
        above, below = table.at(upper, column), table.at(lower, column)
        if above != "":
            group = below != "" and table.at(upper, column + 1) == "" and table.at(lower, column + 1) != ""
            if below != "" and not group:
                return False
        elif below != "" and group:
            groups += 1
    return groups > 0 and all(is_label(table.at(lower, c)) for c in table.used(lower))


def joined_headings(table: Table, heading: tuple[int, int], rows: list) -> list[Heading]:
    """One heading per column that holds anything, the parts of several rows joined as 规格 / 长."""
    with_values = {column for _, cells in rows for column, value in enumerate(cells) if value != ""}
    headings = []
    for column in range(table.width):
        text = " / ".join(heading_parts(table, heading, column))
        if text or column in with_values:
            headings.append(Heading(column, text))
    return headings


def heading_parts(table: Table, heading: tuple[int, int], column: int) -> list[str]:
    parts: list[str] = []
    for row in range(heading[0], heading[1] + 1):
        value = table.filled(row, column)
        below = any(table.at(deeper, column) != "" for deeper in range(row + 1, heading[1] + 1))
        if value == "" and below:
            value = group_left(table, row, column)
        text = heading_text(value)
        if text and text not in parts[-1:]:
            parts.append(text)
    return parts


def group_left(table: Table, row: int, column: int):
    """The group name written once at the left of its columns, when the file has no merged ranges."""
    if table.merges:
        return ""
    for left in range(column - 1, -1, -1):
        if table.at(row, left) != "":
            return table.at(row, left) if table.at(row + 1, left) != "" else ""
        if table.at(row + 1, left) == "":
            return ""
    return ""


def heading_notes(headings: list[Heading], heading: tuple[int, int], table: Table) -> list[str]:
    notes = []
    if heading[1] > heading[0]:
        notes.append(f"表头有 {heading[1] - heading[0] + 1} 行（第 {heading[0]}–{heading[1]} 行），已经合成一行。")
    by_text: dict[str, list[str]] = {}
    for item in headings:
        by_text.setdefault(plain(item.text), []).append(item.letter)
    notes += [f"{'、'.join(letters)} 列的栏名一样，请看清各对应哪一栏。" for text, letters in by_text.items() if text and len(letters) > 1]
    above = [m for m in table.merges if m[0] == heading[0] - 1 or (m[0] == heading[0] and heading[1] > heading[0])]
    banners = [m for m in above if m[3] > m[1] and m[3] - m[1] + 1 < table.width]
    if len(banners) > 1 and sum(m[3] - m[1] + 1 for m in banners) >= table.width:
        ranges = "、".join(f"{column_letter(m[1])}–{column_letter(m[3])} 列" for m in sorted(banners, key=lambda m: m[1]))
        notes.append(f"这里像是几张表并排放着（{ranges}）。只对应要导入的那一张的栏目，别的选「不导入」。")
    return notes


def sort_rows(table: Table, heading: tuple[int, int], body: list) -> tuple[list, list[Skipped]]:
    """Records apart from totals, notes, group names and repeated headings."""
    repeats = [{plain(heading_text(table.at(row, c))) for c in table.used(row)} for row in range(heading[0], heading[1] + 1)]
    banners = {merge[0] for merge in table.merges if merge[3] > merge[1]}
    rows, skipped = [], []
    for number, cells in body:
        texts = first_texts(cells)
        reason = skip_reason(texts, cells, repeats) or ("栏次行" if not rows and is_order_row(cells) else "")
        if not reason and number in banners and table.is_banner(number):
            reason = "分组标题"
        if reason:
            skipped.append(Skipped(number, row_text(cells), reason))
        else:
            rows.append((number, cells))
    return rows, skipped


def first_texts(cells: list) -> list[str]:
    """The first three texts of a row without blanks inside; that is enough to know what kind of row it is."""
    texts = []
    for cell in cells:
        if cell != "":
            text = "".join(cell_text(cell).split())
            if text:
                texts.append(text)
                if len(texts) == 3:
                    break
    return texts


def skip_reason(texts: list[str], cells: list, repeats: list[set]) -> str:
    """Why this row is no record, empty when it is one."""
    if not texts:
        return "空行"
    if TOTAL.match(texts[0]) or any(TOTAL_ONLY.match(text) for text in texts):
        return "合计行"
    if NOTE.match(texts[0]) and len(texts) <= 2:
        return "说明文字"
    if SIGNED.match(texts[0]) and not any(NUMBERISH.match(cell_text(cell)) for cell in cells if cell != ""):
        return "落款和签字"
    if any(plain(texts[0]) in repeat for repeat in repeats):
        plains = {plain(heading_text(cell)) for cell in cells if cell != ""}
        if any(len(plains) > 1 and plains <= repeat for repeat in repeats):
            return "重复的表头"
    return ""


def is_order_row(cells: list) -> bool:
    """The row of official forms that only numbers the columns: 甲 乙 1 2 3=1×2 …"""
    texts = [cell_text(cell).strip() for cell in cells]
    texts = [text for text in texts if text and text not in ORDER_MARKS]
    return len(texts) >= 3 and all(text.split("=")[0] == str(order) for order, text in enumerate(texts, 1))

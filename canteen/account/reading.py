"""Reading a month's 伙食收支明细表 as schools have it: three tables side by side. Pure: cells in, what they say and what does not add up.

Nothing is corrected: a figure stays as the table has it, and a doubt says where, what stands there, what it comes to and the difference.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from logistics.platform.imports.cells import narrow
from logistics.platform.imports.grid import Grid, cell_from_json, cell_text, column_letter
from logistics.platform.kernel.errors import RuleViolation

from .models import Book

MONTH = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月")
FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
TERM = re.compile(r"(\d+(?:\.\d+)?)[^\d*+=.]*")
TAIL = re.compile(r"^(\D+?)\d+$")
CENT, ZERO = Decimal("0.01"), Decimal("0.00")
FINE = Decimal("0.000001")  # a file keeps binary fractions; what is beyond this is their noise
COLUMNS = {"opening": "上月底库存", "bought": "账面支出", "actual": "实际支出", "closing": "本月底库存"}
HELP = "请用学校的「伙食收支明细表」：有「名称、上月底库存、本月账面支出、本月实际支出、本月底库存」几栏，下面是各项支出和小计。"
LEFT = {"income": ("合计",), "opening": ("上月累计结余",), "surplus": ("本月结余",), "balance": ("本月累计结余",), "rate": ("盈%",), "loss": ("亏%",)}
RIGHT = {"income": ("本月收入",), "spent": ("本月支出",), "surplus": ("本月结余",), "opening": ("上月结余",), "balance": ("累计结余", "本月累计结余")}
MOST_ROWS = 200


def plain(text: str) -> str:
    """本 月 结 余： as 本月结余."""
    return re.sub(r"[\s:：]", "", narrow(text))


def yuan(value: Decimal) -> str:
    return f"{value:.2f}"


@dataclass
class Table:
    """The cells by place, and what was found wrong among them."""

    cells: dict[tuple[int, int], str]
    numbers: dict[tuple[int, int], Decimal]
    doubts: list[dict] = field(default_factory=list)

    def doubt(self, where: str, words: str, says: str = "", counted: str = "", difference: str = "") -> None:
        self.doubts.append({"where": where, "words": words, "says": says, "counted": counted, "difference": difference})

    def compare(self, where: str, words: str, says: Decimal | None, counted: Decimal | None) -> None:
        """A doubt with the difference where the two are not the same to the cent."""
        if says is not None and counted is not None and says.quantize(CENT, ROUND_HALF_UP) != counted.quantize(CENT, ROUND_HALF_UP):
            self.doubt(where, words, f"{says:,.2f}", f"{counted:,.2f}", f"{says - counted:+,.2f}".replace("-", "−"))

    def find(self, names: tuple[str, ...], columns: range) -> tuple[int, int] | None:
        return next((place for place, text in sorted(self.cells.items()) if place[1] in columns and plain(text) in names), None)

    def beside(self, place: tuple[int, int]) -> tuple[int, int] | None:
        """The next cell to the right in the same row that holds anything, at most three on."""
        return next(((place[0], column) for column in range(place[1] + 1, place[1] + 4) if (place[0], column) in self.cells), None)


def where_is(place: tuple[int, int]) -> str:
    return f"{column_letter(place[1])}{place[0]}"


def figure_in(text: str) -> Decimal | None:
    """1,044.00, 5280元, -12.5; None for anything else."""
    words = re.sub(r"元|人|%|,", "", plain(text))
    if not FIGURE.fullmatch(words):
        return None
    try:
        found = Decimal(words)
    except InvalidOperation:
        return None
    return found if abs(found) < 10**9 else None


def table_of(grid: Grid) -> Table:
    cells = {
        (number, column): cell_text(value).strip() for number, row in grid.rows[:MOST_ROWS] for column, value in enumerate(row) if cell_text(value).strip()
    }
    raw = {(number, column): cell_from_json(value) for number, row in grid.rows[:MOST_ROWS] for column, value in enumerate(row)}
    numbers = {}
    for place, text in cells.items():
        value = raw[place]
        found = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else figure_in(text)
        if found is not None and found.is_finite() and abs(found) < 10**9:
            numbers[place] = found.quantize(FINE, ROUND_HALF_UP)
    return Table(cells, numbers)


def read_statement(grids: list[Grid]) -> tuple[date, dict]:
    """(month, content) of the first sheet that is such a table. Raises RuleViolation when none is, or it names no month."""
    for grid in grids:
        table = table_of(grid)
        heads = heads_in(table)
        if heads:
            return month_in(table), content_of(table, heads)
    raise RuleViolation(f"没有认出收支明细表。{HELP}", field="file")


def month_in(table: Table) -> date:
    for place in sorted(table.cells):
        found = MONTH.search(narrow(table.cells[place]))
        if found and place[0] <= 5 and 2000 <= int(found[1]) <= 2199 and 1 <= int(found[2]) <= 12:
            return date(int(found[1]), int(found[2]), 1)
    raise RuleViolation("表头里没有写是哪年哪月，例如「2026年10月」。请补上再导入。", field="file")


def heads_in(table: Table) -> dict[str, tuple[int, int]]:
    """Where the columns of the costs stand; empty when this is no such table."""
    name = table.find(("名称",), range(200)) or table.find(("项目", "支出项目"), range(200))
    if name is None:
        return {}
    found = {"name": name}
    for place, text in sorted(table.cells.items()):
        if place[0] == name[0] and place[1] > name[1]:
            key = next((key for key, words in COLUMNS.items() if words in plain(text) and key not in found), None)
            if key:
                found[key] = place
    return found if "actual" in found else {}


def content_of(table: Table, heads: dict[str, tuple[int, int]]) -> dict:
    rows, total = costs_in(table, heads)
    left, right = range(heads["name"][1]), range(max(place[1] for place in heads.values()) + 1, 200)
    pupil = pairs_in(table, LEFT, left)
    staff = pairs_in(table, RIGHT, right)
    spent = total["actual"] if total.get("actual") is not None else sum_of(rows, "actual")
    check_formula(table, left, pupil.get("income"))
    check_book(table, "学生伙食", pupil, spent)
    check_book(table, "教职工伙食", staff, staff.get("spent"))
    check_rates(table, pupil)
    books = [book_row(Book.PUPIL, pupil | {"spent": spent}), *([book_row(Book.STAFF, staff)] if staff else [])]
    income = pupil.get("income")
    return {
        "rows": [
            {"key": row["name"], "name": row["name"], "is_food": False, **{name: "" if row[name] is None else yuan(row[name]) for name in COLUMNS}}
            for row in rows
        ],
        "total": {name: "" if total.get(name) is None else yuan(total[name]) for name in COLUMNS},
        "incomes": [{"key": "meals", "name": "学生伙食费", "actual": yuan(income)}] if income is not None else [],
        "books": books,
        "doubts": table.doubts,
    }


def sum_of(rows: list[dict], name: str) -> Decimal:
    return sum((row[name] for row in rows if row[name] is not None), ZERO)


def costs_in(table: Table, heads: dict[str, tuple[int, int]]) -> tuple[list[dict], dict]:
    """The costs down to their 小计, each compared with its own stock, the 小计 with the column above it."""
    name_at, rows, total = heads["name"], [], {}
    for number in sorted({place[0] for place in table.cells if place[0] > name_at[0]}):
        name = table.cells.get((number, name_at[1]), "")
        values = {key: table.numbers.get((number, heads[key][1])) if key in heads else None for key in COLUMNS}
        unread(table, heads, number)
        if plain(name) in ("小计", "合计", "总计"):
            total = values
            break
        if name:
            rows.append({"name": re.sub(r"\s", "", name)[:40], **values})
            check_row(table, number, name, values, all(key in heads for key in COLUMNS))
        elif any(value is not None for value in values.values()):
            table.doubt(f"第 {number} 行", "有金额，没有写名称，没有读。")
    if not total:
        table.doubt("支出表", "没有找到小计那一行，支出合计是各行加起来的。")
    for key, label in COLUMNS.items():
        if total.get(key) is not None and any(row[key] is not None for row in rows):
            table.compare(f"小计「{label}」", "各行加起来和小计不一样", total[key], sum_of(rows, key))
    return rows, total


def unread(table: Table, heads: dict, number: int) -> None:
    """What stands in the columns of money and is none, or has more than two places."""
    for key in COLUMNS:
        place = (number, heads[key][1]) if key in heads else None
        if place in table.cells and place not in table.numbers:
            table.doubt(where_is(place), f"「{table.cells[place][:20]}」不是金额，没有读。")
        elif place in table.numbers and table.numbers[place] != table.numbers[place].quantize(CENT):
            table.doubt(where_is(place), f"「{table.cells[place][:20]}」不止两位小数，按分读。")


def check_row(table: Table, number: int, name: str, values: dict, is_whole: bool) -> None:
    if found := TAIL.match(plain(name)):
        table.doubt(f"第 {number} 行", f"「{name[:20]}」像是「{found[1][:20]}」和一个数字连在了一起，照原样读进来了。")
    if is_whole and values["actual"] is not None and values["bought"] is not None:
        counted = (values["opening"] or ZERO) + values["bought"] - (values["closing"] or ZERO)
        table.compare(f"第 {number} 行「{name[:20]}」", "上月库存 + 账面支出 − 本月库存，和实际支出不一样", values["actual"], counted)


def pairs_in(table: Table, wanted: Mapping[str, tuple[str, ...]], columns: range) -> dict[str, Decimal]:
    """Labels of one side with the figure beside each."""
    found = {}
    for key, names in wanted.items():
        place = table.find(names, columns)
        beside = table.beside(place) if place else None
        if beside is None or beside[1] not in columns:
            continue
        if beside in table.numbers:
            found[key] = table.numbers[beside]
        else:
            table.doubt(where_is(beside), f"「{table.cells[beside][:20]}」不是金额，没有读。")
    return found


def check_formula(table: Table, columns: range, income: Decimal | None) -> None:
    """161人*10.5元/天*19天+…=32119.5+129.2=32248.7: every part comes to the same, and to the total."""
    for place, text in sorted(table.cells.items()):
        words = narrow(text)
        if place[1] not in columns or "=" not in words or "*" not in words.replace("×", "*"):
            continue
        parts = [amount_of(part) for part in words.replace("×", "*").split("=")]
        if any(part is None for part in parts):
            table.doubt(where_is(place), f"算式「{text[:40]}」读不出来，请核对。")
            continue
        for n, part in enumerate(parts[1:], 2):
            table.compare(where_is(place), f"算式第 {n} 段和第 1 段不一样", part, parts[0])
        table.compare(where_is(place), "伙食费合计和算式的结果不一样", income, parts[-1])


def amount_of(part: str) -> Decimal | None:
    """161人*10.5元/天*19天+2人*3.4元/天*19天 in yuan; None for what is no such sum."""
    total = ZERO
    for term in part.split("+"):
        product = Decimal(1)
        for factor in term.split("*"):
            found = TERM.fullmatch(factor.strip())
            if not found or len(found[1]) > 12:
                return None
            product *= Decimal(found[1])
        total += product
    return total.quantize(CENT, ROUND_HALF_UP) if total < 10**9 else None


def check_book(table: Table, name: str, book: dict, spent: Decimal | None) -> None:
    """本月结余 = 收入 − 支出; 累计 = 上月 + 本月."""
    if book.get("income") is not None and spent is not None:
        table.compare(f"{name}「本月结余」", "收入 − 支出，和本月结余不一样", book.get("surplus"), book["income"] - spent)
    if book.get("opening") is not None and book.get("surplus") is not None:
        table.compare(f"{name}「累计结余」", "上月结余 + 本月结余，和累计结余不一样", book.get("balance"), book["opening"] + book["surplus"])


def rate(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return (part * 100 / whole).quantize(CENT, ROUND_HALF_UP) if part is not None and whole else None


def check_rates(table: Table, pupil: dict) -> None:
    """盈 % of the month or of the cumulative surplus, whichever the table means, must be one of the two."""
    says = pupil.get("rate", -pupil["loss"] if "loss" in pupil else None)
    month, whole = rate(pupil.get("surplus"), pupil.get("income")), rate(pupil.get("balance"), pupil.get("income"))
    if says is None or (month is None and whole is None):
        return
    meant = (says * 100).quantize(CENT, ROUND_HALF_UP)  # a cell formatted as per cent holds the fraction
    if says.quantize(CENT) not in (month, whole) and meant not in (month, whole):
        shown = "，".join(f"按{word}算是 {value}%" for word, value in (("本月结余", month), ("累计结余", whole)) if value is not None)
        table.doubt(
            "盈亏率",
            f"表上写 {says.quantize(CENT)}%，{shown}。",
            f"{says.quantize(CENT)}%",
            f"{month}%",
            f"{says.quantize(CENT) - (whole if month is None else month):+.2f}".replace("-", "−"),
        )


def book_row(book: Book, found: dict) -> dict:
    names = ("opening", "income", "spent", "surplus", "balance")
    said = {name: "" if found.get(name) is None else yuan(found[name]) for name in names}
    shown = {"rate": rate(found.get("surplus"), found.get("income")), "total_rate": rate(found.get("balance"), found.get("income"))}
    return {"key": str(book), "name": book.label, **said, **{name: "" if value is None else str(value) for name, value in shown.items()}}

"""Sum lines of a file: they are no records, but where they do not add up the person ought to know before the rows go in."""

from collections.abc import Mapping
from decimal import Decimal

from .grid import Sheet, cell_from_json, cell_text
from .targets import ImportTarget, Row

SUM_LINE = "合计行"
PART = "小计"


def check_totals(rows: list[Row], sheet: Sheet, grid: Mapping, places: Mapping[str, tuple[int, str]], target: ImportTarget) -> None:
    """Note at the last row above each sum line in which columns of `target.totals` the line says something else; a 小计 sums up since the one before."""
    lines = [skipped.number for skipped in sheet.skipped if skipped.reason == SUM_LINE]
    names = [name for name in target.totals if name in places]
    if not lines or not names or not rows:
        return
    cells_of = {number: cells for number, cells in grid["rows"] if number in set(lines)}
    since = 0
    for number in lines:
        cells = cells_of.get(number, [])
        is_part = any(PART in cell_text(cell) for cell in cells if cell != "")
        above = [row for row in rows if (since if is_part else 0) < row.number < number]
        since = number if is_part else since
        for name in names if above else ():
            _compare(above, name, _figure(cells, places[name], target.column(name)), number)


def _figure(cells: list, place: tuple[int, str], column) -> Decimal | None:
    if place[0] >= len(cells) or cells[place[0]] == "":
        return None
    value = column.parse(cell_from_json(cells[place[0]]), place[1]).value
    return Decimal(value) if value is not None else None


def _compare(above: list[Row], name: str, written: Decimal | None, number: int) -> None:
    found = sum((Decimal(row.values.get(name, 0)) for row in above), Decimal(0))
    if written is not None and written != found:
        above[-1].note(name, f"第 {number} 行的合计写 {written:,f}，上面加起来是 {found:,f}，差 {abs(written - found):,f}。请核对是哪一行错了")

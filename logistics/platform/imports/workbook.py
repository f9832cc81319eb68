"""A process of its own: one Excel file in on stdin, its visible sheets out on stdout as JSON.

The file comes from anywhere and the parser is native code, so it runs where running out of memory, spinning
or crashing costs nobody anything. Started by reader.py with the limits as one JSON argument; imports nothing of ours.
"""

import datetime
import io
import json
import math
import re
import resource
import sys
import zipfile

import python_calamine
from defusedxml import ElementTree

CELL_WITH_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b")
CELL_WITH_ERROR = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)(?<!/)>(?:(?!</(?:\w+:)?c>).){0,2000}?<(?:\w+:)?v>([^<]{1,20})<', re.DOTALL)
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
NO_RESULT = "是公式，文件里没有存下算好的结果。请用 Excel 打开并保存一次，或改成数值"


class Refusal(Exception):
    """Why the workbook is not read: a word that reader.py turns into a sentence, and the figure that goes into it."""


def position(attributes: bytes) -> tuple[int, int] | None:
    """Row from 1 and column from 0 of a cell's XML attributes."""
    match = REFERENCE.search(attributes)
    if not match:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + letter - 64
    return int(match.group(2)), column - 1


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to its part inside the file, only when it is an .xlsx."""
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    targets = {r.get("Id"): r.get("Target", "") for r in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    paths = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        target = targets.get(element.get(relation)) if element.tag.endswith("}sheet") else None
        if target:
            paths[element.get("name")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return paths


def oddities(data: bytes, name: str) -> tuple[set, dict]:
    """Cells with a formula, and cells with an error such as #DIV/0!, which the parser reports as plain or blank."""
    if not data.startswith(b"PK"):
        return set(), {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = sheet_paths(archive).get(name)
        content = archive.read(path) if path in archive.namelist() else b""
    # most files have neither, and looking at every cell takes as long as reading them
    formulas = CELL_WITH_FORMULA.finditer(content) if b"<f" in content or b":f" in content else ()
    errors = CELL_WITH_ERROR.finditer(content) if b't="e"' in content else ()
    return {position(match.group(1)) for match in formulas} - {None}, {position(match.group(1)): match.group(2).decode() for match in errors}


def tagged(value):
    """A cell as JSON: texts, numbers and booleans as they are, dates and times in a small tagged object."""
    if isinstance(value, str):
        return value.replace("\x00", "")  # some writers leave it, no database takes it
    if isinstance(value, datetime.datetime):
        return {"d": value.date().isoformat()} if value.time() == datetime.time() else {"t": value.isoformat(sep=" ", timespec="minutes")}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"h": value.isoformat(timespec="minutes")}
    if isinstance(value, datetime.timedelta):
        minutes = int(value.total_seconds()) // 60
        return {"h": f"{minutes // 60:02d}:{minutes % 60:02d}"}
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value


def mark_oddities(number: int, cells: list, formulas: set, errors: dict) -> None:
    for column, cell in enumerate(cells):
        if (number, column) in errors:
            cells[column] = {"x": f"是公式出错的结果 {errors[number, column]}。请在 Excel 里改好这一格"}
        elif cell == "" and (number, column) in formulas:
            cells[column] = {"x": NO_RESULT}


def read_sheet(sheet, data: bytes, limits: dict) -> dict:
    """Rows that hold anything, with the row numbers of the file, merged ranges and the count of formulas."""
    formulas, errors = oddities(data, sheet.name)
    odd_rows = {row for row, _ in formulas} | {row for row, _ in set(errors) - {None}}
    rows, columns = [], set()
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [tagged(value) for value in values]
        if number in odd_rows:
            mark_oddities(number, cells, formulas, errors)
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            rows.append([number, cells])
            columns.update(column for column, cell in enumerate(cells) if cell != "")
        if len(rows) > limits["rows"] or len(columns) > limits["columns"]:
            raise Refusal("rows" if len(rows) > limits["rows"] else "columns", sheet.name)
    merges = [[top + 1, left, bottom + 1, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
    return {"name": tagged(sheet.name), "rows": rows, "merges": merges, "formulas": len(formulas)}


def read(data: bytes, limits: dict) -> dict:
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        sheets, hidden = [], []
        for meta in workbook.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if meta.visible == python_calamine.SheetVisibleEnum.Visible:
                sheets.append(read_sheet(workbook.get_sheet_by_name(meta.name), data, limits))
            else:
                hidden.append(tagged(meta.name))
        return {"sheets": sheets, "hidden": hidden}
    except Refusal as refusal:
        return {"refused": refusal.args[0], "sheet": refusal.args[1]}
    except python_calamine.PasswordError:
        return {"refused": "password"}
    except BaseException as error:  # noqa: BLE001  the parser's panics are no Exception, and whatever it is, the answer is the same sentence
        return {"refused": "broken", "error": type(error).__name__}


def main() -> None:
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = read(sys.stdin.buffer.read(), limits)
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    main()

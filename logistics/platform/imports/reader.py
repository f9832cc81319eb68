"""One reader for what schools have: .xlsx, .xls, .csv in UTF-8 or GB18030, tab separated text, pasted cells.

Content decides, not the name: an .xls that is really a web page or a text file is recognised. No file can hurt
the server: sizes are looked at before anything is unpacked, and Excel files are parsed in a process of their own (workbook.py).
"""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from logistics.platform.kernel.errors import RuleViolation

from .grid import Grid, Sheet
from .layout import lay_out

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 200
MAX_CELL = 5_000
MEMORY = 1024 * 1024 * 1024
SECONDS = 30
PASTED = "粘贴的内容"

RESAVE = "请用 Excel 或 WPS 打开它，另存为「Excel 工作簿（.xlsx）」再导入。"
REFUSALS = {
    "rows": f"工作表「{{sheet}}」超过 {MAX_ROWS:,} 行，一次最多导入 {MAX_ROWS:,} 行。请分成几个文件。",
    "columns": f"工作表「{{sheet}}」超过 {MAX_COLUMNS} 列。请只留要导入的栏目。",
    "password": "这个文件设了打开密码，读不出来。请在 Excel 里去掉密码再导入。",
    "broken": f"这个文件读不出来，可能已经损坏。{RESAVE}",
}
TOO_MUCH = "这个文件太大或者里面有离表格很远的零星内容，读到一半放弃了。请把要导入的表格单独复制到一个新文件里再导入。"
CONTAINER, ARCHIVE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
# The first record of an .xls workbook followed by the mark of a password, which the parser overlooks for the oldest kind of lock.
LOCKED = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
OTHER_KINDS = (
    (b"%PDF", "这是 PDF 文件，不是表格。请导入原来的 Excel 文件。"),
    (b"\x89PNG", "这是图片，不是表格。请导入原来的 Excel 文件。"),
    (b"\xff\xd8\xff", "这是图片，不是表格。请导入原来的 Excel 文件。"),
    (b"Rar!", "这是压缩包。请先解压，再导入里面的表格。"),
    (b"7z\xbc\xaf", "这是压缩包。请先解压，再导入里面的表格。"),
    (b"\x1f\x8b", "这是压缩包。请先解压，再导入里面的表格。"),
)
WEB_MARKS = (b"<html", b"<!doctype", b"<table", b"<?xml", b"mime-version:", b"<meta", b"<head", b"<style")


def read_grids(data: bytes, name: str) -> list[Grid]:
    """Every visible sheet that holds anything, as it stands. Raises RuleViolation with what is wrong and what to do."""
    check_kind(data)
    grids = read_workbook(data) if data.startswith((ARCHIVE, CONTAINER)) else [read_text(data, name)]
    grids = [grid for grid in grids if grid.rows]
    if not grids:
        raise RuleViolation("文件里没有内容。请看看是不是选错了文件。")
    if sum(len(grid.rows) for grid in grids) > MAX_ROWS:
        raise RuleViolation(f"几个工作表合起来超过 {MAX_ROWS:,} 行，一次最多导入 {MAX_ROWS:,} 行。请分成几个文件。")
    return grids


def check_kind(data: bytes) -> None:
    """Refuse by size and first bytes, before anything is unpacked."""
    check_size(len(data))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise RuleViolation("这个文件是空的。请看看是不是选错了文件。")
    for mark, sentence in OTHER_KINDS:
        if data.startswith(mark):
            raise RuleViolation(sentence)
    if data.startswith(ARCHIVE):
        check_archive(data)
    if data.startswith(CONTAINER):
        check_container(data)


def check_size(size: int) -> None:
    """Refuse a file too large to be read, known from its size alone."""
    if size > MAX_BYTES:
        raise RuleViolation(f"文件有 {size / 1024 / 1024:.0f} MB，最多 {MAX_BYTES // 1024 // 1024} MB。请分成几个文件，或去掉里面的图片。")


def read_table(data: bytes, name: str, *, known: frozenset[str] = frozenset()) -> list[Sheet]:
    """Every visible sheet with its heading found and its totals and notes skipped.

    `known` are plain heading names (kernel.text.plain) that help to find the heading row. Raises RuleViolation.
    """
    return [lay_out(grid, known=known) for grid in read_grids(data, name)]


def check_archive(data: bytes) -> None:
    """Refuse what only looks like .xlsx, carries macros, or would unpack to more than memory holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception as error:
        raise RuleViolation(REFUSALS["broken"]) from error
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise RuleViolation(f"文件里有宏，为了安全不收。{RESAVE}")
    if "word/document.xml" in names:
        raise RuleViolation("这是 Word 文档。请把里面的表格复制出来，用「粘贴」导入。")
    if "xl/workbook.xml" not in names:
        is_table = "xl/workbook.bin" in names or "content.xml" in names
        raise RuleViolation(f"不收这种表格文件。{RESAVE}" if is_table else "这是压缩包，不是表格。请先解压，再导入里面的表格。")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > MAX_UNPACKED or (unpacked > MAX_BYTES and unpacked / packed > MAX_RATIO):
        raise RuleViolation(TOO_MUCH)


def check_container(data: bytes) -> None:
    """Refuse old-format containers that are encrypted, carry macros or hold a Word document."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or LOCKED.search(data):
        raise RuleViolation(REFUSALS["password"])
    if holds("_VBA_PROJECT"):
        raise RuleViolation(f"文件里有宏，为了安全不收。{RESAVE}")
    if holds("WordDocument"):
        raise RuleViolation("这是 Word 文档。请把里面的表格复制出来，用「粘贴」导入。")


def read_workbook(data: bytes) -> list[Grid]:
    """The sheets of an Excel file, parsed by workbook.py in its own process under limits of memory and time."""
    limits = {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "memory": MEMORY, "seconds": SECONDS}
    command = [sys.executable, "-I", str(Path(__file__).with_name("workbook.py")), json.dumps(limits)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS * 2, check=False)
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise RuleViolation(TOO_MUCH) from error
    if "refused" in answer:
        sentence = TOO_MUCH if answer.get("error") == "MemoryError" else REFUSALS[answer["refused"]]
        raise RuleViolation(sentence.format(sheet=answer.get("sheet", "")))
    grids = [_grid_of(sheet) for sheet in answer["sheets"]]
    if answer["hidden"] and grids:
        grids[0].notes.append(f"隐藏的工作表没有读：{'、'.join(answer['hidden'])}。")
    return grids


def _grid_of(sheet: dict) -> Grid:
    notes = [f"有 {sheet['formulas']:,} 个公式，按文件里算好的结果读。"] if sheet["formulas"] else []
    return Grid(sheet["name"], [(number, cells) for number, cells in sheet["rows"]], [tuple(m) for m in sheet["merges"]], notes)


def read_text(data: bytes, name: str) -> Grid:
    """A text file or pasted cells as one grid; tab, comma or semicolon, whichever divides more evenly."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower().startswith(WEB_MARKS):
        raise RuleViolation(f"这个文件其实是网页，只是名字像表格。{RESAVE}")
    text, encoding = decode(data)
    rows: list[tuple[int, list]] = []
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)), 1):
            cells = [cell.strip() for cell in line]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                rows.append((number, cells))
                _check_line(cells, number, len(rows), name)
    except csv.Error as error:
        raise RuleViolation("文件里的引号不成对，分不出格子。请用 Excel 打开，另存为 .xlsx 再导入。") from error
    notes = ["文字编码是 GB18030（中文 Windows），已经转好。请看一眼汉字对不对。"] if encoding == "gb18030" else []
    return Grid(name[:60], rows, [], notes)


def _check_line(cells: list[str], number: int, count: int, name: str) -> None:
    if count > MAX_ROWS:
        raise RuleViolation(REFUSALS["rows"].format(sheet=name))
    if len(cells) > MAX_COLUMNS:
        raise RuleViolation(REFUSALS["columns"].format(sheet=name))
    if max(map(len, cells)) > MAX_CELL:
        raise RuleViolation(f"第 {number} 行有一格超过 {MAX_CELL:,} 个字，多半是引号没有成对。请用 Excel 打开检查这一行，另存为 .xlsx 再导入。")


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding. Raises RuleViolation when the bytes are no text."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(1 for c in text[:20_000] if (ord(c) < 32 and c not in "\t\r\n") or 0xE000 <= ord(c) <= 0xF8FF)
        if "\x00" not in text and odd <= len(text[:20_000]) / 100:
            return text, encoding
    raise RuleViolation(f"不认得这个文件：不是 Excel，也不是 UTF-8 或 GB18030 的文字。{RESAVE}")


def delimiter_of(text: str) -> str:
    """The separator that stands in most of the first lines; a tab wins, since nobody types one in a sentence."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    counts = {mark: sum(1 for line in lines if mark in line) for mark in ("\t", ",", ";", "，")}
    if counts["\t"] * 2 >= len(lines) > 0:
        return "\t"
    return max((mark for mark in counts), key=lambda mark: counts[mark]) if any(counts.values()) else ","

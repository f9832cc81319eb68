"""Small Excel files for tests: .xlsx through openpyxl, and .xls written byte by byte, since no library writes it any more."""

import io
import struct
from collections.abc import Sequence

import openpyxl

SECTOR, END, FREE, FAT = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xlsx(*sheets: Sequence[Sequence], names: Sequence[str] = (), merges: Sequence[str] = (), hidden: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets; `merges` such as "A1:C1" are made on the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if number < len(names) else f"表{number + 1}")
        for row in rows:
            sheet.append(list(row))
        if sheet.title in hidden:
            sheet.sheet_state = "hidden"
    for area in merges:
        book.worksheets[0].merge_cells(area)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(rows: Sequence[Sequence], *, name: str = "Sheet1", merges: Sequence[tuple[int, int, int, int]] = (), locked: bool = False) -> bytes:
    """An Excel 97 file with one sheet of texts and numbers; `merges` are (first row, last row, first column, last column) from 0.

    `locked` writes the mark of a file with an opening password.
    """
    version = struct.pack("<HHHHII", 0x0600, 0, 0, 0, 0, 0)
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str) and value:
                cells += _record(0x0204, place + _text(value))
            elif value not in ("", None):
                cells += _record(0x0203, place + struct.pack("<d", value))
    if merges:
        cells += _record(0x00E5, struct.pack("<H", len(merges)) + b"".join(struct.pack("<HHHH", *area) for area in merges))
    sheet = _record(0x0809, b"\x00\x06\x10\x00" + version[4:]) + cells + _record(0x000A, b"")
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = _record(0x0809, b"\x00\x06\x05\x00" + version[4:]) + (_record(0x002F, struct.pack("<HHH", 0, 1, 1)) if locked else b"")
    length = len(start) + 4 + 6 + len(title) + 4
    book = start + _record(0x0085, struct.pack("<IBB", length, 0, 0) + title) + _record(0x000A, b"")
    return container({"Workbook": book + sheet})


def container(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams in its root, each padded so that it lives in ordinary sectors."""
    chains, sectors = [], []
    for content in streams.values():
        padded = content.ljust(4096, b"\x00")
        padded += b"\x00" * (-len(padded) % SECTOR)
        chains.append((len(sectors) + 2, len(padded)))
        sectors += [padded[at : at + SECTOR] for at in range(0, len(padded), SECTOR)]
    fat = [FAT, END]
    for _, size in chains:
        first = len(fat)
        fat += [*range(first + 1, first + size // SECTOR), END]
    if len(fat) > SECTOR // 4:
        raise ValueError("this writer has room for one table of sectors")
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, (first, size)) in enumerate(zip(streams, chains, strict=True), 1):
        entries.append(_entry(name, 2, first, size, right=number + 1 if number < len(streams) else FREE))
    directory = b"".join(entries).ljust(SECTOR, b"\x00")[:SECTOR]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    table = struct.pack(f"<{len(fat)}I", *fat) + struct.pack("<I", FREE) * (SECTOR // 4 - len(fat))
    return header + table + directory + b"".join(sectors)


def _entry(name: str, kind: int, first: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    label = name.encode("utf-16-le") + b"\x00\x00"
    return label.ljust(64, b"\x00") + struct.pack("<HBBIII", len(label), kind, 1, FREE, right, child) + b"\x00" * 36 + struct.pack("<IQ", first, size)

"""Any list as an Excel file, streamed: rows go in one by one, the compressed file comes out in pieces (GEN-04)."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from . import parts
from .cells import HEAD, HEAD_NUMBER, NOTE, NUMERIC, TITLE, local, text_cell, writer_for
from .columns import Column, Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 500
MOST_ROWS = 1_000_000  # Excel's own limit is 1,048,576
HEADING_ROW = 3


class _Pieces(io.RawIOBase):
    """Where the zip file is written: keeps only what has not been sent yet. Not seekable, so sizes follow the data."""

    def __init__(self):
        self.kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.kept.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data = b"".join(self.kept)
        self.kept.clear()
        return data


def stream_workbook(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The pieces of an .xlsx file with these sheets in order.

    Rows may be any iterable; only a few hundred are held at a time. A list longer than 1,000,000 rows goes on in another sheet.
    """
    pieces = _Pieces()
    names: list[str] = []
    last_rows: list[tuple[int, int]] = []
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for sheet in sheets:
            rows = iter(sheet.rows)
            following: tuple | None = ()
            while following is not None:
                names.append(parts.sheet_name(sheet.name, names))
                part = book.open(f"xl/worksheets/sheet{len(names)}.xml", "w")
                with part:
                    part.write(_opening(sheet, len(names) == 1))
                    yield pieces.take()
                    last = HEADING_ROW
                    for xml, count in _body(sheet.columns, islice(chain(following, rows), MOST_ROWS)):
                        part.write(xml)
                        last += count
                        if pieces.kept:
                            yield pieces.take()
                    part.write(parts.sheet_end(len(sheet.columns), HEADING_ROW, last))
                last_rows.append((len(sheet.columns), last))
                following = next(((row,) for row in rows), None)
        for name, content in parts.book_parts(names, last_rows, HEADING_ROW).items():
            book.writestr(name, content)
    yield pieces.take()


def _opening(sheet: Sheet, selected: bool) -> bytes:
    said = [f"筛选：{sheet.filters}"] if sheet.filters else []
    if sheet.at:
        said.append(f"导出：{local(sheet.at):%Y-%m-%d %H:%M}")
    rows = [
        f'<row r="1" ht="26" customHeight="1">{text_cell("A1", sheet.name, TITLE)}</row>',
        f'<row r="2">{text_cell("A2", "　".join(said), NOTE)}</row>' if said else "",
        f'<row r="{HEADING_ROW}" ht="20" customHeight="1">',
        *(
            text_cell(f"{letters}{HEADING_ROW}", column.label, HEAD_NUMBER if column.kind in NUMERIC else HEAD)
            for letters, column in zip(parts.letters(len(sheet.columns)), sheet.columns, strict=True)
        ),
        "</row>",
    ]
    return (parts.sheet_start([column.width for column in sheet.columns], HEADING_ROW, selected) + "".join(rows)).encode()


def _body(columns: Sequence[Column], rows: Iterable[Sequence]) -> Iterator[tuple[bytes, int]]:
    """(XML of some rows, how many they are), until there are no more."""
    cells = [(letter, writer_for(column)) for letter, column in zip(parts.letters(len(columns)), columns, strict=True)]
    number, rows = HEADING_ROW, iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        xml = []
        for row in some:
            number += 1
            place = str(number)
            filled = [write(letter + place, value) for (letter, write), value in zip(cells, row, strict=True) if value is not None and value != ""]
            xml.append(f'<row r="{place}">{"".join(filled)}</row>')
        yield "".join(xml).encode(), len(some)


def workbook_response(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence], *, filters: str = "", at: datetime | None = None
) -> StreamingHttpResponse:
    """The list as a download named after it and the day, such as 报修-2026-11-20.xlsx.

    `filters` is the filter in words; `at` defaults to now.
    """
    at = at or timezone.now()
    return download(stream_workbook([Sheet(name, columns, rows, filters, at)]), XLSX, name, at, "xlsx")


def download(content: Iterator[bytes], content_type: str, name: str, at: datetime, ending: str) -> StreamingHttpResponse:
    """A streamed attachment whose file name carries the list and the day; Chinese by RFC 5987."""
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{parts.file_name(name)}-{local(at):%Y-%m-%d}.{ending}")
    return response

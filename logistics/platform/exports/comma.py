"""Any list as a CSV file that Excel opens with the right characters."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone

from .cells import clean, local, words_for
from .columns import Column
from .workbook import download

ROWS_AT_ONCE = 2000
RISKY = frozenset("=+-@\t＝＋－＠")


def safe_text(value: object) -> str:
    """Text that a spreadsheet will not run: a leading = + - @ gets an apostrophe before it."""
    text = value if isinstance(value, str) else words_for(value)
    if not text.isprintable():
        text = clean(text)
    return f"'{text}" if text[:1] in RISKY else text


def stream_csv(columns: Sequence[Column], rows: Iterable[Sequence]) -> Iterator[bytes]:
    """The pieces of a UTF-8 file with byte order mark; heading first, dates on the school's clock."""
    texts = [safe_text if column.kind == "text" else _plain(column) for column in columns]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_text(column.label) for column in columns])
    yield "\ufeff".encode() + buffer.getvalue().encode()
    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([text(value) for text, value in zip(texts, row, strict=True)] for row in some)
        yield buffer.getvalue().encode()


def _plain(column: Column) -> Callable[[object], object]:
    """Numbers and dates as they are; whatever else stands in such a column is text and made safe."""
    days_only = column.kind == "date"

    def write(value: object) -> object:
        if type(value) is int or type(value) is float:
            return value
        if isinstance(value, str):
            return safe_text(value)
        if days_only and isinstance(value, datetime):
            return local(value).date()
        return words_for(value)

    return write


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Sequence], *, at: datetime | None = None) -> StreamingHttpResponse:
    """The list as a download such as 报修-2026-11-20.csv."""
    return download(stream_csv(columns, rows), "text/csv; charset=utf-8", name, at or timezone.now(), "csv")

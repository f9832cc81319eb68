"""One value as one spreadsheet cell, by the kind of its column.

Text is always written as an inline string, so nothing a person typed can become a formula.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from .columns import Column

FIRST_DATE = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
EPOCH = date(1899, 12, 30).toordinal()
LONGEST = 32_767  # characters Excel accepts in one cell

# The order of the cell formats in styles.xml.
PLAIN, TITLE, NOTE, HEAD, HEAD_NUMBER, TEXT, WRAPPED, NUMBER, INTEGER, MONEY, DATE, DATETIME = range(12)
STYLES = {"number": NUMBER, "integer": INTEGER, "money": MONEY, "date": DATE, "datetime": DATETIME}
NUMERIC = ("number", "integer", "money")

FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_special = re.compile(f"[&<>\r{FORBIDDEN}]").search
_forbidden = re.compile(f"[{FORBIDDEN}]").sub

Writer = Callable[[str, object], str]


def clean(text: str) -> str:
    """The text without characters that XML or a spreadsheet cannot hold, cut at Excel's longest cell."""
    return _forbidden("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]


def escaped(text: str) -> str:
    """Text fit for the inside of an XML element; most text needs nothing, so look before changing."""
    if _special(text) or len(text) > LONGEST:
        return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def text_cell(place: str, text: str, style: int) -> str:
    inside = escaped(text)  # what it leaves out may uncover a blank at either end
    keep = "" if inside[:1] > " " and inside[-1:] > " " else ' xml:space="preserve"'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{keep}>{inside}</t></is></c>'


def words_for(value: object) -> str:
    """How a value reads as text: 是 or 否, local time, no exponent."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return local(value).isoformat(" ", "minutes")[:16]
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def is_number(value: object) -> bool:
    """Whether a numeric cell can hold it: bool is 是 or 否 to a person, NaN and infinity have no cell."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and math.isfinite(value)


@cache
def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def local(moment: datetime) -> datetime:
    """An aware moment on the school's clock, a naive one as it is."""
    return moment if moment.tzinfo is None else moment.astimezone(zone())


def writer_for(column: Column) -> Writer:
    """A function (place, value) -> XML for this column; values of an unexpected type become text, never an error."""
    as_text = _text_writer(column.width)
    if column.kind in NUMERIC:
        return _number_writer(STYLES[column.kind], as_text)
    return {"date": _date_writer, "datetime": _moment_writer}[column.kind](as_text) if column.kind in STYLES else as_text


def _text_writer(width: int) -> Writer:
    def write(place: str, value: object) -> str:
        text = value if isinstance(value, str) else words_for(value)
        room = width if text.isascii() else width // 2
        return text_cell(place, text, WRAPPED if len(text) > room else TEXT)

    return write


def _number_writer(style: int, as_text: Writer) -> Writer:
    def write(place: str, value: object) -> str:
        return f'<c r="{place}" s="{style}"><v>{value}</v></c>' if is_number(value) else as_text(place, value)

    return write


def _date_writer(as_text: Writer) -> Writer:
    def write(place: str, value: object) -> str:
        if isinstance(value, datetime):
            value = local(value).date()
        if not isinstance(value, date) or value < FIRST_DATE:
            return as_text(place, value)
        return f'<c r="{place}" s="{DATE}"><v>{value.toordinal() - EPOCH}</v></c>'

    return write


def _moment_writer(as_text: Writer) -> Writer:
    def write(place: str, value: object) -> str:
        if not isinstance(value, datetime) or value.date() < FIRST_DATE:
            return as_text(place, value)
        value = local(value)
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f'<c r="{place}" s="{DATETIME}"><v>{value.toordinal() - EPOCH + seconds / 86400:.15g}</v></c>'

    return write

"""What the reader hands on: a table as it stands in the file, with the file's own row numbers."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell whose content the file does not give: a formula without result, an error such as #DIV/0!."""

    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time without a day, or a length of time, as "08:30"."""

    text: str


Cell = str | int | float | bool | date | datetime | Moment | Unread | None


def cell_from_json(value) -> Cell:
    """A stored cell as Python; blanks become None."""
    if not isinstance(value, dict):
        return None if value == "" else value
    if "d" in value:
        return date.fromisoformat(value["d"])
    if "t" in value:
        return datetime.fromisoformat(value["t"])
    return Moment(value["h"]) if "h" in value else Unread(value["x"])


def cell_text(value) -> str:
    """A stored cell as a person would read it in the file."""
    if isinstance(value, dict):
        return next((str(value[tag]) for tag in ("d", "t", "h") if tag in value), "（公式）")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)


def column_letter(index: int) -> str:
    """The letters over a column in Excel: 0 is A, 26 is AA."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass
class Grid:
    """A sheet untouched: rows that hold anything as (row number of the file, stored cells), columns from 0.

    `merges` are (first row, first column, last row, last column). `notes` are sentences about the sheet for the person.
    """

    name: str
    rows: list[tuple[int, list]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict:
        return {"name": self.name, "rows": self.rows, "merges": self.merges, "notes": self.notes}

    @classmethod
    def from_json(cls, stored: dict) -> "Grid":
        return cls(stored["name"], [(number, cells) for number, cells in stored["rows"]], [tuple(m) for m in stored["merges"]], stored["notes"])


@dataclass(frozen=True)
class Heading:
    """One column of the table: its place in the file and its (joined) heading, empty when the file gives none."""

    column: int
    text: str

    @property
    def letter(self) -> str:
        return column_letter(self.column)

    @property
    def label(self) -> str:
        return self.text or f"（{self.letter} 列没有栏名）"


@dataclass(frozen=True)
class Skipped:
    """A row that is not a record, and why."""

    number: int
    text: str
    reason: str


@dataclass
class Sheet:
    """A table found in a grid. `rows` are (row number of the file, stored cells), the skipped ones left out.

    `heading_rows` are the first and last row of the heading, None when no heading was found.
    """

    name: str
    headings: list[Heading]
    heading_rows: tuple[int, int] | None
    rows: list[tuple[int, list]]
    skipped: list[Skipped]
    notes: list[str]
    merges: list[tuple[int, int, int, int]]

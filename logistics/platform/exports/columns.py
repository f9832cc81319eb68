"""What a list looks like as a file: its columns, and the sheet that holds them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "number", "integer", "money", "date", "datetime"]


@dataclass(frozen=True)
class Column:
    """`width` counts half-width characters: a Chinese character takes two."""

    label: str
    width: int = 14
    kind: Kind = "text"


@dataclass(frozen=True)
class Sheet:
    """One list. `filters` is the filter in words, `at` the moment of the export; both are printed under the title."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    filters: str = ""
    at: datetime | None = None

"""A register as paper: how things stood on a day, named by that day."""

from dataclasses import dataclass
from datetime import date

from logistics.platform.printing.models import PrintedPaper


@dataclass(frozen=True)
class OfDay:
    on: date

    @property
    def number(self) -> str:
        return f"{self.on:%Y%m%d}"


def of_day(paper: PrintedPaper) -> OfDay | None:
    """The day a printed register is named by; None for a number that is no day."""
    text = paper.number
    try:
        return OfDay(date(int(text[:4]), int(text[4:6]), int(text[6:8])))
    except ValueError:
        return None

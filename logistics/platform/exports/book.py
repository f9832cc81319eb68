"""An empty Excel report. What writes it is read when somebody asks for one: openpyxl is 15 MB of every worker."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report_book import ReportBook


def report_book() -> "ReportBook":
    from .report_book import ReportBook

    return ReportBook()

"""Report workbooks with a title, bordered tables and charts, for the few reports a person reads in Excel.

Lists go through workbook.py, which streams; this one holds the whole book in memory and suits some hundred rows.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .cells import NUMERIC, clean, is_number, local, words_for
from .columns import Column
from .parts import sheet_name

FACE = "等线"
THIN = Side(style="thin", color="FF9AA0A6")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADING_FILL = PatternFill("solid", fgColor="FFE7F0F5")
COLOURS = ("1B5C7D", "9AA0A6", "D08A1C", "3F9467")
FORMATS = {"money": "#,##0.00", "integer": "#,##0", "number": "General", "date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}


@dataclass(frozen=True)
class PlacedTable:
    """Where a table stands in its sheet; `first` and `last` are its rows without heading and total."""

    sheet: Worksheet
    columns: tuple[Column, ...]
    heading: int
    first: int
    last: int


class ReportBook:
    """A workbook built from the top down: a sheet, its title, then tables, charts and lines of text under each other."""

    def __init__(self):
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.sheet: Worksheet  # the one being filled, from add_sheet on
        self.row = 0

    def add_sheet(self, name: str, title: str, subtitle: str = "", *, landscape: bool = False) -> None:
        """Start a sheet; everything added later goes here. Prints on A4, one page wide, with page numbers."""
        self.sheet = sheet = self.book.create_sheet(sheet_name(name, self.book.sheetnames))
        sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape" if landscape else "portrait"
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        sheet.sheet_view.showGridLines = False
        self._put(1, 1, title).font = Font(FACE, 16, bold=True)
        sheet.row_dimensions[1].height = 28
        self.row = 2
        if subtitle:
            self.add_text(subtitle)

    def add_text(self, text: str, *, bold: bool = False) -> None:
        """One line of text under what is there already."""
        self._put(self.row, 1, text).font = Font(FACE, 11 if bold else 10, bold=bold, color="FF1A222A" if bold else "FF626B74")
        self.row += 1

    def add_table(self, columns: Sequence[Column], rows: Sequence[Sequence], *, caption: str = "", total: Sequence | None = None) -> PlacedTable:
        """A bordered table with its caption above; `total` is one more row in bold, as long as the others."""
        self.row += 1
        if caption:
            self.add_text(caption, bold=True)
        heading = self.row
        for number, column in enumerate(columns, 1):
            letter = get_column_letter(number)
            wide = self.sheet.column_dimensions[letter].width if letter in self.sheet.column_dimensions else 0
            self.sheet.column_dimensions[letter].width = max(column.width, wide)
            self._bordered(heading, number, column.label, column, bold=True).fill = HEADING_FILL
        for row in rows:
            self._add_row(columns, row)
        last = self.row
        if total is not None:
            self._add_row(columns, total, bold=True)
        self.row += 1
        return PlacedTable(self.sheet, tuple(columns), heading, heading + 1, last)

    def add_chart(self, table: PlacedTable, columns: Sequence[int], *, title: str, kind: str = "bars", height: float = 7.5) -> None:
        """A chart of the table's columns (1 is the first; the first column of the table gives the labels). `kind`: bars or lines; height in cm."""
        chart = BarChart() if kind == "bars" else LineChart()
        for index, number in enumerate(columns):
            chart.add_data(Reference(table.sheet, min_col=number, min_row=table.heading, max_row=table.last), titles_from_data=True)
            series = chart.series[index]
            colour = COLOURS[index % len(COLOURS)]
            series.graphicalProperties.line.solidFill = colour
            if kind == "bars":
                series.graphicalProperties.solidFill = colour
            else:
                series.smooth = False
        chart.set_categories(Reference(table.sheet, min_col=1, min_row=table.first, max_row=table.last))
        chart.title, chart.height, chart.width = title, height, 17
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.legend.position = "b"
        self.sheet.add_chart(chart, f"A{self.row + 1}")
        self.row += int(height * 2) + 2

    def content(self) -> bytes:
        """The finished .xlsx file."""
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()

    def _add_row(self, columns: Sequence[Column], row: Sequence, *, bold: bool = False) -> None:
        self.row += 1
        for number, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            self._bordered(self.row, number, value, column, bold=bold)

    def _bordered(self, row: int, column: int, value, described: Column, *, bold: bool):
        cell = self._put(row, column, value)
        cell.border, cell.font = GRID, Font(FACE, 11, bold=bold)
        cell.alignment = Alignment(horizontal="right" if described.kind in NUMERIC else "left", vertical="center", wrap_text=True)
        if cell.data_type in ("n", "d") and described.kind in FORMATS:
            cell.number_format = FORMATS[described.kind]
        return cell

    def _put(self, row: int, column: int, value):
        """Numbers and dates as such; everything else as text that never becomes a formula."""
        cell = self.sheet.cell(row, column)
        if value is None or value == "":
            return cell
        if isinstance(value, datetime):
            cell.value = local(value).replace(tzinfo=None)
        elif is_number(value) or isinstance(value, date):
            cell.value = value
        else:
            cell.value = clean(words_for(value))
            cell.data_type = "s"
        return cell

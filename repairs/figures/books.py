"""The figures as an Excel workbook: one sheet a table, those that are looked at with a chart."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column
from logistics.platform.exports.workbook import XLSX

from .tables import MEASURES, SHORT, TROUBLE_COLUMNS, Table, numbers_of, sheet_columns, sheet_row, short_tables_of, tables_of, trouble_row
from .tallies import Callback, Figures, Line, Trouble

if TYPE_CHECKING:
    from logistics.platform.exports.report_book import ReportBook

TREND = tuple(measure for measure in MEASURES if measure.name in ("reported", "finished", "unfinished", "late", "late_share", "repair", "rating", "cost"))
CHARTED = [2, 5]  # reported and late stand here in both lists of measures


def workbook(figures: Figures, *, title: str, at: datetime, filters: str = "", sentences: Sequence[str] = (), trend: Line = ()) -> bytes:
    """The finished .xlsx file, of the numbers as they were at `at`. A month's report adds its sentences and the months before it."""
    book = report_book()
    said = [f"{figures.since:%Y-%m-%d} 至 {figures.until:%Y-%m-%d}"]
    said += [f"筛选：{filters}"] if filters else []
    said.append(f"数字截至 {timezone.localtime(at):%Y-%m-%d %H:%M}")
    book.add_sheet("总的情况", title, "　".join(said))
    rows = [[number.label, f"{number.value} {number.unit}".strip(), number.note] for number in numbers_of(figures.total)]
    book.add_table([Column("项目", 22), Column("数", 18), Column("说明", 44)], rows)
    _words(book, sentences, figures.advice)
    if trend:
        rows = [sheet_row(span.name, tally, TREND) for span, tally in trend]
        _charted(book, "各月", "各月对照", "月份", rows, TREND)
    for table in tables_of(figures):
        rows, total = [sheet_row(row.name, row.tally) for row in table.rows], sheet_row("合计", table.total)
        _charted(book, table.title, table.title, table.first, rows, MEASURES, total)
    for table in short_tables_of(figures):
        _short(book, table)
    _things(book, figures)
    _troubles(book, figures.repeated, figures.heavy)
    _callback(book, figures.callback)
    return book.content()


def _words(book: "ReportBook", sentences: Sequence[str], advice: Sequence[str]) -> None:
    """Sentences in one wide column, so that they break into lines."""
    if not sentences and not advice:
        return
    book.add_sheet("文字", "情况和建议")
    for label, rows in (("总的情况", sentences), ("建议", advice)):
        if rows:
            book.add_table([Column(label, 96)], [[words] for words in rows])


def _charted(book: "ReportBook", name: str, title: str, first: str, rows: list[list], measures, total: list | None = None) -> None:
    book.add_sheet(name, title, landscape=True)
    table = book.add_table(sheet_columns(first, measures), rows, total=total)
    book.add_chart(table, CHARTED, title="报修和超时（件）")


def _short(book: "ReportBook", table: Table) -> None:
    book.add_sheet(table.title, table.title)
    book.add_table(sheet_columns(table.first, SHORT), [sheet_row(row.name, row.tally, SHORT) for row in table.rows])


def _things(book: "ReportBook", figures: Figures) -> None:
    if figures.things:
        book.add_sheet("按物品", "报得最多的物品")
        book.add_table(
            [Column("物品", 22), Column("报修（件）", 12, "integer"), Column("费用（元）", 13, "money")],
            [[one.name, one.times, one.cost] for one in figures.things],
        )


def _troubles(book: "ReportBook", repeated: Sequence[Trouble], heavy: Sequence[Trouble]) -> None:
    if not repeated and not heavy:
        return
    book.add_sheet("反复故障", "半年内反复坏的和花钱多的", landscape=True)
    for caption, rows in (("反复坏的", repeated), ("花钱多的", heavy)):
        if rows:
            book.add_table(TROUBLE_COLUMNS, [trouble_row(row) for row in rows], caption=caption)


def _callback(book: "ReportBook", callback: Callback) -> None:
    book.add_sheet("验收和回访", "验收和回访", f"验收通过 {callback.accepted} 件，退回 {callback.refused} 件，代签 {callback.proxied} 件")
    columns = [
        Column("日期", 12, "date"),
        Column("单号", 16),
        Column("事由", 28),
        Column("结果", 10),
        Column("评分", 8, "integer"),
        Column("意见", 40),
        Column("签字", 12),
    ]
    rows = [[word.on, word.number, word.title, "通过" if word.is_accepted else "退回", word.rating, word.said, word.by] for word in callback.words]
    book.add_table(columns, rows, caption="退回、代签和评分低的意见")


def workbook_download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response

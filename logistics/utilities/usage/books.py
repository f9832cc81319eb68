"""The figures as an Excel workbook: a sheet for each table, months beside each other with a chart (UTL-02, UTL-05)."""

from collections.abc import Sequence

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .figures import read
from .tables import CHANGE, TEXT, Sheet, tables_of


def workbook(content: dict, *, title: str, until: str, sentences: Sequence[str] = (), more: Sequence[Sheet] = ()) -> bytes:
    """The finished .xlsx file; `until` says of when the numbers are. Every meter is in it."""
    book = report_book()
    sheets = [*tables_of(content, all_meters=True), *more]
    for number, sheet in enumerate(sheets):
        book.add_sheet(sheet.title, title if number == 0 else sheet.title, f"{content['words']}　{until}" if number == 0 else "", landscape=True)
        if number == 0:
            for words in sentences:
                book.add_text(words)
        book.add_table(columns_of(sheet), [list(row) for row in sheet.rows])
        if sheet.note:
            book.add_text(sheet.note)
    if not sheets:
        book.add_sheet("用量", title, f"{content['words']}　{until}")
        book.add_text("这段时间还没有表计和读数。")
    _months(book, content)
    return book.content()


def columns_of(sheet: Sheet) -> list[Column]:
    """Changes are percent, and say so in their heading."""
    return [Column(head.label if head.kind != CHANGE else f"{head.label}（%）", head.width, "text" if head.kind == TEXT else "number") for head in sheet.heads]


def _months(book, content: dict) -> None:
    trend, names = content["trend"], {row["medium"]: f"{row['name']}（{row['unit']}）" for row in content["media"]}
    if not names:
        return
    book.add_sheet("各月", "各月用量", "空着的月份读数不全")
    columns = [Column("月份", 12), *(Column(names[medium], 14, "number") for medium in names)]
    rows = [[month, *(read(trend["lines"][medium][n]) for medium in names)] for n, month in enumerate(trend["months"])]
    table = book.add_table(columns, rows)
    for number, medium in enumerate(names, 2):
        book.add_chart(table, [number], title=names[medium], height=6)

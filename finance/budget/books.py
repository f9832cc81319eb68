"""预算执行表 as a workbook in the customary columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .execution import Execution, Row

if TYPE_CHECKING:
    from logistics.platform.exports.report_book import ReportBook

FIGURES = (
    Column("年初预算", 15, "money"), Column("调整", 14, "money"), Column("调整后预算", 15, "money"), Column("本月支出", 14, "money"),
    Column("累计支出", 15, "money"), Column("已占用", 14, "money"), Column("可用", 15, "money"), Column("执行率", 9),
)  # fmt: skip


def figures_of(row: Row) -> list:
    """The row's numbers in the order of the columns."""
    rate = "" if row.rate is None else f"{row.rate}%"
    return [row.opening, row.changes, row.allotment, row.month, row.spent, row.held, row.available, rate]


def workbook(found: Execution, *, school: str, at: datetime) -> bytes:
    """The finished .xlsx file: by item as on paper, then by department, fund and month, each with its chart."""
    book = report_book()
    said = f"{school}　截至 {found.until:%Y-%m-%d}　单位：元　{timezone.localtime(at):%Y-%m-%d %H:%M} 出表"
    book.add_sheet("按科目", f"{found.name}预算执行表", said, landscape=True)
    columns = [Column("科目编码", 11), Column("科目", 22), *FIGURES]
    book.add_table(columns, [[row.code, row.name, *figures_of(row)] for row in found.items], total=["", "合计", *figures_of(found.total)])
    for name, rows in (("按部门", found.departments), ("按经费", found.funds)):
        _charted(book, found, name, rows)
    book.add_sheet("按月", f"{found.year.year}年各月支出")
    months = [[span.name, span.spent, span.total, "" if span.rate is None else f"{span.rate}%"] for span in found.months]
    table = book.add_table([Column("月份", 12), Column("本月支出", 16, "money"), Column("累计支出", 16, "money"), Column("执行率", 10)], months)
    book.add_chart(table, [2], title="各月支出（元）")
    if found.terms:
        terms = [[span.name, span.spent] for span in found.terms]
        book.add_table([Column("学期", 22), Column("支出", 16, "money")], terms, caption="按学期")
    return book.content()


def _charted(book: "ReportBook", found: Execution, name: str, rows: Sequence[Row]) -> None:
    book.add_sheet(name, f"{found.name}预算执行表（{name}）", landscape=True)
    table = book.add_table([Column(name[1:], 22), *FIGURES], [[row.name, *figures_of(row)] for row in rows], total=["合计", *figures_of(found.total)])
    book.add_chart(table, [4, 6], title="调整后预算和累计支出（元）")

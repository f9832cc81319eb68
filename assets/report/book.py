"""A report upward as a workbook."""

from assets.card.statement import Row, Sums
from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .figures import read
from .models import AssetReport

FIVE = (Column("卡片", 8, "integer"), Column("数量", 9, "integer"), Column("原值", 16, "money"), Column("累计折旧", 16, "money"), Column("净值", 16, "money"))
PERIOD = (
    Column("期初数量", 10, "integer"), Column("期初原值", 16, "money"), Column("增加数量", 10, "integer"), Column("增加原值", 16, "money"),
    Column("减少数量", 10, "integer"), Column("减少原值", 16, "money"), Column("内部调整", 14, "money"),
)  # fmt: skip


def five(sums: Sums, sign: int = 1) -> list:
    return [sign * sums.cards, sign * sums.quantity, sign * sums.cost, sign * sums.depreciation, sign * sums.net]


def whole(row: Row) -> list:
    period = [row.before.quantity, row.before.cost, row.more.quantity, row.more.cost, -row.less.quantity, -row.less.cost, row.moved.cost]
    return [*period, *five(row.after)]


def workbook(report: AssetReport, *, school: str) -> bytes:
    """The finished .xlsx file."""
    found, book = read(report.figures), report_book()
    said = f"{school}　{report.since} 至 {report.until}　单位：元"
    book.add_sheet("总表", f"资产{report.get_kind_display()}", said, landscape=True)
    heads = [Column("大类", 22), *PERIOD, *FIVE]
    book.add_table(heads, [[row.name, *whole(row)] for row in found.kinds], total=["合计", *whole(found.total)])
    for caption, rows, sign in (("增加", found.more, 1), ("减少", found.less, -1)):
        if rows:
            book.add_table([Column("类型", 22), *FIVE], [[label, *five(sums, sign)] for label, sums in rows], caption=caption)
    if found.watched:
        rows = [[f"{status}　{kind}", *five(sums)] for status, kind, sums in found.watched]
        book.add_table([Column("使用状况", 22), *FIVE], rows, caption="闲置和待处置（取数那天）")
    for line in report.words.splitlines():
        book.add_text(line)
    book.add_sheet("按类别", f"资产{report.get_kind_display()}（按类别）", said, landscape=True)
    book.add_table([Column("代码", 13), Column("类别", 28), *PERIOD, *FIVE], [[row.code, row.name, *whole(row)] for row in found.classes])
    return book.content()

"""资产台账 as a workbook."""

from datetime import datetime

from django.utils import timezone

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .statement import Row, Statement, Sums

STATE = (
    Column("卡片", 8, "integer"), Column("数量", 9, "integer"), Column("原值", 16, "money"), Column("累计折旧", 16, "money"), Column("净值", 16, "money"),
)  # fmt: skip
PERIOD = (
    Column("期初数量", 9, "integer"), Column("期初原值", 16, "money"), Column("增加数量", 9, "integer"), Column("增加原值", 15, "money"),
    Column("减少数量", 9, "integer"), Column("减少原值", 15, "money"), Column("内部调整", 15, "money"),
)  # fmt: skip


def state_of(sums: Sums) -> list:
    return [sums.cards, sums.quantity, sums.cost, sums.depreciation, sums.net]


def figures_of(row: Row, found: Statement) -> list:
    """The row's numbers in the order of the columns."""
    if found.since is None:
        return state_of(row.after)
    period = [row.before.quantity, row.before.cost, row.more.quantity, row.more.cost, -row.less.quantity, -row.less.cost, row.moved.cost]
    return [*period, *state_of(row.after)]


def workbook(found: Statement, *, school: str, at: datetime) -> bytes:
    """The finished .xlsx file."""
    book = report_book()
    days = f"{found.since} 至 {found.until}" if found.since else f"截至 {found.until}"
    said = f"{school}　{days}　单位：元　{timezone.localtime(at):%Y-%m-%d %H:%M} 出表"
    heads = [Column("代码", 13), Column(found.by_label, 30), *(PERIOD if found.since else ()), *STATE]
    book.add_sheet("台账", "资产增减变动表" if found.since else "资产台账", said, landscape=True)
    rows = [[row.code, row.name, *figures_of(row, found)] for row in found.rows]
    book.add_table(heads, rows, total=["", "合计", *figures_of(found.total, found)])
    if found.kinds:
        book.add_table([Column("增减类型", 16), *STATE[:4]], [[label, *state_of(sums)[:4]] for label, sums in found.kinds], caption="按增减类型")
    if found.idle.cards:
        book.add_table([Column("闲置", 16), *STATE], [["现在闲置", *state_of(found.idle)]], caption="闲置资产")
    return book.content()

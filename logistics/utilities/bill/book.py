"""The year's costs as a workbook (UTL-07)."""

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .ledger import Ledger
from .models import UNIT_OF, month_words


def money(label: str, width: int = 14) -> Column:
    return Column(label, width, "money")


def workbook(found: Ledger, *, school: str) -> bytes:
    """The finished .xlsx file: months, kinds beside last year, departments."""
    book = report_book()
    book.add_sheet("费用台账", f"{found.year}年能源和公用费用台账", f"{school}　单位：元", landscape=True)
    heads = [Column("月份", 14), *(money(kind.label) for kind in found.kinds), money("合计"), money("去年同月"), Column("比去年", 10)]
    rows = [[month_words(row.month), *row.amounts, row.total, row.before, row.change_words] for row in found.months]
    table = book.add_table(heads, rows, total=["合计", *found.sums, found.total, found.before, found.change_words])
    if found.kinds:
        book.add_chart(table, [len(found.kinds) + 2, len(found.kinds) + 3], title="各月费用，和去年比")
    book.add_text(found.sentence)
    book.add_sheet("按种类", f"{found.year}年各种费用，去年算到同一个月", f"{school}　到 {found.until} 月" if found.until else school, landscape=True)
    kinds = [
        Column("费用", 16),
        Column("用量", 14, "number"),
        Column("单位", 8),
        money("金额"),
        Column("去年用量", 14, "number"),
        money("去年金额"),
        Column("比去年", 10),
    ]
    book.add_table(
        kinds,
        [[row.kind.label, row.quantity, UNIT_OF.get(row.kind, ""), row.amount, row.before_quantity, row.before, row.change_words] for row in found.by_kind],
    )
    book.add_sheet("按部门", f"{found.year}年各部门分摊", f"{school}　只算已经核对的账单　单位：元", landscape=True)
    shared = [kind for kind in found.kinds if any(kind.value in one.by_kind for one in found.departments)]
    heads = [Column("部门", 20), *(money(kind.label) for kind in shared), money("合计")]
    book.add_table(heads, [[one.department, *(one.by_kind.get(kind.value) for kind in shared), one.amount] for one in found.departments])
    return book.content()

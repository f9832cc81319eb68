"""The month's statement as a workbook, with the entries it was made of."""

from typing import TYPE_CHECKING

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .figures import excess_of
from .models import AccountEntry, AccountStatement, month_words
from .prints import tables_of

if TYPE_CHECKING:
    from logistics.platform.exports.report_book import ReportBook


def column(label: str, width: int = 14) -> Column:
    return Column(label, width, "money")


def workbook(statement: AccountStatement, *, school: str) -> bytes:
    """The finished .xlsx file."""
    found, book = tables_of(statement.content), report_book()
    book.add_sheet("月报", f"{month_words(statement.month)}伙食收支明细表", f"{school}　单位：元", landscape=True)
    _costs(book, found)
    _books(book, found)
    _people(book, found)
    for line in filter(None, [*found["remarks"], excess_of(statement.content), statement.measure, statement.note]):
        book.add_text(line)
    if found["doubts"]:
        rows = [[one["where"], one["words"], one["says"], one["counted"], one["difference"]] for one in found["doubts"]]
        heads = [Column("在哪里", 22), Column("哪里对不上", 40), Column("表上写的", 14), Column("算出来的", 14), Column("差额", 12)]
        book.add_table(heads, rows, caption="表里对不上的（数字照原表，没有改）")
    if not statement.from_file:
        _entries(book, statement)
    return book.content()


def _costs(book: "ReportBook", found: dict) -> None:
    heads = [Column("支出项目", 22), column("上月底库存"), column("本月账面支出"), column("本月实际支出"), column("本月底库存"), column("本年累计")]
    names = ("opening", "bought", "actual", "closing", "year")
    rows = [[row["name"], *(row.get(name) for name in names)] for row in found["rows"]]
    book.add_table(heads, rows, caption="支出", total=["小计", *(found["total"].get(name) for name in names)])
    rows = [[row["name"], row["actual"], row.get("year")] for row in found["incomes"]]
    book.add_table(
        [Column("收入项目", 22), column("本月"), column("本年累计")], rows, caption="收入", total=["合计", found["income_total"], found["income_year"] or None]
    )


def _books(book: "ReportBook", found: dict) -> None:
    heads = [
        Column("账", 22), column("上月累计结余"), column("本月收入"), column("本月支出"), column("本月结余"), column("累计结余"), Column("本月盈亏率", 14),
        Column("累计盈亏率", 14),
    ]  # fmt: skip
    names = ("opening", "income", "spent", "surplus", "balance")
    rows = [[one["name"], *(one[name] for name in names), *(f"{one[rate]}%" if one[rate] else "" for rate in ("rate", "total_rate"))] for one in found["books"]]
    book.add_table(heads, rows, caption="结存（师生分开）")


def _people(book: "ReportBook", found: dict) -> None:
    if not found["heads"]:
        return
    heads = [Column("餐次", 22), Column("供餐（餐）", 12, "integer"), Column("用餐（人次）", 14, "integer"), column("食材出库"), column("每人每餐食材")]
    book.add_table(heads, [[row["name"], row["served"], row["heads"], row["food"], row["each"]] for row in found["meals"]], caption="用餐和成本")
    people, cost = found["heads"], found["cost"]
    if people["total"]:
        book.add_text(
            f"供餐 {people['days']} 天，{people['total']:,} 人次（学生 {people['pupils']:,}，教职工 {people['staff']:,}，其他 {people['guests']:,}）。"
        )
        book.add_text(f"每人每餐成本 {cost['whole']} 元，其中食材 {cost['food']} 元。")


def _entries(book: "ReportBook", statement: AccountStatement) -> None:
    heads = [Column("日期", 12, "date"), Column("项目", 18), Column("哪本账", 16), Column("摘要", 44), Column("凭证号", 14), column("收入"), column("支出")]
    rows = []
    for entry in AccountEntry.objects.filter(on__range=(statement.month, statement.last_on)).order_by("on", "pk"):
        amounts = [entry.amount, None] if entry.side != "支出" else [None, entry.amount]
        rows.append([entry.on, entry.get_purpose_display(), entry.get_book_display(), entry.summary, entry.voucher, *amounts])
    book.add_sheet("收支流水", f"{month_words(statement.month)}伙食账", "单位：元", landscape=True)
    book.add_table(heads, rows)

"""The statement in plain sentences: for the board and the public page, from the frozen content alone."""

from decimal import Decimal

from .figures import book_of, excess_of, remarks_of
from .models import AccountStatement, Book


def money_words(text: str | None) -> str:
    """A table from a file may not say."""
    return f"{Decimal(text):,.2f}".replace("-", "−") if text else "（表上没有写）"


def post_text(statement: AccountStatement) -> str:
    """One paragraph a line; the whole table is attached."""
    content = statement.content
    heads, cost = content.get("heads", {}), content.get("cost", {})
    lines = [f"{statement}。单位：元。完整的表见附件。"]
    shown = [book for book in content["books"] if book["key"] == Book.PUPIL or any(Decimal(book[name] or 0) for name in ("opening", "income", "spent"))]
    lines += [book_words(book) for book in shown]
    lines += [f"收入：{listed(content['incomes'])}。", f"支出：{listed(content['rows'])}。"]
    if heads.get("total"):
        lines.append(f"供餐 {heads['days']} 天，{heads['total']:,} 人次，平均每人每餐成本 {cost['whole']}，其中食材 {cost['food']}。")
    lines += remarks_of(content)
    if excess := excess_of(content):
        lines.append(f"{excess}{statement.measure}")
    lines += [statement.note] if statement.note else []
    return "\n".join([*lines, "伙食费单独核算、专款专用，师生分开。对哪一笔有疑问，请在下面提问，学校会答复。"])[:9900]


def listed(rows: list[dict]) -> str:
    return "；".join(f"{row['name']} {money_words(row['actual'])}" for row in rows if Decimal(row["actual"] or 0)) or "这个月没有"


def book_words(book: dict) -> str:
    names = (("上月累计结余", "opening"), ("本月收入", "income"), ("本月支出", "spent"), ("本月结余", "surplus"), ("累计结余", "balance"))
    return f"{book['name']}：" + "，".join(f"{label} {money_words(book[name])}" for label, name in names) + "。"


def one_line(statement: AccountStatement) -> str:
    """收入 32,248.70 元，支出 31,494.50 元，累计结余 886.09 元: of the pupils' book."""
    book = book_of(statement.content, Book.PUPIL)
    return f"收入 {money_words(book.get('income'))} 元，支出 {money_words(book.get('spent'))} 元，累计结余 {money_words(book.get('balance'))} 元"

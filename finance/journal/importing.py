"""Bank statements from the bank's own Excel file: one column with signs, or one for each side (FIN-11)."""

from collections.abc import Sequence
from datetime import datetime

from finance.money import MOST
from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import yuan
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation

from .models import BankStatement, Side, StatementLine, StatementState
from .queries import WRITE, month_end, statements_visible_to
from .statement_rules import add_line, remove_line


def resolve(rows: list[Row], *, user, into: int) -> None:
    """One amount and its side out of the bank's columns; a day of another month is a problem."""
    statement = BankStatement.objects.filter(pk=into).first()
    known = list(StatementLine.objects.filter(statement=into).values_list("on", "side", "amount", "summary"))
    for row in rows:
        income, outgo = row.values.pop("income", None) or 0, row.values.pop("outgo", None) or 0
        if bool(income) == bool(outgo):
            row.refuse("outgo" if income else "income", "收入和支出填一个，另一个空着。")
            continue
        row.values |= {"side": Side.IN if income else Side.OUT, "amount": income or outgo}
        on = row.values.get("on")
        if statement and on and not statement.month <= on <= month_end(statement.month):
            row.refuse("on", f"这是 {statement.month.year}年{statement.month.month}月的对账单，日期要在这个月里。")
        key = (on, row.values["side"], row.values["amount"], row.values.get("summary", ""))
        if key in known:
            known.remove(key)
            row.refuse("income" if income else "outgo", "这一笔已经在对账单里了。请去掉这一行。")


def open_statements(user) -> list[tuple[int, str]]:
    return [(statement.pk, str(statement)) for statement in statements_visible_to(user).filter(state=StatementState.OPEN)]


@rule
def import_lines(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[StatementLine]:
    """Put the rows on the statement, each by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    statement = BankStatement.objects.filter(pk=into).first()
    if statement is None:
        raise RuleViolation("要导入的对账单没有了，请重新选。", field="into")
    return one_by_one(rows, lambda row: add_line(actor=actor, at=at, record=statement, **row))


@rule
def take_back(*, actor, at: datetime, record: StatementLine) -> None:
    remove_line(actor=actor, at=at, record=record.statement, line=record)


BANK_LINES = ImportTarget(
    key="finance-bank",
    label="银行对账单",
    permission=WRITE,
    model="finance.StatementLine",
    icon="scale",
    help="从网上银行下载的明细。先在「银行对账」里登记月份和余额，再把明细导进去。",
    after="请到对账单里自动对账，再看对不上的。",
    into=Into("对账单", open_statements),
    columns=(
        ImportColumn("on", "日期", day(), required=True, aliases=("交易日期", "记账日期", "入账日期", "交易时间"), example="2026-10-08"),
        ImportColumn("summary", "摘要", text(120), aliases=("用途", "附言", "交易摘要", "备注"), example="付电费"),
        ImportColumn("counterparty", "对方", text(80), aliases=("对方户名", "对方名称", "对方账户名称", "收付款人", "交易对手"), example="市供电公司"),
        ImportColumn("income", "收入", yuan(least=0, most=MOST), unit="元", aliases=("贷方", "贷方发生额", "收入金额", "存入", "转入"), numeric=True, example=""),
        ImportColumn(
            "outgo", "支出", yuan(least=0, most=MOST), unit="元", aliases=("借方", "借方发生额", "支出金额", "支取", "转出"), numeric=True, example="8640.50"
        ),
    ),
    resolve=resolve,
    create=import_lines,
    remove=take_back,
)  # fmt: skip

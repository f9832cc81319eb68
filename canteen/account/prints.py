"""膳食收支月报 in the customary columns, from the frozen content alone (CAN-13, GEN-04)."""

from decimal import Decimal

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .figures import excess_of, remarks_of
from .models import AccountStatement, StatementState, month_words

SUMS = {"opening", "bought", "actual", "closing", "year", "income", "spent", "surplus", "balance", "food", "each", "whole", "food_sum", "whole_sum"}


def numbers(row: dict) -> dict:
    """The row with its texts of yuan as Decimals, None where the table says nothing."""
    return {name: (Decimal(value) if value else None) if name in SUMS and isinstance(value, str) else value for name, value in row.items()}


def tables_of(content: dict) -> dict:
    """Content as templates and workbook read it; a table from a file has no people and no year."""
    people = {name: f"{count:,}" for name, count in content.get("heads", {}).items()}
    return {
        "people": people,
        "remarks": remarks_of(content),
        "rows": [numbers(row) for row in content.get("rows", [])],
        "total": numbers(content.get("total", {})),
        "incomes": [numbers(row) for row in content.get("incomes", [])],
        "income_total": sum((Decimal(row["actual"] or 0) for row in content.get("incomes", [])), Decimal(0)),
        "income_year": sum((Decimal(row.get("year") or 0) for row in content.get("incomes", [])), Decimal(0)),
        "books": [numbers(book) for book in content.get("books", [])],
        "heads": content.get("heads", {}),
        "cost": numbers(content.get("cost", {})),
        "meals": [numbers(row) | {"people": f"{row['heads']:,}"} for row in content.get("meals", [])],
        "cap": content.get("cap", ""),
        "doubts": content.get("doubts", []),
    }


def statement_sheet(statement: AccountStatement, user) -> dict:
    return tables_of(statement.content) | {
        "heading": f"{month_words(statement.month)}伙食收支明细表",
        "on": full_day(statement.last_on),
        "excess": excess_of(statement.content),
        "measure": statement.measure,
        "note": statement.note,
        "from_file": statement.from_file,
        "maker": statement.sent_by.name if statement.sent_by else "",
        "signer": statement.signed_by.name if statement.signed_by else "",
        "signed_on": full_day(statement.signed_at) if statement.signed_at else "",
    }


def check_frozen(user, statement: AccountStatement) -> None:
    if not statement.content or statement.state == StatementState.VOID:
        raise RuleViolation("还在编制，送签以后才能打印和下载。" if statement.state == StatementState.DRAFT else "作废的表不能打印。")


STATEMENT_SHEET = PrintDocument(
    kind="canteen.accountstatement",
    title="伙食收支明细表",
    template="print/canteen/account.html",
    context=statement_sheet,
    number=lambda statement: f"HSB-{statement.month:%Y%m}",
    check=check_frozen,
)

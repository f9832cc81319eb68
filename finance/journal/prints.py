"""Day books, 现金盘点表 and 银行存款余额调节表 in their customary forms (FIN-11, GEN-04)."""

from datetime import date
from decimal import Decimal

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .close_rules import PIECES
from .models import BankStatement, CashAccount, DayClose, DayEntry
from .queries import month_of
from .reconciliation import reconcile


def book_sheet(account: CashAccount, user) -> dict:
    """The day book of `account.asked_month`."""
    found = month_of(account, account.asked_month)
    return {
        "heading": account.book,
        "month": f"{found.month.year}年{found.month.month}月",
        "year": found.month.year,
        "account": account.name,
        "bank": account.bank,
        "account_number": account.number,
        "is_cash": account.is_cash,
        "opening": found.opening,
        "days": [
            {"entries": [_entry(entry) for entry in day.entries], "on": f"{day.on:%m-%d}", "income": day.income, "outgo": day.outgo, "balance": day.balance}
            for day in found.days
        ],
        "income": found.income,
        "outgo": found.outgo,
        "balance": found.balance,
        "year_income": found.year_income,
        "year_outgo": found.year_outgo,
    }


def _entry(entry: DayEntry) -> dict:
    return {
        "month": entry.on.month,
        "day": entry.on.day,
        "voucher": entry.voucher,
        "summary": entry.summary,
        "counterparty": entry.counterparty,
        "income": entry.income,
        "outgo": entry.outgo,
        "balance": entry.balance,
        "is_red": entry.amount < 0,
        "by": entry.by.name,
        "reviewer": entry.reviewed_by.name if entry.reviewed_by else "",
    }


def number_of(account: CashAccount) -> str:
    return f"{account.asked_month:%Y-%m}"


def account_of(paper: PrintedPaper) -> CashAccount | None:
    account = CashAccount.objects.filter(pk=paper.record_id).first()
    if account:
        year, month = paper.number.split("-")
        account.asked_month = date(int(year), int(month), 1)
    return account


def count_sheet(close: DayClose, user) -> dict:
    """What was counted on the day, by denomination where it was counted so."""
    pieces = [(name, close.pieces.get(name, 0), Decimal(name) * close.pieces.get(name, 0)) for name in PIECES] if close.pieces else []
    return {
        "account": close.account.name,
        "is_cash": close.account.is_cash,
        "on": full_day(close.on),
        "income": close.income,
        "outgo": close.outgo,
        "balance": close.balance,
        "counted": close.counted,
        "difference": close.difference,
        "explanation": close.explanation,
        "pieces": [{"name": name, "count": count, "sum": amount} for name, count, amount in pieces],
        "cashier": close.closed_by.name,
    }


def reconciliation_sheet(statement: BankStatement, user) -> dict:
    """Both balances and the lines between them."""
    found = reconcile(statement)

    def listed(rows) -> list[dict]:
        return [{"on": full_day(row.on), "summary": row.summary or row.counterparty, "amount": row.amount} for row in rows]

    return {
        "account": statement.account.name,
        "bank": statement.account.bank,
        "account_number": statement.account.number,
        "until": full_day(found.until),
        "book": found.book,
        "bank_balance": found.bank,
        "book_in": listed(found.book_in),
        "book_out": listed(found.book_out),
        "bank_in": listed(found.bank_in),
        "bank_out": listed(found.bank_out),
        "book_after": found.book_after,
        "bank_after": found.bank_after,
        "difference": found.difference,
        "maker": statement.balanced_by.name if statement.balanced_by else "",
        "made_on": full_day(statement.balanced_at),
    }


BOOK_SHEET = PrintDocument(
    kind="finance.cashaccount.book",
    title="日记账",
    template="print/finance/day_book.html",
    context=book_sheet,
    number=number_of,
    find=account_of,
)
COUNT_SHEET = PrintDocument(
    kind="finance.dayclose",
    title="日清表",
    template="print/finance/day_close.html",
    context=count_sheet,
    number=lambda close: f"{close.on:%Y-%m-%d}",
)
RECONCILIATION_SHEET = PrintDocument(
    kind="finance.bankstatement",
    title="银行存款余额调节表",
    template="print/finance/reconciliation.html",
    context=reconciliation_sheet,
    number=lambda statement: f"{statement.month:%Y-%m}",
)

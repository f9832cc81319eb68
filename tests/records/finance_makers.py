"""One row of every kind of record of finance."""

from datetime import date
from decimal import Decimal

from finance.budget.change_rules import create_change
from finance.budget.models import BudgetLine, BudgetYear
from finance.budget.pages import FUNDS, ITEMS
from finance.budget.rules import spend
from finance.budget.year_rules import create_line, create_year, open_year
from finance.journal.close_rules import close_day, close_month
from finance.journal.models import CashAccount
from finance.journal.rules import save_account, write_entry
from finance.journal.statement_rules import add_line, create_statement
from finance.purchase.rules import create_request, update_request
from logistics.platform.kernel.ref import ref
from logistics.platform.org.models import Department
from tests.conftest import NOW
from tests.records import acceptance_makers, claim_makers, contract_makers, order_makers

TODAY, OCTOBER = date(2026, 11, 18), date(2026, 10, 1)  # the day of NOW, and the month before


def item(school, n: int):
    return ITEMS.create(actor=school.cast.accountant, at=NOW, code=str(40000 + n), name=f"科目{n}", scheme="department", since_year=2025, is_active=True)


def fund(school, n: int):
    return FUNDS.create(actor=school.cast.accountant, at=NOW, name=f"第{n}号经费", is_special=False, purpose="", codes="", order=n)


def line(school, n: int) -> BudgetLine:
    year = BudgetYear.objects.filter(year=2026).first() or create_year(actor=school.cast.accountant, at=NOW, year=2026)
    given = {"department": Department.objects.get(name="总务处"), "item": item(school, n + 500), "fund": fund(school, n + 500), "allotment": Decimal(1000)}
    return create_line(actor=school.cast.accountant, at=NOW, year=year, **given)


def running(school, record: BudgetLine) -> BudgetLine:
    """The line with its year in force."""
    year = BudgetYear.objects.get(pk=record.year_id)
    if year.state == "draft":
        open_year(actor=school.cast.principal, at=NOW, record=year)
    return BudgetLine.objects.get(pk=record.pk)


def spend_more(school, record, n: int) -> None:
    spend(actor=school.cast.cashier, at=NOW, line=running(school, record), amount=Decimal(n), document=ref(record))


def on_year(school, record, n: int) -> None:
    given = {"department": Department.objects.get(name="总务处"), "item": item(school, n + 50), "fund": fund(school, n + 50), "allotment": Decimal(9)}
    create_line(actor=school.cast.accountant, at=NOW, year=record, **given)


def change(school, n: int):
    known = BudgetLine.objects.first() or line(school, 900)
    return create_change(actor=school.cast.accountant, at=NOW, kind="adjust", line=running(school, known), amount=Decimal(n), reason=f"第{n}次追加")


def account(school, n: int, kind: str = "cash") -> CashAccount:
    given = {"bank": "建设银行", "number": f"6222{n}"} if kind == "bank" else {}
    return save_account(actor=school.cast.accountant, at=NOW, name=f"{kind}{n}", kind=kind, opened_on=OCTOBER, opening=Decimal(100), **given)


def entry(school, n: int):
    used = CashAccount.objects.filter(name="cash900").first() or account(school, 900)
    return write_more(school, used, n)


def write_more(school, record, n: int):
    return write_entry(actor=school.cast.cashier, at=NOW, account=record, on=TODAY, side="in", amount=Decimal(n), summary=f"第{n}笔")


def statement(school, n: int):
    return create_statement(actor=school.cast.cashier, at=NOW, account=account(school, n + 100, "bank"), month=OCTOBER, balance=Decimal(100))


def add_bank_line(school, record, n: int) -> None:
    add_line(actor=school.cast.cashier, at=NOW, record=record, on=OCTOBER, side="in", amount=Decimal(n), summary=f"第{n}笔")


def purchase(school, n: int):
    """A draft of the accountant's on a running line."""
    budget_line = running(school, BudgetLine.objects.first() or line(school, 400))
    given = {"department": Department.objects.get(name="总务处"), "reason": f"第{n}次用", "lines": [purchase_row(budget_line, n)]}
    return create_request(actor=school.cast.accountant, at=NOW, title=f"第{n}样东西", **given)


def purchase_row(budget_line, n: int) -> dict:
    return {"name": f"东西{n}", "unit": "件", "quantity": Decimal(n), "price": Decimal(1), "budget_line": budget_line, "destination": "store"}


def on_purchase(school, record, n: int) -> None:
    """One more line."""
    budget_line = record.lines.first().budget_line
    lines = [purchase_row(budget_line, m) for m in range(1, n + 2)]
    update_request(actor=school.cast.accountant, at=NOW, record=record, title=record.title, department=record.department, reason=record.reason, lines=lines)


MAKERS = {
    **contract_makers.MAKERS,
    **acceptance_makers.MAKERS,
    **claim_makers.MAKERS,
    **order_makers.MAKERS,
    "finance.purchaserequest": purchase,
    "finance.budgetitem": item,
    "finance.fund": fund,
    "finance.budgetyear": lambda school, n: create_year(actor=school.cast.accountant, at=NOW, year=2030 + n),
    "finance.budgetline": line,
    "finance.budgetchange": change,
    "finance.cashaccount": account,
    "finance.dayentry": entry,
    "finance.dayclose": lambda school, n: close_day(actor=school.cast.cashier, at=NOW, account=account(school, n + 200), on=TODAY, counted=Decimal(100)),
    "finance.monthclose": lambda school, n: close_month(actor=school.cast.accountant, at=NOW, account=account(school, n + 300), month=OCTOBER),
    "finance.bankstatement": statement,
}
GROWERS = {
    **contract_makers.GROWERS,
    **acceptance_makers.GROWERS,
    **claim_makers.GROWERS,
    **order_makers.GROWERS,
    "finance.purchaserequest": on_purchase,
    "finance.budgetline": spend_more,
    "finance.budgetyear": on_year,
    "finance.cashaccount": write_more,
    "finance.bankstatement": add_bank_line,
}

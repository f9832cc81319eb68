"""Every table of the finance app, gathered for Django."""

from .budget.models import BudgetChange, BudgetEntry, BudgetItem, BudgetLine, BudgetYear, Fund
from .journal.models import BankStatement, CashAccount, DayClose, DayEntry, MonthClose, StatementLine

__all__ = [
    "BankStatement", "BudgetChange", "BudgetEntry", "BudgetItem", "BudgetLine", "BudgetYear", "CashAccount", "DayClose", "DayEntry", "Fund", "MonthClose",
    "StatementLine",
]  # fmt: skip

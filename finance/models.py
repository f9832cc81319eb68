"""Every table of the finance app, gathered for Django."""

from .budget.models import BudgetChange, BudgetEntry, BudgetItem, BudgetLine, BudgetYear, Fund
from .journal.models import BankStatement, CashAccount, DayClose, DayEntry, MonthClose, StatementLine
from .order.models import OrderLine, PurchaseOrder
from .purchase.models import PurchaseRequest, RequestLine

__all__ = [
    "BankStatement", "BudgetChange", "BudgetEntry", "BudgetItem", "BudgetLine", "BudgetYear", "CashAccount", "DayClose", "DayEntry", "Fund", "MonthClose",
    "OrderLine", "PurchaseOrder", "PurchaseRequest", "RequestLine", "StatementLine",
]  # fmt: skip

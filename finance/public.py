"""All that other apps may use of finance."""

from .budget.models import BudgetLine
from .budget.queries import available, usable_lines
from .budget.rules import check_fund_allows, check_use, commit, holding, refund, release, reserve, spend
from .journal.queries import open_accounts
from .journal.rules import write_entry

__all__ = [
    "BudgetLine", "available", "check_fund_allows", "check_use", "commit", "holding", "open_accounts", "refund", "release", "reserve", "spend",
    "usable_lines", "write_entry",
]  # fmt: skip

"""All that other apps may use of finance."""

from .acceptance import receivers
from .acceptance.correction_rules import take_waiting
from .acceptance.models import AcceptanceLine
from .acceptance.queries import acceptances_of, accepted_amount
from .acceptance.receivers import Received
from .budget.models import BudgetLine
from .budget.queries import available, usable_lines
from .budget.rules import check_fund_allows, check_use, commit, holding, refund, release, reserve, spend
from .journal.queries import open_accounts
from .journal.rules import write_entry
from .purchase.models import Destination, PurchaseRequest
from .purchase.queries import requests_from
from .purchase.rules import check_can_file as check_can_purchase
from .purchase.sources import department_of, panel_rows, propose_purchase

__all__ = [
    "AcceptanceLine", "BudgetLine", "Destination", "PurchaseRequest", "Received", "acceptances_of", "accepted_amount", "available",
    "check_can_purchase", "check_fund_allows", "check_use", "commit", "department_of", "holding", "open_accounts", "panel_rows", "propose_purchase", "receivers",
    "refund", "release", "requests_from", "reserve", "spend", "take_waiting", "usable_lines", "write_entry",
]  # fmt: skip

"""All that other apps may use of finance."""

from .acceptance import receivers
from .acceptance.correction_rules import hand_back, take_line_with, take_waiting
from .acceptance.models import Acceptance, AcceptanceLine
from .acceptance.queries import acceptances_of, accepted_amount, standing_lines
from .acceptance.receivers import NotNow, Received
from .budget.models import BudgetLine
from .budget.queries import available, usable_lines
from .budget.rules import check_fund_allows, check_use, commit, holding, refund, release, reserve, spend
from .fee.queries import MealMoney, meal_money
from .journal.models import Side
from .journal.queries import open_accounts
from .journal.rules import Keeper as EntryKeeper
from .journal.rules import keepers as entry_keepers
from .journal.rules import write_entry
from .purchase.models import Destination, PurchaseRequest
from .purchase.queries import requests_from
from .purchase.rules import check_can_file as check_can_purchase
from .purchase.sources import department_of, panel_rows, propose_purchase
from .thread import papers_of, thread_panel

__all__ = [
    "Acceptance", "AcceptanceLine", "BudgetLine", "Destination", "EntryKeeper", "MealMoney", "NotNow", "PurchaseRequest", "Received", "Side", "acceptances_of", "accepted_amount", "available",
    "check_can_purchase", "check_fund_allows", "check_use", "commit", "department_of", "entry_keepers", "hand_back", "holding", "meal_money", "open_accounts", "panel_rows", "papers_of", "propose_purchase", "receivers",
    "refund", "release", "requests_from", "reserve", "spend", "standing_lines", "take_line_with", "take_waiting", "thread_panel", "usable_lines", "write_entry",
]  # fmt: skip

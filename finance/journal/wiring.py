"""What the folder journal registers with the platform."""

from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.imports import targets
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import Limit
from logistics.platform.notices import subjects
from logistics.platform.printing import documents
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL = Scope.ALL
LIMITS = [
    Limit("finance.cash.limit", "库存现金限额", "元", 5000, floor=0, ceiling=100000, group="经费", help="由开户银行核定。超过时告诉出纳和会计，当天送存。"),
    Limit("finance.journal.match_days", "银行对账相差几天算同一笔", "天", 5, floor=0, ceiling=31, group="经费"),
]
BOSSES = {"principal": ALL, "vice": ALL, "director": ALL, "financegroup": ALL, "inspector": ALL}
PERMISSIONS = [
    ("finance.journal.view", "看日记账", {**BOSSES, "accountant": ALL, "cashier": ALL}),
    ("finance.journal.write", "记日记账和日清", {"cashier": ALL}),
    ("finance.journal.review", "复核日记账", {"accountant": ALL}),
    ("finance.journal.close", "月结", {"accountant": ALL}),
    ("finance.journal.reopen", "反结账", {"principal": ALL}),
    ("finance.journal.manage", "资金账户", {"accountant": ALL}),
]
ACTS = [Act("write", "记日记账", separation.CASH), Act("review", "复核日记账", separation.BOOK)]


def register() -> None:
    from .home import cash_over_limit, journal_todos
    from .importing import BANK_LINES
    from .pages import ACCOUNTS, DAYS, ENTRIES, MONTHS, STATEMENTS
    from .prints import BOOK_SHEET, COUNT_SHEET, RECONCILIATION_SHEET
    from .rules import JOURNAL

    permissions.register("账和公开", PERMISSIONS)
    separation.register("finance.dayentry", "日记账", ACTS)
    limits.register(*LIMITS)
    subjects.register(JOURNAL)
    registry.register(ACCOUNTS, ENTRIES, DAYS, MONTHS, STATEMENTS)
    documents.register(BOOK_SHEET, COUNT_SHEET, RECONCILIATION_SHEET)
    targets.register(BANK_LINES)
    sources.todos.append(journal_todos)
    sources.late.append(cash_over_limit)
    menu.register(MenuItem("经费", "日记账", "landmark", "/finance/account/", "finance.journal.view", 30))

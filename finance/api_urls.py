"""The API of finance, at /api/v1/finance/."""

from logistics.platform.api.records import register

from .budget.api import ChangeSerializer, FundSerializer, ItemSerializer, LineSerializer, YearSerializer
from .budget.pages import CHANGES, FUNDS, ITEMS, LINES, YEARS
from .journal.api import AccountSerializer, DayCloseSerializer, EntrySerializer, MonthCloseSerializer, StatementSerializer
from .journal.pages import ACCOUNTS, DAYS, ENTRIES, MONTHS, STATEMENTS

register("finance", "items", ITEMS, ItemSerializer)
register("finance", "funds", FUNDS, FundSerializer)
register("finance", "years", YEARS, YearSerializer)
register("finance", "lines", LINES, LineSerializer)
register("finance", "changes", CHANGES, ChangeSerializer)
register("finance", "accounts", ACCOUNTS, AccountSerializer)
register("finance", "entries", ENTRIES, EntrySerializer)
register("finance", "day-closes", DAYS, DayCloseSerializer)
register("finance", "month-closes", MONTHS, MonthCloseSerializer)
register("finance", "statements", STATEMENTS, StatementSerializer)

"""Reading day books: accounts, a month with its customary sums, what is still to be closed (FIN-11)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, When

from finance.money import ZERO
from logistics.platform.access.rules import has
from logistics.platform.kernel.money import money

from .models import BankStatement, CashAccount, DayClose, DayEntry, MonthClose, Side

VIEW, WRITE, REVIEW = "finance.journal.view", "finance.journal.write", "finance.journal.review"
MANAGE, CLOSE, REOPEN = "finance.journal.manage", "finance.journal.close", "finance.journal.reopen"
CASH_LIMIT, MATCH_DAYS = "finance.cash.limit", "finance.journal.match_days"
EFFECT = Case(When(side=Side.IN, then=F("amount")), default=-F("amount"), output_field=DecimalField(max_digits=18, decimal_places=2))


def month_end(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _seen(user, rows: QuerySet) -> QuerySet:
    return rows if has(user, VIEW) else rows.none()


def accounts_visible_to(user) -> QuerySet[CashAccount]:
    return _seen(user, CashAccount.objects.all())


def entries_visible_to(user) -> QuerySet[DayEntry]:
    return _seen(user, DayEntry.objects.select_related("account", "by", "reviewed_by", "reversed_by", "reverses"))


def day_closes_visible_to(user) -> QuerySet[DayClose]:
    return _seen(user, DayClose.objects.select_related("account", "closed_by"))


def month_closes_visible_to(user) -> QuerySet[MonthClose]:
    return _seen(user, MonthClose.objects.select_related("account", "closed_by", "reopened_by"))


def statements_visible_to(user) -> QuerySet[BankStatement]:
    return _seen(user, BankStatement.objects.select_related("account", "balanced_by"))


def open_accounts() -> QuerySet[CashAccount]:
    """Those that take entries, for other folders' forms."""
    return CashAccount.objects.filter(is_active=True)


def balance_on(account: CashAccount, on: date) -> Decimal:
    """What the book says at the end of that day. One query."""
    moved = account.entries.filter(on__lte=on).order_by().aggregate(sum=Sum(EFFECT))["sum"]
    return account.opening + money(moved or 0)


def sums_of(rows: QuerySet[DayEntry]) -> tuple[Decimal, Decimal]:
    """(in, out); red lines count against their side. One query."""
    found = rows.order_by().aggregate(income=Sum("amount", filter=Q(side=Side.IN)), outgo=Sum("amount", filter=Q(side=Side.OUT)))
    return money(found["income"] or 0), money(found["outgo"] or 0)


def day_to_close(account: CashAccount, until: date) -> date | None:
    """The first day with entries, up to `until`, that has not been closed."""
    closed = DayClose.objects.filter(account=account.pk).order_by("-on").values_list("on", flat=True).first()
    rows = account.entries.filter(on__lte=until)
    return (rows.filter(on__gt=closed) if closed else rows).order_by("on").values_list("on", flat=True).first()


def standing_close(account: CashAccount, on: date) -> MonthClose | None:
    """The close that stands for this day's month or a later one."""
    return MonthClose.objects.filter(account=account.pk, month__gte=on.replace(day=1), reopened_at=None).order_by("month").first()


def month_to_close(account: CashAccount, before: date) -> date | None:
    """The first month with entries that is not closed and ended before this day."""
    last = MonthClose.objects.filter(account=account.pk, reopened_at=None).order_by("-month").values_list("month", flat=True).first()
    rows = account.entries.filter(on__lt=before.replace(day=1))
    first = (rows.filter(on__gt=month_end(last)) if last else rows).order_by("on").values_list("on", flat=True).first()
    return first.replace(day=1) if first else None


@dataclass
class Day:
    """A day of the book with its lines and 本日合计."""

    on: date
    entries: list[DayEntry] = field(default_factory=list)

    @property
    def income(self) -> Decimal:
        return sum((entry.income or ZERO for entry in self.entries), ZERO)

    @property
    def outgo(self) -> Decimal:
        return sum((entry.outgo or ZERO for entry in self.entries), ZERO)

    @property
    def balance(self) -> Decimal:
        return self.entries[-1].balance


@dataclass(frozen=True)
class Month:
    """A month of a day book as it is printed: 上月结转, the days, 本月合计, 本年累计."""

    account: CashAccount
    month: date
    opening: Decimal
    days: list[Day]
    income: Decimal
    outgo: Decimal
    year_income: Decimal
    year_outgo: Decimal

    @property
    def balance(self) -> Decimal:
        return self.opening + self.income - self.outgo


def month_of(account: CashAccount, month: date) -> Month:
    """The account's book of that month. Three queries."""
    first, last = month.replace(day=1), month_end(month)
    days: dict[date, Day] = {}
    for entry in account.entries.filter(on__range=(first, last)).select_related("by", "reviewed_by").order_by("number"):
        days.setdefault(entry.on, Day(entry.on)).entries.append(entry)
    year_income, year_outgo = sums_of(account.entries.filter(on__range=(first.replace(month=1), last)))
    listed = list(days.values())
    return Month(
        account,
        first,
        balance_on(account, first - timedelta(days=1)),
        listed,
        sum((day.income for day in listed), ZERO),
        sum((day.outgo for day in listed), ZERO),
        year_income,
        year_outgo,
    )

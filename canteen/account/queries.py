"""Who sees the meal account, what a month lacks, what finance has collected for it (CAN-13)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from canteen.meal.models import Meal, MealState
from finance.public import MealMoney, meal_money
from logistics.platform.access.rules import has, require
from logistics.platform.board.queries import shown_posts
from logistics.platform.kernel.money import money

from .models import CLOSED, AccountEntry, AccountStatement, Purpose, StatementState, next_month

VIEW, WRITE, SIGN = "canteen.account.view", "canteen.account.write", "canteen.account.sign"
CODES = (VIEW, WRITE, SIGN)
MOST_MONTHS = 37


def check_can_view(user, record=None) -> None:
    if not any(has(user, code) for code in CODES):
        require(user, VIEW)


def entries_visible_to(user) -> QuerySet[AccountEntry]:
    rows = AccountEntry.objects.select_related("created_by", "corrects")
    return rows if any(has(user, code) for code in CODES) else rows.none()


def statements_visible_to(user) -> QuerySet[AccountStatement]:
    rows = AccountStatement.objects.select_related("created_by", "sent_by", "signed_by", "post")
    return rows if any(has(user, code) for code in CODES) else rows.none()


def last_closed() -> AccountStatement | None:
    """The newest month whose statement is published or filed."""
    return AccountStatement.objects.filter(state__in=CLOSED).order_by("-month").first()


def open_statement() -> AccountStatement | None:
    """The one that is being made or signed."""
    return AccountStatement.objects.filter(state__in=[StatementState.DRAFT, StatementState.SENT]).first()


def closed_before(month: date) -> AccountStatement | None:
    return AccountStatement.objects.filter(state__in=CLOSED, month__lt=month).order_by("-month").first()


def standing_amount(entry: AccountEntry) -> Decimal:
    """What the entry comes to with its corrections. One query."""
    return entry.amount + money(entry.corrections.aggregate(sum=Sum("amount"))["sum"] or 0)


def first_kept(rows: QuerySet[AccountEntry]) -> date | None:
    """The first month whose entries come to anything: one of a wrong year that was corrected on its own day leaves nothing. One query."""
    sums = rows.order_by().values_list("on__year", "on__month", "purpose", "book").annotate(sum=Sum("amount"))
    return min((date(year, month, 1) for year, month, _, _, total in sums if money(total)), default=None)


def first_month(after: date | None) -> date | None:
    """The first month with an entry later than that day; while there is none, with a meal. An opening balance makes no month. Two queries at most."""
    entries, meals = AccountEntry.objects.exclude(purpose=Purpose.OPENING), Meal.objects.exclude(state=MealState.VOID)
    if after:
        entries, meals = entries.filter(on__gt=after), meals.filter(on__gt=after)
    day = first_kept(entries) or meals.order_by("on").values_list("on", flat=True).first()
    return day.replace(day=1) if day else None


def month_due(today: date) -> date | None:
    """The first month that is over, in which the canteen ran, without a closed statement. Three queries at most."""
    last = last_closed()
    month = next_month(last.month) if last and not last.from_file else first_month(last.last_on if last else None)
    return month if month and month < today.replace(day=1) else None


def earliest_month(today: date) -> date:
    """The first day a school that begins may write down: the oldest month it can still make a statement of."""
    return date(today.year - MOST_MONTHS // 12, today.month, 1)


def months_to_choose(today: date) -> list[date]:
    """Months a new statement may be for, the newest first: the one after the last of ours; any later one after a table from a file; any while there is none."""
    this, last = today.replace(day=1), last_closed()
    if last and not last.from_file:
        following = next_month(last.month)
        return [following] if following <= this else []
    found: list[date] = []
    month = this
    while len(found) < MOST_MONTHS and (last is None or month > last.month):
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


@dataclass(frozen=True)
class Waiting:
    """Meal money of one charge that finance has and the meal account has not."""

    fee: MealMoney
    source: str
    amount: Decimal
    step: int


def fees_waiting(until: date) -> list[Waiting]:
    """What was paid up to that day less what was paid back, beyond what was taken over before. Three queries."""
    fees = meal_money(until)
    rows = AccountEntry.objects.filter(source__in=[f"fee:{fee.charge}" for fee in fees]).order_by().values_list("source", "purpose")
    had: dict[str, Decimal] = defaultdict(Decimal)
    steps: dict[str, int] = defaultdict(int)
    for source, purpose, total, count in rows.annotate(sum=Sum("amount"), n=Count("pk")):
        had[source] += -money(total) if purpose == Purpose.REFUND else money(total)
        steps[source] += count
    found = [Waiting(fee, source := f"fee:{fee.charge}", fee.amount - had[source], steps[source] + 1) for fee in fees]
    return [one for one in found if one.amount]


def published(day: date) -> list[AccountStatement]:
    """Statements on the public board that day, the newest first."""
    posts = shown_posts(None, day).order_by()
    rows = AccountStatement.objects.filter(state=StatementState.SIGNED, post__in=posts.values("pk"))
    return list(rows.select_related("post").order_by("-month")[:12])

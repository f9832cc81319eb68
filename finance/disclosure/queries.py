"""Who sees which statement, and what the books say of a period (FIN-10)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from finance.budget.models import BudgetEntry
from finance.journal.models import CashAccount
from finance.journal.queries import balance_on, month_end, month_to_close, sums_of
from finance.money import ZERO
from finance.order.models import OrderState, PurchaseOrder
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money

from .models import Disclosure, DisclosureState

MANAGE, CHECK = "finance.disclosure.manage", "finance.disclosure.check"
BOARD, READ = "platform.board.manage", "platform.directory.view"


def sees_all(user) -> bool:
    return has(user, MANAGE) or has(user, CHECK) or has(user, BOARD)


def check_can_view(user, record=None) -> None:
    if not sees_all(user):
        require(user, READ)


def disclosures_visible_to(user) -> QuerySet[Disclosure]:
    """All for whoever makes, checks or publishes them; for the rest of the staff those on the board."""
    rows = Disclosure.objects.select_related("created_by", "checked_by", "post")
    if sees_all(user):
        return rows
    return rows.filter(state=DisclosureState.PUBLISHED, post__state="published") if has(user, READ) else rows.none()


def after(on: date) -> datetime:
    """The first moment after the day."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))


def check_books_closed(first: date, last: date, today: date) -> None:
    """Raise RuleViolation while the period runs, or while one of its months can still change in a day book."""
    if last >= today:
        raise RuleViolation(f"这一期到 {last} 才结束，结束以后再送审。")
    for account in CashAccount.objects.filter(opened_on__lte=last):
        month = month_to_close(account, month_end(last) + timedelta(days=1))
        if month:
            raise RuleViolation(f"{account} {month.year}年{month.month}月还没有月结，请月结以后再送审。")


def gather(first: date, last: date, above: Decimal) -> dict:
    """What the books say of the days from `first` to `last`, as plain JSON; amounts are texts with two places, in yuan."""
    accounts = _accounts(first, last)
    return {
        "accounts": accounts,
        "total": {name: _text(sum((Decimal(row[name]) for row in accounts), ZERO)) for name in ("opening", "income", "outgo", "balance")},
        "items": _spent(first, last, "line__item__code", "line__item__name"),
        "departments": _spent(first, last, "line__department__order", "line__department__name"),
        "purchases": _purchases(first, last, above),
        "above": _text(above),
    }


def _text(amount: Decimal) -> str:
    return f"{money(amount):.2f}"


def _accounts(first: date, last: date) -> list[dict]:
    rows = []
    for account in CashAccount.objects.filter(opened_on__lte=last):
        opening = balance_on(account, first - timedelta(days=1))
        income, outgo = sums_of(account.entries.filter(on__range=(first, last)))
        figures = {"opening": opening, "income": income, "outgo": outgo, "balance": opening + income - outgo}
        rows.append({"name": account.name, **{name: _text(value) for name, value in figures.items()}})
    return rows


def _spent(first: date, last: date, order: str, name: str) -> list[dict]:
    """Budget execution by item or department: the year's budget and spending up to the last day, and what the period spent. Two queries."""
    until = Q(at__lt=after(last))
    inside = BudgetEntry.objects.filter(until, at__gte=after(first - timedelta(days=1)))
    found: dict[tuple, dict] = {}
    blank = {"allotment": ZERO, "spent": ZERO, "period": ZERO}
    for row in inside.values(order, name).annotate(sum=Sum("to_spent")).order_by(order, name):
        found.setdefault((row[order], row[name]), dict(blank))["period"] += money(row["sum"] or 0)
    year = BudgetEntry.objects.filter(until, line__year__year=last.year).exclude(line__year__state="draft")
    for row in year.values(order, name).annotate(allotment=Sum("to_allotment"), sum=Sum("to_spent")).order_by(order, name):
        known = found.setdefault((row[order], row[name]), dict(blank))
        known["allotment"] += money(row["allotment"] or 0)
        known["spent"] += money(row["sum"] or 0)
    return [_row(key, found[key], is_item=name.endswith("item__name")) for key in sorted(found) if any(found[key].values())]


def _row(key: tuple, figures: dict, *, is_item: bool) -> dict:
    rate = f"{int(figures['spent'] * 100 / figures['allotment'])}%" if figures["allotment"] else ""
    return {"code": key[0] if is_item else "", "name": key[1], "rate": rate, **{name: _text(value) for name, value in figures.items()}}


def _purchases(first: date, last: date, above: Decimal) -> list[dict]:
    rows = PurchaseOrder.objects.exclude(state=OrderState.CANCELLED).select_related("partner", "request")
    rows = rows.filter(created_at__gte=after(first - timedelta(days=1)), created_at__lt=after(last), total__gte=above).order_by("created_at", "pk")
    return [
        {
            "number": row.number,
            "on": timezone.localdate(row.created_at).isoformat(),
            "name": row.request.title,
            "partner": row.partner.name,
            "method": row.get_method_display(),
            "amount": _text(row.total),
        }
        for row in rows
    ]

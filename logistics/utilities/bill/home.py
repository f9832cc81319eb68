"""What waits about bills, for the first page (UTL-07)."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo
from logistics.utilities.meter.models import Meter

from .models import METERED, Bill, BillState
from .queries import CHECK, RECORD

DUE = "utilities.bill.due"
LOOKED_BACK = timedelta(days=400)


def bill_todos(user, at: datetime) -> list[Todo]:
    """Bills that another one wrote and that wait for a second pair of eyes. One query."""
    if not has(user, CHECK):
        return []
    rows = Bill.objects.filter(state=BillState.RECORDED).exclude(created_by=user.pk).order_by("month", "pk")
    return [Todo(f"核对{bill}", f"{bill.amount:,.2f} 元", f"/utilities/bill/{bill.pk}/", "核对账单", "receipt-text") for bill in rows[:10]]


def closed_accounts(today: date) -> set[tuple[str, str]]:
    """(kind, account) of which every meter was taken off: no bill comes any more. One query."""
    rows = Meter.objects.exclude(account="").order_by().values_list("medium", "account", "until")
    standing: dict[tuple[str, str], bool] = {}
    for medium, account, until in rows:
        key = (medium, account.replace(" ", ""))
        standing[key] = standing.get(key, False) or until is None or until >= today
    return {key for key, stands in standing.items() if not stands}


def bills_overdue(at: datetime) -> list[tuple[Bill, int]]:
    """The last bill of every account whose next one should have been written down by now, with the days it is late. Two queries."""
    today = timezone.localdate(at)
    grace = timedelta(days=int(limit_shown(DUE, today)))
    begin = today - LOOKED_BACK
    lately = Q(until__gte=begin) | ~Q(account="") & Q(since=None, month__gte=begin)  # a month without account is from an old table
    rows = Bill.objects.filter(lately, kind__in=METERED).exclude(state=BillState.VOID).order_by("pk")
    last = {(bill.kind, bill.account): bill for bill in sorted(rows, key=lambda bill: bill.days[1])}
    ended = closed_accounts(today)
    found = []
    for (kind, account), bill in last.items():
        if (kind, account) in ended:
            continue
        first, end = bill.days
        due = end + (end - first) + timedelta(days=1) + grace
        if due < today:
            found.append((bill, (today - due).days))
    return sorted(found, key=lambda pair: -pair[1])


def late_bills(user, at: datetime) -> list[Late]:
    if not (has(user, RECORD) or has(user, CHECK)):
        return []
    found = bills_overdue(at)
    if not found:
        return []
    bill = found[0][0]
    return [Late("水电账单还没有登记", f"{bill.get_kind_display()} {bill.account}，上一张到 {bill.until}", len(found), "/utilities/bill/")]

"""What waits about bills, for the first page (UTL-07)."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

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


def bills_overdue(at: datetime) -> list[tuple[Bill, int]]:
    """The last bill of every account whose next one should have been written down by now, with the days it is late. One query."""
    today = timezone.localdate(at)
    grace = timedelta(days=int(limit_shown(DUE, today)))
    rows = Bill.objects.filter(kind__in=METERED, until__gte=today - LOOKED_BACK).exclude(state=BillState.VOID).order_by("until", "pk")
    last = {(bill.kind, bill.account): bill for bill in rows}
    found = []
    for bill in last.values():
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

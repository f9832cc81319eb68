"""What reconciling shows on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import ReconcileState
from .queries import CONFIRM, FILL, last_reconciliation, long_open, month_to_reconcile


def reconcile_todos(user, at: datetime) -> list[Todo]:
    """The month to begin or go on with for the accountant, the one to confirm for the keeper. Two queries at most, none for others."""
    fills, confirms = has(user, FILL), has(user, CONFIRM)
    if not (fills or confirms):
        return []
    last = last_reconciliation()
    if last and last.state != ReconcileState.DONE:
        url = reverse("assets:reconciliation-detail", args=[last.pk])
        if fills and last.state == ReconcileState.OPEN:
            return [Todo(f"{last}没有办完", "填财务账，说明差异，送确认", url, "接着办", "scale")]
        if confirms and last.state == ReconcileState.SENT and last.sent_by_id != user.pk:
            return [Todo(f"请确认{last}", f"{last.sent_by}填完了财务账", url, "确认", "scale")]
        return []
    month = month_to_reconcile() if fills else None
    if month is None:
        return []
    return [Todo(f"{month.year}年{month.month}月资产账还没有和财务账核对", "已经提过折旧", reverse("assets:reconciliation-create"), "核对", "scale")]


def long_differences(user, at: datetime) -> list[Late]:
    """Differences open for long, for who can clear them."""
    if not (has(user, FILL) or has(user, CONFIRM)):
        return []
    rows = list(long_open(timezone.localdate(at))[:100])
    return [Late("账账差异没有对上", rows[0].words, len(rows), f"{reverse('assets:book-difference-list')}?open=true")] if rows else []

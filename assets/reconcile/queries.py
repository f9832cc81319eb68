"""Reading reconciliations: which month is next, what stands in a month, what has been open for long (AST-06)."""

from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from assets.depreciation.models import DepreciationRun
from assets.depreciation.plan import month_after, month_of
from logistics.platform.access.rules import has, require

from .balance import Balance, balances
from .models import BookDifference, ReconcileState, Reconciliation

VIEW, FILL, CONFIRM = "assets.reconcile.view", "assets.reconcile.fill", "assets.reconcile.confirm"
LONG_MONTHS = 2  # open for longer than so many months is late


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def reconciliations_visible_to(user) -> QuerySet[Reconciliation]:
    rows = Reconciliation.objects.select_related("sent_by", "agreed_by")
    return rows if has(user, VIEW) else rows.none()


def differences_visible_to(user) -> QuerySet[BookDifference]:
    rows = BookDifference.objects.select_related("card", "created_by", "cleared_by")
    return rows if has(user, VIEW) else rows.none()


def standing_in(month: date) -> QuerySet[BookDifference]:
    """The differences that stand at the end of the month."""
    return BookDifference.objects.filter(since__lte=month).filter(Q(cleared_in=None) | Q(cleared_in__gt=month)).order_by("kind", "pk")


def balances_of(record: Reconciliation) -> list[Balance]:
    """Two queries."""
    return balances(record.lines.order_by("pk"), standing_in(record.month))


def last_reconciliation() -> Reconciliation | None:
    return Reconciliation.objects.order_by("-month").first()


def month_to_reconcile() -> date | None:
    """The first closed month after the last reconciliation; the newest closed one where there is none yet."""
    closed = DepreciationRun.objects.aggregate(last=Max("month"))["last"]
    last = last_reconciliation()
    if closed is None or (last and last.month >= closed):
        return None
    return month_after(last.month) if last else closed


def reconciliation_counts(user) -> dict[str, int]:
    """One query."""
    rows = reconciliations_visible_to(user).order_by()
    return rows.aggregate(open=Count("pk", filter=Q(state=ReconcileState.OPEN)), sent=Count("pk", filter=Q(state=ReconcileState.SENT)))


def long_open(today: date) -> QuerySet[BookDifference]:
    """Open for longer than LONG_MONTHS."""
    return BookDifference.objects.filter(cleared_in=None, since__lt=month_after(month_of(today), -LONG_MONTHS)).order_by("since", "pk")

"""Reading requests: one's own, those of the department one heads, all of them for the store room."""

from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from assets.item.queries import VIEW, may_ask
from assets.money import ZERO
from assets.store.ledger import cost_of
from assets.store.models import Stock
from logistics.platform.access.rules import has, require
from logistics.platform.approvals.public import record_ids_seen_by

from .models import RequestState, StockRequest


def check_can_view(user, record=None) -> None:
    """Whoever may ask, whoever sees the stock, and whoever must sign one."""
    if not may_ask(user) and not has(user, VIEW) and not requests_visible_to(user).exists():
        require(user, VIEW)


def requests_visible_to(user) -> QuerySet[StockRequest]:
    rows = StockRequest.objects.select_related("store", "department", "created_by", "decided_by")
    if has(user, VIEW):
        return rows
    own = Q(created_by=user.pk) | Q(department__head=user.pk) | Q(pk__in=record_ids_seen_by(user, "assets.StockRequest"))
    return rows.filter(own)


def request_counts(user) -> dict[str, int]:
    """One query."""
    rows = requests_visible_to(user).order_by()
    return rows.aggregate(
        submitted=Count("pk", filter=Q(state=RequestState.SUBMITTED)),
        approved=Count("pk", filter=Q(state=RequestState.APPROVED)),
        mine=Count("pk", filter=Q(created_by=user.pk)),
    )


def stock_by_item(request: StockRequest) -> dict[int, Stock]:
    """What the store has of the items asked for. One query."""
    items = request.lines.values("item")
    return {stock.item_id: stock for stock in Stock.objects.filter(store=request.store_id, item__in=items)}


def estimate(request: StockRequest) -> Decimal:
    """What the request would cost at the average prices of its store, in yuan. Two queries."""
    stocks = stock_by_item(request)
    return sum((_worth(stocks.get(line.item_id), line.quantity) for line in request.lines.all()), ZERO)


def _worth(stock: Stock | None, quantity: Decimal) -> Decimal:
    return cost_of(stock, min(quantity, stock.quantity)) if stock and stock.quantity else ZERO

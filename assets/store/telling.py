"""What the store room tells people."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from assets.item.quantities import in_words
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import StockMove

STORE = Subject("assets.store", "领用、库存不足、单据待审核", "库房")


def warn_when_low(moves: Sequence[StockMove], *, at: datetime) -> None:
    """Tell the keeper once, when a stock sinks under the least there should be."""
    for move in moves:
        least = move.stock.item.minimum
        if least is None or move.balance_quantity >= least or move.balance_quantity - move.quantity < least:
            continue
        notify(
            at=at,
            key=f"assets.low:{move.stock_id}:{move.number}",
            recipients=[move.store.keeper],
            title=f"库存不足：{move.stock.item}",
            body=f"{move.store}还有 {in_words(move.stock.item, move.balance_quantity)}，最低 {in_words(move.stock.item, least)}",
            url=reverse("assets:stock-detail", args=[move.stock_id]),
            subject=STORE,
        )


def tell(people, record, *, at: datetime, about: str, title: str, body: str = "", page: str = "slip") -> None:
    """One message per person and occasion about a slip or a request."""
    key = f"assets.{page}.{about}.{record.pk}.{at:%Y%m%d%H%M%S%f}"
    url = reverse(f"assets:{page}-detail", args=[record.pk])
    notify(at=at, key=key, recipients=people, title=title, body=body or str(record), url=url, subject=STORE)

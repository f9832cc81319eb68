"""What the store room shows on the first page."""

from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from assets.draw.models import RequestState, StockRequest
from assets.item.quantities import in_words
from assets.slip.queries import drafts_of, waiting_for
from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import Store
from .queries import CLOSE, KEEP, low, month_to_close, stocks_visible_to


def store_todos(user, at: datetime) -> list[Todo]:
    """Goods to hand over and papers to book for the keeper, papers to approve for the director, months to close for the accountant."""
    todos = [Todo(str(slip), f"{slip.store}，{slip.created_by.name}送审", _slip_url(slip), "审核", "clipboard-check") for slip in waiting_for(user)[:20]]
    if has(user, KEEP):
        requests = StockRequest.objects.filter(state=RequestState.APPROVED).select_related("department", "created_by").order_by("pk")[:20]
        todos += [
            Todo(one.purpose, f"{one.department} {one.created_by.name}来领", reverse("assets:request-detail", args=[one.pk]), "发料", "hand-helping")
            for one in requests
        ]
        todos += [Todo(f"{slip}没有办完", str(slip.store), _slip_url(slip), "接着办", "clipboard-list") for slip in drafts_of(user)[:20]]
    if has(user, CLOSE):
        today = timezone.localdate(at)
        for store in Store.objects.filter(is_active=True).exclude(keeper=user.pk):
            if month := month_to_close(store, today):
                url = f"{reverse('assets:close-create')}?store={store.pk}&month={month:%Y-%m}"
                todos.append(Todo(f"{store} {month.year}年{month.month}月还没有月结", "盘点、审核以后月结", url, "月结", "calendar-check-2"))
    return todos


def _slip_url(slip) -> str:
    return reverse("assets:slip-detail", args=[slip.pk])


def short_stocks(user, at: datetime) -> list[Late]:
    """What sank under its least, for who keeps the store. Two queries at most, none for others."""
    if not has(user, KEEP):
        return []
    rows = low(stocks_visible_to(user)).order_by()
    found = rows.aggregate(count=Count("item", distinct=True), first=Min("pk"))
    if not found["count"]:
        return []
    stock = rows.prefetch_related("item__packs").get(pk=found["first"])
    words = f"{stock.item}，还有 {in_words(stock.item, stock.in_all)}"
    return [Late("库存不足", words, found["count"], f"{reverse('assets:stock-list')}?show=low")]

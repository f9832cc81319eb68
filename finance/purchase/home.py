"""What requests show on the first page."""

from datetime import datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import PurchaseRequest, RequestState
from .queries import BUY, papers_due_on, waiting_for_buyer

MOST = 5


def _page(request: PurchaseRequest) -> str:
    return reverse("finance:purchase-detail", args=[request.pk])


def _end_of(on) -> datetime | None:
    return timezone.make_aware(datetime.combine(on, time(18))) if on else None


def purchase_todos(user, at: datetime) -> list[Todo]:
    """Own papers that came back or whose goods are bought already; for buyers, what is approved and in nobody's hands or in theirs."""
    return [*_own(user), *_to_buy(user)]


def _own(user) -> list[Todo]:
    rows = PurchaseRequest.objects.filter(created_by=user.pk, state=RequestState.DRAFT)
    todos = []
    for request in rows.order_by("-pk")[:20]:
        due = papers_due_on(request)
        if request.number:
            todos.append(
                Todo(request.title, f"退回来了：{request.opinion}" if request.opinion else "撤回了，还没有再送", _page(request), "改", "shopping-cart")
            )
        elif due:
            todos.append(Todo(request.title, "已经先买了，请补齐手续", _page(request), "送批", "shopping-cart", _end_of(due)))
        elif request.source_kind:
            todos.append(Todo(request.title, f"来自{request.source_label}，还没有送批", _page(request), "填", "shopping-cart"))
    return todos[:MOST]


def _to_buy(user) -> list[Todo]:
    if not has(user, BUY):
        return []
    mine = waiting_for_buyer().filter(Q(buyer=None) | Q(buyer=user.pk))
    return [
        Todo(f"{'急用：' if request.is_urgent else ''}{request.title}", f"{request.department}，{request.total:,.2f} 元", _page(request), "采购", "shopping-cart", _end_of(request.needed_on))
        for request in mine[:MOST]
    ]  # fmt: skip


def overdue_purchases(user, at: datetime) -> list[Late]:
    """Approved papers past the day they are needed, for buyers."""
    if not has(user, BUY):
        return []
    rows = list(waiting_for_buyer().filter(needed_on__lt=timezone.localdate(at)).order_by("needed_on", "pk")[:100])
    return [Late("要用还没有采购", f"{rows[0].department} {rows[0].title}", len(rows), f"{reverse('finance:purchase-list')}?state=approved")] if rows else []

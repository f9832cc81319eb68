"""What claims and payments show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from finance.order.models import PurchaseOrder
from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .contracts import unclaimed_orders
from .models import SPENT, Claim, ClaimState
from .queries import BOOK, overdue_advances
from .telling import PAY

MOST = 10


def order_page(order: PurchaseOrder) -> str:
    return reverse("finance:order-detail", args=[order.pk])


def claim_todos(user, at: datetime) -> list[Todo]:
    """Drafts sent back to their owner, orders to claim for their buyer, claims waiting for the cashier and for the accountant."""
    back = Claim.objects.filter(created_by=user.pk, state=ClaimState.DRAFT).exclude(number="").order_by("pk")
    todos = [Todo(claim.title, claim.opinion or "撤回了，还没有再送", reverse("finance:claim-detail", args=[claim.pk]), "改", "receipt") for claim in back[:20]]
    todos += [Todo(order.request.title, f"验收好了，向{order.partner}付款", order_page(order), "报销", "receipt") for order in unclaimed_orders(user)[:MOST]]
    address = reverse("finance:claim-list")
    if has(user, PAY) and (n := Claim.objects.filter(state=ClaimState.APPROVED).count()):
        todos.append(Todo(f"{n} 张报销单待付款", "批准了，等着付", f"{address}?state=approved", "付", "landmark"))
    if has(user, BOOK) and (n := Claim.objects.filter(state__in=SPENT, voucher="").count()):
        todos.append(Todo(f"{n} 张报销单没记账", "已经付款，请登记凭证号", f"{address}?unbooked=1", "记", "book-open-check"))
    return todos


def late_advances(user, at: datetime) -> list[Late]:
    """Overdue advances: one's own, and everybody's for the cashier and the accountant."""
    rows = overdue_advances(timezone.localdate(at))
    if not has(user, PAY) and not has(user, BOOK):
        rows = rows.filter(created_by=user.pk)
    found = list(rows[:100])
    if not found:
        return []
    words = f"{found[0].created_by.name}：{found[0].title}，还有 {found[0].open_sum:,.2f} 元"
    return [Late("借款到期没还", words, len(found), f"{reverse('finance:claim-list')}?owed=1")]

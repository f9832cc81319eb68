"""What contracts show on the first page (FIN-07)."""

from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .models import ContractState
from .queries import MANAGE, PAY_WARN, VIEW, WARN, contracts_visible_to, instalments_due
from .telling import BOOKS

MOST = 10


def contract_todos(user, at: datetime) -> list[Todo]:
    """Contracts to sign for whoever keeps them, instalments due for whoever pays; at most two queries, none for others."""
    today, todos = timezone.localdate(at), []
    if has(user, MANAGE):
        for row in contracts_visible_to(user).filter(state=ContractState.APPROVED).order_by("decided_at")[:MOST]:
            words = f"{row.party}，批下来了，签好以后上传合同"
            todos.append(Todo(f"签合同：{row.title}", words, reverse("finance:contract-detail", args=[row.pk]), "签订", "file-pen-line"))
    if has(user, BOOKS) and has(user, VIEW):
        for row in instalments_due(today + timedelta(days=int(limit_shown(PAY_WARN, today)))).filter(due_on__gte=today)[:MOST]:
            words = f"{row.contract.party}，{row.unpaid:,.2f} 元，{row.due_on:%m-%d} 前付"
            todos.append(Todo(f"合同款：{row.contract.title} {row.name}", words, reverse("finance:contract-detail", args=[row.contract_id]), "看", "banknote"))
    return todos


def contract_late(user, at: datetime) -> list[Late]:
    """Contracts past their end that nobody closed, and instalments past their day. Two queries for whoever sees contracts."""
    if not has(user, VIEW) and not has(user, MANAGE):
        return []
    today, late = timezone.localdate(at), []
    seen = contracts_visible_to(user).filter(state=ContractState.ACTIVE)
    over = list(seen.filter(end_on__lt=today).order_by("end_on")[:100])
    if over:
        words = f"{over[0].title}，{over[0].end_on:%m-%d} 到期"
        late.append(Late("合同过了期还没有完结", words, len(over), f"{reverse('finance:contract-list')}?state=active&over=1"))
    unpaid = seen.filter(instalments__is_void=False, instalments__paid__lt=F("instalments__amount"), instalments__due_on__lt=today).distinct()
    rows = list(unpaid.order_by("pk")[:100])
    if rows:
        late.append(Late("合同款过期未付", rows[0].title, len(rows), f"{reverse('finance:contract-list')}?unpaid=1"))
    return late


def ending_soon(user, at: datetime) -> list[Late]:
    """Contracts that end within the school's days. One query."""
    if not has(user, MANAGE):
        return []
    today = timezone.localdate(at)
    days = int(limit_shown(WARN, today))
    rows = list(contracts_visible_to(user).filter(state=ContractState.ACTIVE, end_on__range=(today, today + timedelta(days=days))).order_by("end_on")[:100])
    words = f"{rows[0].title}，{rows[0].end_on:%m-%d} 到期" if rows else ""
    return [Late(f"合同 {days} 天内到期", words, len(rows), f"{reverse('finance:contract-list')}?ending=1")] if rows else []

"""What the day books show on the first page."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .models import AccountKind, CashAccount, DayEntry
from .queries import CASH_LIMIT, CLOSE, REVIEW, WRITE, day_to_close, month_to_close


def journal_todos(user, at: datetime) -> list[Todo]:
    """Days to close for the cashier, lines to review and months to close for the accountant; two queries an account, none for others."""
    if not any(has(user, code) for code in (WRITE, REVIEW, CLOSE)):
        return []
    today, todos = timezone.localdate(at), []
    accounts = list(CashAccount.objects.filter(is_active=True))
    for account in accounts:
        if has(user, WRITE) and (on := day_to_close(account, today - timedelta(days=1))):
            url = f"{reverse('finance:day-create')}?account={account.pk}&on={on}"
            todos.append(Todo(f"{account} {on:%m-%d} 还没有日清", "盘点，和账面对一对", url, "日清", "calendar-check"))
        if has(user, CLOSE) and (month := month_to_close(account, today)):
            url = f"{reverse('finance:month-create')}?account={account.pk}&month={month:%Y-%m}"
            todos.append(Todo(f"{account} {month.year}年{month.month}月还没有月结", "复核、对账以后月结", url, "月结", "calendar-check-2"))
    if has(user, REVIEW) and (waiting := DayEntry.objects.filter(reviewed_at=None).exclude(by=user.pk).count()):
        todos.append(Todo(f"日记账有 {waiting} 笔待复核", "看一看凭证和摘要", f"{reverse('finance:entry-list')}?waiting=true", "复核", "list-checks"))
    return todos


def cash_over_limit(user, at: datetime) -> list[Late]:
    if not has(user, WRITE) and not has(user, REVIEW):
        return []
    most = limit_shown(CASH_LIMIT, timezone.localdate(at))
    over = list(CashAccount.objects.filter(kind=AccountKind.CASH, is_active=True, balance__gt=most)[:20])
    words = f"{over[0]}有 {over[0].balance:,.2f} 元，限额 {most:,.2f} 元" if over else ""
    return [Late("现金超限额", words, len(over), reverse("finance:account-detail", args=[over[0].pk]))] if over else []

"""What the meal account shows on the first page: the month's statement until the school's day, late after it (CAN-13)."""

from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo

from .figures import DAY
from .models import AccountStatement, StatementState, month_words, next_month
from .queries import SIGN, WRITE, month_due


def due_on(month: date) -> date:
    """The day of the following month by which the statement is out: the 15th unless the school says otherwise."""
    following = next_month(month)
    return following.replace(day=limit_shown(DAY, following))


def account_todos(user, at: datetime) -> list[Todo]:
    """Make or send the month's statement, sign it. Four queries at most, none for others."""
    writes, signs = has(user, WRITE), has(user, SIGN)
    if not (writes or signs):
        return []
    found, today = [], timezone.localdate(at)
    for one in AccountStatement.objects.filter(state__in=[StatementState.DRAFT, StatementState.SENT]).order_by("month")[:3]:
        url, due = reverse("canteen:account-detail", args=[one.pk]), _moment(one.month)
        if one.state == StatementState.SENT and signs and one.sent_by_id != user.pk:
            found.append(Todo(f"签{one}", "签字以后自动公布", url, "去签字", "signature", due))
        elif one.state == StatementState.DRAFT and writes and (one.from_file or one.last_on < today):
            words = (one.reason and f"退回：{one.reason}") or "核对以后" + ("送签或存档" if one.from_file else "送签")
            found.append(Todo(f"办完{one}", words, url, "去核对", "wallet", None if one.from_file else due))
    month = month_due(today) if writes else None
    if month and not AccountStatement.objects.filter(month=month).exclude(state=StatementState.VOID).exists():
        url = f"{reverse('canteen:account-create')}?month={month:%Y-%m}"
        found.append(Todo(f"做{month_words(month)}伙食收支表", f"{due_on(month).month}月{due_on(month).day}日前公布", url, "去做", "wallet", _moment(month)))
    return found


def _moment(month: date) -> datetime:
    return timezone.make_aware(datetime.combine(due_on(month), time(23, 59)))


def late_account(user, at: datetime) -> list[Late]:
    """A month past its day, for who makes and who signs."""
    if not (has(user, WRITE) or has(user, SIGN)):
        return []
    month = month_due(timezone.localdate(at))
    if month is None or due_on(month) >= timezone.localdate(at):
        return []
    words = f"{month_words(month)}，应当在 {due_on(month).month}月{due_on(month).day}日前公布"
    return [Late("伙食收支表没有公布", words, 1, reverse("canteen:account-list"))]

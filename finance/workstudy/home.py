"""What 勤工俭学 shows on the first page: a month to approve or to pay."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import SheetState, WorkPost, WorkSheet
from .queries import APPROVE, PAY


def work_todos(user, at: datetime) -> list[Todo]:
    """Four queries at most; two for whoever has nothing to do with it."""
    this_month = timezone.localdate(at).replace(day=1)
    found = _to_note(user, this_month)
    mine = {}
    if has(user, APPROVE):
        mine[SheetState.OPEN] = ("月底已过，请核准工时", "核准")
    if has(user, PAY):
        mine[SheetState.APPROVED] = ("已核准，等发放", "发放")
    if not mine:
        return found
    rows = WorkSheet.objects.filter(state__in=mine, month__lt=this_month, rows__isnull=False).distinct()[:12]
    return found + [
        Todo(str(row), mine[SheetState(row.state)][0], reverse("finance:work-sheet-detail", args=[row.pk]), mine[SheetState(row.state)][1], "briefcase")
        for row in rows
    ]


def _to_note(user, this_month: date) -> list[Todo]:
    """Somebody works at a post this person supervises, and last month's hours are not there but still can be noted."""
    last = (this_month - timedelta(days=1)).replace(day=1)
    manned = WorkPost.objects.filter(supervisor=user.pk, placements__from_on__lt=this_month, placements__until_on=None)
    if WorkSheet.objects.filter(month=last).exclude(state=SheetState.OPEN).exists():
        return []
    noted = WorkPost.objects.filter(placements__hours__sheet__month=last).values("pk")
    post = manned.exclude(pk__in=noted).order_by("name").first()
    return [Todo(str(post), f"请登记 {last.month} 月学生的工时", reverse("finance:work-sheet-list"), "登记", "briefcase")] if post else []

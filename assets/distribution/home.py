"""What distributions show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import Distribution, DistributionState, Recipient
from .queries import KEEP, OPEN, WAITS, own_lines

SHOWN = 5


def distribution_todos(user, at: datetime) -> list[Todo]:
    """To be approved for who may, to be fetched for who is on a list. One query each."""
    todos = []
    if has(user, OPEN):
        rows = Distribution.objects.filter(state=DistributionState.READY).exclude(created_by=user.pk).select_related("store").order_by("pk")[:SHOWN]
        todos += [Todo(f"批准发放：{one}", str(one.store), reverse("assets:distribution-detail", args=[one.pk]), "批准", "gift") for one in rows]
    mine = own_lines(user).filter(distribution__state=DistributionState.OPEN, state__in=WAITS)
    for line in mine.select_related("distribution__store", "school_class", "person").order_by("pk")[:SHOWN]:
        words = f"{line.distribution.store}，{line.distribution.until:%m月%d日}截止"
        todos.append(Todo(f"去领：{line.distribution}（{line}）", words, reverse("assets:recipient-detail", args=[line.pk]), "看", "gift"))
    return todos


def late_recipients(user, at: datetime) -> list[Late]:
    """Whoever has not come after the last day, for the store room."""
    if not has(user, KEEP):
        return []
    rows = Recipient.objects.filter(distribution__state=DistributionState.OPEN, distribution__until__lt=timezone.localdate(at), state__in=WAITS)
    found = list(rows.select_related("distribution", "school_class", "person").order_by("distribution", "pk")[:200])
    if not found:
        return []
    return [Late("发放过了截止日没来领", f"{found[0].distribution}：{found[0]}", len(found), f"{reverse('assets:recipient-list')}?now=true&state=waiting")]

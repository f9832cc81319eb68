"""What aid shows on the first page: to vote, to put up, to decide, to pay."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import AidList, ListState
from .queries import DECIDE, MANAGE, PAY

MOST = 20


def aid_todos(user, at: datetime) -> list[Todo]:
    """Two queries."""
    rows = AidList.objects.select_related("scheme", "term").filter(members=user.pk, state=ListState.REVIEW)
    open_still = Q(applications__state="filed") & ~Q(applications__votes__member=user.pk) & ~Q(applications__created_by=user.pk)
    listed = rows.annotate(waiting=Count("applications", filter=open_still, distinct=True))[:MOST]
    found = [Todo(str(one), f"{one.waiting} 份申请等您评议", _url(one), "评议", "vote") for one in listed if one.waiting]
    duties = {
        (ListState.PROPOSED, MANAGE): ("拟资助名单等公示", "公示", "megaphone"), (ListState.NOTICE, DECIDE): ("公示期满，请审定名单", "审定", "check"),
        (ListState.FINAL, PAY): ("名单已定，等发放", "发放", "banknote"),
    }  # fmt: skip
    mine = {state: words for (state, code), words in duties.items() if has(user, code)}
    if not mine:
        return found
    today = timezone.localdate(at)
    for listing in AidList.objects.select_related("scheme", "term").filter(state__in=mine)[:MOST]:
        if listing.state == ListState.NOTICE and listing.notice_until >= today:
            continue
        words, verb, icon = mine[ListState(listing.state)]
        found.append(Todo(str(listing), words, _url(listing), verb, icon))
    return found


def _url(listing: AidList) -> str:
    return reverse("finance:aid-list-detail", args=[listing.pk])

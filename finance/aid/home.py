"""What aid shows on the first page: to vote, to put up, to decide, to pay."""

from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import AidApplication, AidList, AidState, ListState
from .queries import DECIDE, MANAGE, PAY

MOST = 20


def aid_todos(user, at: datetime) -> list[Todo]:
    """Two queries."""
    found = _to_vote(user)
    duties = {
        (ListState.OPEN, MANAGE): ("申请已截止，请开始评议", "评议", "vote"), (ListState.PROPOSED, MANAGE): ("拟资助名单等公示", "公示", "megaphone"), (ListState.NOTICE, DECIDE): ("公示期满，请审定名单", "审定", "check"),
        (ListState.FINAL, PAY): ("名单已定，等发放", "发放", "banknote"),
    }  # fmt: skip
    mine = {state: words for (state, code), words in duties.items() if has(user, code)}
    if not mine:
        return found
    today = timezone.localdate(at)
    filed = Count("applications", filter=Q(applications__state="filed"))
    for listing in AidList.objects.select_related("scheme", "term").filter(state__in=mine).annotate(waiting=filed)[:MOST]:
        if not _is_due(listing, today):
            continue
        words, verb, icon = mine[ListState(listing.state)]
        found.append(Todo(str(listing), words, _url(listing), verb, icon))
    return found


def _to_vote(user) -> list[Todo]:
    """Lists with applications this member has not voted on, the own ones left out."""
    mine = AidApplication.objects.filter(listing=OuterRef("pk"), state=AidState.FILED).exclude(created_by=user.pk).exclude(votes__member=user.pk)
    waiting = Subquery(mine.order_by().values("listing").annotate(n=Count("pk")).values("n"))
    rows = AidList.objects.select_related("scheme", "term").filter(members=user.pk, state=ListState.REVIEW).annotate(waiting=waiting)
    return [Todo(str(one), f"{one.waiting} 份申请等您评议", _url(one), "评议", "vote") for one in rows.filter(waiting__gt=0)[:MOST]]


def _is_due(listing: AidList, today: date) -> bool:
    """Whether the time for the next step has come: applications and the notice run to their last day."""
    if listing.state == ListState.NOTICE:
        return listing.notice_until < today
    return listing.state != ListState.OPEN or (listing.close_on < today and listing.waiting > 0)


def _url(listing: AidList) -> str:
    return reverse("finance:aid-list-detail", args=[listing.pk])

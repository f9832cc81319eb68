"""The deadlines of a repairer's work in the calendar feed."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from logistics.platform.notices.feed import FeedEntry

from .models import UNDONE, Ticket
from .telling import url_of

MOST = 300
HALF_AN_HOUR = timedelta(minutes=30)


def ticket_feed(user, first: date, last: date) -> list[FeedEntry]:
    """The half hour before each deadline of the person's own open work."""
    start, end = (timezone.make_aware(datetime.combine(day, time(0))) for day in (first, last + timedelta(days=1)))
    rows = Ticket.objects.filter(repairer=user.pk, state__in=UNDONE, due_at__gte=start, due_at__lt=end).select_related("place")
    return [_entry(ticket) for ticket in rows.defer("search", "work_done", "description").order_by("due_at")[:MOST]]


def _entry(ticket: Ticket) -> FeedEntry:
    text = f"{ticket.number}，{ticket.place}，{ticket.reporter_name} {ticket.reporter_phone}".strip()
    return FeedEntry(f"repairs.ticket:{ticket.pk}", f"修好：{ticket.title}", ticket.due_at - HALF_AN_HOUR, ticket.due_at, url_of(ticket), text)

"""Reading the inbox."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from .models import Notice


def inbox(user, *, unread_only: bool = False):
    """This person's messages, newest first."""
    notices = Notice.objects.filter(recipient=user.pk).order_by("-id")
    return notices.filter(read_at=None) if unread_only else notices


def unread_along() -> Coalesce:
    """unread_count as a part of the query that reads the person, so that no page takes one more for it."""
    unread = Notice.objects.filter(recipient=OuterRef("pk"), read_at=None).order_by().values("recipient").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(unread), 0)


def unread_count(user) -> int:
    known = getattr(user, "unread_notices", None)
    if known is not None:
        return known
    return Notice.objects.filter(recipient=user.pk, read_at=None).count()

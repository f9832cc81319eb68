"""Reading the inbox."""

from .models import Notice


def inbox(user, *, unread_only: bool = False):
    """This person's messages, newest first."""
    notices = Notice.objects.filter(recipient=user.pk).order_by("-id")
    return notices.filter(read_at=None) if unread_only else notices


def unread_count(user) -> int:
    return Notice.objects.filter(recipient=user.pk, read_at=None).count()

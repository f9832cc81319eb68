"""What one has to do, as lines of one's own calendar."""

from datetime import date

from logistics.platform.notices.feed import FeedEntry

from .queries import calendar_entries


def duty_feed(user, first: date, last: date) -> list[FeedEntry]:
    """The times that are planned for this person on those days."""
    return [FeedEntry(entry.uid, entry.title, entry.start, entry.end, entry.url, entry.text) for entry in calendar_entries(user, first, last)]

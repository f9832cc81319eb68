"""A person's dates as a calendar that phones subscribe to (RFC 5545). Apps append to `sources` in wiring.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from logistics.platform.school.models import school

from .choice_rules import digest_of
from .models import FeedToken

if TYPE_CHECKING:
    from icalendar import Event

BACK, AHEAD = timedelta(days=90), timedelta(days=400)
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class FeedEntry:
    """`uid` names the occasion and never changes, such as "repairs.ticket:12". Dates are whole days, `end` the last of them;
    moments are aware. Without `end` it is one day, or half an hour. `url` is a path of this site."""

    uid: str
    title: str
    start: date | datetime
    end: date | datetime | None = None
    url: str = ""
    text: str = ""


# (user, first, last) -> this person's entries of those days
sources: list[Callable] = []


def entries_for(user, on: date) -> list[FeedEntry]:
    """From 90 days back to 400 ahead; an entry that two sources name stands once."""
    found: dict[str, FeedEntry] = {}
    for source in sources:
        for entry in source(user, on - BACK, on + AHEAD):
            found.setdefault(entry.uid, entry)
    return list(found.values())


def person_with(token: str):
    """Whose feed this is; None for a key that was withdrawn and for people who left."""
    kept = FeedToken.objects.select_related("person").filter(digest=digest_of(token)).first()
    return kept.person if kept and kept.person.is_active else None


def calendar_of(user, on: date, site: str) -> bytes:
    """The feed's bytes, the same all day long unless something changed. Moments are given in UTC; every calendar shows its own zone."""
    from icalendar import Calendar  # 6 MB of every worker when it stands above

    feed = Calendar()
    feed.add("prodid", "-//School Logistics//calendar feed//ZH")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", f"{school().short_name or school().name}后勤 {user.name}")
    feed.add("x-wr-timezone", "Asia/Shanghai")
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    stamp = datetime.combine(on, time(0), UTC)
    for entry in entries_for(user, on):
        feed.add_component(_event(entry, stamp, site))
    return feed.to_ical()


def _event(entry: FeedEntry, stamp: datetime, site: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.uid}@school-logistics")  # the same whatever address the site is reached by
    event.add("dtstamp", stamp)
    event.add("summary", entry.title)
    start, end = _span(entry)
    event.add("dtstart", start)
    event.add("dtend", end)
    if entry.text:
        event.add("description", entry.text)
    if entry.url and site:
        event.add("url", f"{site}{entry.url}")
    if not isinstance(entry.start, datetime):
        event.add("transp", "TRANSPARENT")  # a whole day does not make its owner busy
    return event


def _span(entry: FeedEntry) -> tuple[date | datetime, date | datetime]:
    """First moment and the first one after; a calendar's whole days end with the day after."""
    if isinstance(entry.start, datetime):
        end = entry.end if isinstance(entry.end, datetime) and entry.end > entry.start else entry.start + timedelta(minutes=30)
        return entry.start.astimezone(UTC), end.astimezone(UTC)
    last = entry.end if entry.end and entry.end >= entry.start else entry.start
    return entry.start, last + timedelta(days=1)

"""From a number to the list of the repairs it counts."""

from datetime import date
from urllib.parse import urlencode

from repairs.ticket.forms import TicketFilters

from .names import Names
from .queries import Asked
from .tallies import Trouble
from .troubles import DAYS

LIST = "/repairs/ticket/"


def tickets_url(measure: str, asked: Asked, names: Names, *, today: date) -> str:
    """The list that shows just these repairs; empty where the list's filters cannot single them out."""
    query = _moment_of(measure, asked, today)
    if query is None or (asked.repairer and asked.repairer not in names.desks):
        return ""
    query |= {"kind": asked.kind, "building": asked.building, "place": asked.place and asked.place.pk}
    query |= {"repairer": names.desks.get(asked.repairer or 0), "school_class": asked.school_class, "department": asked.department}
    return _url(query)


def _moment_of(measure: str, asked: Asked, today: date) -> dict | None:
    if measure == "reported":
        return {"since": asked.since, "until": asked.until}
    if measure == "late":
        return {"since": asked.since, "until": asked.until, "was_late": 1}
    if measure == "finished":
        return {"done_since": asked.since, "done_until": asked.until}
    # the list knows what is unfinished now, not what was at a day in the past
    return {"undone": 1} if measure == "unfinished" and asked.until >= today else None


def trouble_url(trouble: Trouble, until: date) -> str:
    since = date.fromordinal(until.toordinal() - DAYS)
    return _url({"place": trouble.place, "kind": trouble.kind, "since": since, "until": until})


def _url(query: dict) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{LIST}?{urlencode(given)}" if given.keys() <= TicketFilters.base_filters.keys() else ""

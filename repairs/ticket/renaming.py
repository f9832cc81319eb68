"""Reports are found by the names of today: of the place, the kind and the repairer, as their pages show them.

A renamed building may have a hundred thousand reports. The newest follow within the rule that renames it, the rest at night.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from logistics.platform.audit.models import Event
from logistics.platform.places.queries import renamed_by
from logistics.platform.search.index import follow

from .models import Ticket
from .rules import search_text

AT_ONCE = 1000  # reports that a rule takes along
CHUNK = 400
LOOK_BACK = timedelta(days=3)  # a machine that was off for a night still catches up
NAMES = {"platform.place": {"名称", "上级", "层级"}, "platform.user": {"姓名"}, "repairs.faultkind": {"类别"}}
FIELDS = {"platform.user": "repairer__in", "repairs.faultkind": "kind__in"}


def follow_names(events: Iterable[Event]) -> None:
    """Bring the newest reports of everything that was renamed up to date; called at the end of every rule."""
    found = _with_names_of(events)
    if found is not None:
        renew(list(found.order_by("-pk")[:AT_ONCE]))


def renew_names(at: datetime) -> int:
    """The same for all reports of what was renamed in the last days; returns how many were changed."""
    found = _with_names_of(Event.objects.filter(kind__in=NAMES, written_at__gte=at - LOOK_BACK))
    changed, last = 0, None
    while found is not None:
        with transaction.atomic():
            some = list((found if last is None else found.filter(pk__lt=last)).order_by("-pk")[:CHUNK])
            changed += renew(some)
        if not some:
            break
        last = some[-1].pk
    return changed


def renew(tickets: list[Ticket]) -> int:
    """Write the words of these reports anew where they differ; returns how many did. What somebody changes meanwhile stays theirs."""
    stale = []
    for ticket in tickets:
        words = search_text(ticket)
        if words != ticket.search and Ticket.objects.filter(pk=ticket.pk, search=ticket.search).update(search=words):
            stale.append(ticket.pk)
    follow("repairs.ticket", stale)
    return len(stale)


def _with_names_of(events: Iterable[Event]) -> QuerySet[Ticket] | None:
    """The reports that show a name which these entries changed; None when they changed none."""
    told: dict[str, list[Event]] = {}
    for event in events:
        is_campus = event.kind == "platform.place" and event.action in ("create", "take_back")  # perhaps; renamed_by knows
        if is_campus or event.changes.keys() & NAMES.get(event.kind, set()):
            told.setdefault(event.kind, []).append(event)
    if not told:
        return None
    fits = Q()
    for kind, some in told.items():
        fits |= Q(place__in=renamed_by(some)) if kind == "platform.place" else Q(**{FIELDS[kind]: [event.record_id for event in some]})
    return Ticket.objects.filter(fits).select_related("place", "kind", "repairer")

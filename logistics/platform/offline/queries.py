"""Reading what phones sent: the inbox, what to keep on a phone, what a chain of forms on one record builds on."""

from datetime import datetime

from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.web.home import Todo
from logistics.platform.web.records import Record

from .declarations import forms_for
from .models import WAITING, Arrival, ArrivalState

MOST_PAGES = 300


def arrivals_visible_to(user):
    """One's own; what a phone holds is its writer's until it is done."""
    return Arrival.objects.filter(user=user.pk).select_related("user")


def waiting_count(user) -> int:
    return Arrival.objects.filter(user=user.pk, state__in=WAITING).count()


def todos(user, at: datetime) -> list[Todo]:
    """Forms that did not go through and wait for their writer."""
    rows = Arrival.objects.filter(user=user.pk, state__in=WAITING).order_by("pk")[:10]
    return [Todo(f"没有办成：{row}", row.words, f"/offline/{row.pk}/", "看一看", "cloud-off") for row in rows]


def pages_for(user) -> list[tuple[str, str]]:
    """(address, version) of every page this person's phone keeps today."""
    forms = forms_for(user)
    if not forms:
        return []
    today = f"{timezone.localdate()}"
    pages = {page: version for form in forms for page, version in form.pages(user)}
    return [*list(pages.items())[:MOST_PAGES], ("/offline/", f"{today}.{waiting_count(user)}"), ("/", today)]


def seen_now(*, user, record: Record, row, seen: str, read_at: datetime) -> str:
    """The stamp that counts for a form written on top of this person's own earlier ones.

    When nothing but their forms changed the record since the page was read, that is the stamp those left behind; otherwise `seen` itself.
    """
    current = record.stamp(row)
    if seen == current:
        return seen
    reached, earlier = seen, Arrival.objects.filter(user=user.pk, kind=record.kind, record_id=row.pk, state=ArrivalState.DONE, arrived_at__gte=read_at)
    for before, after in earlier.order_by("pk").values_list("seen", "stamp"):
        reached = after if before == reached else reached
    return reached if reached == current else seen


def held_up_by(user, kind: str, record_id: int | None, read_at: datetime) -> Arrival | None:
    """An earlier form on the same record that did not go through: what was written on top of it waits, too."""
    if not kind:
        return None
    return Arrival.objects.filter(user=user.pk, kind=kind, record_id=record_id, state__in=WAITING, arrived_at__gte=read_at).order_by("pk").first()


def changes_since(arrival: Arrival) -> list[Event]:
    """What others did to the record since its page was read, newest first."""
    if not arrival.kind or arrival.record_id is None:
        return []
    found = Event.objects.filter(kind=arrival.kind, record_id=arrival.record_id, at__gte=arrival.read_at).exclude(actor_id=arrival.user_id)
    return list(found.order_by("-id")[:20])

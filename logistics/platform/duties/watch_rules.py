"""What the clock does: closing what was missed, reminding, escalating. Each step once, however often it runs (GEN-02)."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.notices.rules import notify
from logistics.platform.org.models import User

from .ladder import REMINDERS, TROUBLES, Telling, recipients, tellings
from .models import Occurrence, OccurrenceState
from .queries import doers_of
from .registry import own_page

AT_ONCE = 300  # occurrences told in one transaction
WAITS = (OccurrenceState.OPEN, OccurrenceState.MISSED)


def watch(*, at: datetime) -> tuple[int, int]:
    """Close what was missed and tell whoever is due to be told; returns how many of each."""
    system = User.objects.system()
    missed = mark_missed(actor=system, at=at)
    told = 0
    while some := tell(actor=system, at=at):
        told += some
    return missed, told


@rule
def mark_missed(*, actor, at: datetime) -> int:
    """Occurrences past their last moment were not done; returns how many there were."""
    late = list(Occurrence.objects.select_for_update(of=("self",)).select_related("duty").filter(state=OccurrenceState.OPEN, closes_at__lte=at).order_by("pk"))
    Occurrence.objects.filter(pk__in=[row.pk for row in late], state=OccurrenceState.OPEN).update(state=OccurrenceState.MISSED)
    for row in late:
        record_event(actor=actor, at=at, action="miss", record=row, text="过了时间还没有做，记为没做")
    return len(late)


@rule
def tell(*, actor, at: datetime) -> int:
    """Tell what has become due of reminders and ladders, the oldest first; returns how many occurrences were looked at.

    The row is locked and its count moves on in the same transaction, and the outbox keeps one promise per step.
    """
    due = Q(next_tell_at__lte=at, state__in=WAITS)
    rows = list(Occurrence.objects.select_for_update(of=("self",)).select_related("duty", "supervisor").filter(due).order_by("next_tell_at", "pk")[:AT_ONCE])
    doers = doers_of(rows) if rows else {}
    for row in rows:
        steps = tellings(row.duty, row.opens_at, row.due_at)
        ready = [(n, step) for n, step in enumerate(steps) if n >= row.told and step.at <= at]
        for n, step in ready:
            _tell_one(row, n, step, doers[row.pk], actor, at)
        row.told += len(ready)
        row.next_tell_at = steps[row.told].at if row.told < len(steps) else None
    Occurrence.objects.bulk_update(rows, ["told", "next_tell_at"])
    return len(rows)


def _tell_one(row: Occurrence, n: int, step: Telling, doers: list[User], actor, at: datetime) -> None:
    due = timezone.localtime(row.due_at)
    if step.to == "doer":
        if row.state == OccurrenceState.OPEN and at < row.due_at:
            title = f"{row.duty}，{due:%H:%M} 前要做"
            body = f"{row.owner_words}，期限 {due:%m-%d %H:%M}。"
            notify(at=at, key=f"platform.occurrence:{row.pk}:{n}", recipients=doers, title=title, body=body, url=own_page(row), subject=REMINDERS)
        return
    people = recipients(step.to, row)
    names = "、".join(person.name for person in doers[:3]) or row.owner_words
    body = f"期限 {due:%m-%d %H:%M}，{row.owner_words}（{names}）。请问一问是什么原因。"
    title = f"{row.duty}超时还没有做" if row.state == OccurrenceState.OPEN else f"{row.duty}没有做"
    notify(at=at, key=f"platform.occurrence:{row.pk}:{n}", recipients=people, title=title, body=body, url=own_page(row), subject=TROUBLES)
    told = "、".join(person.name for person in people[:5]) or "没有人可以告诉"
    record_event(actor=actor, at=at, action="escalate", record=row, text=f"超时告诉{told}")

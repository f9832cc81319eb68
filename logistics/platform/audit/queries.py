"""Reading and proving the journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from .models import ChainHead, Event
from .rules import digest_of


@dataclass(frozen=True)
class Break:
    """The first entry of a chain that does not fit, and why."""

    chain: str
    position: int
    reason: str
    at: datetime | None = None  # when the entry was written, as far as that is known


def story_of(record):
    """The record's events, newest first."""
    return Event.objects.filter(kind=record._meta.label_lower, record_id=record.pk).order_by("-id")


def has_done(person, record, *actions: str) -> bool:
    """Whether this person (or their key), or somebody standing in for them, already did one of the acts on this record."""
    pk = getattr(person, "pk", person)
    whose = Q(actor_id=pk) | Q(for_id=pk)
    return Event.objects.filter(whose, kind=record._meta.label_lower, record_id=record.pk, action__in=actions).exists()


def find_breaks() -> Iterator[Break]:
    """The first broken entry of every chain: edited, removed, inserted, reordered or cut off at the end."""
    for head in ChainHead.objects.order_by("chain"):
        broken = first_break(head.chain) or _end_break(head)
        if broken:
            yield broken
    unknown = Event.objects.exclude(chain__in=ChainHead.objects.values("chain")).order_by("chain").values_list("chain", flat=True).distinct()
    for chain in unknown:
        yield Break(chain, 1, "这条链没有链头")


def first_break(chain: str, until: int | None = None) -> Break | None:
    """The first entry that does not fit its place, its neighbour or its own digest, up to the position `until`; None when all do.

    A missing entry is timed by the one before it.
    """
    previous, expected, at = "", 1, None
    events = Event.objects.filter(chain=chain).order_by("position", "pk")
    for event in (events if until is None else events.filter(position__lte=until)).iterator(2000):
        if event.position != expected:
            return Break(chain, expected, f"缺少第 {expected} 条", at)
        if event.previous != previous or event.digest != digest_of(event):
            return Break(chain, event.position, "内容与指纹不符", event.written_at)
        previous, expected, at = event.digest, expected + 1, event.written_at
    return Break(chain, expected, f"缺少第 {expected} 条", at) if until is not None and expected <= until else None


def _end_break(head: ChainHead) -> Break | None:
    """Whether the chain ends where its head says; asked when every entry fits."""
    last = Event.objects.filter(chain=head.chain).order_by("-position").values_list("position", "digest", "written_at").first() or (0, "", None)
    if (head.position, head.digest) != last[:2]:
        return Break(head.chain, last[0] + 1, "末尾缺少记录，与链头不符", last[2])
    return None

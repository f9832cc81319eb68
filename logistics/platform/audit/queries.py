"""Reading and proving the journal."""

from collections.abc import Iterator
from dataclasses import dataclass

from .models import ChainHead, Event
from .rules import digest_of


@dataclass(frozen=True)
class Break:
    """The first entry of a chain that does not fit, and why."""

    chain: str
    position: int
    reason: str


def story_of(record):
    """The record's events, newest first."""
    return Event.objects.filter(kind=record._meta.label_lower, record_id=record.pk).order_by("-id")


def has_done(person, record, action: str) -> bool:
    """Whether this person already did `action` on this record."""
    return Event.objects.filter(kind=record._meta.label_lower, record_id=record.pk, actor_id=person.pk, action=action).exists()


def find_breaks() -> Iterator[Break]:
    """The first broken entry of every chain: edited, removed, inserted, reordered or cut off at the end."""
    for head in ChainHead.objects.order_by("chain"):
        broken = _first_break(head)
        if broken:
            yield broken
    unknown = Event.objects.exclude(chain__in=ChainHead.objects.values("chain")).values_list("chain", flat=True).distinct()
    for chain in unknown:
        yield Break(chain, 1, "这条链没有链头")


def _first_break(head: ChainHead) -> Break | None:
    previous, expected = "", 1
    for event in Event.objects.filter(chain=head.chain).order_by("position").iterator(2000):
        if event.position != expected:
            return Break(head.chain, expected, f"缺少第 {expected} 条")
        if event.previous != previous or event.digest != digest_of(event):
            return Break(head.chain, event.position, "内容与指纹不符")
        previous, expected = event.digest, expected + 1
    if (head.position, head.digest) != (expected - 1, previous):
        return Break(head.chain, expected, "末尾缺少记录，与链头不符")
    return None

"""From a scanned code to the thing it stands for."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet

from logistics.platform.access.rules import has
from logistics.platform.kernel.ref import ref

from .codes import is_blank_code
from .models import BlankLabel, LabelState
from .things import Thing, all_things, thing_of

MANAGE = "platform.labels.manage"


@dataclass(frozen=True)
class Scanned:
    """What a code stands for: a thing, and the label when it was a blank one. A label without a thing is still blank or void."""

    thing: Thing | None = None
    record: Model | None = None
    label: BlankLabel | None = None


def scanned(code: str) -> Scanned:
    """Whatever this code was printed for; all empty for a code nobody has."""
    if is_blank_code(code):
        label = BlankLabel.objects.filter(code=code).first()
        if label is None or label.state != LabelState.CLAIMED:
            return Scanned(label=label)
        thing = thing_of(label.kind)
        return Scanned(thing, thing.find(label.record_id), label)
    for thing in all_things():
        if record := thing.by_code(code):
            return Scanned(thing, record)
    return Scanned()


def labels_visible_to(user) -> QuerySet[BlankLabel]:
    """All labels for whoever keeps them, nobody else has a list."""
    labels = BlankLabel.objects.select_related("printed_by", "claimed_by")
    return labels if has(user, MANAGE) else labels.none()


def labels_of(record: Model) -> QuerySet[BlankLabel]:
    """The blank labels that were stuck on this thing."""
    found = ref(record)
    return BlankLabel.objects.filter(kind=found.kind, record_id=found.id, state=LabelState.CLAIMED).order_by("code")

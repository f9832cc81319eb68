"""How much everybody should get and got: pure sums over rows read in one go (STK-07)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from assets.item.models import Item
from assets.item.quantities import NONE, figure

from .models import KitLine, Per, Recipient, RecipientState


@dataclass(frozen=True)
class Share:
    """One item of one recipient, in basic units."""

    item: Item
    due: Decimal
    given: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.due - self.given, NONE)

    @property
    def words(self) -> str:
        return f"{self.item}：{figure(self.due)} {self.item.unit}"


def applies(line: KitLine, recipient: Recipient) -> bool:
    return not line.grade or (recipient.school_class_id is not None and recipient.school_class.grade == line.grade)


def due_of(recipient: Recipient, kit: Iterable[KitLine]) -> dict[Item, Decimal]:
    """What the recipient should get; several lines of one item add up."""
    due: dict[Item, Decimal] = {}
    if recipient.state == RecipientState.SKIPPED:
        return due
    for line in kit:
        if applies(line, recipient):
            due[line.item] = due.get(line.item, NONE) + line.quantity * (recipient.count if line.per == Per.PUPIL else 1)
    return {item: quantity for item, quantity in due.items() if quantity}


def shares(recipient: Recipient, kit: Iterable[KitLine], given: dict[int, Decimal]) -> list[Share]:
    """Every item the recipient should get or got; `given` is by item."""
    due = due_of(recipient, kit)
    return [Share(item, quantity, given.get(item.pk, NONE)) for item, quantity in due.items()]


def state_of(recipient: Recipient, kit: Collection[KitLine], given: dict[int, Decimal]) -> RecipientState:
    """The state that follows from what was handed out."""
    if recipient.state == RecipientState.SKIPPED:
        return RecipientState.SKIPPED
    due = shares(recipient, kit, given)
    if not any(given.values()):
        return RecipientState.WAITING if due or not kit else RecipientState.NOTHING
    return RecipientState.PARTLY if any(share.left for share in due) else RecipientState.DONE

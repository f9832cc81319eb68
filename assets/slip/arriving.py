"""入库单 of accepted goods: drawn up and booked in one piece, one paper for what one delivery brings into one store (STK-01)."""

from datetime import date, datetime
from decimal import Decimal

from assets.item.models import Item
from assets.item.quantities import quantity_of
from assets.money import amount_of
from assets.store.ledger import Book, open_book, told
from assets.store.models import Store
from finance.public import Acceptance
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.ref import ref

from .booking import post, post_line
from .models import Slip, SlipKind, SlipLine, SlipState
from .rules import numbered


@rule
def book_arrival(
    *, actor, at: datetime, acceptance: Acceptance, store: Store, item: Item, quantity: Decimal, amount: Decimal, on: date, entered: str = "",
    batch_number: str = "", expires_on: date | None = None,
) -> Slip:  # fmt: skip
    """Take in one accepted line. The caller has locked the acceptance and checked the right. Raises RuleViolation when the store takes nothing on that day."""
    kept = {"quantity": quantity_of(quantity), "amount": amount_of(amount, field="amount"), "entered": entered[:40], "expires_on": expires_on}
    kept["batch_number"] = tidied({"n": batch_number or ""})["n"][:30]
    slip = Slip.objects.filter(acceptance=acceptance.pk, store=store.pk, booked_at=at, state=SlipState.BOOKED).first()
    if slip is not None:
        return _add(slip, open_book(actor=actor, at=at, store=store, on=on, document=ref(acceptance)), item, kept)
    slip = Slip(
        kind=SlipKind.RECEIPT, store=store, on=on, partner=acceptance.order.partner, reason=f"验收单 {acceptance.number}", acceptance=acceptance,
        created_by=actor, created_at=at,
    )  # fmt: skip
    slip.number = numbered(slip)  # before the store is locked, as every paper of the store does
    slip.full_clean()
    slip.save()
    SlipLine.objects.create(slip=slip, item=item, **kept)
    record_event(actor=actor, at=at, action="create", record=slip, text=f"验收入库：{acceptance.number}")
    return post(slip, actor=actor, at=at)


def _add(slip: Slip, book: Book, item: Item, kept: dict) -> Slip:
    """One more line of the same delivery, on the paper made a moment ago."""
    book.document, book.label = ref(slip), str(slip)
    moves = post_line(slip, SlipLine.objects.create(slip=slip, item=item, **kept), {book.store.pk: book})
    record_event(actor=book.actor, at=book.at, action="book", record=slip, text=f"记账：{told(moves)}")
    return slip

"""What other apps do to the store room: materials for a repair, goods that were accepted (STK-03)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from assets.item.models import Item
from assets.item.quantities import in_basic_units
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.ref import Ref

from .ledger import enter, moves_of, open_book, open_books, reverse, take, told
from .models import MoveKind, StockMove, Store


@rule
def issue_stock(
    *, actor, at: datetime, store: Store, item: Item, quantity: Decimal, department, document: Ref, person, note: str = "", unit: str = ""
) -> list[StockMove]:
    """Hand out so many basic units (or of `unit`) for a document of another app; what expires first goes first.

    The calling rule has checked that the actor may. Returns the moves; their values are what it cost, below zero.
    Raises RuleViolation at `quantity` when there is not enough, at `store` or `on` when the store takes no moves.
    """
    book = open_book(actor=actor, at=at, store=store, on=timezone.localdate(at), document=document)
    wanted = in_basic_units(item, quantity, unit)
    moves = take(book, item=item, kind=MoveKind.ISSUE, quantity=wanted, department=department, person=person, note=note)
    record_event(actor=actor, at=at, action="issue", record=moves[0].stock, text=f"发料：{told(moves)}", note=book.label)
    return moves


@rule
def receive(
    *, actor, at: datetime, store: Store, item: Item, quantity: Decimal, amount: Decimal, document: Ref, expires_on: date | None = None,
    batch_number: str = "", unit: str = "", note: str = "",
) -> StockMove:  # fmt: skip
    """Take in what another app's document brought, `amount` yuan in all. The calling rule has checked that the actor may.

    Raises RuleViolation at its field.
    """
    book = open_book(actor=actor, at=at, store=store, on=timezone.localdate(at), document=document)
    wanted = in_basic_units(item, quantity, unit)
    move = enter(book, item=item, kind=MoveKind.RECEIPT, quantity=wanted, value=amount, expires_on=expires_on, batch_number=batch_number, note=note)
    record_event(actor=actor, at=at, action="receive", record=move.stock, text=f"入库：{told([move])}", note=book.label)
    return move


@rule
def take_back_document(*, actor, at: datetime, document: Ref, reason: str) -> list[StockMove]:
    """Strike out everything another app's document did to the store room. Raises RuleViolation when that can no longer be done."""
    moves = moves_of(document)
    stores = {move.stock.store for move in moves}
    books = open_books(actor=actor, at=at, stores=stores, on=timezone.localdate(at), document=document)
    done = [one for pk, book in books.items() for one in reverse(book, [move for move in moves if move.store_id == pk], note=reason)]
    for move in done:
        record_event(actor=actor, at=at, action="reverse", record=move.stock, text=f"冲销：{told([move])}", note=reason)
    return done

"""Booking a paper: all its lines in the ledger at once, its cost on its lines; striking it out; taking goods back (STK-01, STK-06)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.urls import reverse as address_of
from django.utils import timezone

from assets.draw.models import REQUEST_MOVES, RequestLine, RequestState, StockRequest
from assets.item.quantities import NONE, in_basic_units, in_words
from assets.store.ledger import Book, enter, moves_of, open_books, reverse, take, told
from assets.store.models import Batch, MoveKind, StockMove
from assets.store.queries import KEEP
from assets.store.telling import tell, warn_when_low
from finance.public import AcceptanceLine, hand_back
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move

from .models import SLIP_MOVES, WITH_APPROVAL, Slip, SlipKind, SlipLine, SlipState
from .rules import check_all_counted, check_can_decide, check_has_lines, numbered

before_reverse: list[Callable] = []  # (slip, *, actor, at, reason): what else a paper did, undone before the store is locked


def check_can_book(user, slip: Slip) -> None:
    require(user, KEEP)
    if slip.kind in WITH_APPROVAL:
        raise RuleViolation("报损和盘点要先送审。")
    check_move(slip, SlipState.BOOKED, moves=SLIP_MOVES)


def check_can_reverse(user, slip: Slip) -> None:
    require(user, KEEP)
    check_move(slip, SlipState.REVERSED, moves=SLIP_MOVES)
    if slip.returns.filter(state=SlipState.BOOKED).exists():
        raise RuleViolation("这张单有退库，请先冲销退库单。")


def check_can_return(user, slip: Slip) -> None:
    require(user, KEEP)
    if slip.kind != SlipKind.ISSUE or slip.state != SlipState.BOOKED:
        raise RuleViolation("只有已记账的出库单才能退库。")


@rule
def book_slip(*, actor, at: datetime, record: Slip) -> Slip:
    """记账. Raises RuleViolation when something is missing, too little is there, or the month is closed; then nothing is written."""
    slip = stored(Slip, record)
    check_can_book(actor, slip)
    return post(slip, actor=actor, at=at)


@rule
def approve_slip(*, actor, at: datetime, record: Slip, opinion: str = "") -> Slip:
    """审核同意 a loss or count; it is booked in the same moment. Raises NotAllowed to who drew it up."""
    slip = stored(Slip, record)
    check_can_decide(actor, slip)
    opinion = tidied({"opinion": opinion or ""})["opinion"]
    record_event(actor=actor, at=at, action="approve", record=slip, text="审核同意", note=opinion)
    post(slip, actor=actor, at=at, opinion=opinion)
    tell([slip.created_by], slip, at=at, about="approved", title=f"已审核记账：{slip}", body=opinion)
    return slip


def post(slip: Slip, *, actor, at: datetime, **changes) -> Slip:
    """Write the slip's lines into the ledger and move it to booked. Call inside a rule that has checked the right."""
    check_has_lines(slip)
    check_all_counted(slip)
    if not slip.number:
        slip.number = numbered(slip)
        Slip.objects.filter(pk=slip.pk).update(number=slip.number)
    stores = [slip.store, slip.to_store] if slip.to_store_id else [slip.store]
    books = open_books(actor=actor, at=at, stores=stores, on=slip.on, document=ref(slip))
    moves = [move for line in slip.lines.select_related("item", "batch").order_by("pk") for move in post_line(slip, line, books)]
    book = books[slip.store_id]
    advance(slip, SlipState.BOOKED, moves=SLIP_MOVES, booked_at=at, booked_by=actor, booked_on=book.on, **changes)
    late = f"（账上记在 {book.on}）" if book.on != slip.on else ""
    record_event(actor=actor, at=at, action="book", record=slip, text=f"记账{late}：{told(moves)[:160] or '账实相符'}")
    warn_when_low(moves, at=at)
    return slip


def post_line(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    """One line into the ledger, its cost onto the line."""
    moves = POSTS[SlipKind(slip.kind)](slip, line, books)
    amount = sum((move.value for move in moves if move.store_id == slip.store_id), NONE)
    SlipLine.objects.filter(pk=line.pk).update(amount=amount if slip.kind == SlipKind.COUNT else abs(amount))
    return moves


def _receipt(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    kind = MoveKind.RECEIPT if slip.kind == SlipKind.RECEIPT else MoveKind.RECOVER
    given = {"batch_number": line.batch_number, "expires_on": line.expires_on, "note": line.note}
    return [enter(books[slip.store_id], item=line.item, kind=kind, quantity=line.quantity, value=line.amount, **given)]


def _issue(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    who = {"department": slip.department, "person": slip.person, "note": line.note}
    return take(books[slip.store_id], item=line.item, kind=MoveKind.ISSUE, quantity=line.quantity, batch=line.batch, **who)


def _loss(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    note = line.note or slip.reason
    return take(books[slip.store_id], item=line.item, kind=MoveKind.LOSS, quantity=line.quantity, batch=line.batch, expired_too=True, note=note)


def _transfer(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    """Each batch goes over with its days and the cost it left with."""
    out = take(books[slip.store_id], item=line.item, kind=MoveKind.TRANSFER_OUT, quantity=line.quantity, batch=line.batch, expired_too=True, note=line.note)
    there = books[slip.to_store_id]
    moved = [
        enter(
            there, item=line.item, kind=MoveKind.TRANSFER_IN, quantity=-move.quantity, value=-move.value, batch_number=move.batch.number,
            expires_on=move.batch.expires_on, note=line.note,
        )
        for move in out
    ]  # fmt: skip
    return [*out, *moved]


def _count(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    """The difference found when it was counted: missing pieces at the average cost, found ones at it too, into the newest batch."""
    book, difference = books[slip.store_id], line.counted - line.book
    if not difference:
        return []
    if difference < 0:
        return take(book, item=line.item, kind=MoveKind.SHORTAGE, quantity=-difference, expired_too=True, note=line.note)
    stock = book.stock(line.item)
    newest = stock.batches.order_by("-received_on", "-pk").first()
    price = stock.value / stock.quantity if stock.quantity else newest.price if newest else NONE
    return [enter(book, item=line.item, kind=MoveKind.SURPLUS, quantity=difference, value=money(price * difference), batch=newest, note=line.note)]


def _return(slip: Slip, line: SlipLine, books: dict[int, Book]) -> list[StockMove]:
    """Back into the batches they came from, the last one first, at what they went out for; the last piece takes what is left of it."""
    book, left, moves = books[slip.store_id], line.quantity, []
    for batch, quantity, value in reversed(still_out(slip.origin, line.item_id)):
        part = min(quantity, left)
        if part:
            worth = value if part == quantity else money(value * part / quantity)
            given = {"department": slip.department, "person": slip.person, "note": line.note}
            moves.append(enter(book, item=line.item, kind=MoveKind.RETURN, quantity=part, value=worth, batch=batch, **given))
            left -= part
    if left:
        raise RuleViolation(f"「{line.item}」这张单上没有这么多可退，还差 {in_words(line.item, left)}。", field="quantity")
    return moves


POSTS: dict[SlipKind, Callable] = {
    SlipKind.RECEIPT: _receipt, SlipKind.RECOVER: _receipt, SlipKind.ISSUE: _issue, SlipKind.RETURN: _return, SlipKind.TRANSFER: _transfer,
    SlipKind.LOSS: _loss, SlipKind.COUNT: _count,
}  # fmt: skip


def still_out(slip: Slip, item_id: int) -> list[tuple[Batch, Decimal, Decimal]]:
    """(batch, quantity, yuan) of an issue that has not come back. Two queries and one for the papers."""
    parts: dict[int, list] = {}
    for move in moves_of(ref(slip)):
        if move.stock.item_id == item_id:
            row = parts.setdefault(move.batch_id, [move.batch, NONE, NONE])
            row[1], row[2] = row[1] - move.quantity, row[2] - move.value
    kind = ref(slip).kind
    papers = list(slip.returns.filter(state=SlipState.BOOKED).values_list("pk", flat=True))
    for back in StockMove.objects.filter(document_kind=kind, document_id__in=papers, stock__item=item_id, reverses=None, reversed_by=None):
        parts[back.batch_id][1] -= back.quantity
        parts[back.batch_id][2] -= back.value
    return [(batch, quantity, value) for batch, quantity, value in parts.values() if quantity]


@rule
def return_goods(*, actor, at: datetime, record: Slip, row: SlipLine, quantity: Decimal, unit: str = "", reason: str = "") -> Slip:
    """退库: goods of an issue come back. Makes and books a paper of its own; raises RuleViolation for more than is still out."""
    slip = stored(Slip, record)
    check_can_return(actor, slip)
    found = slip.lines.filter(pk=row.pk).select_related("item").first()
    if found is None:
        raise Conflict("这一行不在这张单上，请刷新后再看。")
    reason = tidied({"reason": reason or ""})["reason"]
    base = in_basic_units(found.item, quantity, unit)
    back = Slip(
        kind=SlipKind.RETURN, store=slip.store, on=timezone.localdate(at), department=slip.department, person=slip.person, reason=reason[:200],
        origin=slip, created_by=actor, created_at=at,
    )  # fmt: skip
    back.full_clean()
    back.save()
    SlipLine.objects.create(slip=back, item=found.item, quantity=base, note=reason[:120])
    record_event(actor=actor, at=at, action="create", record=back, text=f"退库：{slip}", note=reason)
    return post(back, actor=actor, at=at)


@rule
def reverse_slip(*, actor, at: datetime, record: Slip, reason: str) -> Slip:
    """冲销: the same moves with the other sign, dated today; the paper and its first moves stay. Raises RuleViolation when that can no longer be done."""
    slip = stored(Slip, record)
    check_can_reverse(actor, slip)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写冲销的原因。", field="reason")
    _give_back_arrivals(slip, actor=actor, at=at, reason=reason)
    for undo in before_reverse:
        undo(slip, actor=actor, at=at, reason=reason)
    request = stored(StockRequest, slip.request) if slip.request_id else None  # before the store, as a hand-over does
    moves = moves_of(ref(slip))
    stores = {move.stock.store_id: move.stock.store for move in moves} or {slip.store_id: slip.store}
    books = open_books(actor=actor, at=at, stores=stores.values(), on=timezone.localdate(at), document=ref(slip))
    done = [one for move in reversed(moves) for one in reverse(books[move.store_id], [move], note=f"冲销：{reason}")]
    advance(slip, SlipState.REVERSED, moves=SLIP_MOVES, opinion=reason)
    _give_back(slip, request)
    record_event(actor=actor, at=at, action="reverse", record=slip, text=f"冲销：{told(done)[:160]}", note=reason)
    return slip


def _give_back_arrivals(slip: Slip, *, actor, at: datetime, reason: str) -> None:
    """Of a receipt that is struck out: its accepted lines wait for a receiver again. Locks the acceptance, so before the store."""
    if slip.acceptance_id:
        for line in AcceptanceLine.objects.filter(acceptance=slip.acceptance_id, received_url=address_of("assets:slip-detail", args=[slip.pk])).order_by("pk"):
            hand_back(actor=actor, at=at, record=line, reason=reason)


def _give_back(slip: Slip, request: StockRequest | None) -> None:
    """What was struck out is still to be handed over."""
    if slip.kind != SlipKind.ISSUE or request is None:
        return
    for line in slip.lines.all():
        asked = RequestLine.objects.get(request=request.pk, item=line.item_id)
        asked.issued -= line.quantity
        asked.save(update_fields=["issued"])
    if request.state == RequestState.DONE:
        advance(request, RequestState.APPROVED, moves=REQUEST_MOVES)

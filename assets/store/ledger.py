"""The ledger of a store: every piece that comes or goes, what it cost, and what is left (STK-01, STK-04).

A rule that writes it locks the store's row first, so that the moves of one store stand one after the other whatever people do at
the same time; the statement that changes a stock asks once more whether there is enough. Cost is the moving weighted average to
the cent: the last piece takes what is left, so that an empty stock is worth nothing. For every stock and after every rule:
quantity = sum of the moves' quantities = sum of its batches, and value = sum of the moves' values.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import F
from django.utils import timezone

from assets.item.models import Item
from assets.item.quantities import NONE, figure, in_words, quantity_of, unit_price
from assets.money import ZERO, amount_of
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref

from .models import OUTGOING, Batch, MoveKind, Stock, StockClose, StockMove, Store

EARLIEST = date(2010, 1, 1)


@dataclass
class Book:
    """An open store: locked, with the day its moves are written on."""

    actor: object
    at: datetime
    store: Store
    on: date
    document: Ref
    label: str = ""

    def stock(self, item: Item) -> Stock:
        """The item's stock in this store as it is now, made when there is none."""
        found = Stock.objects.filter(store=self.store.pk, item=item.pk).order_by("pk").first()
        return self.named(found, item) if found else Stock.objects.create(store=self.store, item=item)

    def named(self, stock: Stock, item: Item) -> Stock:
        """The stock with its store and its item, which are at hand already."""
        stock.store, stock.item = self.store, item
        return stock


def check_day(on: date, at: datetime) -> None:
    """Raise RuleViolation at `on` for a day to come, or one so long ago that it is a slip of the finger and would have to be closed month by month."""
    if on > timezone.localdate(at):
        raise RuleViolation(f"日期不能晚于今天（{timezone.localdate(at)}）。", field="on")
    if on < EARLIEST:
        raise RuleViolation(f"日期不能早于 {EARLIEST}，请检查年份。", field="on")


def open_books(*, actor, at: datetime, stores: Iterable[Store], on: date, document: Ref) -> dict[int, Book]:
    """Lock the stores, always in the same order, and say on which day their moves are written: the document's, or the last day written.

    Raises RuleViolation for a day to come, a store out of use and a month that is closed. Call inside a rule.
    """
    check_day(on, at)
    books = {}
    for store in sorted(set(stores), key=lambda one: one.pk):
        now = stored(Store, store)
        if not now.is_active:
            raise RuleViolation(f"「{now}」停用了，请换一个仓库。", field="store")
        day = max(on, now.last_on or on)
        check_not_closed(now, day)
        books[now.pk] = Book(actor, at, now, day, document, label_of(document))
    return books


def open_book(*, store: Store, **given) -> Book:
    """One store's book; see open_books."""
    return open_books(stores=[store], **given)[store.pk]


def check_not_closed(store: Store, on: date) -> None:
    months = StockClose.objects.filter(store=store.pk, month__gte=on.replace(day=1), reopened_at=None).order_by("-month").values_list("month", flat=True)
    if closed := months.first():
        words = f"「{store}」{closed.year}年{closed.month}月已经月结，{on:%Y-%m-%d} 不能再记。"
        raise RuleViolation(f"{words}请把日期改到下个月，或者先反结账。", field="on")


def enter(
    book: Book, *, item: Item, kind: str, quantity: Decimal, value: Decimal, batch: Batch | None = None, batch_number: str = "",
    expires_on: date | None = None, **words,
) -> StockMove:  # fmt: skip
    """Put in so many basic units that cost `value` yuan, as a batch of their own or back into the batch they came from."""
    quantity, value = quantity_of(quantity), amount_of(value, field="amount")
    stock = book.stock(item)
    quantity_of(stock.quantity + quantity)
    amount_of(stock.value + value, field="amount")
    if batch is None:
        price = unit_price(value, quantity)
        batch = Batch.objects.create(
            stock=stock, number=tidied({"n": batch_number or ""})["n"][:30], received_on=book.on, expires_on=expires_on, price=price, quantity=quantity
        )
    else:
        Batch.objects.filter(pk=batch.pk).update(quantity=F("quantity") + quantity)
    return _write(book, stock, batch, kind=kind, quantity=quantity, value=value, **words)


def take(book: Book, *, item: Item, kind: str, quantity: Decimal, batch: Batch | None = None, expired_too: bool = False, **words) -> list[StockMove]:
    """Take out so many basic units at the average cost: from the batch named, otherwise what expires first goes first.

    What has passed its day goes out only with `expired_too` (losses, counts). Raises RuleViolation at `quantity` when there is not enough.
    """
    parts = _parts(book, item, quantity_of(quantity), batch, expired_too)
    stock = book.named(parts[0][0].stock, item)
    return [_take_part(book, stock, one, kind=kind, quantity=part, **words) for one, part in parts]


def _take_part(book: Book, stock: Stock, batch: Batch, *, kind: str, quantity: Decimal, **words) -> StockMove:
    if not Batch.objects.filter(pk=batch.pk, quantity__gte=quantity).update(quantity=F("quantity") - quantity):
        raise Conflict("刚刚有人领走了一些，请刷新后再发。")
    value = cost_of(stock, quantity)
    return _write(book, stock, batch, kind=kind, quantity=-quantity, value=-value, **words)


def cost_of(stock: Stock, quantity: Decimal) -> Decimal:
    """What so many of the stock cost at the average price, to the cent; all of it costs all that is left."""
    return stock.value if quantity >= stock.quantity else money(stock.value * quantity / stock.quantity)


def proposal(item: Item, store: Store, on: date, *, expired_too: bool = False) -> list[Batch]:
    """The batches, each with its stock, in the order in which they should go out. One query."""
    rows = Batch.objects.filter(stock__item=item.pk, stock__store=store.pk, quantity__gt=NONE).select_related("stock")
    batches = [batch for batch in rows.order_by() if expired_too or batch.expires_on is None or batch.expires_on >= on]
    return sorted(batches, key=lambda batch: (batch.expires_on or date.max, batch.received_on, batch.pk))


def _parts(book: Book, item: Item, quantity: Decimal, batch: Batch | None, expired_too: bool) -> list[tuple[Batch, Decimal]]:
    batches = proposal(item, book.store, book.on, expired_too=expired_too)
    if batch is not None:
        batches = [one for one in batches if one.pk == batch.pk]
    there = sum((one.quantity for one in batches), NONE)
    if there < quantity:
        _refuse(book, item, quantity, there, batch)
    parts, left = [], quantity
    for one in batches:
        part = min(one.quantity, left)
        if part:
            parts.append((one, part))
            left -= part
    return parts


def _refuse(book: Book, item: Item, wanted: Decimal, there: Decimal, batch: Batch | None) -> None:
    whole = sum((one.quantity for one in proposal(item, book.store, book.on, expired_too=True)), NONE)
    more = f"另有 {in_words(item, whole - there)}过了保质期，只能报损。" if whole > there and batch is None else "请减少数量或者先入库。"
    where = f"这一批「{item}」" if batch is not None else f"「{book.store}」的「{item}」"
    raise RuleViolation(f"{where}只有 {in_words(item, there)}，不够 {in_words(item, wanted)}。{more}", field="quantity")


def reverse(book: Book, moves: Sequence[StockMove], *, note: str) -> list[StockMove]:
    """冲销: the same moves with the other sign, the last one first. Raises RuleViolation when what came in has gone out since."""
    done = []
    for move in sorted(moves, key=lambda one: -one.number):
        if move.reverses_id or StockMove.objects.filter(reverses=move.pk).exists():
            raise RuleViolation("已经冲销过了。")
        if not Batch.objects.filter(pk=move.batch_id, quantity__gte=move.quantity).update(quantity=F("quantity") - move.quantity):
            raise RuleViolation(f"「{move.stock.item}」这一批已经发出去一些，不能整单冲销。请先冲销以后的出库，或者用报损、盘点更正。")
        stock = book.stock(move.stock.item)
        left, value = stock.quantity - move.quantity, stock.value - move.value
        if value < 0 or (not left and value):
            raise RuleViolation(f"「{stock.item}」入库以后按平均价发出过，冲销会让剩下的金额对不上。请先冲销以后的出库。")
        words = {"department": move.department, "person": move.person, "note": note, "reverses": move}
        done.append(_write(book, stock, move.batch, kind=move.kind, quantity=-move.quantity, value=-move.value, **words))
    return done


def _write(book: Book, stock: Stock, batch: Batch, *, kind: str, quantity: Decimal, value: Decimal, department=None, person=None, note="", reverses=None):
    """The one write of the ledger: the stock's sums in one conditional statement, and the line that says why."""
    left, worth = stock.quantity + quantity, stock.value + value
    day = {"last_out_on": book.on} if kind in OUTGOING and not reverses else {"last_in_on": book.on} if not reverses else {}
    rows = Stock.objects.filter(pk=stock.pk, quantity=stock.quantity, value=stock.value)
    if left < 0 or worth < 0 or not rows.update(quantity=left, value=worth, **day):
        raise Conflict("刚刚有人动过这件库存，请刷新后再看。")
    stock.quantity, stock.value = left, worth
    book.store.last_number += 1
    book.store.last_on = book.on
    Store.objects.filter(pk=book.store.pk).update(last_number=book.store.last_number, last_on=book.on)
    return StockMove.objects.create(
        store=book.store, number=book.store.last_number, stock=stock, batch=batch, kind=kind, on=book.on, quantity=quantity, value=value,
        balance_quantity=left, balance_value=worth, department=department, person=person, document_kind=book.document.kind,
        document_id=book.document.id, document_label=book.label, note=tidied({"note": note or ""})["note"][:120], reverses=reverses, at=book.at,
        by=book.actor,
    )  # fmt: skip


def moves_of(document: Ref) -> list[StockMove]:
    """The document's moves that stand: no reversals, nothing reversed. One query."""
    rows = StockMove.objects.filter(document_kind=document.kind, document_id=document.id, reverses=None, reversed_by=None)
    return list(rows.select_related("stock__item", "stock__store", "batch", "department", "person").order_by("number"))


def told(moves: Sequence[StockMove]) -> str:
    """The moves in words for the journal: 打印纸 A4 −3 包，62.40 元."""
    totals: dict[int, list] = {}
    for move in moves:
        row = totals.setdefault(move.stock_id, [move.stock.item, NONE, ZERO])
        row[1], row[2] = row[1] + move.quantity, row[2] + move.value
    return "；".join(f"{item} {figure(quantity)} {item.unit}，{value:,.2f} 元".replace("-", "−") for item, quantity, value in totals.values())


def label_of(document: Ref) -> str:
    """What people call the document: its own words, or nothing when it is not there."""
    try:
        model = apps.get_model(document.kind) if document.kind else None
    except (LookupError, ValueError):
        model = None
    found = model._base_manager.filter(pk=document.id).first() if model else None
    return str(found)[:80] if found else ""


__all__ = ["Book", "MoveKind", "cost_of", "enter", "label_of", "moves_of", "open_book", "open_books", "proposal", "reverse", "take", "told"]

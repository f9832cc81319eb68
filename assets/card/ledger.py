"""The one way into the asset ledger: dated entries of a locked card, in the order of their days, never in a closed month (AST-02)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Max, Min
from django.utils import timezone

from assets.depreciation.models import DepreciationRun
from assets.depreciation.plan import end_of, month_after, month_of, owed
from logistics.platform.audit.bulk import fresh
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref

from .given import Books, check_open
from .models import AssetCard, AssetEntry, EntryKind, NumberCounter

HELD = ("asset_class_id", "department_id", "place_id", "custodian_id")
NO_DOCUMENT = Ref("", 0)
BOOKS = "*books*"  # no number begins so


def lock_books() -> None:
    """Let no month be closed while somebody writes into it, and the other way round. The first lock of every rule that writes the ledger."""
    NumberCounter.objects.get_or_create(prefix=BOOKS)
    NumberCounter.objects.filter(prefix=BOOKS).update(last=F("last"))


def books_on(at: datetime) -> Books:
    """How far the books are closed, which stays so until the caller's transaction ends."""
    lock_books()
    today = timezone.localdate(at)
    last = DepreciationRun.objects.aggregate(last=Max("month"))["last"]
    return Books(end_of(last), month_after(last), today) if last else Books(None, month_of(today), today)


def holding_of(card: AssetCard) -> dict:
    """Under which class, department, place and person the ledger carries the card now."""
    return {name: getattr(card, name) for name in HELD}


class Posting:
    """What all entries of one act have in common: who, when, on which day, by which voucher or document."""

    def __init__(self, *, actor, at: datetime, on: date, voucher: str = "", note: str = "", document: Ref = NO_DOCUMENT, label: str = ""):
        words = tidied({"voucher": voucher or "", "note": note or ""})
        self.on = on
        self.common = {
            "on": on, "at": at, "by": actor, "voucher": words["voucher"][:40], "note": words["note"][:200],
            "document_kind": document.kind, "document_id": document.id, "document_label": label[:80],
        }  # fmt: skip
        self.entries: list[AssetEntry] = []

    def add(self, card: AssetCard, kind: str, *, held: dict | None = None, **sums) -> None:
        """One more entry; `sums` are cards, quantity, amount, depreciation, signed."""
        if any(sums.values()):
            self.entries.append(fresh(AssetEntry, card=card, kind=kind, **(held or holding_of(card)), **self.common, **sums))

    def whole(self, card: AssetCard, kind: str, sign: int, *, held: dict | None = None) -> None:
        """The whole card comes (1) or goes (-1)."""
        sums = {"cards": sign, "quantity": sign * card.quantity, "amount": sign * card.cost, "depreciation": sign * card.depreciation}
        self.add(card, kind, held=held, **sums)

    def write(self) -> list[AssetEntry]:
        return AssetEntry.objects.bulk_create(self.entries, batch_size=500)


def opened(card: AssetCard, *, on: date, at: datetime) -> AssetCard:
    """The stored card, locked, alive and depreciated up to the month before `on`. Call it inside a rule, before anything that happens on that day.

    Raises RuleViolation at `on` for a day to come, in a closed month, or before the card's last entry.
    """
    books = books_on(at)
    found = alive(card)
    if not isinstance(on, date) or on > books.today:
        raise RuleViolation(f"日期不能晚于今天（{books.today}）。", field="on")
    check_open(on, books)
    last = found.entries.aggregate(last=Max("on"))["last"]
    if last and on < last:
        raise RuleViolation(f"这张卡片 {last} 已经有变动，日期不能更早。", field="on")
    catch_up([found], through=month_after(month_of(on), -1), at=at)
    return found


def alive(card: AssetCard) -> AssetCard:
    """The stored card, locked. Raises RuleViolation when it has gone."""
    found = stored(AssetCard, card)
    if not found.is_alive:
        raise RuleViolation(f"这张卡片{found.get_status_display()}，不能再动。")
    return found


def catch_up(cards: Sequence[AssetCard], *, through: date, at: datetime, by=None) -> Decimal:
    """Book every month that these locked cards owe, up to and including `through`; returns the sum of them. The cards are changed and saved."""
    entries, changed = [], []
    for card in cards:
        shares = list(owed(card, through))
        if not shares:
            continue
        for month, amount in shares:
            entries.append(depreciation_entry(card, month, amount, at=at, by=by))
            card.depreciation += amount
        card.months_done += len(shares)
        card.next_month = month_after(shares[-1][0]) if card.months_done < card.life_months and card.depreciation < card.cost else None
        changed.append(card)
    AssetEntry.objects.bulk_create(entries, batch_size=500)
    AssetCard.objects.bulk_update(changed, ["depreciation", "months_done", "next_month"], batch_size=200)
    return sum((entry.depreciation for entry in entries), Decimal("0.00"))


def depreciation_entry(card: AssetCard, month: date, amount: Decimal, *, at: datetime, by) -> AssetEntry:
    on = end_of(month)
    return AssetEntry(
        card=card, kind=EntryKind.DEPRECIATION, month=month, on=on, depreciation=amount, at=at, by=by or system(), voucher="", **holding_of(card),
    )  # fmt: skip


def system():
    """The clock's account."""
    from logistics.platform.org.models import User

    return User.objects.system()


def entry_days(cards: Iterable[AssetCard], books: Books) -> dict[int, date]:
    """{position: the day a new card enters the ledger}: its booking, never inside a closed month."""
    return {n: max(card.booked_on, month_of(books.open_month)) if books.closed_until else card.booked_on for n, card in enumerate(cards)}


def first_month() -> date | None:
    """The earliest month any card owes, or has booked ahead of the month's own run because it was changed. Two queries."""
    owing = AssetCard.objects.filter(next_month__isnull=False).aggregate(first=Min("next_month"))["first"]
    booked = AssetEntry.objects.filter(month__isnull=False).aggregate(first=Min("month"))["first"]
    return min(filter(None, (owing, booked)), default=None)

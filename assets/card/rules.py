"""Registering cards and keeping what they say (AST-01). What changes their value or place is in change_rules.py."""

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime

from assets.money import amount_of
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.bulk import insert_rows
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import CHUNK, BadRows, check_new_rows, save_new_rows, stored, tidied
from logistics.platform.kernel.errors import RuleViolation

from .given import Books, check_open, check_serial, new_card, pieces
from .ledger import Posting, alive, books_on, entry_days
from .models import ALIVE, AssetCard, AssetEntry, EntryKind, Status
from .numbers import number_cards, taken_numbers
from .queries import MANAGE

PHOTOS, PAPERS = 6, 20
MOST_APART = 500
KEPT = (
    "name", "brand", "model", "serial", "unit", "maker", "partner", "supplier", "contract", "details", "fiscal", "fund", "procurement", "status", "purpose", "manager",
    "warranty_until", "note",
)  # fmt: skip


def check_can_manage(user, record: AssetCard | None = None) -> None:
    require(user, MANAGE)
    if record is not None and not record.is_alive:
        raise RuleViolation(f"这张卡片{record.get_status_display()}，不能再动。")


def check_can_add_files(user, card: AssetCard) -> None:
    """The keeper, and whoever has the thing in custody."""
    if user.pk != card.custodian_id or not card.is_alive:
        check_can_manage(user, card)


@rule
def create_card(*, actor, at: datetime, is_apart: bool = False, same_serial: bool = False, photos=(), **fields) -> AssetCard:
    """A new card with its number and its first entry; with `is_apart` one card for each piece. Returns the first.

    Raises RuleViolation at its field: below the threshold, a closed month, a serial somebody else's thing has.
    """
    check_can_manage(actor)
    books = books_on(at)
    count = pieces(fields.get("quantity", 1), most=MOST_APART) if is_apart else 1
    if count > 1 and (fields.get("serial") or fields.get("number")):
        name = "serial" if fields.get("serial") else "number"
        raise RuleViolation("每件一张卡时，这一项先空着，登记以后一张一张填。", field=name)
    card = new_card(fields | ({"quantity": 1} if is_apart else {}), books)
    check_serial(card, same_serial)
    try:
        found = save_cards([copy(card) for _ in range(count)], books, actor=actor, at=at)
    except BadRows as refusal:
        raise RuleViolation(refusal.rows[min(refusal.rows)], field="number" if "编号" in refusal.rows[min(refusal.rows)] else None) from refusal
    attach(actor=actor, at=at, record=found[0], role="photo", uploads=list(photos), limit=PHOTOS)
    return found[0]


@rule
def create_cards(*, actor, at: datetime, rows: Sequence[dict]) -> list[AssetCard]:
    """Many cards of a ledger that the school already has, all or nothing. Raises BadRows with a sentence per bad row."""
    check_can_manage(actor)
    books = books_on(at)
    return save_cards(_cards_of(rows, books), books, actor=actor, at=at)


@rule
def foresee_cards(*, actor, at: datetime, rows: Sequence[dict]) -> list[AssetCard]:
    """What `create_cards` would refuse, found without writing ten thousand cards only to take them back. Raises BadRows; answers nothing."""
    check_can_manage(actor)
    cards = _cards_of(rows, books_on(at))
    faults = _numbered(cards, actor=actor, at=at)
    check_new_rows(cards, unique=(), faults=faults)
    return []


def _cards_of(rows: Sequence[dict], books: Books) -> list[AssetCard]:
    cards, faults = [], {}
    for index, row in enumerate(rows):
        try:
            cards.append(new_card({"is_opening": True} | row, books))
        except RuleViolation as refusal:
            faults[index] = refusal.message
    if faults:
        raise BadRows(faults)
    return cards


def _numbered(cards: list[AssetCard], *, actor, at: datetime) -> dict[int, str]:
    """Give each its writer and its number; {position: sentence} of those whose own number is taken."""
    for card in cards:
        card.created_by, card.created_at = actor, at
    faults = _used_numbers(cards)  # the numbers somebody typed; those made here are free
    number_cards(cards)
    return faults


def save_cards(cards: list[AssetCard], books: Books, *, actor, at: datetime) -> list[AssetCard]:
    """Number these new cards and write them with their first entries. Inside a rule that has checked the right and holds `books`. Raises BadRows."""
    faults = _numbered(cards, actor=actor, at=at)
    saved = save_new_rows(actor=actor, at=at, records=cards, unique=(), write=insert_rows, faults=faults)
    days = entry_days(saved, books)
    for start in range(0, len(saved), CHUNK):  # the entries of a big ledger are never all in memory
        insert_rows([_first_entry(saved[n], days[n], actor, at) for n in range(start, min(start + CHUNK, len(saved)))], keys=False)
    return saved


def _first_entry(card: AssetCard, on: date, actor, at: datetime) -> AssetEntry:
    posting = Posting(actor=actor, at=at, on=on, voucher=card.voucher)
    posting.whole(card, EntryKind.OPENING if card.is_opening else EntryKind(card.source), 1)
    return posting.entries[0]


def _used_numbers(cards: Sequence[AssetCard]) -> dict[int, str]:
    """{position: sentence} of cards whose typed number is taken; a card that was taken back has freed its own."""
    typed = [(n, card.number) for n, card in enumerate(cards) if card.number]
    taken, faults = taken_numbers(number for _, number in typed), {}
    for n, number in typed:
        if number in taken:
            faults[n] = f"资产编号「{number}」已经有了。"
        taken.add(number)
    return faults


@rule
def update_card(*, actor, at: datetime, record: AssetCard, same_serial: bool = False, **fields) -> AssetCard:
    """Other words on the card; its value, place, class and custodian change only through the ledger. Raises RuleViolation at its field."""
    card = alive(record)
    check_can_manage(actor, card)
    fields = tidied({name: value for name, value in fields.items() if name in KEPT})
    if "fiscal" in fields:
        fields["fiscal"] = amount_of(fields["fiscal"] or 0, field="fiscal")
    if fields.get("status", card.status) not in ALIVE:
        raise RuleViolation("要处置的，请用“减少”。", field="status")
    if fields.get("serial", card.serial) != card.serial:
        check_serial(AssetCard(pk=card.pk, serial=fields["serial"]), same_serial)
    return save_changes(actor=actor, at=at, record=card, **fields)


@rule
def restate(*, actor, at: datetime, record: AssetCard, status: str, text: str) -> AssetCard:
    """Another 使用状况 because of a paper that says `text`; the paper's rule has checked who may. A card that has gone stays as it is."""
    card = stored(AssetCard, record)
    if card.is_alive and status in ALIVE and status != card.status:
        save_changes(actor=actor, at=at, record=card, text=text, status=status)
    return card


@rule
def add_photos(*, actor, at: datetime, record: AssetCard, photos) -> AssetCard:
    """Pictures of the thing."""
    card = stored(AssetCard, record)
    check_can_add_files(actor, card)
    if not photos:
        raise RuleViolation("请至少放一张照片。", field="photos")
    attach(actor=actor, at=at, record=card, role="photo", uploads=photos, limit=PHOTOS)
    record_event(actor=actor, at=at, action="add_photos", record=card, text=f"照片 {len(photos)} 张")
    return card


@rule
def add_papers(*, actor, at: datetime, record: AssetCard, papers, what: str) -> AssetCard:
    """Invoice, warranty card, certificate: PDF files."""
    card = stored(AssetCard, record)
    check_can_add_files(actor, card)
    if not papers:
        raise RuleViolation("请选文件。", field="papers")
    attach(actor=actor, at=at, record=card, role="paper", uploads=papers, limit=PAPERS, field="papers")
    record_event(actor=actor, at=at, action="add_papers", record=card, text=f"文件 {len(papers)} 份：{tidied({'what': what})['what']}")
    return card


@rule
def take_back_cards(*, actor, at: datetime, records: Sequence[AssetCard]) -> None:
    """Undo the registering of cards that nothing has happened to since: each entry is reversed on its own day and the number is free again."""
    check_can_manage(actor)
    books, reversals = books_on(at), []
    first = _only_entries(records)
    for card in records:
        if card.pk not in first or not card.is_alive:
            raise RuleViolation("登记以后已经有变动。")
        check_open(first[card.pk].on, books)
        posting = Posting(actor=actor, at=at, on=first[card.pk].on, voucher=first[card.pk].voucher, note="撤回登记")
        posting.whole(card, EntryKind.REVERSAL, -1)
        reversals += posting.entries
        record_event(actor=actor, at=at, action="take_back", record=card, text="撤回登记")
    insert_rows(reversals, keys=False)
    empty = {"status": Status.VOID, "quantity": 0, "cost": 0, "fiscal": 0, "depreciation": 0, "monthly": 0, "next_month": None}
    keys = [card.pk for card in records]
    for start in range(0, len(keys), CHUNK):
        AssetCard.objects.filter(pk__in=keys[start : start + CHUNK]).update(**empty)


def _only_entries(records: Sequence[AssetCard]) -> dict[int, AssetEntry]:
    """{card: its entry} of those that have just one."""
    found: dict[int, list[AssetEntry]] = defaultdict(list)
    keys = [card.pk for card in records]
    for start in range(0, len(keys), CHUNK):
        for entry in AssetEntry.objects.filter(card__in=keys[start : start + CHUNK]):
            found[entry.card_id].append(entry)
    return {pk: entries[0] for pk, entries in found.items() if len(entries) == 1}

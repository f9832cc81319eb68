"""Counting a room: what was found of the list, which codes were scanned, what has no label (AST-05). Works from a phone's queue."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from assets.card.models import MOST_PIECES, AssetCard
from assets.labels.pages import CARD_THING
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.bulk import insert_rows
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import CHUNK, stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.labels.codes import read_code
from logistics.platform.labels.queries import scanned

from .models import SHEET_MOVES, CountFind, CountSheet, SheetState, Stocktake
from .queries import MANAGE, OPEN_TO_COUNT, lines_of, may_count
from .rules import check_second

MOST_CODES, MOST_PHOTOS = 300, 4


def check_round(sheet: CountSheet) -> None:
    """Raise RuleViolation unless the round of this sheet is going on."""
    stocktake = sheet.stocktake
    if stocktake.state != OPEN_TO_COUNT[sheet.round]:
        raise RuleViolation(f"这次盘点{stocktake.get_state_display()}，不能再点。")


def check_can_count(user, sheet: CountSheet) -> None:
    if not may_count(user, sheet):
        raise NotAllowed("这一间不归您清点。")
    check_round(sheet)
    check_move(sheet, SheetState.COUNTED, moves=SHEET_MOVES)
    check_second(user, sheet)


def check_can_redo(user, sheet: CountSheet) -> None:
    """Whoever counted notices a mistake, or the keeper wants it counted again."""
    if sheet.counted_by_id != user.pk:
        require(user, MANAGE)
    check_round(sheet)
    check_move(sheet, SheetState.WAITING, moves=SHEET_MOVES)


def check_can_skip(user, sheet: CountSheet) -> None:
    require(user, MANAGE)
    check_round(sheet)
    check_move(sheet, SheetState.SKIPPED, moves=SHEET_MOVES)


def locked(sheet: CountSheet) -> CountSheet:
    """The stored sheet, locked after its stocktake, so that no count comes in while the stocktake goes on to its next step."""
    stocktake = Stocktake.objects.select_for_update().get(pk=sheet.stocktake_id)
    found = stored(CountSheet, sheet)
    found.stocktake = stocktake
    return found


@rule
def count_sheet(
    *,
    actor,
    at: datetime,
    record: CountSheet,
    counts: Mapping[int, int | None],
    codes: Sequence[tuple[str, int | None]] = (),
    things: Sequence[tuple[str, int]] = (),
    photos=(),
    note: str = "",
) -> CountSheet:
    """Everything found in the room, at once: {line: pieces} of the list, scanned or typed codes, things without a label.

    A line nobody wrote anything at was not found. Codes nobody knows are kept. Raises RuleViolation at its field.
    """  # fmt: skip
    sheet = locked(record)
    check_can_count(actor, sheet)
    found, unknown = _found(sheet, counts, codes)
    finds = [CountFind(sheet=sheet, attempt=sheet.attempt, card_id=card, quantity=n) for card, n in found.items()]
    finds += [CountFind(sheet=sheet, attempt=sheet.attempt, code=code, quantity=n) for code, n in unknown.items()]
    finds += [CountFind(sheet=sheet, attempt=sheet.attempt, name=name, quantity=_pieces(n, "things")) for name, n in things]
    insert_rows(finds, keys=False)
    words = tidied({"note": note or ""})["note"][:200]
    advance(sheet, SheetState.COUNTED, moves=SHEET_MOVES, unchanged=("attempt",), counted_by=actor, counted_at=at, note=words)
    attach(actor=actor, at=at, record=sheet, role=f"photo{sheet.attempt}", uploads=list(photos), limit=MOST_PHOTOS)
    text = f"点到 {len(found)} 张卡片" + (f"，认不出的编码 {len(unknown)} 个" if unknown else "") + (f"，没有标签的 {len(things)} 样" if things else "")
    record_event(actor=actor, at=at, action="count", record=sheet, text=text, note=words)
    return sheet


def _pieces(n, field: str) -> int:
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= MOST_PIECES:
        raise RuleViolation(f"数量要是 1 到 {MOST_PIECES} 的整数。", field=field)
    return n


def _found(sheet: CountSheet, counts: Mapping[int, int | None], codes: Sequence[tuple[str, int | None]]) -> tuple[dict[int, int], dict[str, int]]:
    """({card: pieces}, {unknown code: times}). What the list says of a card counts before its scanned code; a single thing is there once."""
    lines = {line.pk: line for line in lines_of(sheet)}
    said = {lines[pk].card_id: n for pk, n in counts.items() if pk in lines and n is not None}
    found = {card: _pieces(n, "counts") for card, n in said.items() if n}
    if sheet.round == 2:
        return found, {}
    scans, unknown = _scans(codes)
    return found | {card.pk: 1 if card.quantity == 1 else n for card, n in scans if card.pk not in said}, unknown


def _scans(codes: Sequence[tuple[str, int | None]]) -> tuple[list[tuple[AssetCard, int]], dict[str, int]]:
    """([(card, pieces)], {code nobody knows: times})."""
    if len(codes) > MOST_CODES:
        raise RuleViolation(f"编码最多 {MOST_CODES} 个，请分两次。", field="codes")
    cards, pieces, unknown = {}, Counter(), Counter()
    known = known_cards([code for code, _ in codes])
    for code, n in codes:
        card, times = known[code], _pieces(1 if n is None else n, "codes")
        if card is None:
            unknown[code[:60]] += times
        else:
            cards[card.pk] = card
            pieces[card.pk] += times
    for n in (*pieces.values(), *unknown.values()):
        _pieces(n, "codes")
    return [(card, pieces[pk]) for pk, card in cards.items()], dict(unknown)


def known_cards(codes: Sequence[str]) -> dict[str, AssetCard | None]:
    """The card behind each code, None for a code nobody knows or of something that is no card."""
    read = {code: read_code(code) or code.strip() for code in codes}
    by_number: dict[str, AssetCard] = {}
    wanted = sorted({form for text in read.values() for form in (text, text.upper())})
    for start in range(0, len(wanted), CHUNK):
        rows = AssetCard.objects.filter(number__in=wanted[start : start + CHUNK]).exclude(status="void")
        by_number |= {card.number.upper(): card for card in rows}
    return {code: by_number.get(text.upper()) or _labelled(text) for code, text in read.items()}


def _labelled(text: str) -> AssetCard | None:
    """By a blank label that was stuck on it, or the code of a card whose number is no code."""
    code = read_code(text)
    found = scanned(code) if code else None
    if found is None or found.thing is None or found.thing.kind != CARD_THING.kind:
        return None
    return found.record


@rule
def redo_sheet(*, actor, at: datetime, record: CountSheet, reason: str) -> CountSheet:
    """Count the room again; what was found the first time stays kept and no longer counts."""
    sheet = locked(record)
    check_can_redo(actor, sheet)
    words = tidied({"reason": reason})["reason"]
    if not words:
        raise RuleViolation("请写为什么重点。", field="reason")
    changes = {"attempt": sheet.attempt + 1, "counted_by": None, "counted_at": None, "note": ""}
    advance(sheet, SheetState.WAITING, moves=SHEET_MOVES, unchanged=("attempt",), **changes)
    record_event(actor=actor, at=at, action="redo", record=sheet, text="重新清点", note=words)
    return sheet


@rule
def skip_sheet(*, actor, at: datetime, record: CountSheet, reason: str) -> CountSheet:
    """The room is not counted this time; its things are neither here nor missing."""
    sheet = locked(record)
    check_can_skip(actor, sheet)
    words = tidied({"reason": reason})["reason"]
    if not words:
        raise RuleViolation("请写为什么不点。", field="reason")
    advance(sheet, SheetState.SKIPPED, moves=SHEET_MOVES, note=words[:200])
    record_event(actor=actor, at=at, action="skip", record=sheet, text="这次不点", note=words)
    return sheet

"""After the counting: a sample counted again by others, the differences decided one by one, and what approval does to the book (AST-05)."""

import random
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from assets.card.change_rules import blockers
from assets.card.given import check_threshold
from assets.card.models import AssetCard
from assets.money import amount_of
from logistics.platform.access.rules import require
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import CHUNK, stored, tidied
from logistics.platform.duties.doing_rules import check_can_complete, check_time, complete_occurrence
from logistics.platform.duties.models import OccurrenceState
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.states import advance, check_move

from .figures import sample_size
from .models import DECISIONS, NEEDS_REASON, STOCKTAKE_MOVES, CountLine, CountSheet, Decision, Difference, DifferenceKind, SheetState, Stocktake, StocktakeState
from .queries import MANAGE, in_open_stocktake
from .reckoning import draw_differences, first_counts, second_counts
from .rules import tell

SHOWN = 3
CHANGES_BOOK = (Decision.MOVE, Decision.SHORTAGE, Decision.BOOK)


def check_can_close(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    if stocktake.state != StocktakeState.COUNTING:
        check_move(stocktake, StocktakeState.RECOUNT, moves=STOCKTAKE_MOVES)
    _check_all_counted(stocktake, 1)


def check_can_end_recount(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    if stocktake.state != StocktakeState.RECOUNT:
        raise RuleViolation(f"盘点{stocktake.get_state_display()}，现在没有复盘。")
    _check_all_counted(stocktake, 2)


def check_can_settle(user, difference: Difference) -> None:
    require(user, MANAGE)
    if difference.stocktake.state != StocktakeState.SETTLING:
        raise RuleViolation(f"盘点{difference.stocktake.get_state_display()}，差异不能再改。")


def check_can_submit(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    check_move(stocktake, StocktakeState.SUBMITTED, moves=STOCKTAKE_MOVES)
    left = stocktake.differences.filter(decision="").count()
    if left:
        raise RuleViolation(f"还有 {left} 条差异没有定怎么处理。")
    if not stocktake.differences.filter(decision__in=CHANGES_BOOK).exists():
        raise RuleViolation("没有要改账的差异，直接结束就行。")


def check_can_finish(user, stocktake: Stocktake) -> None:
    """Nothing of the book changes, so nobody need approve."""
    require(user, MANAGE)
    if stocktake.state != StocktakeState.SETTLING:
        raise RuleViolation(f"盘点{stocktake.get_state_display()}，现在不能结束。")
    if stocktake.differences.filter(decision__in=("", *CHANGES_BOOK)).exists():
        raise RuleViolation("有要改账的差异，送批以后自动结束。")


def check_can_withdraw(user, stocktake: Stocktake) -> None:
    if user.pk != stocktake.submitted_by_id:
        raise NotAllowed("只有送批的人能撤回。")
    if stocktake.state != StocktakeState.SUBMITTED:
        raise RuleViolation(f"盘点{stocktake.get_state_display()}，不能撤回。")


def _check_all_counted(stocktake: Stocktake, turn: int) -> None:
    waiting = list(stocktake.sheets.filter(round=turn, state=SheetState.WAITING).select_related("place").order_by("place__path", "part")[: SHOWN + 1])
    if waiting:
        names = "、".join(str(sheet) for sheet in waiting[:SHOWN])
        raise RuleViolation(f"还有没点的：{names}{'等' if len(waiting) > SHOWN else ''}。点完，或者写明这次不点，再往下办。")


@rule
def close_counting(*, actor, at: datetime, record: Stocktake, people: Sequence = (), seed: int | None = None) -> Stocktake:
    """All rooms are counted: draw the sample for `people` to count again, or go on to the differences where none is wanted.

    `seed` makes the draw repeatable, for the demo school only; otherwise nobody can know which lines will be drawn.
    """
    stocktake = stored(Stocktake, record)
    check_can_close(actor, stocktake)
    first_counts(stocktake)
    lines = list(stocktake.lines.filter(counted__isnull=False).order_by("pk").values_list("pk", flat=True))
    size = sample_size(len(lines), stocktake.recount_percent)
    if not size:
        advance(stocktake, StocktakeState.RECOUNT, moves=STOCKTAKE_MOVES, counted_at=at)
        return _to_settling(stocktake, actor=actor, at=at, text="清点结束，不复盘")
    draw = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311  the demo school is the same every time
    sheets = _recount_sheets(stocktake, draw.sample(lines, size), list(people))
    advance(stocktake, StocktakeState.RECOUNT, moves=STOCKTAKE_MOVES, counted_at=at)
    record_event(actor=actor, at=at, action="close", record=stocktake, text=f"清点结束，抽 {size} 行复盘，{len(sheets)} 张复盘单")
    counters = list({sheet.counter_id: sheet.counter for sheet in sheets}.values())
    stocktake.team.add(*counters)
    tell(counters, stocktake, at=at, about="recount", title=f"请复盘：{stocktake.title}", body=f"抽出来的 {size} 行，请再点一遍。")
    return stocktake


def _recount_sheets(stocktake: Stocktake, keys: Sequence[int], people: list) -> list[CountSheet]:
    """The sample, room by room, each for somebody who did not count that room. Raises RuleViolation at `people`."""
    if not people:
        raise RuleViolation("请选谁来复盘，要和第一次清点的人不同。", field="people")
    gone = next((person for person in people if not person.is_active or not person.is_person), None)
    if gone is not None:
        raise RuleViolation(f"{gone}不在职，不能复盘。", field="people")
    first: dict[int, CountSheet] = {}
    sample = [line for n in range(0, len(keys), CHUNK) for line in CountLine.objects.filter(pk__in=keys[n : n + CHUNK]).select_related("sheet__place")]
    sheets: dict[int, CountSheet] = {}
    for line in sample:
        sheet = first.setdefault(line.sheet_id, line.sheet)
        if sheet.pk not in sheets:
            others = [person for person in people if person.pk != sheet.counted_by_id]
            if not others:
                raise RuleViolation(f"「{sheet}」第一次就是{people[0]}点的，请再选一个人复盘。", field="people")
            counter = others[len(sheets) % len(others)]
            sheets[sheet.pk] = CountSheet.objects.create(stocktake=stocktake, place_id=sheet.place_id, part=sheet.part, round=2, counter=counter)
        line.recount_sheet = sheets[sheet.pk]
    CountLine.objects.bulk_update(sample, ["recount_sheet"], batch_size=500)
    return list(sheets.values())


@rule
def end_recount(*, actor, at: datetime, record: Stocktake) -> Stocktake:
    """The sample is counted again; where the two differ the second figure holds. The differences are listed."""
    stocktake = stored(Stocktake, record)
    check_can_end_recount(actor, stocktake)
    second_counts(stocktake)
    return _to_settling(stocktake, actor=actor, at=at, text="复盘结束")


def _to_settling(stocktake: Stocktake, *, actor, at: datetime, text: str) -> Stocktake:
    number = len(draw_differences(stocktake))
    advance(stocktake, StocktakeState.SETTLING, moves=STOCKTAKE_MOVES)
    record_event(actor=actor, at=at, action="list", record=stocktake, text=f"{text}，差异 {number} 条" if number else f"{text}，账物相符")
    return stocktake


@rule
def decide(
    *, actor, at: datetime, record: Difference, decision: str, reason: str = "", asset_class=None, price: Decimal | None = None, name: str = ""
) -> Difference:
    """What shall become of one difference; the book changes only when all of them are approved. Raises RuleViolation at its field."""
    stocktake = Stocktake.objects.select_for_update().get(pk=record.stocktake_id)
    difference = stored(Difference, record)
    difference.stocktake = stocktake
    check_can_settle(actor, difference)
    words = tidied({"reason": reason or "", "name": name or ""})
    allowed = DECISIONS[DifferenceKind(difference.kind)]
    if decision not in allowed:
        raise RuleViolation(f"{difference.get_kind_display()}的，只能{'或者'.join(f'“{one.label}”' for one in allowed)}。", field="decision")
    if decision in NEEDS_REASON and not words["reason"]:
        raise RuleViolation("请写原因，审批的人要看。", field="reason")
    if decision == Decision.MOVE and difference.place_id is None:
        raise RuleViolation("没有发现的地点，改不了。请选搬回原处。", field="decision")
    difference.asset_class, difference.price = None, None
    if decision == Decision.BOOK:
        _value(difference, asset_class, price, timezone.localdate(at))
        difference.name = (words["name"] or difference.name)[:60]
    difference.decision, difference.reason, difference.decided_by = decision, words["reason"][:200], actor
    difference.save()
    record_event(actor=actor, at=at, action="decide", record=difference, text=difference.get_decision_display(), note=difference.reason)
    return difference


def _value(difference: Difference, asset_class, price: Decimal | None, today) -> None:
    """Class and unit price of what is booked; a piece more of a batch is worth what the others are. No price books it at a nominal yuan."""
    card = difference.card if difference.card and difference.card.is_alive else None
    difference.asset_class = asset_class or (card.asset_class if card else None)
    if difference.asset_class is None or not difference.asset_class.is_active:
        raise RuleViolation("盘盈入账的，请选资产类别。", field="asset_class")
    usual = money(card.cost / card.quantity) if card else None
    difference.price = usual if price is None else amount_of(price, field="price", least=Decimal("0.01"))
    if difference.price is None:
        return
    cost = amount_of(difference.price * difference.quantity, field="price")
    try:
        check_threshold(AssetCard(asset_class=difference.asset_class, quantity=difference.quantity, cost=cost, booked_on=today))
    except RuleViolation:
        if price is not None:
            raise
        difference.price = None  # the batch is from before the threshold: one more of it enters at the nominal yuan


@rule
def submit_stocktake(*, actor, at: datetime, record: Stocktake) -> Stocktake:
    """Through the school's approval chain. Raises RuleViolation naming what is undecided, or can no longer be done as decided."""
    stocktake = stored(Stocktake, record)
    check_can_submit(actor, stocktake)
    check_decided(stocktake)
    advance(stocktake, StocktakeState.SUBMITTED, moves=STOCKTAKE_MOVES, submitted_by=actor, submitted_at=at, words="")
    record_event(actor=actor, at=at, action="submit", record=stocktake, text=f"送批：差异 {stocktake.differences.count()} 条")
    start_run(actor=actor, at=at, record=stocktake)
    return stocktake


def check_decided(stocktake: Stocktake) -> None:
    """Raise RuleViolation for the first decision the book no longer allows."""
    rows = list(stocktake.differences.select_related("card", "line").order_by("pk"))
    wanted: dict[int, int] = {}
    for row in rows:
        if row.card and row.decision in (Decision.MOVE, Decision.SHORTAGE):
            wanted[row.card_id] = wanted.get(row.card_id, 0) + row.quantity
            here = min(row.line.here or 0, row.line.quantity) if row.line else 0  # pieces seen in their place stay on the card
            if not row.card.is_alive or wanted[row.card_id] > row.card.quantity - here:
                seen = f"，清点时在原处点到 {here}" if here else ""
                now = f"现在{row.card.get_status_display()} {row.card.quantity} {row.card.unit}{seen}"
                raise RuleViolation(f"「{row.card}」盘点以后有变动，{now}，请重新处理这条差异。")
            if row.decision == Decision.SHORTAGE:
                _check_free(row, stocktake)


def _check_free(row: Difference, stocktake: Stocktake) -> None:
    """The other things that hold the card, another stocktake among them; this one does not."""
    found = [blocker(row.card) for blocker in blockers if blocker is not in_open_stocktake]
    held = [words for words in (*found, in_open_stocktake(row.card, without=stocktake.pk)) if words]
    if held:
        raise RuleViolation(f"「{row.card}」不能盘亏：{'；'.join(held)}。请先办完，或者改这条差异的处理。")


@rule
def withdraw_stocktake(*, actor, at: datetime, record: Stocktake) -> Stocktake:
    """The sender takes it back before it is decided."""
    stocktake = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="送批人撤回")
    return back_to_settling(actor=actor, at=at, record=stocktake)


@rule
def back_to_settling(*, actor, at: datetime, record: Stocktake, reason: str = "", opinion: str = "") -> Stocktake:
    """Sent back, refused or taken back: the differences may be decided otherwise and sent again."""
    stocktake, words = stored(Stocktake, record), (reason or opinion)[:200]
    advance(stocktake, StocktakeState.SETTLING, moves=STOCKTAKE_MOVES, words=words)
    record_event(actor=actor, at=at, action="return", record=stocktake, text="退回处理差异", note=words)
    return stocktake


@rule
def finish_stocktake(*, actor, at: datetime, record: Stocktake) -> Stocktake:
    """Close a stocktake that leaves the book as it is."""
    stocktake = stored(Stocktake, record)
    check_can_finish(actor, stocktake)
    return end(stocktake, actor=actor, at=at, text="账物相符，盘点结束")


def end(stocktake: Stocktake, *, actor, at: datetime, text: str, action: str = "finish", **changes) -> Stocktake:
    """The campaign is over; the duty it was for is done, as far as its owner closed it in time."""
    advance(stocktake, StocktakeState.DONE, moves=STOCKTAKE_MOVES, done_on=timezone.localdate(at), **changes)
    record_event(actor=actor, at=at, action=action, record=stocktake, text=text)
    occurrence = stocktake.occurrence
    if occurrence is not None and occurrence.state == OccurrenceState.OPEN:
        owner = stocktake.submitted_by or actor
        try:
            check_can_complete(owner, occurrence)
            check_time(occurrence, at)
        except RuleViolation:
            return stocktake
        complete_occurrence(actor=owner, at=at, record=occurrence, note=str(stocktake))
    return stocktake

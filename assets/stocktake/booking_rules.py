"""What the last signature on a stocktake does: moves, 盘亏 and 盘盈 in the ledger, by the right of whoever sent it (AST-05)."""

from datetime import datetime

from django.utils import timezone

from assets.card.change_rules import move_card, split_card, write_off
from assets.card.ledger import lock_books
from assets.card.models import AssetCard, EntryKind, Source, ValueKind
from assets.card.rules import create_card
from logistics.platform.access.rules import has
from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref

from .models import Decision, Difference, Stocktake
from .queries import MANAGE
from .rules import tell
from .settling_rules import check_decided, end


@rule
def carry_out(*, actor, at: datetime, record: Stocktake) -> Stocktake:
    """Write every approved difference into the ledger, all or nothing, with the stocktake's number as voucher.

    Raises RuleViolation naming the card on which the book has changed since; the signer sends the paper back then.
    """
    stocktake = stored(Stocktake, record)
    keeper = stocktake.submitted_by
    if not has(keeper, MANAGE):
        raise RuleViolation(f"送批的{keeper}已经没有登记变动的权限，请退回，由别的资产管理员重新送批。")
    lock_books()
    check_decided(stocktake)
    rows = list(stocktake.differences.select_related("card", "place", "place__responsible", "asset_class", "line").order_by("card", "pk"))
    done = {Decision.MOVE: 0, Decision.SHORTAGE: 0, Decision.BOOK: 0}
    end(stocktake, actor=actor, at=at, text="批准，按处理意见记账", action="approve", decided_by=actor)  # before the ledger: an open stocktake holds its cards
    for row in rows:
        if row.decision in BOOKS:
            row.result = BOOKS[Decision(row.decision)](row, stocktake, keeper=keeper, at=at)
            done[Decision(row.decision)] += 1
    Difference.objects.bulk_update([row for row in rows if row.result_id], ["result"], batch_size=500)
    words = f"变更地点 {done[Decision.MOVE]} 条，盘亏 {done[Decision.SHORTAGE]} 条，盘盈 {done[Decision.BOOK]} 条"
    tell([keeper], stocktake, at=at, about="done", title=f"盘点已批准：{stocktake.title}", body=words)
    return stocktake


def _note(row: Difference, stocktake: Stocktake) -> dict:
    return {"note": row.reason or str(stocktake.title), "voucher": stocktake.number}


def _move(row: Difference, stocktake: Stocktake, *, keeper, at: datetime) -> AssetCard:
    """The book follows the thing; what somebody moved in the book meanwhile is there already."""
    card, on, words = stored(AssetCard, row.card), timezone.localdate(at), _note(row, stocktake)
    if card.place_id == row.place_id:
        return card
    if row.quantity < card.quantity:
        return split_card(actor=keeper, at=at, record=card, on=on, quantity=row.quantity, place=row.place, **words)
    given = {"place": row.place, "department": card.department, "custodian": card.custodian if card.custodian and card.custodian.is_active else None}
    return move_card(actor=keeper, at=at, record=card, on=on, document=ref(stocktake), label=str(stocktake), **given, **words)


def _shortage(row: Difference, stocktake: Stocktake, *, keeper, at: datetime) -> AssetCard:
    return write_off(
        actor=keeper, at=at, record=row.card, on=timezone.localdate(at), kind=EntryKind.SHORTAGE, quantity=row.quantity, approval=stocktake.number,
        document=ref(stocktake), label=str(stocktake), **_note(row, stocktake),
    )  # fmt: skip


def _surplus(row: Difference, stocktake: Stocktake, *, keeper, at: datetime) -> AssetCard:
    """A card of its own where the thing was found, in the care of whoever answers for the room."""
    on, responsible = timezone.localdate(at), row.place.responsible if row.place else None
    model = row.card if row.card and row.card.is_alive else None
    custodian = (model.custodian if model else None) or responsible
    custodian = custodian if custodian and custodian.is_active else None
    given = {"price": row.price} if row.price is not None else {"value_kind": ValueKind.NOMINAL}
    if model:  # one more of a batch: the same kind of thing
        given |= {"brand": model.brand, "model": model.model, "unit": model.unit, "purpose": model.purpose}
    return create_card(
        actor=keeper, at=at, asset_class=row.asset_class, name=row.name, quantity=row.quantity, source=Source.SURPLUS, acquired_on=on, booked_on=on,
        place=row.place, custodian=custodian, department=model.department if model else custodian.department if custodian else None,
        voucher=stocktake.number, note=f"{stocktake} 盘盈。{row.reason}"[:300], **given,
    )  # fmt: skip


BOOKS = {Decision.MOVE: _move, Decision.SHORTAGE: _shortage, Decision.BOOK: _surplus}

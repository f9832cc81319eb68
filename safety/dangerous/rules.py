"""The register of dangerous goods and its ledger: one writes, the second person confirms, then it counts (SAF-16)."""

from datetime import datetime
from decimal import Decimal

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from safety.evidence import enter

from .models import KEEP, MOVE_MOVES, PLUS, DangerousGood, DangerousMove, MoveKind, MoveState
from .queries import check_can_keep, check_can_manage, plainly

CONFIRM = Subject("safety.dangerous", "危险品进出等您确认", "安全")


def check_can_confirm(user, move: DangerousMove) -> None:
    check_move(move, MoveState.DONE, moves=MOVE_MOVES)
    if move.second_id != user.pk:
        raise NotAllowed(f"这一笔由{move.second.name}确认。")
    require(user, KEEP)


def check_can_refuse(user, move: DangerousMove) -> None:
    check_move(move, MoveState.REFUSED, moves=MOVE_MOVES)
    if user.pk not in (move.second_id, move.created_by_id):
        raise NotAllowed("由写的人或者第二人退掉。")
    require(user, KEEP)


@rule
def save_good(*, actor, at: datetime, record: DangerousGood | None = None, **fields) -> DangerousGood:
    """A good with its cupboard and its two keepers. One with something left in the cupboard stays in use."""
    check_can_manage(actor)
    good, fields = stored(DangerousGood, record), tidied(fields)
    if good.pk is None:
        good.created_by, good.created_at = actor, at
    if fields.get("keeper") and fields["keeper"] == fields.get("second_keeper"):
        raise RuleViolation("要两个人保管，不能是同一个人。", field="second_keeper")
    if good.pk and good.stock and fields.get("is_active") is False:
        raise RuleViolation(f"柜里还有 {plainly(good.stock)} {good.unit}，用完或销毁以后再停用。", field="is_active")
    if good.pk and good.moves.exists() and fields.get("unit", good.unit) != good.unit:
        raise RuleViolation("已经有进出，单位不能再改。要换单位，请另登记一种。", field="unit")
    return save_changes(actor=actor, at=at, record=good, **fields)


@rule
def write_move(
    *, actor, at: datetime, good: DangerousGood, kind: str, quantity: Decimal, taker: str, second: User, purpose: str = "", batch: str = "",
    happened_at: datetime | None = None, note: str = "",
) -> DangerousMove:  # fmt: skip
    """A line of the ledger, waiting for the second person. `quantity` is positive; the kind says which way.

    Raises RuleViolation at the field: not so much there, more than the cupboard may hold, no purpose, a second person who may not.
    """
    check_can_keep(actor)
    good = stored(DangerousGood, good)
    if not good.is_active:
        raise RuleViolation(f"「{good}」已经停用。", field="good")
    if quantity <= 0:
        raise RuleViolation("数量要大于零。", field="quantity")
    if second.pk == actor.pk:
        raise RuleViolation("第二人不能是您自己，要两个人在场。", field="second")
    if not has(second, KEEP):
        raise RuleViolation(f"{second.name}没有收发危险品的权限，请换一个人，或者由管理员授权。", field="second")
    words = tidied({"taker": taker, "purpose": purpose or "", "batch": batch or "", "note": note or ""})
    if kind not in (MoveKind.IN, MoveKind.BACK) and not words["purpose"]:
        raise RuleViolation("请写用途，盘盈盘亏写原因。", field="purpose")
    signed = quantity if kind in PLUS else -quantity
    _check_fits(good, signed)
    row = DangerousMove(good=good, second=second)
    text = f"{MoveKind(kind).label}{good} {plainly(quantity)} {good.unit}"
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, text=text, kind=kind, quantity=signed, **words)
    notify(
        at=at, key=f"safety.dangerous:{row.pk}", recipients=[second], title=f"请确认：{text}", body=f"{actor.name}写的，您当时在场。看清数量再确认，确认以后记账。",
        url=f"/safety/dangerous-move/{row.pk}/", subject=CONFIRM,
    )  # fmt: skip
    return row


def _check_fits(good: DangerousGood, signed: Decimal) -> Decimal:
    """The balance after this line. Raises RuleViolation when there is not so much, or no room for it."""
    balance = good.stock + signed
    if balance < 0:
        raise RuleViolation(f"「{good}」只有 {plainly(good.stock)} {good.unit}，不够 {plainly(-signed)} {good.unit}。", field="quantity")
    if signed > 0 and good.most is not None and balance > good.most:
        raise RuleViolation(f"「{good}」最多存放 {plainly(good.most)} {good.unit}，现在有 {plainly(good.stock)} {good.unit}。", field="quantity")
    return balance


@rule
def confirm_move(*, actor, at: datetime, record: DangerousMove) -> DangerousMove:
    """The second person confirms under their own name; now it counts and the balance stands. Raises RuleViolation when there is not so much any more."""
    row = stored(DangerousMove, record)
    check_can_confirm(actor, row)
    good = DangerousGood.objects.select_for_update().get(pk=row.good_id)
    balance = _check_fits(good, row.quantity)
    advance(row, MoveState.DONE, moves=MOVE_MOVES, balance=balance, settled_at=at)
    DangerousGood.objects.filter(pk=good.pk).update(stock=balance)
    record_event(actor=actor, at=at, action="confirm", record=row, text=f"确认，结存 {plainly(balance)} {good.unit}")
    return row


@rule
def refuse_move(*, actor, at: datetime, record: DangerousMove, reason: str) -> DangerousMove:
    """It was not so: the line stays in the book and counts for nothing."""
    row, reason = stored(DangerousMove, record), tidied({"reason": reason or ""})["reason"]
    check_can_refuse(actor, row)
    if not reason:
        raise RuleViolation("请写为什么不成立。", field="reason")
    advance(row, MoveState.REFUSED, moves=MOVE_MOVES, settled_at=at, refusal=reason[:200])
    record_event(actor=actor, at=at, action="refuse", record=row, text="没有成立", note=reason)
    return row

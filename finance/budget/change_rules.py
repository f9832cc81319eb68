"""预算调整: asked for by one person, decided by another, then moved in the ledger (FIN-01)."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from finance.money import amount_of
from logistics.platform.access.rules import require
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import CHANGE_MOVES, BudgetChange, BudgetLine, ChangeKind, ChangeState, YearState
from .queries import MANAGE, check_can_view
from .rules import adjust, check_can_transfer, transfer

SERIES = "YS"


def check_can_ask(user, record=None) -> None:
    """Whoever sees budget lines may ask for more: heads of departments and the accountants."""
    check_can_view(user)


def check_is_asker(user, change: BudgetChange) -> None:
    if user.pk != change.created_by_id:
        require(user, MANAGE)


def check_can_edit(user, change: BudgetChange) -> None:
    check_is_asker(user, change)
    if change.state != ChangeState.DRAFT:
        raise RuleViolation(f"这张单{change.get_state_display()}，不能再改。")


def check_can_submit(user, change: BudgetChange) -> None:
    check_is_asker(user, change)
    check_move(change, ChangeState.SUBMITTED, moves=CHANGE_MOVES)


def check_can_withdraw(user, change: BudgetChange) -> None:
    check_move(change, ChangeState.DRAFT, moves=CHANGE_MOVES)
    if user.pk != change.created_by_id:
        raise NotAllowed("只有申请人能撤回。")


@rule
def create_change(*, actor, at: datetime, **fields) -> BudgetChange:
    """A draft. Raises RuleViolation at its field for a closed year, a wrong pair of lines, an amount that cannot be."""
    check_can_ask(actor)
    fields = _checked(fields)
    change = BudgetChange(created_by=actor, created_at=at)
    return save_changes(actor=actor, at=at, record=change, text=f"起草{ChangeKind(fields['kind']).label}", **fields)


@rule
def update_change(*, actor, at: datetime, record: BudgetChange, **fields) -> BudgetChange:
    change = stored(BudgetChange, record)
    check_can_edit(actor, change)
    return save_changes(actor=actor, at=at, record=change, **_checked(fields))


def _checked(fields: dict) -> dict:
    fields = tidied(fields)
    kind, line, to_line = fields["kind"], fields["line"], fields.get("to_line")
    if not fields.get("reason"):
        raise RuleViolation("请写理由。", field="reason")
    if line.year.state != YearState.OPEN:
        raise RuleViolation(f"{line.year}{line.year.get_state_display()}，不用申请调整。", field="line")
    if kind == ChangeKind.TRANSFER and to_line is None:
        raise RuleViolation("请选调到哪个指标。", field="to_line")
    if kind == ChangeKind.ADJUST:
        return fields | {"to_line": None, "amount": amount_of(fields["amount"], signed=True)}
    check_can_transfer(line, to_line)
    return fields | {"amount": amount_of(fields["amount"])}


@rule
def submit_change(*, actor, at: datetime, record: BudgetChange) -> BudgetChange:
    """Number it and send it through its approval chain. Raises RuleViolation when no chain fits, or when there is not enough to take away."""
    change = stored(BudgetChange, record)
    check_can_submit(actor, change)
    _check_room(change)
    number = change.number or next_number(SERIES, timezone.localtime(at).year)
    advance(change, ChangeState.SUBMITTED, moves=CHANGE_MOVES, number=number, submitted_at=at)
    record_event(actor=actor, at=at, action="submit", record=change, text=f"送批：{change.get_kind_display()} {change.amount:,.2f} 元", note=change.reason)
    start_run(actor=actor, at=at, record=change)
    return change


def _check_room(change: BudgetChange) -> None:
    taken = change.amount if change.kind == ChangeKind.TRANSFER else -change.amount
    line = BudgetLine.objects.select_related("department", "item", "fund").get(pk=change.line_id)
    if taken > line.room:
        raise RuleViolation(
            f"「{line}」可用 {max(line.room, Decimal(0)):,.2f} 元，不够{'调出' if change.to_line_id else '追减'} {taken:,.2f} 元。", field="amount"
        )


@rule
def withdraw_change(*, actor, at: datetime, record: BudgetChange) -> BudgetChange:
    """The asker takes it back before it is decided; its approval ends."""
    change = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="申请人撤回")
    return back_to_draft(actor=actor, at=at, record=change)


@rule
def back_to_draft(*, actor, at: datetime, record: BudgetChange, reason: str = "") -> BudgetChange:
    """It may be changed and sent again: taken back by its asker, or sent back by a signer."""
    change = stored(BudgetChange, record)
    advance(change, ChangeState.DRAFT, moves=CHANGE_MOVES, opinion=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=change, text="退回起草" if reason else "撤回修改", note=reason)
    return change


@rule
def carry_out(*, actor, at: datetime, record: BudgetChange) -> BudgetChange:
    """What the last signature does: the money moves in the same transaction. Raises RuleViolation when the line no longer has enough."""
    change = stored(BudgetChange, record)
    advance(change, ChangeState.APPROVED, moves=CHANGE_MOVES, decided_by=actor, decided_at=at, opinion="")
    common = {"actor": actor, "at": at, "line": change.line, "amount": change.amount, "document": ref(change), "note": change.reason[:200]}
    if change.kind == ChangeKind.TRANSFER:
        transfer(to_line=change.to_line, **common)
    else:
        adjust(**common)
    record_event(actor=actor, at=at, action="carry_out", record=change, text="批准，指标已调整")
    return change


@rule
def turn_down(*, actor, at: datetime, record: BudgetChange, opinion: str) -> BudgetChange:
    """What a refusal does."""
    change = stored(BudgetChange, record)
    advance(change, ChangeState.REJECTED, moves=CHANGE_MOVES, decided_by=actor, decided_at=at, opinion=opinion[:200])
    record_event(actor=actor, at=at, action="turn_down", record=change, text="没有批准", note=opinion)
    return change

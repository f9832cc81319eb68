"""派工: give, take, accept, decline (REP-02)."""

from datetime import datetime

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from repairs.kind.models import Repairer
from repairs.ticket.models import MOVES, State, Ticket
from repairs.ticket.rules import search_text
from repairs.ticket.telling import dispatchers, reporters, tell


def check_can_assign(user, ticket: Ticket | None) -> None:
    require(user, "repairs.ticket.dispatch")
    if ticket is not None and ticket.state != State.REFERRED:
        check_move(ticket, State.ASSIGNED, moves=MOVES)
    if ticket is not None and ticket.state == State.REFERRED and not has(user, "repairs.ticket.decide"):
        raise NotAllowed("已经上报，要等分管副校长定。")


def check_can_take(user, ticket: Ticket) -> None:
    """A repairer takes an unassigned ticket, or accepts the one that was given."""
    require(user, "repairs.ticket.work")
    if ticket.state == State.ASSIGNED and ticket.repairer_id != user.pk:
        raise NotAllowed(f"这张单派给了{ticket.repairer}。")
    if ticket.state not in (State.NEW, State.ASSIGNED):
        raise RuleViolation(f"这张单{ticket.get_state_display()}，不用再接。")


def check_can_decline(user, ticket: Ticket) -> None:
    if ticket.repairer_id != user.pk:
        raise NotAllowed("没有派给您，不用退回。")
    if ticket.state not in (State.ASSIGNED, State.TAKEN):
        raise RuleViolation("已经动手了，不能退回。修不了的话，请用「修不了」上报。")


@rule
def assign_ticket(*, actor, at: datetime, record: Ticket, repairer: Repairer, note: str = "") -> Ticket:
    """Give the ticket to a repairer, also anew. Two dispatchers at once: one wins, the other gets a Conflict."""
    check_can_assign(actor, record)
    if not repairer.user.is_active or not repairer.is_available:
        raise RuleViolation(f"{repairer} 现在不能派工，请选别人。", field="repairer")
    before = record.repairer
    advance(
        record, State.ASSIGNED, moves=MOVES, unchanged=("repairer", "assigned_at"), repairer=repairer.user, assigned_by=actor, assigned_at=at, taken_at=None
    )
    _refresh_search(record)
    verb = f"改派给 {repairer}（原来是 {before}）" if before and before.pk != repairer.user_id else f"派给 {repairer}"
    record_event(actor=actor, at=at, action="assign", record=record, text=verb, note=note)
    tell([repairer.user], record, at=at, about="assigned", title=f"派给您：{record.title}", body=f"{record.place}，{note}" if note else "")
    if before and before.pk != repairer.user_id:
        tell([before], record, at=at, about="moved", title=f"已改派给{repairer}：{record.title}")
    tell(reporters(record), record, at=at, about="given", title=f"已派工：{record.title}", body=f"{repairer} 来修，电话 {repairer.user.phone or '未登记'}")
    return record


@rule
def take_ticket(*, actor, at: datetime, record: Ticket) -> Ticket:
    """Accept a given ticket or take a free one. Of two repairers at once one wins."""
    check_can_take(actor, record)
    is_own_choice = record.state == State.NEW
    given = {"repairer": actor, "assigned_by": actor, "assigned_at": at} if is_own_choice else {}
    advance(record, State.TAKEN, moves=MOVES, taken_at=at, **given)
    _refresh_search(record)
    record_event(actor=actor, at=at, action="take", record=record, text="自己接单" if is_own_choice else "接单")
    if is_own_choice:
        tell(reporters(record), record, at=at, about="given", title=f"已有人接单：{record.title}", body=f"{actor.name} 来修")
    return record


@rule
def decline_ticket(*, actor, at: datetime, record: Ticket, reason: str) -> Ticket:
    """Hand a given ticket back, with the reason; it waits for dispatch again."""
    check_can_decline(actor, record)
    advance(record, State.NEW, moves=MOVES, repairer=None, assigned_by=None, assigned_at=None, taken_at=None)
    _refresh_search(record)
    record_event(actor=actor, at=at, action="decline", record=record, text="退回派工", note=reason)
    tell(dispatchers(), record, at=at, about="declined", title=f"{actor.name}退回：{record.title}", body=reason)
    return record


def _refresh_search(ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(search=search_text(ticket))

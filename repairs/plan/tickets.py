"""Plans and tickets: a planned work goes to a repairer as a ticket, and the signed ticket finishes the work (REP-08, REP-10)."""

from datetime import datetime

from django.utils import timezone

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from repairs.kind.models import FaultKind, Repairer
from repairs.ticket.models import State, Ticket, Urgency
from repairs.ticket.rules import open_ticket

from .models import PlanItem, PlanList, PlanState
from .rules import check_can_run, check_item_open, locked_item

ORIGIN = "repairs.planitem"


def repairer_of(owner):
    """The person in charge when they repair and may be given work now; otherwise the ticket waits to be dispatched."""
    if owner is not None and Repairer.objects.filter(user=owner, is_available=True, user__is_active=True).exists():
        return owner
    return None


@rule
def open_item_ticket(*, actor, at: datetime, record: PlanList, item: PlanItem, kind: FaultKind, place=None, urgency: str = Urgency.NORMAL) -> Ticket:
    """Hand a planned work to the repairers. `place` is needed when the list has only words for it.

    Raises RuleViolation when the work has a ticket already, is done, or the place is not known.
    """
    plan = stored(PlanList, record)
    check_can_run(actor, plan)
    item = locked_item(plan, item)
    check_item_open(item)
    if item.ticket_id:
        raise RuleViolation(f"这一项已经开了报修单 {item.ticket.number}。")
    place = place or item.place
    if place is None:
        raise RuleViolation(f"清单里只写了「{item.place_text}」，请选是哪个地点。", field="place")
    amount = f"（{item.quantity.normalize():f} {item.unit}）" if item.quantity else ""
    item.ticket = open_ticket(
        actor=actor,
        at=at,
        place=place,
        kind=kind,
        description=f"{item.content}{amount}\n{plan.title}",
        urgency=urgency,
        origin=ref(item),
        repairer=repairer_of(item.owner),
    )
    item.save(update_fields=["ticket"])
    record_event(actor=actor, at=at, action="open_ticket", record=plan, text=f"开报修单 {item.ticket.number}：{item.where} {item}")
    return item.ticket


def item_ticket_ended(*, actor, at: datetime, origin: Ref, ticket: Ticket) -> None:
    """The handler of tickets from plans: a signed one finishes its work, any other end lets the work have a new ticket."""
    item = PlanItem.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=origin.id, ticket=ticket).first()
    if item is None:
        return
    if ticket.state != State.CLOSED:
        item.ticket = None
        item.save(update_fields=["ticket"])
        record_event(
            actor=actor, at=at, action="ticket_ended", record=item.plan, text=f"报修单 {ticket.number} {ticket.get_state_display()}：{item.where} {item}"
        )
    elif item.is_open and item.plan.state == PlanState.APPROVED:
        item.done_on, item.actual = timezone.localdate(at), ticket.cost
        item.save(update_fields=["done_on", "actual"])
        record_event(
            actor=actor,
            at=at,
            action="finish_item",
            record=item.plan,
            text=f"报修单 {ticket.number} 验收，完成：{item.where} {item}，实际 {ticket.cost:,.2f} 元",
        )

"""A wrong acceptance is taken back by another one, never edited; goods that waited are handed over once somebody receives them (FIN-05)."""

from datetime import datetime

from django.utils import timezone

from finance.claim.queries import accepted_by_line, claimed_of_order
from finance.money import ZERO
from finance.order.models import OrderState, PurchaseOrder
from finance.order.rules import note_accepted
from finance.purchase.models import Destination
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.numbering.rules import next_number

from .models import ACCEPTANCE_MOVES, Acceptance, AcceptanceLine, AcceptanceState
from .queries import MANAGE, members_of, standing_lines
from .receivers import Handler, NotNow, hand_over, receiver_of
from .rules import SERIES
from .telling import tell

AT_ONCE = 500  # lines taken by one act; the rest by the next


def check_can_reverse(user, acceptance: Acceptance) -> None:
    """Who answers for acceptances and did not buy this; as long as nobody has the goods on his books and the order is not settled."""
    require(user, MANAGE)
    order = acceptance.order
    if user.pk in (order.created_by_id, order.second_buyer_id):
        raise NotAllowed("这批东西是您采购的，请别人冲销。")
    if acceptance.reverses_id:
        raise RuleViolation("这张就是冲销单，不能再冲。要补的话，重新登记验收。")
    if acceptance.state != AcceptanceState.POSTED:
        raise RuleViolation(f"这张验收单{acceptance.get_state_display()}，不用冲销。")
    if order.state == OrderState.CLOSED:
        raise RuleViolation("这张采购单已经结清，验收不能再冲销。")
    received = acceptance.lines.filter(received_at__isnull=False).first()
    if received:
        raise RuleViolation(f"「{received}」已经办了{received.received_label}，请先在那边退回，再冲销验收。")


@rule
def reverse_acceptance(*, actor, at: datetime, record: Acceptance, reason: str) -> Acceptance:
    """冲销: a new acceptance with the quantities negative; the order waits for these goods again. Returns the new one.

    Raises RuleViolation without a reason, when something has been received, or when it was reversed already.
    """
    wrong = stored(Acceptance, record)
    order = wrong.order = stored(PurchaseOrder, wrong.order)
    check_can_reverse(actor, wrong)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写冲销的原因。", field="reason")
    lines = list(wrong.lines.select_for_update(of=("self",)).select_related("order_line__request_line").order_by("pk"))
    if any(line.received_at for line in lines):
        raise Conflict("刚刚已经有人接收了这批东西，请刷新后再看。")
    advance(wrong, AcceptanceState.REVERSED, moves=ACCEPTANCE_MOVES, ended_reason=reason[:200])
    back = Acceptance(
        number=next_number(SERIES, timezone.localtime(at).year), order=order, delivered_on=wrong.delivered_on, delivered_by=wrong.delivered_by,
        appearance=wrong.appearance, quality=wrong.quality, trial=wrong.trial, papers=wrong.papers, conclusion=wrong.conclusion, note=reason[:300],
        amount=-wrong.amount, state=AcceptanceState.POSTED, accepted_at=at, reverses=wrong, created_by=actor, created_at=at,
    )  # fmt: skip
    back.full_clean(exclude=["reverses"])
    back.save()
    taken = [line for line in lines if line.accepted]
    AcceptanceLine.objects.bulk_create(
        [
            AcceptanceLine(acceptance=back, order_line=line.order_line, accepted=-line.accepted, amount=-line.amount, destination=line.destination)
            for line in taken
        ]
    )
    if taken:
        note_accepted(actor=actor, at=at, record=order, quantities={line.order_line_id: -line.accepted for line in taken})
        _check_claims(order)
    record_event(actor=actor, at=at, action="reverse", record=wrong, text=f"冲销，见 {back.number}", note=reason)
    record_event(actor=actor, at=at, action="create", record=back, text=f"冲销 {wrong.number}", note=reason)
    people = [order.created_by, order.second_buyer, order.request.created_by, wrong.created_by, *(member.user for member in members_of(wrong))]
    tell(people, wrong, at=at, about="reversed", title=f"验收冲销了：{order.request.title}", body=f"{wrong.number}：{reason}")
    return back


def _check_claims(order: PurchaseOrder) -> None:
    """Nobody may end up having claimed what was not accepted."""
    accepted = accepted_by_line(order)
    if any(claimed > accepted.get(line, ZERO) for line, claimed in claimed_of_order(order).items()):
        raise RuleViolation("这批东西已经有人报销了，请先退回或者作废报销单，再冲销验收。")


def check_can_take(user, line: AcceptanceLine) -> None:
    """Whoever answers for acceptances, once there is a receiver."""
    require(user, MANAGE)
    if receiver_of(line.destination) is None:
        raise RuleViolation(f"{line.get_destination_display()}现在还没有人接收，先在这里等着。")
    if line.received_at is not None:
        raise RuleViolation(f"「{line}」已经办了{line.received_label}。")


@rule
def take_line(*, actor, at: datetime, record: AcceptanceLine) -> AcceptanceLine:
    """Hand one waiting line to its receiver. Raises Conflict when it was reversed or taken meanwhile."""
    line = _locked(record.pk)
    check_can_take(actor, line)
    _take(line, actor=actor, at=at)
    return line


@rule
def take_waiting(*, actor, at: datetime, destination: Destination) -> int:
    """Hand over what waits for this destination, oldest first, all or nothing; returns how many lines. At most 500 at once.

    What its receiver cannot tell goes on waiting.
    """
    require(actor, MANAGE)
    if receiver_of(destination) is None:
        raise RuleViolation(f"{Destination(destination).label}现在还没有人接收，先在这里等着。")
    keys = list(standing_lines().filter(destination=destination).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    taken = 0
    for pk in keys:
        try:
            _take(_locked(pk), actor=actor, at=at)
            taken += 1
        except NotNow:
            continue
    return taken


@rule
def take_line_with(*, actor, at: datetime, record: AcceptanceLine, handler: Handler) -> AcceptanceLine:
    """Hand one waiting line to this handler: a person has said what becomes of it. The calling rule has checked that the actor may.

    Raises Conflict when it was reversed or taken meanwhile.
    """
    line = _locked(record.pk)
    _take(line, actor=actor, at=at, handler=handler)
    return line


@rule
def hand_back(*, actor, at: datetime, record: AcceptanceLine, reason: str) -> AcceptanceLine:
    """Whoever received the line has undone it: it waits again, so that it can be received otherwise or its acceptance reversed."""
    line = _locked(record.pk)
    if line.received_at is None:
        return line
    label = line.received_label
    line.received_label, line.received_url, line.received_at = "", "", None
    AcceptanceLine.objects.filter(pk=line.pk).update(received_label="", received_url="", received_at=None)
    record_event(actor=actor, at=at, action="hand_back", record=line, text=f"退回等待接收，原来办了{label}", note=reason)
    return line


def _locked(pk: int) -> AcceptanceLine:
    """The line with its acceptance locked, in the order in which a reversal locks them."""
    found = AcceptanceLine.objects.filter(pk=pk).values_list("acceptance", flat=True).first()
    acceptance = stored(Acceptance, Acceptance(pk=found))
    if acceptance.state != AcceptanceState.POSTED or acceptance.reverses_id:
        raise Conflict("刚刚已经有人冲销了这张验收单，请刷新后再看。")
    return AcceptanceLine.objects.select_for_update(of=("self",)).select_related("acceptance", "order_line__request_line").get(pk=pk)


def _take(line: AcceptanceLine, *, actor, at: datetime, handler: Handler | None = None) -> None:
    if not hand_over(line, actor=actor, at=at, handler=handler):
        raise Conflict("刚刚已经有人接收了，请刷新后再看。")
    record_event(actor=actor, at=at, action="take", record=line, text=f"{line.get_destination_display()}接收：{line.received_label}")

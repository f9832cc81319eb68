"""修: arrive, wait, resume, finish, or say that it cannot be done (REP-03, REP-05 to REP-07)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.partners.models import Partner
from logistics.platform.terms.queries import calendar
from repairs.damages import open_for
from repairs.firms import check_may_work, name_of
from repairs.kind.models import Repairer
from repairs.ticket.deadlines import due_for, moved_due
from repairs.ticket.models import MOVES, Cause, Material, State, Ticket, Wait, WaitReason
from repairs.ticket.rules import PHOTOS, search_text, tell_origin
from repairs.ticket.telling import deciders, dispatchers, reporters, tell


def check_own(user, ticket: Ticket) -> None:
    """The repairer of this ticket, or who dispatches."""
    if ticket.repairer_id != user.pk and not has(user, "repairs.ticket.dispatch"):
        raise NotAllowed("这张单不在您手上。")
    require(user, "repairs.ticket.work" if ticket.repairer_id == user.pk else "repairs.ticket.dispatch")


def check_worker(user) -> None:
    """Whoever mends at all."""
    require(user, "repairs.ticket.work")


def check_can_arrive(user, ticket: Ticket) -> None:
    check_own(user, ticket)
    if ticket.state not in (State.ASSIGNED, State.TAKEN):
        raise RuleViolation(f"这张单{ticket.get_state_display()}，不用登记到场。")


def check_can_wait(user, ticket: Ticket) -> None:
    check_own(user, ticket)
    check_move(ticket, State.WAITING, moves=MOVES)
    if ticket.state == State.REFERRED:
        raise RuleViolation("已经上报，等分管副校长定。")


def check_can_resume(user, ticket: Ticket) -> None:
    check_own(user, ticket)
    if ticket.state != State.WAITING:
        raise RuleViolation("没有在等待。")


def check_can_finish(user, ticket: Ticket) -> None:
    check_own(user, ticket)
    check_move(ticket, State.FINISHED, moves=MOVES)


def check_can_refer(user, ticket: Ticket) -> None:
    check_own(user, ticket) if ticket.repairer_id else require(user, "repairs.ticket.dispatch")
    check_move(ticket, State.REFERRED, moves=MOVES)


def check_can_decide(user, ticket: Ticket) -> None:
    require(user, "repairs.ticket.decide")
    if ticket.state != State.REFERRED:
        raise RuleViolation("这张单没有上报，不用定。")


@rule
def arrive(*, actor, at: datetime, record: Ticket) -> Ticket:
    check_can_arrive(actor, record)
    advance(record, State.WORKING, moves=MOVES, arrived_at=record.arrived_at or at, taken_at=record.taken_at or at)
    record_event(actor=actor, at=at, action="arrive", record=record, text="到场")
    return record


@rule
def wait(*, actor, at: datetime, record: Ticket, reason: str, note: str = "", until=None, photos=(), partner: Partner | None = None, firm: str = "") -> Ticket:
    """Stop the clock with a reason the reporter sees. An expected day, if given, must not be past.

    Who waits for an outside firm may say which; one of the school's list must have its papers.
    """
    check_can_wait(actor, record)
    if until and until < timezone.localdate(at):
        raise RuleViolation("预计到的日子已经过了，请改成今天以后。", field="until")
    if partner or firm:
        if reason != WaitReason.FIRM:
            raise RuleViolation("写了外面单位，等什么就选「等外面单位」；不是等他们，请把单位清掉。", field="reason")
        _call_in(record, partner, firm, at)
    return _wait(actor=actor, at=at, record=record, reason=reason, note=note, until=until, photos=photos)


def _wait(*, actor, at, record, reason, note, until, photos=()) -> Ticket:
    advance(record, State.WAITING, moves=MOVES, wait_reason=reason, wait_note=note, wait_until=until)
    Wait.objects.create(ticket=record, reason=reason, note=note, started_at=at)
    attach(actor=actor, at=at, record=record, role="before", uploads=photos, limit=PHOTOS)
    firm = f"（{record.firm}）" if reason == WaitReason.FIRM and record.firm else ""
    words = WaitReason(reason).label + firm + (f"，预计 {until.month}月{until.day}日" if until else "")
    record_event(actor=actor, at=at, action="wait", record=record, text=f"{words}，计时停下", note=note)
    tell(reporters(record), record, at=at, about="waiting", title=f"{words}：{record.title}", body=note)
    return record


@rule
def resume(*, actor, at: datetime, record: Ticket, note: str = "") -> Ticket:
    """Go on; the working time left when the clock stopped is given again."""
    check_can_resume(actor, record)
    stretch = record.waits.select_for_update().get(ended_at=None)
    due_at = moved_due(kind=record.kind, urgency=record.urgency, due_at=record.due_at, stopped_at=stretch.started_at, resumed_at=at, calendar=calendar())
    waited = record.waited_minutes + _end(stretch, at)
    # nobody has come yet when the wait was for a key or decided above: the arrival is this moment
    advance(
        record,
        State.WORKING,
        moves=MOVES,
        wait_reason="",
        wait_note="",
        wait_until=None,
        due_at=due_at,
        waited_minutes=waited,
        arrived_at=record.arrived_at or at,
    )
    record_event(actor=actor, at=at, action="resume", record=record, text="继续修", note=note)
    return record


def _end(stretch: Wait, at: datetime) -> int:
    """Close the wait; returns its minutes."""
    stretch.ended_at = max(at, stretch.started_at)
    stretch.save(update_fields=["ended_at"])
    return round((stretch.ended_at - stretch.started_at).total_seconds() / 60)


@rule
def finish(
    *, actor, at: datetime, record: Ticket, work_done: str, cause: str, minutes: int, materials: Sequence[dict] = (), labour_cost=Decimal(0),
    warranty_until=None, damage_by: str = "", damage_class=None, before=(), after=(),
) -> Ticket:  # fmt: skip
    """Done: what was wrong, what was done, minutes, materials ({name, spec, unit, quantity, price}), photos; the reporter is asked to sign.

    Damage by people must name the person or the class (REP-07). What a redo uses is added.
    """
    check_can_finish(actor, record)
    if at < record.reported_at:
        raise RuleViolation("完工不能早于报修，请看一下这台机器的时间对不对。")
    if cause == Cause.MANMADE and not damage_by and damage_class is None:
        raise RuleViolation("人为损坏要写是谁或者哪个班，好办赔偿。", field="damage_by")
    total = record.material_cost + _use(record, materials)
    accept_by = calendar().add_working_days(at.astimezone().date(), limit("repairs.accept.days", timezone.localdate(at)))
    advance(
        record, State.FINISHED, moves=MOVES, arrived_at=record.arrived_at or at, finished_at=at, work_done=work_done, cause=cause,
        minutes=record.minutes + minutes, material_cost=total, labour_cost=money(record.labour_cost + labour_cost), warranty_until=warranty_until,
        damage_by=damage_by, damage_class=damage_class, accept_by_on=accept_by,
    )  # fmt: skip
    attach(actor=actor, at=at, record=record, role="before", uploads=before, limit=PHOTOS)
    attach(actor=actor, at=at, record=record, role="after", uploads=after, limit=PHOTOS)
    cost = f"，费用 {record.cost} 元" if record.cost else ""
    record_event(actor=actor, at=at, action="finish", record=record, text=f"完工，{Cause(cause).label}，工时 {minutes} 分{cost}", note=work_done)
    tell(reporters(record), record, at=at, about="finished", title=f"修好了，请验收签字：{record.title}", body=work_done[:200])
    if cause == Cause.MANMADE:
        open_for(record, actor=actor, at=at, school_class=damage_class, by_name=damage_by)
        head = damage_class.head_teacher if damage_class else None
        tell(
            [head, *dispatchers()], record, at=at, about="damage", title=f"人为损坏：{record.title}", body=f"{damage_class or damage_by}，费用 {record.cost} 元"
        )
    return record


def _use(ticket: Ticket, lines: Sequence[dict]) -> Decimal:
    materials = [Material(ticket=ticket, **line) for line in lines]
    for material in materials:
        material.full_clean(exclude=["ticket"])
    Material.objects.bulk_create(materials)
    return sum((material.amount for material in materials), Decimal(0))


@rule
def refer(*, actor, at: datetime, record: Ticket, reason: str) -> Ticket:
    """修不了: goes up to the vice principal at once, with the reason (REP-05)."""
    check_can_refer(actor, record)
    waited = record.waited_minutes
    stretch = record.waits.select_for_update().filter(ended_at=None).first()
    if stretch:
        waited += _end(stretch, at)
    advance(record, State.REFERRED, moves=MOVES, escalated_at=at, escalation=reason, waited_minutes=waited, wait_reason="", wait_note="", wait_until=None)
    record_event(actor=actor, at=at, action="refer", record=record, text="修不了，已上报分管副校长", note=reason)
    tell(deciders(), record, at=at, about="referred", title=f"修不了，请定：{record.title}", body=reason)
    tell(reporters(record), record, at=at, about="referred-told", title=f"已上报分管副校长：{record.title}", body=reason)
    return record


@rule
def decide_repair(*, actor, at: datetime, record: Ticket, repairer: Repairer, opinion: str) -> Ticket:
    """The vice principal has it repaired after all; the deadline starts again."""
    check_can_decide(actor, record)
    due_at = due_for(kind=record.kind, size="large", urgency=record.urgency, reported_at=at, calendar=calendar())
    advance(record, State.ASSIGNED, moves=MOVES, repairer=repairer.user, assigned_by=actor, assigned_at=at, taken_at=None, due_at=due_at)
    Ticket.objects.filter(pk=record.pk).update(search=search_text(record))
    record_event(actor=actor, at=at, action="decide_repair", record=record, text=f"定：派给 {repairer} 继续修", note=opinion)
    tell([repairer.user, *reporters(record)], record, at=at, about="decided", title=f"已定继续修：{record.title}", body=opinion)
    return record


@rule
def decide_firm(*, actor, at: datetime, record: Ticket, opinion: str, partner: Partner | None = None, firm: str = "", until=None) -> Ticket:
    """The vice principal calls in an outside firm, a partner of the school's list or a name; the clock waits for it.

    Somebody of ours stays in charge. Raises RuleViolation on `partner` when the firm's papers are missing or have expired.
    """
    check_can_decide(actor, record)
    if record.repairer_id is None:
        raise RuleViolation("还没有经办人。先选「派人修」，再请外面单位。")
    _call_in(record, partner, firm, at)
    _wait(actor=actor, at=at, record=record, reason=WaitReason.FIRM, note=opinion, until=until)
    return record


def _call_in(record: Ticket, partner: Partner | None, firm: str, at: datetime) -> None:
    check_may_work(partner, timezone.localdate(at), field="partner")
    record.partner, record.firm = partner, name_of(partner, firm)
    Ticket.objects.filter(pk=record.pk).update(partner=partner, firm=record.firm)


@rule
def decide_drop(*, actor, at: datetime, record: Ticket, opinion: str) -> Ticket:
    """The vice principal decides not to repair; the reporter reads why."""
    check_can_decide(actor, record)
    advance(record, State.CANCELLED, moves=MOVES)
    record_event(actor=actor, at=at, action="decide_drop", record=record, text="定：这次不修", note=opinion)
    tell([record.repairer, *reporters(record)], record, at=at, about="dropped", title=f"这次不修：{record.title}", body=opinion)
    tell_origin(record, actor=actor, at=at)
    return record

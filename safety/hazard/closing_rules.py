"""Putting a hazard right, by hand or by a repair; looking at it again, postponing, striking it off; the clock (SAF-04)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limits_on
from logistics.platform.org.models import User
from repairs.public import open_ticket

from .models import MOVES, Hazard, Level, State
from .queries import CLOSE, MANAGE, late_q
from .rules import LAW, tell

VICE_DAYS, PRINCIPAL_DAYS = "safety.hazard.vice_days", "safety.hazard.principal_days"
ORIGIN = "safety.hazard"


def check_can_fix(user, hazard: Hazard) -> None:
    """The owner, or whoever keeps the hazards."""
    if hazard.owner_id != user.pk and not has(user, MANAGE):
        raise NotAllowed(f"这一件由{hazard.owner or '责任人'}整改。")
    check_move(hazard, State.FIXED, moves=MOVES)


def check_can_open_ticket(user, hazard: Hazard) -> None:
    check_can_fix(user, hazard)
    if hazard.ticket_id:
        raise RuleViolation("已经转了报修，修好验收后会自己记上。")


def check_is_another(user, hazard: Hazard) -> None:
    """Whoever put it right or answers for it does not judge it."""
    if user.pk in (hazard.fixed_by_id, hazard.owner_id):
        raise NotAllowed("整改人和责任人不能复查、销号自己整改的，请安全员或分管领导里的另一位来办。")


def check_can_recheck(user, hazard: Hazard) -> None:
    require(user, MANAGE)
    if hazard.state != State.FIXED:
        raise RuleViolation("整改完了才复查。")
    check_is_another(user, hazard)


def check_can_close(user, hazard: Hazard) -> None:
    """Major hazards only; general ones are closed by the re-check."""
    require(user, CLOSE)
    if hazard.state != State.CHECKED:
        raise RuleViolation("复查合格的重大隐患才由领导销号。")
    check_is_another(user, hazard)
    if hazard.reported_on is None:
        raise RuleViolation(f"重大隐患要先记上报主管部门，才能销号。依据：{LAW}。")


def check_can_postpone(user, hazard: Hazard) -> None:
    require(user, CLOSE if hazard.level == Level.MAJOR else MANAGE)
    if hazard.state != State.ASSIGNED:
        raise RuleViolation("整改中的隐患才能延期。")


@rule
def fix_hazard(*, actor, at: datetime, record: Hazard, words: str, photos: Sequence = ()) -> Hazard:
    """Say how it was put right, with a photo of how it looks now."""
    hazard, words = stored(Hazard, record), tidied({"w": words or ""})["w"]
    check_can_fix(actor, hazard)
    if not words:
        raise RuleViolation("请写怎么整改的。", field="words")
    if not photos:
        raise RuleViolation("请拍一张整改后的照片。", field="photos")
    attach(actor=actor, at=at, record=hazard, role="after", uploads=photos, field="photos")
    return _fixed(actor, at, hazard, by=actor, words=words)


def _fixed(actor, at: datetime, hazard: Hazard, *, by, words: str) -> Hazard:
    advance(hazard, State.FIXED, moves=MOVES, fixed_at=at, fixed_by=by, fixed_words=words[:300])
    record_event(actor=actor, at=at, action="fix", record=hazard, text=f"{by.name}整改完成，待复查", note=words)
    people = [person for person in holders_of(MANAGE) if person.pk not in (by.pk, hazard.owner_id)]
    tell(hazard, at, f"fixed:{hazard.returned}", people, f"请复查隐患：{hazard.title}", f"{hazard.place}。{words}")
    return hazard


@rule
def open_hazard_ticket(*, actor, at: datetime, record: Hazard, kind, urgency: str = "normal"):
    """Hand it to the repairers; their signed ticket puts it right. Returns the ticket."""
    hazard = stored(Hazard, record)
    check_can_open_ticket(actor, hazard)
    description = f"{hazard.description}\n隐患 {hazard.number}，{hazard.due_on:%m-%d} 以前整改"
    ticket = open_ticket(actor=actor, at=at, place=hazard.place, kind=kind, description=description, urgency=urgency, origin=ref(hazard))
    Hazard.objects.filter(pk=hazard.pk).update(ticket=ticket)
    record_event(actor=actor, at=at, action="open_ticket", record=hazard, text=f"转报修 {ticket.number}")
    return ticket


def ticket_ended(*, actor, at: datetime, origin: Ref, ticket) -> None:
    """The handler of tickets from hazards: a signed one puts it right, any other end lets it have a new one."""
    hazard = Hazard.objects.select_for_update(of=("self",)).select_related("owner", "place").filter(pk=origin.id, ticket=ticket).first()
    if hazard is None:
        return
    if ticket.state != "closed":
        Hazard.objects.filter(pk=hazard.pk).update(ticket=None)
        text = f"报修单 {ticket.number} {ticket.get_state_display()}，没有修"
        record_event(actor=actor, at=at, action="ticket_ended", record=hazard, text=text)
        if hazard.state == State.ASSIGNED:
            tell(hazard, at, f"ticket:{ticket.pk}", [hazard.owner], f"隐患的报修没有修成：{hazard.title}", f"{text}。请另想办法整改。")
    elif hazard.state == State.ASSIGNED:
        _fixed(actor, at, hazard, by=ticket.repairer or actor, words=f"报修 {ticket.number} 已验收：{ticket.work_done}")


@rule
def recheck_hazard(*, actor, at: datetime, record: Hazard, result: str, words: str = "", photos: Sequence = ()) -> Hazard:
    """`result` "pass" closes a general hazard and leaves a major one to the leader; "fail" gives it back to its owner."""
    hazard, words = stored(Hazard, record), tidied({"w": words or ""})["w"]
    check_can_recheck(actor, hazard)
    if result not in ("pass", "fail"):
        raise RuleViolation("请选合格还是不合格。", field="result")
    if result == "fail":
        return _given_back(actor, at, hazard, words)
    words = words or "复查合格"
    attach(actor=actor, at=at, record=hazard, role="checked", uploads=photos, field="photos")
    checked = {"checked_at": at, "checked_by": actor, "checked_words": words[:300]}
    if hazard.level == Level.MAJOR:
        advance(hazard, State.CHECKED, moves=MOVES, **checked)
        tell(hazard, at, f"checked:{hazard.returned}", holders_of(CLOSE), f"重大隐患待销号：{hazard.title}", words)
    else:
        advance(hazard, State.CLOSED, moves=MOVES, closed_at=at, closed_by=actor, **checked)
    done = "复查合格，销号" if hazard.state == State.CLOSED else "复查合格，待领导销号"
    record_event(actor=actor, at=at, action="recheck", record=hazard, text=done, note=words)
    return hazard


def _given_back(actor, at: datetime, hazard: Hazard, words: str) -> Hazard:
    if not words:
        raise RuleViolation("不合格的，请写哪里还不行。", field="words")
    text, owner = f"复查不合格（整改人{hazard.fixed_by}），退回整改", hazard.owner
    undone = {
        "returned": hazard.returned + 1,
        "ticket": None,
        "on_spot": False,
        "fixed_at": None,
        "fixed_by": None,
        "fixed_words": "",
        "checked_at": None,
        "checked_by": None,
        "checked_words": "",
    }
    advance(hazard, State.ASSIGNED if owner else State.GRADED, moves=MOVES, **undone)
    hazard.refresh_from_db()
    record_event(actor=actor, at=at, action="give_back", record=hazard, text=text, note=words)
    if owner:
        tell(hazard, at, f"back:{hazard.returned}", [owner], f"隐患复查不合格：{hazard.title}", words)
    return hazard


@rule
def close_hazard(*, actor, at: datetime, record: Hazard, result: str = "pass", words: str = "") -> Hazard:
    """The leader strikes a major hazard off the list, or gives it back."""
    hazard, words = stored(Hazard, record), tidied({"w": words or ""})["w"]
    check_can_close(actor, hazard)
    if result == "fail":
        return _given_back(actor, at, hazard, words)
    advance(hazard, State.CLOSED, moves=MOVES, closed_at=at, closed_by=actor)
    record_event(actor=actor, at=at, action="close", record=hazard, text="重大隐患销号", note=words)
    return hazard


@rule
def postpone_hazard(*, actor, at: datetime, record: Hazard, due_on: date, reason: str) -> Hazard:
    """A later deadline for a reason; counted, and the ladder begins anew."""
    hazard, reason = stored(Hazard, record), tidied({"r": reason or ""})["r"]
    check_can_postpone(actor, hazard)
    if not reason:
        raise RuleViolation("请写为什么延期。", field="reason")
    if due_on <= max(hazard.due_on, timezone.localdate(at)):
        raise RuleViolation(f"新的期限要晚于今天和原来的期限（{hazard.due_on}）。", field="due_on")
    if (due_on - timezone.localdate(at)).days > 366:
        raise RuleViolation("一次延期最长一年。", field="due_on")
    was = hazard.due_on
    Hazard.objects.filter(pk=hazard.pk).update(due_on=due_on, postponed=F("postponed") + 1, told=0)
    hazard.refresh_from_db()
    text = f"第 {hazard.postponed} 次延期：{was:%m-%d} 改为 {due_on:%m-%d}"
    record_event(actor=actor, at=at, action="postpone", record=hazard, text=text, note=reason)
    tell(hazard, at, f"postponed:{hazard.postponed}", [hazard.owner], f"隐患整改延期到 {due_on:%m-%d}：{hazard.title}", reason)
    return hazard


def watch_hazards(*, at: datetime) -> int:
    """Tell of hazards past their deadline, step by step; returns how many tellings."""
    return _tell_late(actor=User.objects.system(), at=at)


@rule
def _tell_late(*, actor, at: datetime) -> int:
    """Each step once, also when the clock stood still for days: the rows are locked and `told` moves on in the same transaction."""
    today, told = timezone.localdate(at), 0
    numbers = limits_on(today, VICE_DAYS, PRINCIPAL_DAYS)
    rows = Hazard.objects.select_for_update(of=("self",)).select_related("owner", "place").filter(late_q(today), told__lt=3).order_by("pk")
    for hazard in rows:
        days = (today - hazard.due_on).days
        reached = 1 + (days >= numbers[VICE_DAYS]) + (days >= numbers[PRINCIPAL_DAYS])
        for step in range(hazard.told, reached):
            _tell_step(hazard, step, days, at)
            told += 1
        if reached > hazard.told:
            Hazard.objects.filter(pk=hazard.pk).update(told=reached)
            text = f"逾期 {days} 天，告诉{('责任人和安全员', '分管副校长', '校长')[reached - 1]}"
            record_event(actor=actor, at=at, action="escalate", record=hazard, text=text)
    return told


def _tell_step(hazard: Hazard, step: int, days: int, at: datetime) -> None:
    people = [
        lambda: [hazard.owner, *holders_of(MANAGE)],
        lambda: list(User.objects.filter(roles__key="vice", is_active=True)),
        lambda: list(User.objects.filter(roles__key="principal", is_active=True)),
    ][step]()
    title = f"隐患整改逾期 {days} 天：{hazard.title}"
    body = f"{hazard.number} {hazard.place}，责任人{hazard.owner}，期限 {hazard.due_on:%m-%d}" + (f"，已延期 {hazard.postponed} 次" if hazard.postponed else "")
    tell(hazard, at, f"late:{hazard.due_on}:{step}", people, title, body)

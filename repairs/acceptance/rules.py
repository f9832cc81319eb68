"""验收: the reporter signs or sends it back; after the school's limit the director signs for him, with a note (REP-04)."""

from datetime import datetime

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.terms.queries import calendar
from repairs.ticket.deadlines import due_for
from repairs.ticket.models import MOVES, Signature, State, Ticket
from repairs.ticket.queries import is_in_charge
from repairs.ticket.rules import tell_origin
from repairs.ticket.telling import reporters, tell

PROXY_REASONS = 4  # shortest note of a proxy signature


def check_finished(ticket: Ticket) -> None:
    if ticket.state != State.FINISHED:
        raise RuleViolation(f"这张单{ticket.get_state_display()}，现在不用验收。")


def check_can_accept(user, ticket: Ticket) -> None:
    """The reporter, or who answers for the place; never who repaired it."""
    check_finished(ticket)
    require(user, "repairs.ticket.file")
    check_separation(user, "accept", ticket)
    if ticket.reported_by_id != user.pk and not is_in_charge(user, ticket):
        raise NotAllowed("请报修人或者地点责任人验收。")


def check_can_sign_for(user, ticket: Ticket, at: datetime) -> None:
    """The director, once the school's days for the reporter are over."""
    check_finished(ticket)
    require(user, "repairs.ticket.sign_for")
    check_separation(user, "sign_for", ticket)
    if ticket.accept_by_on and timezone.localtime(at).date() <= ticket.accept_by_on:
        raise RuleViolation(f"报修人可以验收到 {ticket.accept_by_on.month}月{ticket.accept_by_on.day}日，过了这天才能代签。")


@rule
def accept(*, actor, at: datetime, record: Ticket, signature=(), name: str = "", rating: int | None = None, words: str = "") -> Ticket:
    """The reporter signs: the ticket is closed."""
    check_can_accept(actor, record)
    return _close(actor=actor, at=at, record=record, signature=signature, name=name or actor.name, rating=rating, words=words)


@rule
def accept_public(*, actor, at: datetime, record: Ticket, name: str, rating: int | None = None, words: str = "") -> Ticket:
    """The person who reported by QR confirms with the follow-up code; the page has checked the code."""
    check_finished(record)
    if not name.strip():
        raise RuleViolation("请写上名字，当作签字。", field="name")
    return _close(actor=actor, at=at, record=record, signature=(), name=name, rating=rating, words=words)


def _close(*, actor, at, record, signature, name, rating, words, on_behalf=False) -> Ticket:
    advance(record, State.CLOSED, moves=MOVES, closed_at=at, rating=rating)
    Signature.objects.create(ticket=record, is_accepted=True, by=actor, name=name, at=at, reason=words, on_behalf=on_behalf)
    attach(actor=actor, at=at, record=record, role="signature", uploads=signature, limit=10)
    stars = f"，{rating} 星" if rating else ""
    record_event(
        actor=actor,
        at=at,
        action="sign_for" if on_behalf else "accept",
        record=record,
        text=f"{'代报修人签字验收' if on_behalf else '验收签字'}{stars}",
        note=words,
    )
    tell([record.repairer], record, at=at, about="closed", title=f"已验收{stars}：{record.title}", body=words)
    tell(
        [person for person in reporters(record) if person.pk != actor.pk], record, at=at, about="closed-told", title=f"已修好并验收：{record.title}", body=words
    )
    tell_origin(record, actor=actor, at=at)
    return record


@rule
def reject(*, actor, at: datetime, record: Ticket, reason: str, photos=(), signature=()) -> Ticket:
    """Not mended: back to the repairer with the reason; the deadline starts again."""
    check_can_accept(actor, record)
    return _redo(actor=actor, at=at, record=record, reason=reason, name=actor.name, photos=photos)


@rule
def reject_public(*, actor, at: datetime, record: Ticket, reason: str, name: str = "") -> Ticket:
    check_finished(record)
    return _redo(actor=actor, at=at, record=record, reason=reason, name=name or record.reporter_name, photos=())


def _redo(*, actor, at, record, reason, name, photos) -> Ticket:
    if not reason.strip():
        raise RuleViolation("写一句哪里没修好。", field="reason")
    due_at = due_for(kind=record.kind, size=record.size, urgency=record.urgency, reported_at=at, calendar=calendar())
    advance(record, State.WORKING, moves=MOVES, rework=record.rework + 1, due_at=due_at, finished_at=None, accept_by_on=None, escalated_at=None)
    Signature.objects.create(ticket=record, is_accepted=False, by=actor, name=name, at=at, reason=reason)
    attach(actor=actor, at=at, record=record, role="report", uploads=photos, limit=12)
    record_event(actor=actor, at=at, action="reject", record=record, text=f"没修好，退回返工（第 {record.rework} 次）", note=reason)
    tell([record.repairer], record, at=at, about="rejected", title=f"没修好，请返工：{record.title}", body=reason)
    return record


@rule
def sign_for(*, actor, at: datetime, record: Ticket, note: str) -> Ticket:
    """The director signs for a silent reporter, after the school's days and with a note everybody sees."""
    check_can_sign_for(actor, record, at)
    if len(note.strip()) < PROXY_REASONS:
        raise RuleViolation("代签要写明原因，例如：电话问过，本人确认已修好。", field="note")
    return _close(actor=actor, at=at, record=record, signature=(), name=f"{actor.name}（代）", rating=None, words=note, on_behalf=True)


@rule
def call_back(*, actor, at: datetime, record: Ticket, rating: int, words: str = "") -> Ticket:
    """回访: after closing, somebody who does not repair asks how it was and notes stars and words (REP-09)."""
    check_can_call_back(actor, record)
    Ticket.objects.filter(pk=record.pk).update(rating=rating)
    record.rating = rating
    record_event(actor=actor, at=at, action="call_back", record=record, text=f"回访，{rating} 星", note=words)
    return record


def check_can_call_back(user, ticket: Ticket) -> None:
    if not has(user, "repairs.ticket.dispatch"):
        raise NotAllowed("回访由总务处做。")
    if ticket.state != State.CLOSED:
        raise RuleViolation("验收以后才回访。")
    if ticket.repairer_id == user.pk:
        raise NotAllowed("自己修的请别人回访。")
    if ticket.rating is not None:
        raise RuleViolation("已经有评分了，不用再回访。")

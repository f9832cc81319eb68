"""The clock's own acts: nearing, late, escalated, unsigned. Each is told once, however often the job runs (REP-04, REP-05, GEN-02)."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.terms.queries import calendar
from repairs.ticket.models import UNDONE, State, Ticket
from repairs.ticket.queries import late_q
from repairs.ticket.telling import LATE, PROGRESS, deciders, dispatchers, tell, url_of

BATCH = 500


def watch(at: datetime) -> dict[str, int]:
    """Look at every open ticket once; returns how many were escalated and how many messages were promised at the most."""
    return {"near": near(at), "late": late(at), "ungiven": ungiven(at), "escalated": sum(escalate_all(at)), "unsigned": unsigned(at)}


def _promise(people, ticket: Ticket, *, at, key: str, title: str, subject: Subject) -> None:
    people = [person for person in people if person is not None and person.is_active and person.is_person]
    if people:
        notify(at=at, key=key, recipients=people, title=title, body=f"{ticket.number} {ticket.place}", url=url_of(ticket), subject=subject)


@rule
def near(at: datetime) -> int:
    soon = at + timedelta(hours=limit("repairs.near.hours", timezone.localdate(at)))
    rows = list(Ticket.objects.filter(state__in=UNDONE, due_at__gt=at, due_at__lte=soon).select_related("repairer", "place")[:BATCH])
    waiting = dispatchers() if any(t.repairer is None for t in rows) else []
    for ticket in rows:
        due = timezone.localtime(ticket.due_at)
        _promise(
            [ticket.repairer] if ticket.repairer else waiting,
            ticket,
            at=at,
            key=f"repairs.near.{ticket.pk}.{ticket.due_at:%Y%m%d%H%M}",
            title=f"快到期限（{due:%H:%M}）：{ticket.title}",
            subject=LATE,
        )
    return len(rows)


@rule
def late(at: datetime) -> int:
    rows = list(Ticket.objects.filter(late_q(at), due_at__gte=at - timedelta(days=2)).select_related("repairer", "place")[:BATCH])
    others = dispatchers() if rows else []
    for ticket in rows:
        key = f"repairs.late.{ticket.pk}.{ticket.due_at:%Y%m%d%H%M}"
        _promise([ticket.repairer, *others], ticket, at=at, key=key, title=f"已超过期限：{ticket.title}", subject=LATE)
    return len(rows)


@rule
def ungiven(at: datetime) -> int:
    """A report that nobody has been given for the school's minutes of working time."""
    days, longest = calendar(), limit("repairs.dispatch.minutes", timezone.localdate(at))
    rows = [t for t in Ticket.objects.filter(state=State.NEW).select_related("place")[:BATCH] if days.working_minutes_between(t.reported_at, at) >= longest]
    people = dispatchers() if rows else []
    for ticket in rows:
        _promise(people, ticket, at=at, key=f"repairs.ungiven.{ticket.pk}", title=f"还没有派工：{ticket.title}", subject=LATE)
    return len(rows)


def escalate_all(at: datetime):
    """One transaction a ticket, so that one that moves meanwhile does not hold up the others."""
    rows = Ticket.objects.filter(late_q(at), escalated_at=None).select_related("kind", "repairer", "place")[:BATCH]
    for ticket in rows:
        if at >= ticket.due_at + timedelta(minutes=ticket.kind.escalate_minutes):
            yield escalate(at=at, record=ticket)


@rule
def escalate(*, at: datetime, record: Ticket) -> bool:
    """A ticket late beyond its kind's limit goes up to the vice principal, with the reason in words; false if it was done meanwhile."""
    hours = int((at - record.due_at).total_seconds() // 3600)
    why = "还没有派工" if record.state == State.NEW else f"{record.repairer} {record.get_state_display()}"
    reason = f"超过期限 {hours} 小时，{why}"
    changed = Ticket.objects.filter(pk=record.pk, state=record.state, escalated_at=None).update(escalated_at=at, escalation=reason)
    if not changed:
        return False
    record.escalated_at, record.escalation = at, reason
    record_event(actor=User.objects.system(), at=at, action="escalate", record=record, text="超时，已报分管副校长", note=reason)
    tell(deciders(), record, at=at, about="escalated", title=f"维修超时：{record.title}", body=reason)
    return True


@rule
def unsigned(at: datetime) -> int:
    """Remind the reporter each working day to sign; after the limit tell who may sign for him. Nothing signs by itself."""
    today = timezone.localtime(at).date()
    if not calendar().is_working_day(today):
        return 0
    rows = list(Ticket.objects.filter(state=State.FINISHED, finished_at__lt=at - timedelta(hours=20)).select_related("reported_by", "place")[:BATCH])
    signers = list(holders_of("repairs.ticket.sign_for")) if rows else []
    for ticket in rows:
        if ticket.accept_by_on and today > ticket.accept_by_on:
            key, title = f"repairs.proxy.{ticket.pk}.{ticket.rework}", f"报修人没有验收，可以代签：{ticket.title}"
            _promise(signers, ticket, at=at, key=key, title=title, subject=PROGRESS)
        key = f"repairs.sign.{ticket.pk}.{today:%Y%m%d}"
        _promise([ticket.reported_by], ticket, at=at, key=key, title=f"请验收签字：{ticket.title}", subject=PROGRESS)
    return len(rows)

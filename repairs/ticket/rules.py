"""Filing a report, changing it, following, merging, taking it back (REP-01, REP-02, REP-08)."""

import secrets
from datetime import datetime

from django.utils import timezone

from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import changes_between, record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import plain, tidy
from logistics.platform.limits.queries import limit
from logistics.platform.numbering.rules import next_number
from logistics.platform.terms.queries import calendar
from repairs.origins import handler_for

from .deadlines import due_for
from .models import MOVES, OPEN, Channel, Follower, State, Ticket, Urgency
from .queries import earlier_repair, similar_open, tickets_visible_to
from .telling import dispatchers, reporters, tell

PHOTOS = 6
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
EDITABLE = (State.NEW, State.ASSIGNED)


def check_can_file(user) -> None:
    require(user, "repairs.ticket.file")


def check_can_edit(user, ticket: Ticket) -> None:
    """The reporter until the work starts; who dispatches, as long as the ticket is open."""
    if has(user, "repairs.ticket.dispatch"):
        if ticket.state not in OPEN:
            raise RuleViolation(f"{ticket.get_state_display()}的报修单不能再改。")
        return
    if ticket.reported_by_id != user.pk:
        raise NotAllowed("只有报修人可以改自己的报修单。")
    if ticket.state not in EDITABLE:
        raise RuleViolation("已经有人在修了，不能再改。可以在下面留言。")


def check_can_cancel(user, ticket: Ticket) -> None:
    check_can_edit(user, ticket)
    if ticket.state == State.REFERRED:
        raise RuleViolation("已经上报，由分管副校长定。")
    check_move(ticket, State.CANCELLED, moves=MOVES)


def check_can_merge(user, ticket: Ticket) -> None:
    require(user, "repairs.ticket.dispatch")
    check_move(ticket, State.MERGED, moves=MOVES)


def check_can_follow(user, ticket: Ticket) -> None:
    require(user, "repairs.ticket.file")
    if ticket.state not in OPEN:
        raise RuleViolation("这张单已经结束了。还有问题的话，请另报一张。")
    if ticket.reported_by_id == user.pk:
        raise RuleViolation("这张单就是您报的，有进展会告诉您。")
    if ticket.repairer_id == user.pk:
        raise RuleViolation("这张单就是您在修。")


def check_can_comment(user, ticket: Ticket) -> None:
    if scope_of(user, "repairs.ticket.comment") is None:
        raise NotAllowed("您可以看，但不能留言。")


def search_text(ticket: Ticket) -> str:
    """One column that the list's search box looks in."""
    names = (
        ticket.number,
        ticket.title,
        ticket.place.full_name,
        ticket.place.code,
        ticket.thing,
        ticket.kind.name,
        ticket.reporter_name,
        ticket.repairer.name if ticket.repairer else "",
    )
    return " ".join(plain(str(name)) for name in names if name) + " " + plain(ticket.description)


def title_of(description: str) -> str:
    """The first sentence, at most 40 characters."""
    first = description.strip().splitlines()[0] if description.strip() else ""
    for mark in "。！？；":
        first = first.split(mark)[0]
    return first if len(first) <= 40 else first[:39] + "…"


@rule
def file_ticket(
    *,
    actor,
    at: datetime,
    place,
    kind,
    description: str,
    urgency: str = Urgency.NORMAL,
    thing: str = "",
    available: str = "",
    phone: str = "",
    photos=(),
    anyway: bool = True,
    card=None,
) -> Ticket:
    """A member of staff reports a fault. Raises NotAllowed, or RuleViolation with the field it belongs to.

    With `anyway` False it is refused while a report of the same kind is open at the place.
    """
    check_can_file(actor)
    if not anyway and any(ticket.kind_id == kind.pk for ticket in similar_open(place, kind)):
        raise RuleViolation("这里已经有人报过类似的，先看看是不是同一件。是的话点「我也遇到了」，不是就再点一次提交。")
    ticket = _new(
        actor=actor,
        at=at,
        place=place,
        kind=kind,
        description=description,
        urgency=urgency,
        thing=thing,
        available=available,
        reporter_name=actor.name,
        reporter_phone=phone or actor.phone,
        card=card,
    )
    return _opened(ticket, actor=actor, at=at, photos=photos, text="报修")


@rule
def file_public_ticket(*, actor, at: datetime, place, kind, description: str, name: str, phone: str = "", urgency: str = Urgency.NORMAL, photos=()) -> Ticket:
    """A report from the public form; `actor` is the public account. The ticket carries a follow-up code."""
    ticket = _new(
        actor=actor,
        at=at,
        place=place,
        kind=kind,
        description=description,
        urgency=urgency,
        thing="",
        available="",
        reporter_name=name or "未留名",
        reporter_phone=phone,
    )
    ticket.channel = Channel.PUBLIC
    ticket.follow_code = "".join(secrets.choice(CODE_LETTERS) for _ in range(10))
    return _opened(ticket, actor=actor, at=at, photos=photos, text=f"扫码报修，报修人 {ticket.reporter_name}")


@rule
def open_ticket(
    *, actor, at: datetime, place, kind, description: str, urgency: str = Urgency.NORMAL, thing: str = "", origin: Ref | None = None, repairer=None, card=None
) -> Ticket:
    """Another record (a round, a hazard, a maintenance plan) opens a ticket; its handler hears when it ends (REP-08).

    With `repairer` the ticket is given at once.
    """
    ticket = _new(
        actor=actor,
        at=at,
        place=place,
        kind=kind,
        description=description,
        urgency=urgency,
        thing=thing,
        available="",
        reporter_name=actor.name,
        reporter_phone=getattr(actor, "phone", ""),
        card=card,
    )
    ticket.channel = Channel.ORIGIN
    if origin:
        ticket.origin_kind, ticket.origin_id = origin.kind, origin.id
    if repairer:
        ticket.state, ticket.repairer, ticket.assigned_by, ticket.assigned_at = State.ASSIGNED, repairer, actor, at
    return _opened(ticket, actor=actor, at=at, photos=(), text="转来报修")


def _new(*, actor, at, place, kind, description, urgency, thing, available, reporter_name, reporter_phone, card=None) -> Ticket:
    description = tidy(description)
    if len(description) < 2:
        raise RuleViolation("写一两句怎么了，维修工好带对工具。", field="description")
    if not place.is_active:
        raise RuleViolation(f"「{place}」已经停用，请选别的地点。", field="place")
    if not kind.is_active:
        raise RuleViolation(f"「{kind}」这个类别已经停用，请选别的。", field="kind")
    thing = tidy(thing) or (card.name if card else "")
    due_at = due_for(kind=kind, size=kind.size, urgency=urgency, reported_at=at, calendar=calendar())
    return Ticket(
        place=place, kind=kind, size=kind.size, urgency=urgency, title=title_of(description), description=description, thing=thing, card=card, available=tidy(available),
        reported_by=actor, reporter_name=reporter_name, reporter_phone=reporter_phone, reported_at=at, due_at=due_at,
    )  # fmt: skip


def _opened(ticket: Ticket, *, actor, at, photos, text: str) -> Ticket:
    ticket.number = next_number("BX", timezone.localtime(at).year)
    ticket.search = search_text(ticket)
    ticket.repeat_of = earlier_repair(ticket, limit("repairs.repeat.days", timezone.localdate(ticket.reported_at)))
    ticket.full_clean(validate_unique=False, validate_constraints=False)  # none of them depends on what was typed
    ticket.save()
    attach(actor=actor, at=at, record=ticket, role="report", uploads=photos, limit=PHOTOS)
    text += f"，附照片 {len(photos)} 张" if photos else ""
    text += f"。与 {ticket.repeat_of.number} 是同一处同一类故障" if ticket.repeat_of else ""
    record_event(actor=actor, at=at, action="file", record=ticket, text=text, note=ticket.description)
    who = [ticket.repairer] if ticket.repairer else dispatchers()
    tell([*who, ticket.place.responsible], ticket, at=at, about="filed", title=f"{'危险：' if ticket.urgency == Urgency.DANGER else '新报修：'}{ticket.title}")
    return ticket


@rule
def edit_ticket(*, actor, at: datetime, record: Ticket, **fields) -> Ticket:
    """Correct a report: place, thing, kind, words, urgency, available time, and for the dispatcher the size.

    A changed kind, size or urgency moves the deadline, counted from the report.
    """
    ticket = Ticket.objects.select_for_update().get(pk=record.pk)
    check_can_edit(actor, ticket)
    photos = fields.pop("photos", ())
    fields = {name: tidy(value) if isinstance(value, str) else value for name, value in fields.items()}
    changes = changes_between(ticket, fields)
    for name, value in fields.items():
        setattr(ticket, name, value)
    ticket.title = title_of(ticket.description)
    if {"kind", "size", "urgency"} & fields.keys() and {"类别", "大小", "紧急"} & changes.keys():
        ticket.due_at = due_for(kind=ticket.kind, size=ticket.size, urgency=ticket.urgency, reported_at=ticket.reported_at, calendar=calendar())
    ticket.search = search_text(ticket)
    ticket.full_clean(validate_unique=False, validate_constraints=False)
    ticket.save()
    attach(actor=actor, at=at, record=ticket, role="report", uploads=photos, limit=PHOTOS)
    if changes or photos:
        record_event(actor=actor, at=at, action="edit", record=ticket, text=f"修改了{'、'.join(changes) or '照片'}", changes=changes)
    return ticket


@rule
def cancel_ticket(*, actor, at: datetime, record: Ticket, reason: str) -> Ticket:
    """Take a report back before anybody works on it."""
    ticket = Ticket.objects.select_for_update().get(pk=record.pk)
    check_can_cancel(actor, ticket)
    advance(ticket, State.CANCELLED, moves=MOVES)
    record_event(actor=actor, at=at, action="cancel", record=ticket, text="撤销了报修", note=reason)
    tell([ticket.repairer, *reporters(ticket)], ticket, at=at, about="cancelled", title=f"报修已撤销：{ticket.title}", body=reason)
    tell_origin(ticket, actor=actor, at=at)
    return ticket


@rule
def merge_ticket(*, actor, at: datetime, record: Ticket, into: Ticket) -> Ticket:
    """Two reports of one fault: this one ends, its reporter follows the other."""
    first, second = sorted((record.pk, into.pk))
    locked = {ticket.pk: ticket for ticket in Ticket.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk")}
    ticket, into = locked[record.pk], locked[into.pk]
    check_can_merge(actor, ticket)
    if ticket.pk == into.pk:
        raise RuleViolation("不能并到自己，请选另一张单。", field="into")
    if into.state not in OPEN:
        raise RuleViolation(f"{into.number} {into.get_state_display()}，不能并进去。请选一张还在修的单。", field="into")
    advance(ticket, State.MERGED, moves=MOVES, merged_into=into)
    for user in reporters(ticket):
        if user.is_person and user.pk != into.reported_by_id:
            Follower.objects.get_or_create(ticket=into, user=user, defaults={"at": at})
    record_event(actor=actor, at=at, action="merge", record=ticket, text=f"并入 {into.number}")
    record_event(actor=actor, at=at, action="absorb", record=into, text=f"并进来 {ticket.number}")
    tell(reporters(ticket), ticket, at=at, about="merged", title=f"您报的与 {into.number} 是同一件，已并在一起处理")
    tell_origin(ticket, actor=actor, at=at)
    return ticket


@rule
def follow_ticket(*, actor, at: datetime, record: Ticket) -> Ticket:
    """Have the same trouble: be told when it is mended instead of filing twice."""
    check_can_follow(actor, record)
    _, is_new = Follower.objects.get_or_create(ticket=record, user=actor, defaults={"at": at})
    if is_new:
        record_event(actor=actor, at=at, action="follow", record=record, text="也遇到了，在关注")
    return record


@rule
def comment_ticket(*, actor, at: datetime, record: Ticket, words: str) -> Ticket:
    """A line for everybody who sees the ticket."""
    check_can_comment(actor, record)
    words = tidy(words)
    if not words:
        raise RuleViolation("写一句再发送。", field="words")
    record_event(actor=actor, at=at, action="comment", record=record, text="留言", note=words)
    others = [person for person in (*reporters(record), record.repairer, record.assigned_by) if person is not None and person.pk != actor.pk]
    tell(others, record, at=at, about="comment", title=f"{actor.name}留言：{record.title}", body=words[:200])
    return record


def tell_origin(ticket: Ticket, *, actor, at: datetime) -> None:
    """The record that opened this ticket hears that it ended, in the same transaction."""
    handler = handler_for(ticket.origin_kind) if ticket.origin_kind else None
    if handler:
        handler(actor=actor, at=at, origin=Ref(ticket.origin_kind, ticket.origin_id), ticket=ticket)


def visible_ticket(user, pk: int) -> Ticket:
    """The ticket if this person may see it. Raises NotAllowed otherwise."""
    ticket = tickets_visible_to(user).filter(pk=pk).first()
    if ticket is None:
        raise NotAllowed("没有这张报修单，或者不归您看。")
    return ticket

"""What repairs put on the first page, the to-do list, the search and a place's page (GEN-02, GEN-05)."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.web.home import Late, Line, Lines, Todo
from logistics.platform.web.templatetags.school import over_words, stamp

from .models import OPEN, State, Ticket
from .queries import late_q, tickets_visible_to
from .telling import url_of

MOST = 30
SHOWN = 8  # on the page of a place


def todos(user, at: datetime) -> list[Todo]:
    """Repair work in hand, reports to dispatch, decisions to take, work to sign."""
    wanted = Q(repairer=user.pk, state__in=(State.ASSIGNED, State.TAKEN, State.WORKING)) | Q(reported_by=user.pk, state=State.FINISHED)
    if has(user, "repairs.ticket.dispatch"):
        wanted |= Q(state=State.NEW)
    if has(user, "repairs.ticket.decide"):
        wanted |= Q(state=State.REFERRED)
    rows = Ticket.objects.filter(wanted).select_related("place", "kind").defer("search", "work_done").order_by("due_at")[:MOST]
    return [_todo(ticket, user) for ticket in rows]


def _todo(ticket: Ticket, user) -> Todo:
    verb = {State.NEW: "派工", State.ASSIGNED: "接单", State.TAKEN: "到场", State.WORKING: "完工登记", State.REFERRED: "定怎么办", State.FINISHED: "验收签字"}[
        State(ticket.state)
    ]
    due_at = None if ticket.state in (State.FINISHED, State.REFERRED) else ticket.due_at
    return Todo(ticket.title, f"{ticket.number} · {ticket.place} · {ticket.reporter_name}", url_of(ticket), verb, ticket.kind.icon, due_at)


def own_reports(user, at: datetime) -> list[Lines]:
    """What this person reported lately and how far it is; for everybody who has reported something or only reports."""
    rows = list(Ticket.objects.filter(reported_by=user.pk).select_related("place", "kind").defer("search", "work_done", "description").order_by("-pk")[:5])
    if not rows and has(user, "repairs.ticket.dispatch"):
        return []
    lines = [Line(t.title, f"{t.number} · {t.place} · {stamp(t.reported_at)}", url_of(t), t.kind.icon, t.get_state_display(), t.tone) for t in rows]
    return [Lines("我报的", lines, "/repairs/ticket/?filed=1", "还没有报过修。哪里坏了，拍张照就能报。")]


def late(user, at: datetime) -> list[Late]:
    """Overdue repairs and unsigned work among what this person may see; nothing for who only reports."""
    if not (has(user, "repairs.ticket.dispatch") or has(user, "repairs.ticket.decide") or has(user, "repairs.figures.view")):
        return []
    today = at.astimezone().date()
    found = Ticket.objects.filter(state__in=OPEN).aggregate(
        late=Count("pk", filter=late_q(at)), oldest=Min("due_at", filter=late_q(at)), referred=Count("pk", filter=Q(state=State.REFERRED)),
        unsigned=Count("pk", filter=Q(state=State.FINISHED, accept_by_on__lt=today)), last=Max("finished_at"),
    )  # fmt: skip
    return [
        Late("报修超时", f"最久{over_words(at - found['oldest'])}" if found["oldest"] else "", found["late"], "/repairs/ticket/?late=1"),
        Late("修不了，等定", "等分管副校长定", found["referred"], "/repairs/ticket/?state=referred"),
        Late("过期未验收", "可以电话问过后代签", found["unsigned"], "/repairs/ticket/?state=finished"),
    ]


def scan_choices(user, place) -> list[Choice]:
    """What people do about repairs who scanned a place: whoever mends comes to mend, everybody else to report."""
    here = Choice("这里在修的", "看进度，维修工从这里接着办", "list-checks", f"/repairs/ticket/?place={place.pk}", rank=30)
    report = Choice("报修", "这里有东西坏了，一分钟说清楚", "wrench", f"/repairs/ticket/new/?place={place.pk}", rank=20)
    mends = any(has(user, code) for code in ("repairs.ticket.work", "repairs.ticket.dispatch"))
    return [replace(here, rank=10), report] if mends else [report, here]


def place_panel(place, user) -> dict | None:
    """The repairs of a place and everything inside it, for the place's own page. One query where there are few, else two."""
    if not has(user, "repairs.ticket.view"):
        return None
    rows = tickets_visible_to(user).filter(place__path__startswith=place.path)
    recent = list(rows.select_related("place", "kind", "repairer").order_by("-pk")[:SHOWN])
    counts = {"open": sum(ticket.state in OPEN for ticket in recent), "all": len(recent)}
    if len(recent) == SHOWN:
        counts = rows.aggregate(open=Count("pk", filter=Q(state__in=OPEN)), all=Count("pk"))
    return {"tickets": recent, "counts": counts, "place": place}

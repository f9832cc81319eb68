"""The ticket's list, detail and acts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import View

from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.places.queries import match_place
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import due_mark, stamp
from repairs import damages, purchases
from repairs.acceptance import rules as acceptance
from repairs.dispatch import rules as dispatch
from repairs.work import rules as work

from . import forms, rules
from .models import OPEN, TONES, UNDONE, Cause, State, Ticket, Urgency, WaitReason
from .queries import counts_for, list_rows, similar_open, tickets_visible_to

TRAIL = (("报修", "reported_at"), ("派工", "assigned_at"), ("到场", "arrived_at"), ("完工", "finished_at"), ("验收", "closed_at"))
SEVERITY = {Urgency.NORMAL: "", Urgency.CLASS: "mid", Urgency.DANGER: "high"}
EVENT_TONES = {
    "file": "",
    "finish": "doing",
    "accept": "done",
    "sign_for": "done",
    "reject": "late",
    "refer": "late",
    "escalate": "late",
    "wait": "wait",
    "cancel": "late",
    "decline": "wait",
}


SEVERITY_MARKS = {urgency.value: format_html('<span class="sev {}">{}</span>', css, urgency.label) for urgency, css in SEVERITY.items()}
STATES, REASONS, URGENCIES, CAUSES = (
    dict(State.choices),
    dict(WaitReason.choices),
    dict(Urgency.choices),
    dict(Cause.choices),
)  # get_…_display() makes such a dict for every cell


def severity(ticket: Ticket):
    return SEVERITY_MARKS[ticket.urgency]


def state_of(ticket: Ticket):
    late = ticket.state in UNDONE and ticket.due_at < timezone.now()
    label = REASONS[ticket.wait_reason] if ticket.state == State.WAITING else STATES[ticket.state]
    return state_mark(f"超时 {label}" if late else label, "late" if late else TONES[ticket.state])


COLUMNS = (
    Column("title", "事由和地点", lambda t: t.title, lambda t: link(t.title, f"/repairs/ticket/{t.pk}/", t.place.full_name), css="key", width=36),
    Column("number", "单号", lambda t: t.number, css="nw mute only-wide", sort="number", width=15),
    Column("place", "地点", lambda t: t.place.full_name, css="only-wide", optional=True, width=30),
    Column("kind", "类别", lambda t: t.kind.name, css="nw only-wide", sort="kind", width=10),
    Column("thing", "物品", lambda t: t.thing, css="only-wide", optional=True, width=16),
    Column("urgency", "紧急", lambda t: URGENCIES[t.urgency], severity, css="nw", width=10),
    Column("state", "状态", lambda t: STATES[t.state], state_of, css="tail", sort="state", width=10),
    Column("repairer", "经办", lambda t: t.repairer.name if t.repairer else "", css="nw", sort="repairer__pinyin", width=10),
    Column("reporter_name", "报修人", lambda t: t.reporter_name, css="nw only-wide", optional=True, width=10),
    Column(
        "reported_at", "报修时间", lambda t: t.reported_at, lambda t: stamp(t.reported_at), css="nw only-wide", sort="reported_at", kind="datetime", width=17
    ),
    Column(
        "due_at",
        "期限",
        lambda t: t.due_at,
        lambda t: due_mark(t.due_at, timezone.now(), open_still=t.is_open and t.state not in (State.WAITING, State.FINISHED)),
        css="nw",
        sort="due_at",
        kind="datetime",
        width=17,
    ),
    Column("arrived_at", "到场", lambda t: t.arrived_at, lambda t: stamp(t.arrived_at), css="nw only-wide", optional=True, kind="datetime", width=17),
    Column(
        "finished_at",
        "完工",
        lambda t: t.finished_at,
        lambda t: stamp(t.finished_at),
        css="nw only-wide",
        optional=True,
        sort="finished_at",
        kind="datetime",
        width=17,
    ),
    Column("cause", "原因", lambda t: CAUSES.get(t.cause, ""), css="nw only-wide", optional=True, width=10),
    Column("minutes", "工时（分）", lambda t: t.minutes or "", css="num only-wide", optional=True, kind="integer", width=10),
    Column("rework", "返工", lambda t: t.rework or "", css="num only-wide", optional=True, kind="integer", width=8),
    Column("rating", "评分", lambda t: t.rating or "", css="num only-wide", optional=True, kind="integer", width=8),
    Column("cost", "费用（元）", lambda t: t.cost, lambda t: f"{t.cost:,.2f}" if t.cost else "—", css="num only-wide", kind="money", width=12),
)


def may_sign_for_now(user, ticket: Ticket) -> None:
    acceptance.check_can_sign_for(user, ticket, timezone.now())


def views(user) -> list[ListView]:
    n = counts_for(user, timezone.now())
    shown = [ListView("全部", ""), ListView("在修", "state=open", n["open"]), ListView("超时", "late=1", n["late"], pressing=True)]
    if has(user, "repairs.ticket.dispatch"):
        shown.insert(2, ListView("待派工", "state=new", n["new"], pressing=True))
        shown.append(ListView("待验收", "state=finished", n["finished"]))
    if has(user, "repairs.ticket.work"):
        shown.append(ListView("我经办", "mine=1", n["mine"]))
    if has(user, "repairs.ticket.decide"):
        shown.append(ListView("已上报", "state=referred", n["referred"], pressing=True))
    return [*shown, ListView("我报的", "filed=1"), ListView("重复故障", "repeat=1")]


def next_step(ticket: Ticket) -> tuple[str, str]:
    """Who must do what now: (person, words)."""
    who = str(ticket.repairer or "")
    return {
        State.NEW: ("总务处", "派工，维修工也可以自己接"),
        State.ASSIGNED: (who, "接单，或说明原因退回"),
        State.TAKEN: (who, "到场"),
        State.WORKING: (who, "登记完工和用料"),
        State.WAITING: (who, ticket.wait_note or "等到了继续修"),
        State.REFERRED: ("分管副校长", "定怎么办"),
        State.FINISHED: (ticket.reporter_name, "验收签字"),
    }.get(State(ticket.state), ("", ""))


def trail(ticket: Ticket) -> list[tuple[str, str, str, object]]:
    """(label, class, person, time) of each step of the bar."""
    people = (ticket.reporter_name, ticket.assigned_by or "", ticket.repairer or "", ticket.repairer or "", ticket.reporter_name)
    steps, now_shown = [], ticket.state in (State.CANCELLED, State.MERGED)
    for (label, field), person in zip(TRAIL, people, strict=True):
        at = getattr(ticket, field)
        css = "ok" if at else "" if now_shown else "now"
        now_shown = now_shown or not at
        steps.append((label, css, person, at))
    return steps


def detail_context(ticket: Ticket, user) -> dict:
    files = list(attachments_of(ticket))
    who, words = next_step(ticket)
    return {
        "photos": [file for file in files if file.role != "signature"],
        "materials": list(ticket.materials.all()),
        "signatures": list(ticket.signatures.order_by("-pk")),
        "drawn": {file.uploaded_at: file for file in files if file.role == "signature"},
        "followers": list(ticket.followers.values_list("user__name", flat=True)),
        "trail": trail(ticket),
        "next_who": who,
        "next_words": words,
        "card_url": damages.card_url(ticket, user),
        "severity": SEVERITY[Urgency(ticket.urgency)],
        "state_cell": state_of(ticket),
        "can_comment": allowed(rules.check_can_comment, user, ticket),
        "at_place": [other for other in similar_open(ticket.place) if other.pk != ticket.pk],
        "is_waiting_on_me": who == user.name,
    }


TICKETS = Record(
    model=Ticket,
    namespace="repairs:ticket",
    label="报修",
    icon="wrench",
    rows=lambda user: tickets_visible_to(user).select_related("place", "kind", "repairer", "reported_by", "assigned_by", "card"),
    list_rows=list_rows,
    columns=COLUMNS,
    filters=forms.TicketFilters,
    form=forms.TicketEditForm,
    create_form=forms.TicketForm,
    create=rules.file_ticket,
    update=rules.edit_ticket,
    check_create=rules.check_can_file,
    check_update=rules.check_can_edit,
    views=views,
    detail_context=detail_context,
    stamp=lambda t: f"{t.state}.{t.repairer_id or 0}.{t.rework}",
    empty="还没有报修。哪里坏了，拍张照就能报。",
    actions=(
        Action(
            "assign",
            "派工",
            dispatch.assign_ticket,
            dispatch.check_can_assign,
            forms.AssignForm,
            icon="user-plus",
            tone="primary",
            bulk=True,
            named=lambda ticket: "改派" if ticket.repairer_id else "派工",
        ),
        Action("take", "接单", dispatch.take_ticket, dispatch.check_can_take, icon="hand", tone="primary"),
        Action("arrive", "到场", work.arrive, work.check_can_arrive, icon="map-pin", tone="primary"),
        Action("resume", "继续修", work.resume, work.check_can_resume, icon="play", tone="primary"),
        Action("finish", "完工登记", work.finish, work.check_can_finish, forms.FinishForm, icon="check", tone="primary", ahead=work.check_own),
        Action(
            "accept",
            "验收签字",
            acceptance.accept,
            acceptance.check_can_accept,
            forms.AcceptForm,
            icon="pen-line",
            tone="primary",
            hint=lambda t, u: t.work_done,
        ),
        Action("reject", "没修好", acceptance.reject, acceptance.check_can_accept, forms.RejectForm, icon="undo-2"),
        Action("wait", "等待", work.wait, work.check_can_wait, forms.WaitForm, icon="pause"),
        Action(
            "decide_repair",
            "派人修",
            work.decide_repair,
            work.check_can_decide,
            forms.DecideRepairForm,
            icon="user-check",
            tone="primary",
            hint=lambda t, u: t.escalation,
        ),
        Action("decide_firm", "请外面单位", work.decide_firm, work.check_can_decide, forms.FirmForm, icon="building-2", hint=lambda t, u: t.escalation),
        Action(
            "decide_drop",
            "这次不修",
            work.decide_drop,
            work.check_can_decide,
            forms.OpinionForm,
            icon="circle-slash",
            tone="stop",
            hint=lambda t, u: t.escalation,
        ),
        Action("sign_for", "代签验收", acceptance.sign_for, may_sign_for_now, forms.SignForForm, icon="stamp", confirm="代签会写进经过，大家都看得到。"),
        Action("call_back", "回访", acceptance.call_back, acceptance.check_can_call_back, forms.CallBackForm, icon="phone"),
        Action(
            "refer",
            "修不了",
            work.refer,
            work.check_can_refer,
            forms.ReasonForm,
            icon="arrow-up-right",
            hint=lambda t, u: "会马上报给分管副校长，报修人也看得到原因。",
        ),
        Action("decline", "退回派工", dispatch.decline_ticket, dispatch.check_can_decline, forms.ReasonForm, icon="corner-up-left"),
        Action(
            "merge",
            "并单",
            rules.merge_ticket,
            rules.check_can_merge,
            forms.MergeForm,
            icon="merge",
            hint=lambda t, u: "报修人会转为关注另一张单，进展照样告诉他。",
        ),
        Action("damage", "登记赔偿", damages.file_for_ticket, damages.check_can_file_for, damages.WhoForm, icon="hammer"),
        Action("purchase", "请购配件", purchases.ask_parts, purchases.check_can_ask_parts, purchases.PartsForm, icon="shopping-cart"),
        Action("follow", "我也遇到了", rules.follow_ticket, rules.check_can_follow, icon="users"),
        Action("cancel", "撤销", rules.cancel_ticket, rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
)


class TicketCreate(RecordForm):
    """我要报修: similar open reports are shown first, and nothing is filed until the person says it is another fault."""

    def get_template_names(self):
        return ["repairs/ticket_new.html"]

    def get_form(self, *args):
        initial = {}
        place = self.request.GET.get("place", "")
        if place.isdecimal() and len(place) < 18:
            initial["place"] = int(place)
        initial |= damages.card_asked_for(self.request)
        return forms.TicketForm(*args, user=self.request.user, initial=initial)

    def run(self, **fields):
        if not fields["anyway"]:
            self.similar = similar_open(fields["place"], fields["kind"])
        return rules.file_ticket(actor=self.request.user, at=timezone.now(), **fields)

    def get_context_data(self, **kwargs):
        similar = getattr(self, "similar", [])
        return super().get_context_data(**kwargs) | {"similar": similar, "confirm_new": bool(similar), "title": "我要报修"}

    def done(self, saved):
        messages.success(self.request, f"已收到，单号 {saved.number}。有进展会告诉您。")
        return redirect("repairs:ticket-detail", saved.pk)


class TicketEdit(RecordForm):
    def get_template_names(self):
        return ["web/record_form.html"]


class Similar(View):
    """Open reports at the place typed so far, for the form to show while it is filled in."""

    def get(self, request):
        rules.check_can_file(request.user)
        try:
            place = match_place(request.GET.get("place", ""))
        except ValidationError:
            return HttpResponse("")
        return render(request, "repairs/similar.html", {"similar": similar_open(place)})


class MeToo(View):
    """我也遇到了, from the list of similar reports: also for one that this person could not see so far."""

    def post(self, request, pk):
        ticket = get_object_or_404(Ticket, pk=pk, state__in=OPEN)
        rules.follow_ticket(actor=request.user, at=timezone.now(), record=ticket)
        messages.success(request, "已关注，修好会告诉您。")
        return redirect("repairs:ticket-detail", pk)


class Comment(View):
    def post(self, request, pk):
        ticket = rules.visible_ticket(request.user, pk)
        form = forms.CommentForm(request.POST)
        if not form.is_valid():
            raise RuleViolation("；".join(error for errors in form.errors.values() for error in errors))
        rules.comment_ticket(actor=request.user, at=timezone.now(), record=ticket, words=form.cleaned_data["words"])
        return redirect("repairs:ticket-detail", pk)


def ticket_urls() -> list:
    routes = record_urls(TICKETS, pages={"form": TicketEdit}, without=("create",))
    return [
        path("ticket/new/", TicketCreate.as_view(record=TICKETS), name="ticket-create"),
        path("ticket/similar/", Similar.as_view(), name="ticket-similar"),
        path("ticket/similar/<int:pk>/", MeToo.as_view(), name="ticket-me-too"),
        path("ticket/<int:pk>/comment/", Comment.as_view(), name="ticket-comment"),
        *routes,
    ]

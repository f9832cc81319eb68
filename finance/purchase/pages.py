"""请购: the list, the form with its lines, the paper with its approval, budget and earlier prices."""

import re

from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.approvals.public import approval_panel
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import forms, rules
from .memory import remembered, with_memory
from .models import PurchaseRequest, RequestState
from .queries import BUY, check_can_view, counts_for, effects_shown_to, lines_of, list_rows, ordered_quantities, papers_due_on, requests_visible_to
from .sources import source_url

TRAIL = (("起草", "created_at"), ("送批", "submitted_at"), ("批准", "decided_at"))
NAMED = re.compile(r"lines-\d{1,4}-name", re.ASCII)


def state_of(request: PurchaseRequest):
    return state_mark(request.get_state_display(), request.tone)


def title_of(request: PurchaseRequest):
    words = f"{request.number or '还没有送批'} · {request.department} · {request.created_by.name}"
    return link(f"{'急 ' if request.is_urgent else ''}{request.title}", reverse("finance:purchase-detail", args=[request.pk]), words)


def views(user) -> list[ListView]:
    n = counts_for(user)
    shown = [ListView("全部", ""), ListView("我申请的", "mine=1", n["mine"]), ListView("审批中", "state=submitted", n["waiting"])]
    if has(user, BUY):
        shown += [ListView("待采购", "state=approved", n["to_buy"], pressing=True), ListView("我采购的", "buying=1")]
    return [*shown, ListView("急用", "urgent=true")]


def next_step(request: PurchaseRequest) -> tuple[str, str]:
    """Who must do what now: (person, words)."""
    applicant = request.created_by.name
    return {
        RequestState.DRAFT: (
            applicant,
            f"按意见修改，再送批：{request.opinion}" if request.opinion else "填好单价和预算指标，再送批" if request.source_kind else "填好以后送批",
        ),
        RequestState.SUBMITTED: ("签批的人", "同意或者退回"),
        RequestState.APPROVED: (str(request.buyer or "采购员"), "询价、下单"),
        RequestState.ORDERED: (str(request.buyer or "采购员"), "等到货、验收、付款"),
    }.get(RequestState(request.state), ("", ""))


def trail(request: PurchaseRequest) -> list[tuple[str, str, object]]:
    """(label, class, time) of each step of the bar."""
    state = RequestState(request.state)
    reached = {RequestState.SUBMITTED: 2, RequestState.APPROVED: 3, RequestState.ORDERED: 4, RequestState.DONE: 5}.get(state, 1)
    labels = [(label, getattr(request, name)) for label, name in TRAIL] + [("采购", None), ("办结", None)]
    ended = state in (RequestState.REJECTED, RequestState.CANCELLED)
    return [(label, "ok" if n < reached else "now" if n == reached and not ended else "", at if n < reached else None) for n, (label, at) in enumerate(labels)]


def detail_context(request: PurchaseRequest, user) -> dict:
    from finance.order.home import request_panel

    lines = lines_of(request)
    flags = with_memory(request, lines, with_flags=request.state != RequestState.CANCELLED)
    ordered = ordered_quantities(request)
    for line in lines:
        line.ordered = ordered.get(line.pk, 0)
    who, words = next_step(request)
    is_open = request.state in (RequestState.DRAFT, RequestState.SUBMITTED)
    return {
        "lines": lines,
        "has_orders": bool(ordered),
        "effects": effects_shown_to(user, request, lines) if is_open else [],
        "flags": flags,
        "papers_due": papers_due_on(request),
        "source_url": source_url(request),
        "panel_data": approval_panel(request, user),
        "buying": request_panel(request, user),
        "trail": trail(request),
        "next_who": who,
        "next_words": words,
        "state_cell": state_of(request),
    }


PURCHASES = Record(
    model=PurchaseRequest,
    namespace="finance:purchase",
    label="请购",
    icon="shopping-cart",
    rows=requests_visible_to,
    list_rows=list_rows,
    columns=(
        Column("title", "买什么", lambda r: r.title, title_of, css="key", sort="title", width=32),
        Column("number", "单号", lambda r: r.number, css="nw only-wide", sort="number"),
        Column("department", "部门", lambda r: str(r.department), css="only-wide", sort="department__order", width=16),
        Column("created_by", "申请人", lambda r: r.created_by.name, css="nw only-wide", sort="created_by__pinyin"),
        Column("line_count", "几样", lambda r: r.line_count, css="num only-wide", kind="integer", width=8),
        Column("total", "预计金额（元）", lambda r: r.total, lambda r: money(r.total), css="num", sort="total", kind="money"),
        Column("needed_on", "什么时候要", lambda r: r.needed_on, lambda r: day(r.needed_on), css="nw", sort="needed_on", kind="date"),
        Column("state", "状态", lambda r: r.get_state_display(), state_of, css="tail", sort="state"),
        Column("buyer", "采购人", lambda r: r.buyer.name if r.buyer else "", css="nw only-wide"),
        Column("reason", "用途", lambda r: r.reason, css="only-wide", optional=True, width=40),
        Column("is_urgent", "急用", lambda r: "急用" if r.is_urgent else "", css="nw only-wide", optional=True, width=8),
        Column("source", "来自", lambda r: r.source_label, css="only-wide", optional=True, width=24),
        Column(
            "submitted_at", "送批时间", lambda r: r.submitted_at, lambda r: stamp(r.submitted_at), css="nw only-wide", sort="submitted_at", kind="datetime", width=18
        ),
        Column("decided_at", "批准时间", lambda r: r.decided_at, lambda r: stamp(r.decided_at), css="nw only-wide", optional=True, kind="datetime", width=18),
    ),
    filters=forms.RequestFilters,
    form=forms.RequestForm,
    create=rules.create_request,
    update=rules.update_request,
    check_view=check_can_view,
    check_create=rules.check_can_file,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda request: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda request: request.stamp,
    empty="还没有请购单。要买东西，先在这里写一张。",
    actions=(
        Action("submit", "送批", rules.submit_request, rules.check_can_submit, icon="send", tone="primary"),
        Action("withdraw", "撤回", rules.withdraw_request, rules.check_can_withdraw, icon="undo-2"),
        Action("take", "接手采购", rules.take_request, rules.check_can_take, icon="hand", tone="primary"),
        Action(
            "stop", "余下不买", rules.stop_request, rules.check_can_stop, forms.ReasonForm, icon="circle-slash",
            hint=lambda request, user: "没有订的不再买，占着的预算会放出来。",
        ),
        Action("cancel", "作废", rules.cancel_request, rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class RequestPage(RecordForm):
    """The form with its lines; "再加一行" shows it again with everything typed and one more empty line."""

    def dispatch(self, request, *args, **kwargs):
        self.seen = request.POST.get("seen")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.object:
            self.record.check_seen(self.object, self.seen)
        if "lines-more" in request.POST:
            form = more_rows(forms.RequestForm, request.POST, instance=self.object, user=request.user)
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = context["form"]["lines"].rows
        known = remembered(str(row["name"].value() or "") for row in rows)
        for row in rows:
            row.past = known.get(str(row["name"].value() or ""), [])
        seen = self.seen or (self.object.stamp if self.object else "")
        return context | {"rows": rows, "seen": seen}


@require_safe
def prices(request):
    """What was paid before for the thing just typed, for the form to show while it is filled in."""
    rules.check_can_file(request.user)
    name = next((request.GET[key].strip() for key in request.GET if NAMED.fullmatch(key)), "")
    return render(request, "finance/purchase_past.html", {"past": remembered([name]).get(name, []) if name and len(name) <= 80 else []})


def purchase_urls() -> list:
    """The routes of requests, under /finance/."""
    return [path("purchase/prices/", prices, name="purchase-prices"), *record_urls(PURCHASES, pages={"form": RequestPage})]

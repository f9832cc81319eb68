"""领用申请: the list, one request with what was handed over, and its acts."""

from django.urls import reverse
from django.utils import timezone

from assets.item.quantities import figure, in_words
from assets.quota.using import draws_of
from logistics.platform.approvals.public import approval_panel
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import forms, rules
from .models import RequestState, StockRequest
from .queries import check_can_view, request_counts, requests_visible_to, stock_by_item

NEXT = {
    RequestState.DRAFT: "加上要领的物品，再送批",
    RequestState.SUBMITTED: "等审批",
    RequestState.APPROVED: "保管员发料，领的人在手机上签字",
}


def views(user) -> list[ListView]:
    n = request_counts(user)
    return [
        ListView("全部", ""),
        ListView("待批", "state=submitted", n["submitted"]),
        ListView("待发料", "state=approved", n["approved"], pressing=True),
        ListView("我申请的", "mine=1", n["mine"]),
    ]


def detail_context(request: StockRequest, user) -> dict:
    stocks = stock_by_item(request)
    lines = list(request.lines.select_related("item").prefetch_related("item__packs").order_by("pk"))
    for line in lines:
        packs, stock = list(line.item.packs.all()), stocks.get(line.item_id)
        line.shown, line.out = in_words(line.item, line.quantity, packs), figure(line.issued)
        line.there = in_words(line.item, stock.quantity, packs) if stock else "没有"
        line.is_short = line.left > (stock.quantity if stock else 0)
    return {
        "lines": lines,
        "slips": list(request.slips.select_related("person").order_by("pk")),
        "state_cell": state_mark(request.get_state_display(), request.tone),
        "next_words": NEXT.get(request.state, ""),
        "panel_data": approval_panel(request, user),
        "quotas": draws_of(request, timezone.localdate()) if request.state in (RequestState.DRAFT, RequestState.SUBMITTED) else [],
    }


REQUESTS = Record(
    model=StockRequest,
    namespace="assets:request",
    icon="package-open",
    rows=requests_visible_to,
    columns=(
        Column(
            "purpose", "用途", lambda r: r.purpose,
            lambda r: link(r.purpose, reverse("assets:request-detail", args=[r.pk]), f"{r.department} · {r.created_by.name}"), css="key", width=30,
        ),
        Column("number", "单号", lambda r: r.number, css="nw only-wide", sort="number"),
        Column("department", "部门", lambda r: str(r.department), css="only-wide", optional=True, width=16),
        Column("store", "仓库", lambda r: str(r.store), css="nw only-wide", width=16),
        Column("created_by", "申请人", lambda r: r.created_by.name, css="nw only-wide", sort="created_by__pinyin", optional=True),
        Column("needed_on", "哪天要", lambda r: r.needed_on, lambda r: day(r.needed_on) if r.needed_on else "", css="nw only-wide", sort="needed_on", kind="date"),
        Column("submitted_at", "送批", lambda r: r.submitted_at, lambda r: stamp(r.submitted_at), css="nw", sort="submitted_at", kind="datetime", width=18),
        Column("state", "状态", lambda r: r.get_state_display(), lambda r: state_mark(r.get_state_display(), r.tone), css="tail", sort="state"),
    ),
    filters=forms.RequestFilters,
    form=forms.RequestForm,
    create=rules.save_request,
    update=rules.save_request,
    check_view=check_can_view,
    check_create=rules.check_can_ask,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda r: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有领用申请。班级、组室要东西，在这里申请。",
    extra={"lines": {"add_line", "remove_line"}},
    actions=(
        Action("add_line", "加物品", rules.add_line, rules.check_can_edit, forms.LineOfRequest, icon="plus"),
        Action("remove_line", "去掉一行", rules.remove_line, rules.check_can_edit, forms.RemoveLineForm, icon="x", tone="stop"),
        Action("submit", "送批", rules.submit_request, rules.check_can_submit, icon="send", tone="primary"),
        Action("withdraw", "撤回", rules.withdraw_request, rules.check_can_withdraw, icon="undo-2"),
        Action(
            "hand_over", "发料", rules.hand_over, rules.check_can_hand_over, forms.HandOverForm, icon="hand-helping", tone="primary",
            hint=lambda r, user: f"{r.department} {r.created_by.name}：{r.purpose}",
        ),
        Action("close", "结束申请", rules.close_request, rules.check_can_close, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class RequestAction(LinesAction):
    again = frozenset({"add_line"})


def draw_urls() -> list:
    """The routes of requests, under /assets/."""
    return record_urls(REQUESTS, pages={"detail": LinesDetail, "action": RequestAction})

"""询价单: the firms' answers beside each other, the choice, and the comparison on paper."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordForm
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import forms
from . import inquiry_rules as rules
from .comparison import lines_asked, offers_of
from .methods import QUOTES_LEAST
from .models import Inquiry
from .queries import BUY, check_can_view_inquiries, inquiries_visible_to, inquiries_with_quotes, inquiry_counts


def views(user) -> list[ListView]:
    n = inquiry_counts(user)
    return [ListView("全部", ""), ListView("询价中", "state=open", n["open"], pressing=True), ListView("已选定", "state=chosen", n["chosen"])]


def detail_context(inquiry: Inquiry, user) -> dict:
    lines = lines_asked(inquiry)
    offers = offers_of(inquiry, lines)
    papers: dict[str, list] = {}
    for paper in attachments_of(inquiry):
        papers.setdefault(paper.role, []).append(paper)
    for offer in offers:
        offer.quote.papers = papers.get(offer.quote.paper_role, [])
    whole = sum(offer.is_whole for offer in offers)
    return {
        "lines": lines,
        "offers": offers,
        "table": [(line, [(offer, offer.cells[n]) for offer in offers]) for n, line in enumerate(lines)],
        "members": list(inquiry.members.order_by("pinyin", "pk")) if inquiry.state != "open" else [],
        "missing": max(0, int(limit_shown(QUOTES_LEAST, timezone.localdate())) - whole),
        "orders": list(inquiry.orders.select_related("partner").order_by("pk")),
        "can_order": inquiry.state == "chosen" and inquiry.request.state == "approved" and has(user, BUY),
        "state_cell": state_mark(inquiry.get_state_display(), inquiry.tone),
    }


INQUIRIES = Record(
    model=Inquiry,
    namespace="finance:inquiry",
    label="询价",
    icon="scale",
    rows=inquiries_visible_to,
    list_rows=inquiries_with_quotes,
    columns=(
        Column(
            "title", "询什么", lambda i: i.request.title,
            lambda i: link(i.request.title, reverse("finance:inquiry-detail", args=[i.pk]), f"{i.number} · {i.request.department}"), css="key", width=32,
        ),
        Column("number", "单号", lambda i: i.number, css="nw only-wide", sort="number"),
        Column("request", "请购单", lambda i: i.request.number, css="nw only-wide", optional=True),
        Column("until_on", "报价截止", lambda i: i.until_on, lambda i: day(i.until_on), css="nw", sort="until_on", kind="date"),
        Column("chosen", "选定", lambda i: i.chosen.partner.name if i.chosen else "", width=26),
        Column("amount", "金额（元）", lambda i: i.chosen.total if i.chosen else None, lambda i: money(i.chosen.total) if i.chosen else "—", css="num", kind="money"),
        Column("state", "状态", lambda i: i.get_state_display(), lambda i: state_mark(i.get_state_display(), i.tone), css="tail", sort="state"),
        Column("created_by", "询价人", lambda i: i.created_by.name, css="nw only-wide", sort="created_by__pinyin"),
        Column("created_at", "开始时间", lambda i: i.created_at, lambda i: stamp(i.created_at), css="nw only-wide", sort="created_at", kind="datetime", width=18),
        Column("choice_reason", "选定理由", lambda i: i.choice_reason, css="only-wide", optional=True, width=36),
        Column("few_reason", "不足三家的原因", lambda i: i.few_reason, css="only-wide", optional=True, width=36),
    ),
    filters=forms.InquiryFilters,
    form=forms.InquiryForm,
    create=rules.open_inquiry,
    check_view=check_can_view_inquiries,
    check_create=lambda user: rules.require(user, BUY),
    views=views,
    detail_context=detail_context,
    stamp=lambda inquiry: f"{inquiry.state}.{inquiry.chosen_id or 0}",
    empty="还没有询价单。超过直接采购上限的，先询价、比价，再下单。",
    extra={"lines": {"add_quote", "remove_quote"}},
    actions=(
        Action("add_quote", "登记报价", rules.add_quote, rules.check_can_note, forms.QuoteForm, icon="plus"),
        Action("remove_quote", "去掉报价", rules.remove_quote, rules.check_can_note, forms.RemoveQuoteForm, icon="x", tone="stop"),
        Action("choose", "选定一家", rules.choose_quote, rules.check_can_choose, forms.ChooseForm, icon="check", tone="primary"),
        Action("reopen", "重新选", rules.reopen_inquiry, rules.check_can_reopen, forms.ReasonForm, icon="undo-2"),
        Action("end", "作废", rules.end_inquiry, rules.check_can_end, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class InquiryPage(RecordForm):
    """Beginning an inquiry: first which request, then which of its lines."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"submit": "开始询价"}


class InquiryDetail(LinesDetail):
    """The comparison; noting a price stands at the table."""


class InquiryAction(LinesAction):
    again = frozenset({"add_quote"})

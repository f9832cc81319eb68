"""资产账核对: the months, one month with both books, and the differences that are not cleared."""

from django.urls import reverse

from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import money, stamp

from . import forms, rules
from .balance import total
from .models import BookDifference, ReconcileState, Reconciliation
from .queries import balances_of, check_can_view, differences_visible_to, reconciliation_counts, reconciliations_visible_to, standing_in

NEXT = {ReconcileState.OPEN: "会计填财务账，把差异说明清楚，再送确认", ReconcileState.SENT: "资产管理员看过，点「确认」"}


def views(user) -> list[ListView]:
    n = reconciliation_counts(user)
    return [ListView("全部", ""), ListView("核对中", "state=open", n["open"], pressing=True), ListView("待确认", "state=sent", n["sent"], pressing=True)]


def detail_context(record: Reconciliation, user) -> dict:
    rows = balances_of(record)
    shown = [row for row in rows if row.cost.ledger or row.cost.book or row.depreciation.ledger or not row.is_even]
    return {
        "rows": shown if any(row.is_filled for row in rows) else [row for row in rows if row.quantity],
        "cost": total([row.cost for row in rows]),
        "depreciation": total([row.depreciation for row in rows]),
        "is_filled": all(row.is_filled for row in rows),
        "odd": [row.name for row in rows if row.is_filled and not row.is_even],
        "differences": list(standing_in(record.month).select_related("card")),
        "state_cell": state_mark(record.get_state_display(), record.tone),
        "next_words": NEXT.get(record.state, ""),
    }


RECONCILIATIONS = Record(
    model=Reconciliation,
    namespace="assets:reconciliation",
    icon="scale",
    rows=reconciliations_visible_to,
    columns=(
        Column(
            "month", "月份", lambda r: f"{r.month:%Y-%m}",
            lambda r: link(f"{r.month.year}年{r.month.month}月", reverse("assets:reconciliation-detail", args=[r.pk])), css="key", sort="month",
        ),
        Column("sent_by", "会计", lambda r: str(r.sent_by or ""), css="nw"),
        Column("sent_at", "送确认", lambda r: r.sent_at, lambda r: stamp(r.sent_at), css="nw only-wide", sort="sent_at", kind="datetime", width=18),
        Column("agreed_by", "资产管理员", lambda r: str(r.agreed_by or ""), css="nw only-wide"),
        Column("agreed_at", "确认", lambda r: r.agreed_at, lambda r: stamp(r.agreed_at), css="nw only-wide", sort="agreed_at", kind="datetime", width=18),
        Column("state", "状态", lambda r: r.get_state_display(), lambda r: state_mark(r.get_state_display(), r.tone), css="tail", sort="state"),
    ),
    filters=forms.ReconciliationFilters,
    form=forms.BeginForm,
    create=rules.begin_month,
    check_view=check_can_view,
    check_create=rules.check_can_begin,
    views=views,
    order=("-month",),
    facts=lambda r: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有核对过。每月提了折旧以后，会计在这里和资产账核对。",
    extra={"lines": {"fill_book", "add_difference", "remove_difference"}},
    actions=(
        Action(
            "fill_book", "填财务账", rules.fill_book, rules.check_can_fill, forms.BookForm, icon="pencil",
            hint=lambda r, user: f"{r.month.year}年{r.month.month}月末，财务账「固定资产」「累计折旧」各明细科目的余额。没有的大类填 0。",
        ),
        Action("add_difference", "记差异", rules.add_difference, rules.check_can_explain, forms.BookDifferenceForm, icon="plus"),
        Action("remove_difference", "去掉差异", rules.remove_difference, rules.check_can_explain, forms.RemoveForm, icon="x", tone="stop"),
        Action("send", "送确认", rules.send, rules.check_can_send, icon="send", tone="primary"),
        Action("agree", "确认", rules.agree, rules.check_can_agree, icon="check", tone="primary"),
        Action("reopen", "退回重新核对", rules.reopen, rules.check_can_reopen, forms.ReasonForm, icon="undo-2"),
    ),
)  # fmt: skip

BOOK_DIFFERENCES = Record(
    model=BookDifference,
    namespace="assets:book-difference",
    icon="diff",
    rows=differences_visible_to,
    columns=(
        Column(
            "words", "差异", lambda d: d.words, lambda d: link(d.words, reverse("assets:book-difference-detail", args=[d.pk]), d.get_reason_display()),
            css="key", width=36,
        ),
        Column("kind", "大类", lambda d: d.get_kind_display(), css="nw only-wide", sort="kind", width=14),
        Column("reason", "差在哪里", lambda d: d.get_reason_display(), css="only-wide", optional=True, width=26),
        Column("cost", "原值（元）", lambda d: d.cost, lambda d: money(d.cost), css="num", sort="cost", kind="money", width=16),
        Column("depreciation", "累计折旧（元）", lambda d: d.depreciation, lambda d: money(d.depreciation), css="num only-wide", kind="money", width=16),
        Column("card", "资产", lambda d: str(d.card or ""), css="only-wide", optional=True, width=24),
        Column("since", "从哪个月起", lambda d: f"{d.since:%Y-%m}", css="nw", sort="since"),
        Column("how", "怎么对上的", lambda d: d.how, css="only-wide", optional=True, width=30),
        Column(
            "cleared_in", "对上", lambda d: f"{d.cleared_in:%Y-%m}" if d.cleared_in else "没有对上",
            lambda d: state_mark("已对上" if d.cleared_in else "没有对上", "done" if d.cleared_in else "wait"), css="tail", sort="cleared_in",
        ),
    ),
    filters=forms.BookDifferenceFilters,
    check_view=check_can_view,
    views=lambda user: [ListView("没有对上", "open=true"), ListView("全部", "")],
    order=("-since", "-pk"),
    stamp=lambda d: str(d.cleared_in or ""),
    facts=lambda d: [
        ("大类", d.get_kind_display(), False),
        ("差在哪里", d.get_reason_display(), False),
        ("原值", f"{d.cost:,.2f} 元", False),
        ("累计折旧", f"{d.depreciation:,.2f} 元", False),
        ("从哪个月起", f"{d.since:%Y-%m}", False),
        ("记的人", f"{d.created_by} {stamp(d.created_at)}", False),
        ("资产", link(str(d.card), reverse("assets:card-detail", args=[d.card_id])) if d.card else "—", False),
        ("说明", d.words, True),
        *([("对上", f"{d.cleared_in:%Y-%m}，{d.cleared_by} {stamp(d.cleared_at)}", False), ("怎么对上的", d.how, True)] if d.cleared_in else []),
    ],
    empty="没有差异，两本账对得上。",
    actions=(Action("clear", "对上了", rules.clear_difference, rules.check_can_clear, forms.ClearForm, icon="check", tone="primary", hint=lambda d, user: d.words),),
)  # fmt: skip


class BeginPage(RecordForm):
    """A month is begun, not "new"."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": "开始核对", "submit": "开始"}


class ReconcileAction(LinesAction):
    again = frozenset({"add_difference"})


def reconcile_urls() -> list:
    """The routes of reconciliations, under /assets/."""
    return [
        *record_urls(RECONCILIATIONS, pages={"form": BeginPage, "detail": LinesDetail, "action": ReconcileAction}),
        *record_urls(BOOK_DIFFERENCES),
    ]

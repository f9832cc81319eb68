"""库房单据: the list, one paper with its lines, and its acts."""

from django.db.models import Sum
from django.urls import reverse

from assets.item.quantities import figure, in_words
from assets.item.queries import VIEW
from assets.store.queries import KEEP
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.money import money as to_cents
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import booking, forms, rules
from .models import Slip, SlipKind, SlipState
from .queries import check_can_view, slip_counts, slips_visible_to

NEXT = {
    SlipKind.RECEIPT: "加明细，点「记账」入库",
    SlipKind.RECOVER: "加明细，点「记账」入库",
    SlipKind.TRANSFER: "加明细，点「记账」调拨",
    SlipKind.LOSS: "加明细，点「送审」",
    SlipKind.COUNT: "填实盘数，点「送审」",
}


def other_side(slip: Slip) -> str:
    """Where it came from or went to, in a few words."""
    if slip.kind == SlipKind.TRANSFER:
        return f"调入 {slip.to_store}"
    if slip.department_id:
        return f"{slip.department}{f' {slip.person.name}' if slip.person else ''}"
    return str(slip.partner) if slip.partner_id else slip.source_words or slip.reason


def slip_name(slip: Slip):
    words = " · ".join(one for one in (str(slip.store), other_side(slip)) if one)
    return link(str(slip), reverse("assets:slip-detail", args=[slip.pk]), words)


def views(user) -> list[ListView]:
    n = slip_counts(user)
    return [
        ListView("全部", ""),
        ListView("起草", "state=draft", n["draft"], pressing=True),
        ListView("待审核", "state=waiting", n["waiting"], pressing=True),
        ListView("入库", "kind=receipt"),
        ListView("出库", "kind=issue"),
        ListView("盘点", "kind=count"),
    ]


def detail_context(slip: Slip, user) -> dict:
    lines = list(slip.lines.select_related("item", "batch").prefetch_related("item__packs").order_by("pk"))
    for line in lines:
        line.shown = in_words(line.item, line.quantity, list(line.item.packs.all()))
        line.gap = figure(line.difference) if line.difference is not None else ""
    signature = next((file for file in attachments_of(slip) if file.role == "signature" and file.file), None)
    waiting = slip.state == SlipState.WAITING
    return {
        "lines": lines,
        "sees_items": has(user, VIEW),
        "total": to_cents(slip.lines.aggregate(sum=Sum("amount"))["sum"] or 0),
        "state_cell": state_mark(slip.get_state_display(), slip.tone),
        "next_words": "主任审核" if waiting else NEXT.get(slip.kind, "") if slip.state == SlipState.DRAFT and has(user, KEEP) else "",
        "signature": signature,
        "is_count": slip.kind == SlipKind.COUNT,
        "has_old": any(line.old_parts is not None for line in lines),
        "returned": list(slip.returns.order_by("pk")),
        "side": other_side(slip),
    }


SLIPS = Record(
    model=Slip,
    namespace="assets:slip",
    icon="clipboard-list",
    rows=slips_visible_to,
    columns=(
        Column("name", "单据", str, slip_name, css="key", sort="number", width=24),
        Column("kind", "种类", lambda s: s.get_kind_display(), css="nw only-wide", sort="kind", optional=True),
        Column("store", "仓库", lambda s: str(s.store), css="only-wide", optional=True, width=16),
        Column("on", "日期", lambda s: s.on, lambda s: day(s.on), css="nw", sort="on", kind="date"),
        Column("side", "往来", other_side, css="only-wide", optional=True, width=26),
        Column("department", "部门", lambda s: str(s.department or ""), css="only-wide", optional=True, width=16),
        Column("created_by", "填单", lambda s: s.created_by.name, css="nw only-wide"),
        Column("booked_at", "记账时间", lambda s: s.booked_at, lambda s: stamp(s.booked_at), css="nw only-wide", sort="booked_at", kind="datetime", width=18),
        Column("state", "状态", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), s.tone), css="tail", sort="state"),
    ),
    filters=forms.SlipFilters,
    form=forms.SlipForm,
    create=rules.save_slip,
    update=rules.save_slip,
    check_view=check_can_view,
    check_create=rules.check_can_keep,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda s: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有单据。东西进来先填入库单。",
    extra={"lines": {"add_line", "fill_count", "remove_line", "return_goods"}},
    actions=(
        Action("add_line", "加明细", rules.add_line, rules.check_can_add, forms.LineOfSlip, icon="plus"),
        Action("fill_count", "填实盘数", rules.fill_count, rules.check_can_count, forms.CountForm, icon="list-checks"),
        Action("remove_line", "去掉一行", rules.remove_line, rules.check_can_edit, forms.RemoveLineForm, icon="x", tone="stop"),
        Action(
            "book", "记账", booking.book_slip, booking.check_can_book, icon="check", tone="primary",
            confirm="记账以后不能改，错了只能冲销重填。",
        ),
        Action("submit", "送审", rules.submit_slip, rules.check_can_submit, icon="send", tone="primary"),
        Action(
            "approve", "同意记账", booking.approve_slip, rules.check_can_decide, forms.OpinionForm, icon="check", tone="primary",
            hint=lambda s, user: f"{s}：{s.store}，{s.reason or '盘点'}。同意以后马上记账。",
        ),
        Action("return", "退回修改", rules.return_slip, rules.check_can_decide, forms.SendBackForm, icon="corner-up-left"),
        Action("return_goods", "退库", booking.return_goods, booking.check_can_return, forms.ReturnForm, icon="undo-2"),
        Action("void", "作废", rules.void_slip, rules.check_can_edit, forms.ReasonForm, icon="trash-2", tone="stop"),
        Action(
            "reverse", "冲销", booking.reverse_slip, booking.check_can_reverse, forms.ReasonForm, icon="undo-2", tone="stop",
            hint=lambda s, user: f"把{s}原样冲掉，原来的单和流水都留着。",
        ),
    ),
)  # fmt: skip


class SlipAction(LinesAction):
    again = frozenset({"add_line", "fill_count"})


def slip_urls() -> list:
    """The routes of the store's papers, under /assets/."""
    return record_urls(SLIPS, pages={"detail": LinesDetail, "action": SlipAction})

"""调拨交接: the list, one paper with its things, and its acts."""

from django.urls import reverse

from assets.signing import SignForm
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules, signing_rules
from .models import Transfer, TransferState
from .queries import check_can_view, lines_of, others_there, places_of, stale, target_of, transfer_counts, transfers_visible_to
from .registry import items_of

NEXT = {TransferState.DRAFT: "核对清单，再送双方签字"}


def views(user) -> list[ListView]:
    n = transfer_counts(user)
    return [
        ListView("全部", ""),
        ListView("等我签", "mine=true", n["mine"], pressing=True),
        ListView("待签", "state=open", n["open"]),
        ListView("起草", "state=draft", n["draft"]),
    ]


def detail_context(transfer: Transfer, user) -> dict:
    lines = lines_of(transfer)
    for line in lines:
        goal = target_of(transfer, line)
        line.goes = "，".join(str(goal[name]) for name in ("place", "department", "custodian") if goal[name] and goal[name] != getattr(line, name))
    marks = {file.role: file for file in attachments_of(transfer)}
    is_going_on = transfer.state in (TransferState.DRAFT, TransferState.OPEN)
    return {
        "lines": lines,
        "rooms": list(transfer.rooms.select_related("place")),
        "give_mark": marks.get("give") if transfer.gave_at else None,
        "take_mark": marks.get("take") if transfer.took_at else None,
        "state_cell": state_mark(transfer.get_state_display(), transfer.tone),
        "next_words": NEXT.get(transfer.state, f"{transfer.waits_for}签字" if transfer.waits_for else ""),
        "changed": stale(transfer, lines) if is_going_on else "",
        "others": others_there(transfer) if is_going_on else 0,
        "items": items_of(transfer.giver, places_of(transfer, lines), user) if is_going_on and transfer.is_handover else [],
    }


def way(transfer: Transfer) -> str:
    return f"{transfer.giver} → {transfer.receiver}"


TRANSFERS = Record(
    model=Transfer,
    namespace="assets:transfer",
    label="调拨交接",
    icon="arrow-left-right",
    rows=transfers_visible_to,
    columns=(
        Column(
            "way", "谁交给谁", way,
            lambda t: link(way(t), reverse("assets:transfer-detail", args=[t.pk]), f"{t.number}{f' · {t.reason}' if t.reason else ''}"), css="key", width=24,
        ),
        Column("number", "单号", lambda t: t.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("kind", "种类", lambda t: t.get_kind_display(), css="nw", sort="kind", width=10),
        Column("about", "班级或房间", lambda t: str(t.school_class or t.room or ""), css="only-wide", width=24),
        Column("to_place", "搬到", lambda t: str(t.to_place or ""), css="only-wide", sort="to_place__path", optional=True, width=24),
        Column("to_department", "转到部门", lambda t: str(t.to_department or ""), css="only-wide", optional=True, width=14),
        Column("sent_at", "送签", lambda t: t.sent_at, lambda t: day(t.sent_at), css="nw only-wide", sort="sent_at", kind="datetime", width=16),
        Column("waits", "还差谁", lambda t: t.waits_for, css="only-wide", width=24),
        Column("done_on", "交接日期", lambda t: t.done_on, lambda t: day(t.done_on), css="nw only-wide", sort="done_on", kind="date", width=12),
        Column("created_by", "开单", lambda t: t.created_by.name, css="nw only-wide", optional=True, width=10),
        Column("state", "状态", lambda t: t.get_state_display(), lambda t: state_mark(t.get_state_display(), t.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.TransferFilters,
    form=forms.TransferEditForm,
    create_form=forms.TransferForm,
    create=rules.save_transfer,
    update=rules.save_transfer,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda transfer: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda t: f"{t.state}.{t.revision}",  # the other's signature does not make a page stale
    empty="还没有调拨和交接。换保管人、换房间、毕业、离任，都在这里办。",
    extra={"lines": {"add_line", "remove_line"}},
    actions=(
        Action("add_line", "加资产", rules.add_line, rules.check_can_edit, forms.LineOfTransfer, icon="plus"),
        Action("remove_line", "去掉一行", rules.remove_line, rules.check_can_edit, forms.RemoveLineForm, icon="x", tone="stop"),
        Action("send", "送双方签字", rules.send_transfer, rules.check_can_send, icon="send", tone="primary"),
        Action(
            "sign", "签字", signing_rules.sign_transfer, signing_rules.check_can_sign, SignForm, icon="signature", tone="primary",
            hint=lambda t, user: f"{way(t)}，{t.lines.count()} 张卡片。" + ("签字表示照清单交出。" if user.pk == t.giver_id else "签字表示照清单收到，从此由您保管。"),
        ),
        Action("relist", "重列清单", rules.relist, rules.check_can_relist, icon="refresh-cw"),
        Action("take_back", "退回修改", rules.take_back, rules.check_can_take_back, forms.ReasonForm, icon="undo-2"),
        Action("void", "作废", rules.void_transfer, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class TransferAction(LinesAction):
    again = frozenset({"add_line"})


def transfer_urls() -> list:
    """The routes of transfers, under /assets/."""
    return record_urls(TRANSFERS, pages={"detail": LinesDetail, "action": TransferAction})

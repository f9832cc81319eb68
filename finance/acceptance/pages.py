"""验收: the list, writing one down beside its order, its page with signatures and photos, and what waits for a receiver."""

from django.urls import reverse

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.registry import record_for
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import correction_rules, forms, rules
from .models import Acceptance, AcceptanceLine, AcceptanceState
from .queries import (
    DELIVERABLE,
    acceptance_counts,
    acceptances_visible_to,
    check_can_view,
    check_can_view_waiting,
    listed_acceptances,
    members_of,
    url_of,
    waiting_lines,
)
from .receivers import NEED_NOBODY, desks, receiver_of
from .telling import plainly


def views(user) -> list[ListView]:
    n = acceptance_counts(user)
    return [
        ListView("全部", ""),
        ListView("请我签字", "mine=1", n["mine"], pressing=True),
        ListView("待签字", "state=signing", n["signing"]),
        ListView("已验收", "state=posted"),
    ]


def member_names(acceptance: Acceptance) -> str:
    return "、".join(member.user.name for member in acceptance.members.all())


def where_to(line: AcceptanceLine, state: str) -> tuple[str, str]:
    """What became of a line, in words, and the tone of the mark."""
    if line.received_at:
        return line.received_label, "done"
    if state != AcceptanceState.POSTED or line.accepted <= 0 or line.destination in NEED_NOBODY:
        return "", ""
    return ("待建卡" if line.destination == "asset" else "待入库"), "wait"


def detail_context(acceptance: Acceptance, user) -> dict:
    by_role: dict[str, list] = {}
    for file in attachments_of(acceptance):
        by_role.setdefault(file.role, []).append(file)
    lines = list(acceptance.lines.select_related("order_line__request_line").order_by("pk"))
    for line in lines:
        line.became, line.tone = where_to(line, acceptance.state) if acceptance.reverses_id is None else ("", "")
        line.taken, line.sent_back = plainly(line.accepted), plainly(line.rejected)
        line.ordered = plainly(line.order_line.quantity)
    members = members_of(acceptance)
    for member in members:
        member.drawn = next((file for file in by_role.get(member.signature_role, []) if file.file), None)
    return {
        "state_cell": state_mark(acceptance.get_state_display(), acceptance.tone),
        "lines": lines,
        "members": members,
        "unsigned": [member.user.name for member in members if not member.signed_at],
        "photos": by_role.get("photo", []),
        "waits_at": waits_at([line for line in lines if line.tone == "wait"], user),
        "sent_back": acceptance.order.state in DELIVERABLE and any(line.rejected for line in lines),
    }


def waits_at(lines: list[AcceptanceLine], user) -> list[tuple[str, str]]:
    """(name, address) of the pages these waiting lines are on; the address is empty where this person may not open it."""
    known, found = desks(), {}
    for line in lines:
        described = record_for(known[line.destination]) if line.destination in known else WAITING
        found[described.label] = reverse(f"{described.namespace}-list") if allowed(described.check_view, user) else ""
    return list(found.items())


def sign_hint(acceptance: Acceptance, user) -> str:
    """What one puts one's name to."""
    lines = acceptance.lines.select_related("order_line__request_line").order_by("pk")
    words = [
        f"{line} 合格 {plainly(line.accepted)} {line.order_line.request_line.unit}" + (f"、不合格 {plainly(line.rejected)}" if line.rejected else "")
        for line in lines[:20]
    ]
    return f"{acceptance.order.partner}，{day(acceptance.delivered_on)}到货：{'；'.join(words)}。"


ACCEPTANCES = Record(
    model=Acceptance,
    namespace="finance:acceptance",
    label="验收",
    icon="package-check",
    rows=acceptances_visible_to,
    list_rows=listed_acceptances,
    columns=(
        Column("title", "买的什么", lambda a: a.order.request.title, lambda a: link(a.order.request.title, url_of(a), str(a.order.partner)), css="key", width=34),
        Column("number", "单号", lambda a: a.number, css="nw only-wide", sort="number", width=15),
        Column("order", "采购单", lambda a: a.order.number, css="nw only-wide", sort="order__number", width=15),
        Column("partner", "供应商", lambda a: str(a.order.partner), css="only-wide", sort="order__partner__name", optional=True, width=26),
        Column("delivered_on", "到货", lambda a: a.delivered_on, lambda a: day(a.delivered_on), css="nw", sort="delivered_on", kind="date", width=12),
        Column("members", "验收人", member_names, css="only-wide", width=20),
        Column("conclusion", "结论", lambda a: a.get_conclusion_display(), css="only-wide", sort="conclusion", width=22),
        Column("amount", "金额（元）", lambda a: a.amount, lambda a: money(a.amount), css="num", sort="amount", kind="money", width=14),
        Column("state", "状态", lambda a: a.get_state_display(), lambda a: state_mark(a.get_state_display(), a.tone), css="tail", sort="state", width=10),
        Column(
            "accepted_at", "验收时间", lambda a: a.accepted_at, lambda a: stamp(a.accepted_at), css="nw only-wide", sort="accepted_at", kind="datetime", width=18
        ),
        Column("department", "部门", lambda a: str(a.order.request.department), css="only-wide", optional=True, width=16),
        Column("created_by", "登记人", lambda a: a.created_by.name, css="nw only-wide", optional=True),
        Column("remedy", "不合格处理", lambda a: a.remedy, css="only-wide", optional=True, width=30),
        Column("note", "说明", lambda a: a.note, css="only-wide", optional=True, width=30),
    ),
    filters=forms.AcceptanceFilters,
    create_form=forms.AcceptanceForm,
    create=rules.post_acceptance,
    check_view=check_can_view,
    check_create=rules.check_can_file,
    views=views,
    facts=lambda acceptance: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda a: f"{a.state}.{a.accepted_at or ''}",
    empty="还没有验收单。货到了，找一位没有参加采购的同事一起验收，在这里登记。",
    actions=(
        Action("sign", "验收签字", rules.sign_acceptance, rules.check_can_sign, forms.SignForm, icon="pen-line", tone="primary", hint=sign_hint),
        Action(
            "call_off", "撤回", rules.call_off_acceptance, rules.check_can_call_off, forms.ReasonForm, icon="undo-2", hint=lambda a, user: "撤回以后不作数，数量写错了的可以重新登记。",
        ),
        Action(
            "reverse", "冲销", correction_rules.reverse_acceptance, correction_rules.check_can_reverse, forms.ReasonForm, icon="undo-2", tone="stop",
            hint=lambda a, user: "验收错了才冲销。会另开一张冲销单，这些东西重新算没有到货，原来的单子留着。",
        ),
    ),
)  # fmt: skip


def waiting_views(user) -> list[ListView]:
    return [ListView("全部", ""), *(ListView(label, f"destination={value}") for value, label in forms.WAITABLE)]


def receiver_words(line: AcceptanceLine):
    """Whether somebody could take it now."""
    return state_mark("等保管员办", "wait") if receiver_of(line.destination) else state_mark("还没有人接收", "wait")


WAITING = Record(
    model=AcceptanceLine,
    namespace="finance:waiting",
    label="待入库待建卡",
    icon="package-open",
    rows=waiting_lines,
    columns=(
        Column("name", "品名", str, lambda w: link(str(w), url_of(w.acceptance), w.order_line.request_line.spec), css="key", width=26),
        Column("spec", "规格型号", lambda w: w.order_line.request_line.spec, css="only-wide", optional=True, width=20),
        Column("accepted", "数量", lambda w: w.accepted, lambda w: plainly(w.accepted), css="num", sort="accepted", kind="number", width=10),
        Column("unit", "单位", lambda w: w.order_line.request_line.unit, css="nw", width=8),
        Column("amount", "金额（元）", lambda w: w.amount, lambda w: money(w.amount), css="num", sort="amount", kind="money", width=14),
        Column("destination", "去向", lambda w: w.get_destination_display(), css="nw", sort="destination", width=12),
        Column("state", "接收", lambda w: "等保管员办" if receiver_of(w.destination) else "还没有人接收", receiver_words, css="tail", width=14),
        Column("acceptance", "验收单", lambda w: w.acceptance.number, css="nw only-wide", sort="acceptance__number", width=15),
        Column("accepted_at", "验收时间", lambda w: w.acceptance.accepted_at, lambda w: stamp(w.acceptance.accepted_at), css="nw only-wide", sort="acceptance__accepted_at", kind="datetime", width=18),
        Column("partner", "供应商", lambda w: str(w.acceptance.order.partner), css="only-wide", optional=True, width=26),
        Column("department", "部门", lambda w: str(w.acceptance.order.request.department), css="only-wide", width=16),
    ),
    filters=forms.WaitingFilters,
    check_view=check_can_view_waiting,
    views=waiting_views,
    order=("pk",),
    stamp=lambda w: str(w.received_at or ""),
    empty="没有等着入库、建卡的东西。验收完成的物品，还没有人接收时排在这里。",
    actions=(Action("take", "交付接收", correction_rules.take_line, correction_rules.check_can_take, icon="package-check", bulk=True),),
)  # fmt: skip


def arrived_panel(order, user) -> dict | None:
    """On an order's page, for whoever may write down what came of it."""
    return {"order": order} if allowed(rules.check_can_file_for, user, order) else None


def acceptance_urls() -> list:
    """The routes of acceptance, under /finance/."""
    return [*record_urls(ACCEPTANCES), *record_urls(WAITING, without=("detail",))]

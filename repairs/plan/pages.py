"""The plan's list, detail, items and acts; the record of preventive work."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import View

from logistics.platform.access.rules import has, require
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.web.record_pages import RecordPage, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money
from repairs import purchases
from repairs.parts import LinesAction, LinesDetail

from . import forms, preventive_rules, rules, tickets
from .models import PlanItem, PlanList, PlanState, Preventive
from .queries import (
    MANAGE,
    VIEW,
    items_of,
    own_items,
    plan_counts,
    plan_list_rows,
    plans_visible_to,
    preventive_list_rows,
    preventives_visible_to,
    totals_of,
)


def check_can_view(user) -> None:
    """Whoever may see plans, and whoever is in charge of something in one."""
    if not has(user, VIEW) and not own_items(user).exists() and not Preventive.objects.filter(owner=user.pk).exists():
        require(user, VIEW)


# Preventive work


def next_day(preventive: Preventive):
    """The next day, amber within a week, red when it is past and still waits."""
    if not preventive.is_active:
        return "—"
    ahead = (preventive.next_on - timezone.localdate()).days
    return format_html('<span class="due {}">{}</span>', "late" if ahead < 0 else "soon" if ahead <= 7 else "", day(preventive.next_on))


PREVENTIVES = Record(
    model=Preventive,
    namespace="repairs:preventive",
    icon="calendar-sync",
    rows=preventives_visible_to,
    list_rows=preventive_list_rows,
    columns=(
        Column(
            "title",
            "事项和地点",
            lambda p: p.title,
            lambda p: link(p.title, reverse("repairs:preventive-detail", args=[p.pk]), str(p.place)),
            css="key",
            width=30,
        ),
        Column("place", "地点", lambda p: str(p.place), css="only-wide", optional=True, width=30),
        Column("thing", "设备", lambda p: p.thing, css="only-wide", optional=True, width=16),
        Column("kind", "类别", lambda p: p.kind.name, css="nw only-wide", sort="kind", width=10),
        Column("rhythm", "多久一次", lambda p: p.rhythm, css="nw", width=12),
        Column("last_on", "上一次", lambda p: p.last_on, lambda p: day(p.last_on), css="nw only-wide", sort="last_on", kind="date", width=12),
        Column("next_on", "下一次", lambda p: p.next_on, next_day, css="nw", sort="next_on", kind="date", width=12),
        Column("owner", "责任人", lambda p: p.owner.name, css="nw", sort="owner__pinyin", width=10),
        Column(
            "is_active",
            "状态",
            lambda p: "在用" if p.is_active else "停用",
            lambda p: state_mark(*(("在用", "doing") if p.is_active else ("停用", "void"))),
            css="tail",
            width=8,
        ),
    ),
    filters=forms.PreventiveFilters,
    order=("-is_active", "next_on", "pk"),
    form=forms.PreventiveForm,
    create=preventive_rules.save_preventive,
    update=preventive_rules.save_preventive,
    check_view=check_can_view,
    check_create=preventive_rules.check_can_manage,
    check_update=preventive_rules.check_can_manage,
    stamp=lambda p: f"{p.next_on}.{p.is_active}",
    facts=lambda p: [
        ("地点", format_html('<a href="/places/{}/">{}</a>', p.place_id, p.place), False),
        ("设备", p.thing or "—", False),
        ("类别", p.kind, False),
        ("多久一次", p.rhythm, False),
        ("下一次", next_day(p), False),
        ("责任人", p.owner, False),
        ("做什么", p.work, True),
    ],
    detail_context=lambda p, user: {"runs": list(p.runs.select_related("ticket")[:12])},
    empty="还没有定期维护。把每年、每季要做的登记下来，到时候会自己开报修单。",
    actions=(
        Action(
            "open_now",
            "提前开单",
            preventive_rules.open_now,
            preventive_rules.check_can_open_now,
            icon="ticket-plus",
            confirm="马上开报修单，这一次就不再自动开了。",
        ),
    ),
)


# The list of planned works


def outcome(item: PlanItem) -> tuple[str, str]:
    """(words, tone) of how an item stands."""
    if item.done_on:
        return "已完成", "done"
    if item.dropped:
        return "不做了", "void"
    if hasattr(item, "carried_to"):
        return "已转出", "void"
    if item.plan.state != PlanState.APPROVED:
        return "未批", "void"
    if item.finish_by and item.finish_by < timezone.localdate():
        return "过期", "late"
    return ("维修中", "doing") if item.ticket_id else ("未完成", "wait")


def trail(plan: PlanList) -> list[tuple[str, str, object, object]]:
    """(label, css, person, time) of each step of the bar."""
    is_decided = plan.state in (PlanState.APPROVED, PlanState.DONE)
    is_sent = is_decided or plan.state == PlanState.SUBMITTED
    steps = [("编制", True, plan.created_by, plan.created_at), ("送批", is_sent, plan.submitted_by, plan.submitted_at)]
    steps += [("批准", is_decided, plan.decided_by, plan.decided_at), ("完成", plan.state == PlanState.DONE, "", None)]
    shown, now_shown = [], plan.state == PlanState.VOID
    for label, is_done, who, at in steps:
        css = "ok" if is_done else "" if now_shown else "now"
        now_shown = now_shown or not is_done
        shown.append((label, css, who or "" if is_done else "", at if is_done else None))
    return shown


def next_step(plan: PlanList, left: int) -> tuple[str, str]:
    """Who must do what now: (person, words)."""
    author = plan.created_by.name
    return {
        PlanState.DRAFT: (author, "列好项目，送批"),
        PlanState.RETURNED: (author, f"按意见修改：{plan.opinion}"),
        PlanState.SUBMITTED: ("校领导", "批准或退回"),
        PlanState.APPROVED: (author, f"还有 {left} 项" if left else "项目都有结果了，可以结束"),
    }.get(PlanState(plan.state), ("", ""))


def detail_context(plan: PlanList, user) -> dict:
    items = list(items_of(plan))
    for item in items:
        item.plan = plan
        item.outcome = outcome(item)
    totals = totals_of(items)
    who, words = next_step(plan, totals.left)
    return {
        "items": items,
        "totals": totals,
        "trail": trail(plan),
        "next_who": who,
        "next_words": words,
        "state_cell": state_mark(plan.get_state_display(), plan.tone),
    }


def views(user) -> list[ListView]:
    n = plan_counts(user)
    return [
        ListView("全部", ""),
        ListView("待批准", "state=submitted", n["waiting"], pressing=True),
        ListView("在做", "state=approved", n["running"]),
        ListView("编制中", "state=editing", n["editing"]),
    ]


def sum_words(plan: PlanList, user) -> str:
    """What is being approved, in one line."""
    totals = totals_of(items_of(plan))
    return f"{plan.title}：{totals.count} 项，预算 {totals.estimate:,.2f} 元"


def progress(plan: PlanList) -> str:
    return f"{plan.done_count} / {plan.item_count} 项"


PLANS = Record(
    model=PlanList,
    namespace="repairs:plan",
    icon="clipboard-list",
    rows=plans_visible_to,
    list_rows=plan_list_rows,
    columns=(
        Column(
            "title", "名称", lambda p: p.title, lambda p: link(p.title, reverse("repairs:plan-detail", args=[p.pk]), p.number or "未编号"), css="key", width=30
        ),
        Column("number", "编号", lambda p: p.number, css="nw mute only-wide", optional=True, sort="number", width=14),
        Column(
            "period", "时间", lambda p: f"{p.start_on} 至 {p.end_on}", lambda p: f"{day(p.start_on)} 至 {day(p.end_on)}", css="nw", sort="start_on", width=24
        ),
        Column("items", "完成", progress, css="nw", width=12),
        Column(
            "estimate", "预算（元）", lambda p: p.estimate_total, lambda p: money(p.estimate_total), css="num", sort="estimate_total", kind="money", width=14
        ),
        Column(
            "actual", "实际（元）", lambda p: p.actual_total, lambda p: money(p.actual_total), css="num only-wide", sort="actual_total", kind="money", width=14
        ),
        Column("created_by", "编制人", lambda p: p.created_by.name, css="nw only-wide", width=10),
        Column("state", "状态", lambda p: p.get_state_display(), lambda p: state_mark(p.get_state_display(), p.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.PlanFilters,
    order=("-start_on", "-pk"),
    form=forms.PlanForm,
    create=rules.create_plan,
    update=rules.update_plan,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda record: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有维修计划。暑假、寒假前列一份，批了再做。",
    extra={"lines": {"add_item", "edit_item", "remove_item", "finish_item", "drop_item", "open_ticket"}},
    actions=(
        Action("add_item", "加项目", rules.add_item, rules.check_can_edit, forms.ItemForm, icon="plus"),
        Action("submit", "送批", rules.submit_plan, rules.check_can_submit, icon="send", tone="primary", confirm="送批以后不能再改，要改先撤回。"),
        Action("withdraw", "撤回", rules.withdraw_plan, rules.check_can_withdraw, icon="undo-2"),
        Action("approve", "批准", rules.approve_plan, rules.check_can_decide, forms.OpinionForm, icon="check", tone="primary", hint=sum_words),
        Action("return", "退回", rules.return_plan, rules.check_can_decide, forms.ReturnForm, icon="corner-up-left"),
        Action("edit_item", "修改项目", rules.edit_item, rules.check_can_edit, forms.EditItemForm, icon="pencil"),
        Action("remove_item", "去掉项目", rules.remove_item, rules.check_can_edit, forms.RemoveItemForm, icon="x", tone="stop"),
        Action("finish_item", "登记完成", rules.finish_item, rules.check_can_finish, forms.FinishItemForm, icon="check", tone="primary"),
        Action("open_ticket", "打开报修单", tickets.open_item_ticket, rules.check_can_run, forms.ItemTicketForm, icon="wrench"),
        Action("drop_item", "不做了", rules.drop_item, rules.check_can_run, forms.DropItemForm, icon="circle-slash", tone="stop"),
        Action("purchase", "按计划请购", purchases.buy_for_plan, purchases.check_can_buy_for_plan, icon="shopping-cart"),
        Action("close", "结束计划", rules.close_plan, rules.check_can_close, icon="flag", tone="primary", confirm="结束以后不能再登记。"),
        Action(
            "carry",
            "剩下的转新计划",
            rules.carry_over,
            rules.check_can_carry,
            forms.CarryForm,
            icon="corner-down-right",
            hint=lambda plan, user: "没有完成的项目会抄到新计划的草稿里，这里记作已转出。",
        ),
        Action("void", "作废", rules.void_plan, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)


class PlanAction(LinesAction):
    again = frozenset({"add_item"})


class ItemPage(RecordPage):
    """One planned work: what, where, how much, how it stands, and what may be done with it."""

    def get_template_names(self):
        return ["repairs/plan_item.html"]

    def get_context_data(self, **kwargs):
        plan, user = self.get_object(), self.request.user
        item = get_object_or_404(items_of(plan), pk=self.kwargs["item"])
        item.plan = plan
        lines = self.record.extra["lines"] - {"add_item"}
        acts = [action for action in self.record.actions_for(user, plan) if action.name in lines and fits(action.name, item, user)]
        return super().get_context_data(**kwargs) | {"object": plan, "item": item, "outcome": outcome(item), "acts": acts}


def fits(name: str, item: PlanItem, user) -> bool:
    """Whether the act makes sense for this item as it stands; the rule has the last word."""
    is_left = item.is_open and not hasattr(item, "carried_to")
    if name == "finish_item":
        return (is_left or item.done_on is not None) and (item.owner_id == user.pk or has(user, MANAGE))
    if name == "open_ticket":
        return is_left and item.ticket_id is None
    return is_left if name == "drop_item" else True


SHEET = (
    ("序号", 6, "integer"),
    ("地点", 24, "text"),
    ("维修内容", 40, "text"),
    ("数量", 10, "number"),
    ("单位", 8, "text"),
    ("预算（元）", 14, "money"),
    ("工种", 10, "text"),
    ("负责人", 10, "text"),
    ("完成期限", 12, "date"),
    ("完成日期", 12, "date"),
    ("实际（元）", 14, "money"),
    ("结果", 10, "text"),
    ("备注", 30, "text"),
)


class ItemsSheet(View):
    """The list's items as an Excel file in the order of the paper."""

    record = PLANS

    def get(self, request, pk):
        self.record.check_view(request.user)
        plan = self.record.rows(request.user).filter(pk=pk).first()
        if plan is None:
            raise Http404(pk)
        return workbook_response(plan.title, [SheetColumn(*column) for column in SHEET], (sheet_row(n, plan, item) for n, item in enumerate(items_of(plan), 1)))


def sheet_row(number: int, plan: PlanList, item: PlanItem) -> tuple:
    item.plan = plan
    words = item.dropped or item.note
    return (
        number,
        item.where,
        item.content,
        item.quantity,
        item.unit,
        item.estimate,
        str(item.trade or ""),
        str(item.owner or ""),
        item.finish_by,
        item.done_on,
        item.actual,
        outcome(item)[0],
        words,
    )


def plan_urls() -> list:
    """The routes of plans and of preventive work, under /repairs/."""
    return [
        path("plan/<int:pk>/items.xlsx", ItemsSheet.as_view(), name="plan-items"),
        path("plan/<int:pk>/item/<int:item>/", ItemPage.as_view(record=PLANS), name="plan-item"),
        *record_urls(PLANS, pages={"detail": LinesDetail, "action": PlanAction}),
        *record_urls(PREVENTIVES),
    ]

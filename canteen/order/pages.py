"""采购单: what to buy for a day, the list, one order, and the daily reports."""

from datetime import timedelta
from decimal import Decimal

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.generic import TemplateView

from assets.public import figure
from canteen.amounts import price_words
from canteen.supplier.queries import shortcomings
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money as to_cents
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp, weekday

from . import forms, rules
from .models import FoodOrder, OrderState, PurchaseReport
from .queries import check_can_manage, check_can_view, listed_orders, next_day, order_counts, orders_visible_to, plan_of, reports_visible_to

PLANNED = 7  # days one may step through


class BuyingPage(TemplateView):
    """按食谱备货: what the approved menu of a day needs, what is there, what to order of whom; one button drafts the orders."""

    template_name = "canteen/buying.html"

    def dispatch(self, request, *args, **kwargs):
        check_can_view(request.user)
        return super().dispatch(request, *args, **kwargs)

    def day(self):
        today = timezone.localdate()
        form = forms.DayForm(self.request.POST if self.request.method == "POST" else self.request.GET)
        chosen = form.cleaned_data["on"] if form.is_valid() else next_day(today)
        return min(max(chosen, today), today + timedelta(days=rules.FARTHEST))

    def get_context_data(self, **kwargs):
        today, on = timezone.localdate(), self.day()
        plan = plan_of(on, today)
        for row in plan.rows:
            row.needed, row.stock, row.coming, row.order = (figure(value) for value in (row.wish.needed, row.wish.stock, row.wish.coming, row.wish.quantity))
            row.price_shown, row.buys = price_words(row.price), row.wish.quantity > 0
        days = [(one, f"{'今天' if one == today else weekday(one)} {one.month}-{one.day}") for one in (today + timedelta(days=n) for n in range(PLANNED))]
        drafted = list(orders_visible_to(self.request.user).filter(on=on).exclude(state=OrderState.CANCELLED).order_by("pk"))
        may = allowed(check_can_manage, self.request.user)
        return super().get_context_data(plan=plan, on=on, days=days, orders=drafted, may_order=may, bad=self.bad(plan), **kwargs)

    def bad(self, plan) -> list[str]:
        """What would keep an order from being placed, by supplier."""
        return [words for supplier in plan.by_supplier() for words in shortcomings(supplier, plan.on)]

    def post(self, request, *args, **kwargs):
        on = self.day()
        try:
            orders = rules.draft_orders(actor=request.user, at=timezone.now(), on=on)
        except RuleViolation as refusal:
            messages.error(request, refusal.message)
            return redirect(f"{reverse('canteen:buying')}?on={on}")
        messages.success(request, f"起草了 {len(orders)} 张采购单，核对数量再下单。")
        return redirect(reverse("canteen:order-detail", args=[orders[0].pk]) if len(orders) == 1 else f"{reverse('canteen:order-list')}?state=draft")


def views(user) -> list[ListView]:
    n = order_counts(user)
    return [ListView("全部", ""), ListView("起草", "state=draft", n["draft"], pressing=True), ListView("等送货", "state=placed", n["placed"])]


def detail_context(order: FoodOrder, user) -> dict:
    lines = list(order.lines.select_related("ingredient").order_by("pk"))
    for line in lines:
        line.shown, line.price_shown = figure(line.quantity), price_words(line.price)
        line.needed_shown, line.stock_shown = figure(line.needed), figure(line.in_stock)
        line.amount = to_cents(line.quantity * line.price) if line.price is not None else None
    return {
        "lines": lines,
        "total": sum((line.amount for line in lines if line.amount is not None), to_cents(0)),
        "state_cell": state_mark(order.get_state_display(), order.tone),
        "lacks": shortcomings(order.supplier, order.deliver_on) if order.state in (OrderState.DRAFT, OrderState.PLACED) else [],
        "deliveries": list(order.deliveries.order_by("pk")),
        "next_words": {OrderState.DRAFT: "核对数量，点「下单」", OrderState.PLACED: "货到了点「收货」"}.get(order.state, ""),
    }


ORDERS = Record(
    model=FoodOrder,
    namespace="canteen:order",
    icon="shopping-basket",
    label="食材采购单",
    rows=orders_visible_to,
    list_rows=listed_orders,
    columns=(
        Column("name", "采购单", str, lambda o: link(str(o.supplier), reverse("canteen:order-detail", args=[o.pk]), f"{o.on.month}月{o.on.day}日用 {o.number}"), css="key", sort="supplier__partner__name", width=26),
        Column("number", "单号", lambda o: o.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("on", "哪天用", lambda o: o.on, lambda o: day(o.on), css="nw", sort="on", kind="date"),
        Column("deliver_on", "送货", lambda o: o.deliver_on, lambda o: day(o.deliver_on), css="nw only-wide", sort="deliver_on", kind="date"),
        Column("lines", "几样", lambda o: o.line_count, css="num", kind="integer"),
        Column("total", "约（元）", lambda o: o.total and to_cents(o.total), lambda o: money(to_cents(o.total)) if o.total else "", css="num", kind="money"),
        Column("placed_at", "下单", lambda o: o.placed_at, lambda o: stamp(o.placed_at), css="nw only-wide", sort="placed_at", kind="datetime", width=18),
        Column("placed_by", "下单人", lambda o: o.placed_by and o.placed_by.name, css="nw only-wide"),
        Column("state", "状态", lambda o: o.get_state_display(), lambda o: state_mark(o.get_state_display(), o.tone), css="tail", sort="state"),
    ),
    filters=forms.OrderFilters,
    form=forms.OrderForm,
    create=rules.save_order,
    update=rules.save_order,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    order=("-on", "-pk"),
    facts=lambda o: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有采购单。在「按食谱备货」里一次算好，一家一张。",
    extra={"lines": {"add_line", "change_line", "remove_line"}},
    actions=(
        Action("add_line", "加一样", rules.add_line, rules.check_can_edit, forms.AddLineForm, icon="plus"),
        Action("change_line", "改数量", rules.change_line, rules.check_can_edit, forms.ChangeLineForm, icon="pencil"),
        Action("remove_line", "去掉一行", rules.remove_line, rules.check_can_edit, forms.RemoveLineForm, icon="x", tone="stop"),
        Action("place", "下单", rules.place_order, rules.check_can_place, icon="send", tone="primary"),
        Action("cancel", "取消", rules.cancel_order, rules.check_can_cancel, forms.ReasonForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip


class OrderAction(LinesAction):
    again = frozenset({"add_line"})


def report_rows(report: PurchaseReport, user) -> dict:
    return {"rows": [{**row, "amount": Decimal(row["amount"])} for row in report.rows]}


REPORTS = Record(
    model=PurchaseReport,
    namespace="canteen:purchase-report",
    icon="newspaper",
    label="采购日报",
    rows=reports_visible_to,
    columns=(
        Column("on", "日报", lambda r: r.on, lambda r: link(str(r), reverse("canteen:purchase-report-detail", args=[r.pk])), css="key", sort="on", kind="date", width=26),
        Column("count", "几样", lambda r: len(r.rows), css="num", kind="integer"),
        Column("amount", "合计（元）", lambda r: r.amount, lambda r: money(r.amount), css="num", sort="amount", kind="money"),
        Column("version", "第几版", lambda r: r.version, css="num only-wide", kind="integer"),
        Column("made_at", "公示时间", lambda r: r.made_at, lambda r: stamp(r.made_at), css="nw", sort="made_at", kind="datetime", width=18),
        Column("state", "公示栏", lambda r: r.post.get_state_display(), lambda r: state_mark(r.post.get_state_display(), "done" if r.post.state == "published" else "void"), css="tail"),
    ),
    filters=forms.ReportFilters,
    check_view=check_can_view,
    order=("-on", "-version"),
    stamp=lambda r: str(r.version),
    facts=lambda r: [],  # the page has its own
    detail_context=report_rows,
    empty="还没有采购日报。有验收入库的那天，晚上自动公示。",
)  # fmt: skip


def order_urls() -> list:
    """The routes of ordering, under /canteen/."""
    return [
        path("buying/", BuyingPage.as_view(), name="buying"),
        *record_urls(ORDERS, pages={"detail": LinesDetail, "action": OrderAction}),
        *record_urls(REPORTS),
    ]

"""采购单: the list, placing one on a request, its page with what looks odd and the whole thread."""

from zlib import crc32

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from finance.purchase.queries import BUY
from logistics.platform.access.rules import has
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import forms, rules
from .flags import flags_of_order
from .inquiry_pages import INQUIRIES, InquiryAction, InquiryDetail, InquiryPage
from .models import OrderState, PurchaseOrder
from .queries import check_can_view, inquiries_visible_to, lines_of, order_counts, orders_visible_to, orders_with_lines, sees_all_inquiries

COMING = (OrderState.PLACED, OrderState.PARTIAL)


def views(user) -> list[ListView]:
    n = order_counts(user)
    shown = [ListView("全部", ""), ListView("待到货", "state=coming", n["waiting"]), ListView("过期未到", "late=true", n["late"], pressing=True)]
    shown.append(ListView("到齐待结清", "state=received", n["received"]))
    return [*shown, ListView("我采购的", "mine=true")] if has(user, BUY) else shown


def delivery_day(order: PurchaseOrder):
    """The agreed day, red when it is past and something is still to come."""
    is_late = order.state in COMING and order.deliver_on and order.deliver_on < timezone.localdate()
    return format_html('<span class="due {}">{}</span>', "late" if is_late else "", day(order.deliver_on))


def next_step(order: PurchaseOrder) -> tuple[str, str]:
    """Who must do what now: (person, words)."""
    if order.state in COMING and order.acceptances.filter(state="signing").exists():
        return "验收的人", "到货登记了，等验收签字"
    if order.state in COMING:
        return "验收的人", f"等{order.partner}送货，到了登记验收"
    return ("经办人", "报销、付款") if order.state == OrderState.RECEIVED else ("", "")


def detail_context(order: PurchaseOrder, user) -> dict:
    who, words = next_step(order)
    lines = lines_of(order)
    return {
        "lines": lines,
        "flags": flags_of_order(order, lines) if order.state != OrderState.CANCELLED else [],
        "state_cell": state_mark(order.get_state_display(), order.tone),
        "sees_inquiry": order.inquiry_id is not None and (sees_all_inquiries(user) or inquiries_visible_to(user).filter(pk=order.inquiry_id).exists()),
        "next_who": who,
        "next_words": words,
    }


def stamp_of(order: PurchaseOrder) -> str:
    """What changes with every change of the order that a reader must know of."""
    return f"{order.state}.{order.deliver_on}.{crc32(order.terms.encode())}.{order.stopped_reason != ''}"


ORDERS = Record(
    model=PurchaseOrder,
    namespace="finance:order",
    label="采购",
    icon="shopping-bag",
    rows=orders_visible_to,
    list_rows=orders_with_lines,
    columns=(
        Column(
            "title", "买什么", lambda o: o.request.title,
            lambda o: link(o.request.title, reverse("finance:order-detail", args=[o.pk]), f"{o.number} · {o.request.department}"), css="key", width=32,
        ),
        Column("number", "单号", lambda o: o.number, css="nw only-wide", sort="number"),
        Column("partner", "供应商", lambda o: o.partner.name, sort="partner__name", width=26),
        Column("method", "采购方式", lambda o: o.get_method_display(), css="nw only-wide", sort="method"),
        Column("total", "金额（元）", lambda o: o.total, lambda o: money(o.total), css="num", sort="total", kind="money"),
        Column("deliver_on", "约定到货", lambda o: o.deliver_on, delivery_day, css="nw", sort="deliver_on", kind="date"),
        Column("state", "状态", lambda o: o.get_state_display(), lambda o: state_mark(o.get_state_display(), o.tone), css="tail", sort="state"),
        Column("created_by", "采购人", lambda o: o.created_by.name, css="nw only-wide", sort="created_by__pinyin"),
        Column("created_at", "下单时间", lambda o: o.created_at, lambda o: stamp(o.created_at), css="nw only-wide", sort="created_at", kind="datetime", width=18),
        Column("second_buyer", "同去采购", lambda o: o.second_buyer.name if o.second_buyer else "", css="nw only-wide", optional=True),
        Column("request", "请购单", lambda o: o.request.number, css="nw only-wide", optional=True),
        Column("department", "部门", lambda o: str(o.request.department), css="only-wide", optional=True, width=16),
        Column("method_reason", "采购方式说明", lambda o: o.method_reason, css="only-wide", optional=True, width=36),
        Column("terms", "约定", lambda o: o.terms, css="only-wide", optional=True, width=36),
    ),
    filters=forms.OrderFilters,
    form=forms.OrderEditForm,
    create_form=forms.OrderForm,
    create=rules.place_order,
    update=rules.update_order,
    check_view=check_can_view,
    check_create=rules.check_can_buy,
    check_update=rules.check_can_edit,
    views=views,
    detail_context=detail_context,
    stamp=stamp_of,
    empty="还没有采购单。请购单批准以后，在请购单上下单。",
    actions=(
        Action(
            "stop", "余下不要了", rules.stop_order, rules.check_can_stop, forms.ReasonForm, icon="circle-slash",
            hint=lambda order, user: "没有到的不再送，占着的预算会放出来。",
        ),
        Action(
            "cancel", "取消采购单", rules.cancel_order, rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop",
            hint=lambda order, user: f"{order.partner}，{order.total:,.2f} 元。取消以后，请购单上的东西可以重新采购。",
        ),
    ),
)  # fmt: skip


class OrderPage(RecordForm):
    """Placing an order: first which request, then its open lines with firm and prices."""

    def get_form(self, *args):
        form = super().get_form(*args)
        if not args and not self.object:
            self.heading = "下采购单"
        return form

    def post(self, request, *args, **kwargs):
        self.seen = request.POST.get("seen")
        if self.object:
            self.record.check_seen(self.object, self.seen)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if not self.object:
            return context | {"submit": "下单", "seen": ""}
        return context | {"submit": "保存", "seen": getattr(self, "seen", None) or self.record.stamp(self.object)}


def order_urls() -> list:
    """The routes of orders and inquiries, under /finance/."""
    return [
        *record_urls(ORDERS, pages={"form": OrderPage}),
        *record_urls(INQUIRIES, pages={"form": InquiryPage, "detail": InquiryDetail, "action": InquiryAction}),
    ]

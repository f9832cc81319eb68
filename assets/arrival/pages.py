"""待建卡入库: accepted goods that nobody could tell by themselves, and the two acts that settle them."""

from logistics.platform.kernel.money import money as to_cents
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link
from logistics.platform.web.templatetags.school import full_day, money, stamp

from . import forms, rules
from .models import ArrivedLine
from .queries import OURS, check_can_view, lines_visible_to


def plainly(line: ArrivedLine) -> str:
    return f"{line.accepted.normalize():f} {line.order_line.request_line.unit}"


def facts(line: ArrivedLine) -> list[tuple]:
    asked, order = line.order_line.request_line, line.acceptance.order
    price = to_cents(line.amount / line.accepted) if line.accepted else 0
    return [
        ("品名", asked.name, False), ("规格型号", asked.spec or "—", False), ("品牌", line.order_line.brand or "—", False), ("数量", plainly(line), False),
        ("金额", f"{line.amount:,.2f} 元（每{asked.unit} {price:,.2f} 元）", False), ("去向", line.get_destination_display(), False),
        ("供应商", order.partner, False), ("验收单", line.acceptance.number, False), ("到货日期", full_day(line.acceptance.delivered_on), False),
        ("请购部门", order.request.department, False), ("用在哪里", asked.use or "—", True),
    ]  # fmt: skip


ARRIVALS = Record(
    model=ArrivedLine,
    namespace="assets:arrival",
    label="到货建卡入库",
    icon="package-plus",
    rows=lines_visible_to,
    columns=(
        Column("name", "品名", str, lambda w: link(str(w), ARRIVALS.url("detail", w), w.order_line.request_line.spec), css="key", width=26),
        Column("quantity", "数量", plainly, css="num", sort="accepted", width=12),
        Column("amount", "金额（元）", lambda w: w.amount, lambda w: money(w.amount), css="num", sort="amount", kind="money", width=14),
        Column("destination", "去向", lambda w: w.get_destination_display(), css="tail nw", sort="destination", width=12),
        Column("acceptance", "验收单", lambda w: w.acceptance.number, css="nw only-wide", sort="acceptance__number", width=15),
        Column("accepted_at", "验收时间", lambda w: w.acceptance.accepted_at, lambda w: stamp(w.acceptance.accepted_at), css="nw only-wide", sort="acceptance__accepted_at", kind="datetime", width=18),
        Column("partner", "供应商", lambda w: str(w.acceptance.order.partner), css="only-wide", width=26),
        Column("department", "请购部门", lambda w: str(w.acceptance.order.request.department), css="only-wide", width=16),
    ),
    filters=forms.ArrivalFilters,
    check_view=check_can_view,
    views=lambda user: [ListView("全部", ""), *(ListView(one.label, f"destination={one.value}") for one in OURS)],
    facts=facts,
    order=("pk",),
    stamp=lambda w: str(w.received_at or ""),
    empty="没有等着建卡、入库的东西。验收时认得出的，签完字就自动建了卡、入了库。",
    actions=(
        Action("again", "照品名再认一次", rules.try_line, rules.check_can_try, icon="refresh-cw", bulk=True),
        Action("card", "建卡", rules.card_line, rules.check_can_card, forms.CardLineForm, icon="armchair", tone="primary", hint=lambda w, user: f"{w} {plainly(w)}，{w.amount:,.2f} 元"),
        Action("stock", "入库", rules.stock_line, rules.check_can_stock, forms.StockLineForm, icon="package-plus", hint=lambda w, user: f"{w} {plainly(w)}，{w.amount:,.2f} 元"),
    ),
)  # fmt: skip


def arrival_urls() -> list:
    """The routes of goods that arrived, under /assets/."""
    return record_urls(ARRIVALS)

"""仓库: stores, stocks with their card, the ledger, monthly closes."""

from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from assets.item.pages import price_words, quantity_column
from assets.item.quantities import NONE, figure, in_words
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.registry import record_for
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import forms, rules
from .figures import CostBook, CostPage, WantedBook, WantedPage
from .models import Stock, StockClose, StockMove, Store
from .queries import (
    EXPIRY_DAYS,
    check_can_keep,
    check_can_manage,
    check_can_view,
    closes_visible_to,
    month_to_close,
    moves_visible_to,
    stock_counts,
    stocks_visible_to,
    stores_visible_to,
)


def yuan_column(name: str, label: str, *, css: str = "num", sort: str | None = None) -> Column:
    sorted_by = name if sort is None else sort
    return Column(name, label, lambda row: getattr(row, name), lambda row: money(getattr(row, name)), css=css, sort=sorted_by, kind="money", width=15)


def document_url(kind: str, pk: int) -> str:
    """The page of the document a move names, empty when it has none."""
    described = record_for(kind) if kind else None
    return reverse(f"{described.namespace}-detail", args=[pk]) if described and described.has_page("detail") else ""


def store_context(store: Store, user) -> dict:
    today = timezone.localdate()
    rows = stocks_visible_to(user).filter(store=store.pk)
    held = list(rows.filter(quantity__gt=0).order_by("-value")[:10])
    return {"held": held, "kinds": rows.filter(quantity__gt=0).count(), "month_open": month_to_close(store, today)}


STORES = Record(
    model=Store,
    namespace="assets:store",
    icon="warehouse",
    rows=stores_visible_to,
    columns=(
        Column("name", "仓库", str, lambda s: link(s.name, reverse("assets:store-detail", args=[s.pk]), str(s.place or "")), css="key", sort="name", width=24),
        Column("keeper", "保管员", lambda s: s.keeper.name, css="nw", sort="keeper__pinyin"),
        Column("last_on", "记到", lambda s: s.last_on, lambda s: day(s.last_on) if s.last_on else "", css="nw", sort="last_on", kind="date"),
        Column(
            "is_active", "状态", lambda s: "在用" if s.is_active else "停用",
            lambda s: state_mark("在用", "done") if s.is_active else state_mark("停用", "void"), css="tail",
        ),
    ),
    filters=forms.StoreFilters,
    form=forms.StoreForm,
    create=rules.save_store,
    update=rules.save_store,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("order", "pk"),
    stamp=lambda s: str(s.last_number),
    detail_context=store_context,
    facts=lambda s: [("保管员", s.keeper.name, False), ("地点", str(s.place or "—"), False), ("记到", str(s.last_on or "—"), False)],
    empty="还没有仓库。先建一个，再登记入库单。",
)  # fmt: skip


def stock_state(stock: Stock) -> tuple[str, str]:
    """(word, tone): what has expired, and what all stores together have of the item against its limits."""
    item = stock.item
    is_low = item.minimum is not None and stock.in_all < item.minimum
    if not stock.quantity:
        return "没有了", "late" if is_low else "void"
    if stock.expires_on and stock.expires_on < timezone.localdate():
        return "有过期", "late"
    if is_low:
        return "不足", "late"
    if item.maximum is not None and stock.in_all > item.maximum:
        return "超储", "wait"
    return "正常", "done"


def stock_name(stock: Stock):
    small = " · ".join(words for words in (stock.item.spec, str(stock.store), stock.bin) if words)
    return link(stock.item.name, reverse("assets:stock-detail", args=[stock.pk]), small)


def expiry_mark(stock: Stock):
    if stock.expires_on is None:
        return ""
    left = (stock.expires_on - timezone.localdate()).days
    tone = "late" if left < 0 else "soon" if left <= limit_shown(EXPIRY_DAYS, timezone.localdate()) else ""
    return format_html('<span class="due {}">{}</span>', tone, day(stock.expires_on))


def stock_views(user) -> list[ListView]:
    n = stock_counts(user, timezone.localdate())
    return [
        ListView("有存货", "there=1"),
        ListView("全部", ""),
        ListView("不足", "show=low", n["low"], pressing=True),
        ListView("超储", "show=over", n["over"]),
        ListView("快到期", "show=expiring", n["expiring"], pressing=True),
        ListView("积压", "show=slow", n["slow"]),
    ]


CARD_ROWS = 100


def stock_context(stock: Stock, user) -> dict:
    moves = list(stock.moves.select_related("department", "person", "by", "reversed_by").order_by("-number")[:CARD_ROWS])
    urls = {key: document_url(*key) for key in {(move.document_kind, move.document_id) for move in moves}}
    for move in moves:
        move.url = urls[move.document_kind, move.document_id]
    packs, batches = list(stock.item.packs.all()), list(stock.batches.filter(quantity__gt=NONE))
    for batch in batches:
        batch.price_words = price_words(batch.price) or "0"
    return {
        "moves": moves,
        "batches": batches,
        "state_cell": state_mark(*stock_state(stock)),
        "shown": in_words(stock.item, stock.quantity, packs),
        "price": price_words(stock.price),
        "today": timezone.localdate(),
    }


STOCKS = Record(
    model=Stock,
    namespace="assets:stock",
    label="库存",
    icon="boxes",
    rows=stocks_visible_to,
    columns=(
        Column("item", "物品", lambda s: str(s.item), stock_name, css="key", sort="item__pinyin", width=26),
        Column("store", "仓库", lambda s: str(s.store), css="only-wide", sort="store__order", optional=True, width=16),
        Column("kind", "类别", lambda s: str(s.item.kind), css="nw only-wide", sort="item__kind__order"),
        Column("bin", "货位", lambda s: s.bin, css="nw only-wide", sort="bin", optional=True),
        Column(
            "quantity", "结存", lambda s: s.quantity, lambda s: f"{figure(s.quantity)} {s.item.unit}", css="num nw", sort="quantity", kind="number",
        ),
        Column("unit", "单位", lambda s: s.item.unit, css="nw only-wide", optional=True),
        Column("price", "均价（元）", lambda s: s.price, lambda s: price_words(s.price), css="num only-wide", kind="number"),
        yuan_column("value", "金额（元）", css="num only-wide"),
        quantity_column("minimum", "最低", css="num only-wide", sort="item__minimum", optional=True, value=lambda s: s.item.minimum),
        quantity_column("maximum", "最高", css="num only-wide", sort="item__maximum", optional=True, value=lambda s: s.item.maximum),
        Column("expires_on", "最早到期", lambda s: s.expires_on, expiry_mark, css="nw only-wide", sort="expires_on", kind="date"),
        Column(
            "last_out_on", "最近出库", lambda s: s.last_out_on, lambda s: day(s.last_out_on) if s.last_out_on else "", css="nw only-wide", sort="last_out_on",
            kind="date",
        ),
        Column("state", "状态", lambda s: stock_state(s)[0], lambda s: state_mark(*stock_state(s)), css="tail"),
    ),
    filters=forms.StockFilters,
    check_view=check_can_view,
    views=stock_views,
    order=("store__order", "store", "item__kind__order", "item__pinyin", "pk"),
    stamp=lambda s: f"{s.quantity}.{s.value}",
    detail_context=stock_context,
    facts=lambda s: [("仓库", str(s.store), False), ("货位", s.bin or "—", False)],
    empty="还没有库存。登记入库单以后，这里就有了。",
    actions=(Action("set_bin", "写货位", rules.set_bin, check_can_keep, forms.BinForm, icon="map-pin"),),
)  # fmt: skip


def move_cell(move: StockMove):
    url = document_url(move.document_kind, move.document_id) or reverse("assets:stock-detail", args=[move.stock_id])
    return link(str(move.stock.item), url, f"{move.get_kind_display()} {move.document_label}".strip())


MOVES = Record(
    model=StockMove,
    namespace="assets:move",
    label="收发流水",
    icon="list",
    rows=moves_visible_to,
    columns=(
        Column("item", "物品和单据", lambda m: str(m.stock.item), move_cell, css="key", width=26),
        Column("on", "日期", lambda m: m.on, lambda m: day(m.on), css="nw", sort="on", kind="date"),
        Column("store", "仓库", lambda m: str(m.store), css="nw only-wide"),
        Column("kind", "类型", lambda m: m.get_kind_display(), css="nw only-wide", sort="kind"),
        quantity_column("quantity", "数量"),
        Column("unit", "单位", lambda m: m.stock.item.unit, css="nw only-wide"),
        yuan_column("value", "金额（元）"),
        quantity_column("balance_quantity", "结存", css="num only-wide", optional=True),
        Column("department", "部门", lambda m: str(m.department or ""), css="only-wide", width=16),
        Column("person", "领用人", lambda m: m.person.name if m.person else "", css="nw only-wide"),
        Column("document_label", "单据", lambda m: m.document_label, css="nw only-wide", optional=True, width=24),
        Column("note", "说明", lambda m: m.note, css="only-wide", optional=True, width=30),
        Column("by", "经手", lambda m: m.by.name, css="nw only-wide", optional=True),
    ),
    filters=forms.MoveFilters,
    check_view=check_can_view,
    order=("-pk",),
    stamp=lambda m: "",
    empty="还没有收发。",
)

CLOSES = Record(
    model=StockClose,
    namespace="assets:close",
    icon="calendar-check-2",
    rows=closes_visible_to,
    columns=(
        Column(
            "month", "月份", lambda c: f"{c.month:%Y-%m}", lambda c: link(f"{c.month:%Y-%m}", reverse("assets:close-detail", args=[c.pk]), str(c.store)),
            css="key", sort="month",
        ),
        Column("store", "仓库", lambda c: str(c.store), css="only-wide", optional=True),
        yuan_column("opening", "上月结存（元）", css="num only-wide"),
        yuan_column("income", "本月入库（元）"),
        yuan_column("outgo", "本月出库（元）"),
        yuan_column("balance", "月末结存（元）"),
        Column("closed_by", "结账人", lambda c: c.closed_by.name, css="nw only-wide"),
        Column("state", "状态", lambda c: c.state[0], lambda c: state_mark(*c.state), css="tail"),
    ),
    filters=forms.CloseFilters,
    form=forms.CloseForm,
    create=rules.close_month,
    check_view=check_can_view,
    check_create=rules.check_can_close,
    order=("-month", "store", "-pk"),
    stamp=lambda c: c.state[0],
    empty="还没有月结。月底盘点、审核以后，在这里结。",
    facts=lambda c: [
        ("仓库", link(str(c.store), reverse("assets:store-detail", args=[c.store_id])), False),
        ("月份", f"{c.month.year}年{c.month.month}月", False),
        ("上月结存", f"{c.opening:,.2f} 元", False),
        ("本月入库", f"{c.income:,.2f} 元", False),
        ("本月出库", f"{c.outgo:,.2f} 元", False),
        ("月末结存", f"{c.balance:,.2f} 元", False),
        ("盘点", link(str(c.count), reverse("assets:slip-detail", args=[c.count_id])), False),
        ("结账", f"{c.closed_by.name} {stamp(c.closed_at)}", False),
        ("状态", state_mark(*c.state), False),
        *([("反结账", f"{c.reopened_by.name} {stamp(c.reopened_at)}：{c.reason}", True)] if c.reopened_at else []),
    ],
    actions=(Action("reopen", "反结账", rules.reopen_month, rules.check_can_reopen, forms.ReasonForm, icon="lock-open", tone="stop"),),
)  # fmt: skip


class CloseForm(RecordForm):
    """A month is closed, not "new"."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": "库存月结", "submit": "月结"}


def store_urls() -> list:
    """The routes of stores, under /assets/."""
    return [
        path("cost/", CostPage.as_view(), name="cost"),
        path("cost/excel/", CostBook.as_view(), name="cost-excel"),
        path("wanted/", WantedPage.as_view(), name="wanted"),
        path("wanted/excel/", WantedBook.as_view(), name="wanted-excel"),
        *record_urls(STORES),
        *record_urls(STOCKS),
        *record_urls(MOVES, without=("detail",)),
        *record_urls(CLOSES, pages={"form": CloseForm}),
    ]

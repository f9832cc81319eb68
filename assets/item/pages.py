"""物品目录: the list, one item with its packs and where it lies, and the dictionary of kinds."""

from django.urls import reverse

from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark

from . import forms, rules
from .models import Item, ItemKind
from .quantities import figure
from .queries import MANAGE, check_can_manage, check_can_view, items_visible_to

KINDS = dictionary(ItemKind, namespace="assets:itemkind", fields=["name", "order", "is_active"], permission=MANAGE, icon="tags", order=("order", "pk"))


def quantity_column(name: str, label: str, *, css: str = "num", sort: str = "", optional: bool = False, value=None) -> Column:
    read = value or (lambda row: getattr(row, name))
    return Column(name, label, read, lambda row: figure(read(row)), css=css, sort=sort or name, kind="number", width=12, optional=optional)


def price_words(price) -> str:
    return f"{price:,.4f}".rstrip("0").rstrip(".") if price else ""


def detail_context(item: Item, user) -> dict:
    stocks = list(item.stocks.select_related("store").order_by("store__order", "store"))
    for stock in stocks:
        stock.item = item
    return {"packs": list(item.packs.all()), "stocks": stocks, "price": price_words(item.last_price)}


ITEMS = Record(
    model=Item,
    namespace="assets:item",
    icon="package",
    label="物品目录",
    rows=items_visible_to,
    columns=(
        Column("name", "品名和规格", str, lambda i: link(i.name, reverse("assets:item-detail", args=[i.pk]), i.spec), css="key", sort="pinyin", width=26),
        Column("spec", "规格", lambda i: i.spec, css="only-wide", optional=True),
        Column("kind", "类别", lambda i: str(i.kind), css="nw", sort="kind__order"),
        Column("unit", "单位", lambda i: i.unit, css="nw"),
        quantity_column("minimum", "最低库存", css="num only-wide"),
        quantity_column("maximum", "最高库存", css="num only-wide"),
        Column(
            "last_price", "最近单价（元）", lambda i: i.last_price, lambda i: price_words(i.last_price), css="num only-wide", sort="last_price", kind="number"
        ),
        Column("keeps_expiry", "保质期", lambda i: "有" if i.keeps_expiry else "", css="nw only-wide"),
        Column("is_old_for_new", "以旧换新", lambda i: "是" if i.is_old_for_new else "", css="nw only-wide"),
        Column("note", "说明", lambda i: i.note, css="only-wide", optional=True, width=30),
        Column(
            "is_active", "状态", lambda i: "在用" if i.is_active else "停用",
            lambda i: state_mark("在用", "done") if i.is_active else state_mark("停用", "void"), css="tail", sort="is_active",
        ),
    ),
    filters=forms.ItemFilters,
    form=forms.ItemForm,
    create=rules.save_item,
    update=rules.save_item,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("kind__order", "kind", "pinyin", "spec", "pk"),
    stamp=lambda i: str(i.is_active),
    detail_context=detail_context,
    facts=lambda i: [
        ("类别", str(i.kind), False),
        ("单位", i.unit, False),
        ("最低库存", figure(i.minimum) or "—", False),
        ("最高库存", figure(i.maximum) or "—", False),
        ("保质期", "有，入库写到期日" if i.keeps_expiry else "没有", False),
        ("以旧换新", "是，发新的收旧的" if i.is_old_for_new else "不用", False),
        *([("说明", i.note, True)] if i.note else []),
    ],
    empty="还没有物品。可以从表格导入，也可以一种一种加。",
    extra={"lines": {"remove_pack"}},
    actions=(
        Action("add_pack", "加包装", rules.add_pack, check_can_manage, forms.PackForm, icon="plus", hint=lambda i, user: f"「{i}」的基本单位是 {i.unit}。"),
        Action("remove_pack", "去掉包装", rules.remove_pack, check_can_manage, forms.RemovePackForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def item_urls() -> list:
    """The routes of items, under /assets/."""
    return [*record_urls(ITEMS, pages={"detail": LinesDetail, "action": LinesAction}), *record_urls(KINDS, without=("detail",))]

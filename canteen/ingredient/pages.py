"""食材目录: the list, and one ingredient with its packs, what lies in the store and what it cost."""

from django.urls import reverse

from assets.public import figure
from canteen.amounts import price_words
from canteen.pantry.queries import batches_left
from canteen.price.queries import price_chart
from logistics.platform.access.rules import has
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import Ingredient
from .queries import BUYING_VIEW, check_can_manage, check_can_view, ingredients_visible_to


def mark(ingredient: Ingredient):
    if ingredient.forbidden:
        return state_mark("学校禁用", "late")
    return state_mark("在用", "done") if ingredient.is_active else state_mark("停用", "void")


def state_words(ingredient: Ingredient) -> str:
    return "学校禁用" if ingredient.forbidden else "在用" if ingredient.is_active else "停用"


def views(user) -> list[ListView]:
    return [ListView("全部", ""), ListView("蔬菜", "group=vegetable"), ListView("肉蛋", "group=meat"), ListView("学校禁用", "is_forbidden=true")]


def detail_context(ingredient: Ingredient, user) -> dict:
    return {
        "packs": list(ingredient.packs.all()),
        "batches": batches_left(ingredient) if has(user, BUYING_VIEW) else [],
        "price": price_words(ingredient.last_price),
        "chart": price_chart(ingredient),
        "state_cell": mark(ingredient),
    }


def facts(ingredient: Ingredient) -> list[tuple]:
    rows = [
        ("类别", ingredient.get_group_display() + ("，深色蔬菜" if ingredient.is_dark else ""), False),
        ("别名", ingredient.aliases or "—", False),
        ("单位", f"{ingredient.unit}，合 {figure(ingredient.unit_grams)} 克", False),
        ("净料率", f"{ingredient.usable}%", False),
        ("致敏物质", ingredient.allergen_words or "没有", False),
        ("贮存", ingredient.get_storage_display(), False),
        ("保质期", f"{ingredient.shelf_days} 天" if ingredient.shelf_days else "没有规定", False),
        ("随货证票", ingredient.get_papers_display(), False),
        ("大宗食材", "是，只向定点供应商买" if ingredient.is_bulk else "不是", False),
        ("最低库存", f"{figure(ingredient.minimum)} {ingredient.unit}" if ingredient.minimum else "按食谱现买", False),
        ("平时向谁买", str(ingredient.supplier or "还没有定"), False),
    ]
    return [*rows, *([("学校禁用", ingredient.forbidden, True)] if ingredient.forbidden else [])]


INGREDIENTS = Record(
    model=Ingredient,
    namespace="canteen:ingredient",
    icon="carrot",
    label="食材目录",
    rows=ingredients_visible_to,
    columns=(
        Column("name", "名称", str, lambda i: link(i.name, reverse("canteen:ingredient-detail", args=[i.pk]), i.aliases), css="key", sort="pinyin", width=20),
        Column("group", "类别", lambda i: i.get_group_display(), css="nw", sort="group"),
        Column("unit", "单位", lambda i: i.unit, css="nw"),
        Column("aliases", "别名", lambda i: i.aliases, css="only-wide", optional=True, width=24),
        Column("allergens", "致敏物质", lambda i: i.allergen_words, css="only-wide", width=18),
        Column("storage", "贮存", lambda i: i.get_storage_display(), css="nw only-wide", sort="storage"),
        Column("shelf_days", "保质天数", lambda i: i.shelf_days, css="num only-wide", sort="shelf_days", kind="integer"),
        Column("papers", "随货证票", lambda i: i.get_papers_display(), css="nw only-wide", sort="papers"),
        Column("supplier", "平时向谁买", lambda i: str(i.supplier or ""), css="only-wide", width=20),
        Column("last_price", "最近单价（元）", lambda i: i.last_price, lambda i: price_words(i.last_price), css="num", sort="last_price", kind="number"),
        Column("last_bought_on", "最近进货", lambda i: i.last_bought_on, lambda i: day(i.last_bought_on), css="nw only-wide", sort="last_bought_on", kind="date", optional=True),
        Column("usable", "净料率（%）", lambda i: i.usable, css="num only-wide", kind="integer", optional=True),
        Column("unit_grams", "每单位克数", lambda i: i.unit_grams, css="num only-wide", kind="number", optional=True),
        Column("forbidden", "禁用原因", lambda i: i.forbidden, css="only-wide", optional=True, width=40),
        Column("state", "状态", state_words, mark, css="tail", sort="is_active"),
    ),
    filters=forms.IngredientFilters,
    form=forms.IngredientForm,
    create=rules.save_ingredient,
    update=rules.save_ingredient,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    views=views,
    order=("group", "pinyin", "pk"),
    stamp=lambda i: f"{i.is_active}.{i.forbidden}",
    facts=facts,
    detail_context=detail_context,
    empty="还没有食材。可以从表格导入，也可以装入常用的一百来种。",
    extra={"lines": {"remove_pack"}},
    actions=(
        Action("add_pack", "加包装", rules.add_pack, check_can_manage, forms.PackForm, icon="plus", hint=lambda i, user: f"「{i}」的单位是 {i.unit}。"),
        Action("remove_pack", "去掉包装", rules.remove_pack, check_can_manage, forms.RemovePackForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def ingredient_urls() -> list:
    """The routes of ingredients, under /canteen/."""
    return record_urls(INGREDIENTS, pages={"detail": LinesDetail, "action": LinesAction})

"""菜品: the list, one dish with its recipe."""

from django.urls import reverse

from canteen.meal.heads import school_bands
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import yuan

from . import forms, rules
from .bands import AgeBand
from .models import Dish
from .queries import allergen_words, check_can_edit, check_can_view, dish_list_rows, dishes_visible_to


def recipe_words(dish: Dish) -> str:
    return "、".join(str(line.ingredient) for line in dish.lines.all())


def detail_context(dish: Dish, user) -> dict:
    lines = list(dish.lines.select_related("ingredient"))
    bands = [band for band in AgeBand if any(getattr(line, band.value) is not None for line in lines)] or school_bands()
    rows = [{"line": line, "grams": [rules.figure(line.grams(band.value)) or "—" for band in bands]} for line in lines]
    return {
        "rows": rows,
        "bands": [rules.short_band(band) for band in bands],
        "allergens": allergen_words(lines),
        "gaps": [rules.short_band(band) for band in school_bands() if any(line.grams(band.value) is None for line in lines)],
    }


DISHES = Record(
    model=Dish,
    namespace="canteen:dish",
    icon="utensils",
    label="菜品",
    rows=dishes_visible_to,
    list_rows=dish_list_rows,
    columns=(
        Column(
            "name", "菜名", lambda d: d.name, lambda d: link(d.name, reverse("canteen:dish-detail", args=[d.pk]), recipe_words(d) or "还没有写用料"),
            css="key", sort="pinyin", width=28,
        ),
        Column("kind", "类别", lambda d: d.get_kind_display(), css="nw", sort="kind"),
        Column("recipe", "用料", recipe_words, css="only-wide", optional=True, width=36),
        Column("allergens", "致敏物质", lambda d: allergen_words(d.lines.all()), css="only-wide", width=20),
        Column("price", "价格（元）", lambda d: d.price, lambda d: f"{d.price:,.2f}" if d.price is not None else "—", css="num", sort="price", kind="money"),
        Column("is_fried", "油炸", lambda d: "是" if d.is_fried else "", css="nw only-wide", optional=True),
        Column("note", "说明", lambda d: d.note, css="only-wide", optional=True, width=30),
        Column(
            "is_active", "状态", lambda d: "在用" if d.is_active else "停用",
            lambda d: state_mark("在用", "done") if d.is_active else state_mark("停用", "void"), css="tail", sort="is_active",
        ),
    ),
    filters=forms.DishFilters,
    form=forms.DishForm,
    create=rules.save_dish,
    update=rules.save_dish,
    check_view=check_can_view,
    check_create=check_can_edit,
    check_update=check_can_edit,
    order=("kind", "pinyin", "pk"),
    stamp=lambda d: str(d.is_active),
    views=lambda user: [ListView("全部", ""), ListView("在用", "is_active=true")],
    detail_context=detail_context,
    facts=lambda d: [
        ("类别", d.get_kind_display(), False),
        ("每份价格", yuan(d.price) if d.price is not None else "—", False),
        ("油炸", "是" if d.is_fried else "不是", False),
        *([("做法和说明", d.note, True)] if d.note else []),
    ],
    empty="还没有菜品。先加菜品和用料，再排一周菜谱；也可以导入学校公布过的带量食谱，菜品会一起建好。",
    extra={"lines": {"set_ingredient", "remove_ingredient"}},
    actions=(
        Action("set_ingredient", "写用料", rules.set_ingredient, check_can_edit, forms.GramsForm, icon="plus"),
        Action("remove_ingredient", "去掉用料", rules.remove_ingredient, check_can_edit, forms.RemoveForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class DishAction(LinesAction):
    again = frozenset({"set_ingredient"})


def dish_urls() -> list:
    """The routes of dishes, under /canteen/."""
    return record_urls(DISHES, pages={"detail": LinesDetail, "action": DishAction})

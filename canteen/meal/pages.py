"""供餐: the list, one meal with its dishes and eaters; the books of leftovers and waste."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from canteen.dish.models import RecipeLine
from canteen.dish.queries import allergen_words
from canteen.evidence import check_can_view as check_can_see_books
from canteen.menu.models import MenuPart
from logistics.platform.access.rules import has
from logistics.platform.charts.bars import bars
from logistics.platform.evidence.logs import LogList, LogSheet, log_record, log_urls
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import forms, rules, waste_rules
from .models import Leftover, LeftoverKind, Meal, MealState, WasteHandover
from .queries import check_can_record, check_can_view, costs_of, eaten, leftovers_trend, meal_list_rows, meals_visible_to, planned

NEXT = {MealState.OPEN: "留样、称剩余、登记用餐人数，最后点「结束」"}


def dish_words(meal: Meal) -> str:
    return "、".join(str(row.dish) for row in meal.dishes.all() if row.is_served)


def detail_context(meal: Meal, user) -> dict:
    dishes = list(meal.dishes.select_related("dish", "menu_dish").prefetch_related("samples"))
    parts: dict[int, list] = {}
    for part in MenuPart.objects.filter(menu_dish__in=[row.menu_dish_id for row in dishes if row.menu_dish_id]).select_related("ingredient"):
        parts.setdefault(part.menu_dish_id, []).append(part)
    lines: dict[int, list] = {}  # off the menu there is the recipe
    for line in RecipeLine.objects.filter(dish__meal_dishes__meal=meal, dish__meal_dishes__menu_dish=None).select_related("ingredient"):
        lines.setdefault(line.dish_id, []).append(line)
    for row in dishes:
        row.allergens = allergen_words(parts.get(row.menu_dish_id, []) if row.menu_dish_id else lines.get(row.dish_id, []))
        row.is_sampled = any(sample.struck_at is None for sample in row.samples.all())
    heads = list(meal.heads.select_related("school_class"))
    leftovers = list(meal.leftovers.filter(struck_at=None).select_related("dish__dish", "school_class"))
    kg = sum((row.kg for row in leftovers if row.kind != LeftoverKind.PREP), Decimal(0))
    people = sum(row.planned if row.eaten is None else row.eaten for row in heads)
    return {
        "dishes": dishes,
        "heads": heads,
        "planned": sum(row.planned for row in heads),
        "eaten": sum(row.eaten for row in heads if row.eaten is not None) if any(row.eaten is not None for row in heads) else None,
        "leftovers": leftovers,
        "left_kg": f"{kg.normalize():f}" if kg else "",
        "left_each": round(kg * 1000 / people, 1) if people and kg else None,
        "cost": costs_of([meal]).get(meal.pk),
        "state_cell": state_mark(meal.get_state_display(), meal.tone),
        "next_words": NEXT.get(meal.state, "") if has(user, "canteen.meal.record") else "",
        "may_sample": has(user, "canteen.safety.record") and meal.state != MealState.VOID and meal.on >= timezone.localdate() - forms.SAMPLED,
        "may_weigh": has(user, "canteen.safety.record") and meal.state != MealState.VOID,
    }


MEALS = Record(
    model=Meal,
    namespace="canteen:meal",
    icon="soup",
    label="供餐记录",
    rows=meals_visible_to,
    list_rows=meal_list_rows,
    columns=(
        Column("meal", "哪一餐", str, lambda m: link(str(m), reverse("canteen:meal-detail", args=[m.pk]), dish_words(m)), css="key", sort="starts_at", width=40),
        Column("on", "日期", lambda m: m.on, css="nw only-wide", optional=True, kind="date"),
        Column("dishes", "供应的菜", dish_words, css="only-wide", optional=True, width=40),
        Column("planned", "备餐", planned, css="num", kind="number"),
        Column("eaten", "用餐", lambda m: eaten(m) if m.state == MealState.ENDED else None, lambda m: str(eaten(m)) if m.state == MealState.ENDED else "—", css="num", kind="number"),
        Column("created_by", "登记", lambda m: m.created_by.name, css="nw only-wide"),
        Column("ended_at", "结束", lambda m: m.ended_at, lambda m: stamp(m.ended_at), css="nw only-wide", sort="ended_at", kind="datetime", width=16),
        Column("late", "补记", lambda m: m.late, css="only-wide", optional=True, width=26),
        Column("state", "状态", lambda m: m.get_state_display(), lambda m: state_mark(m.get_state_display(), m.tone), css="tail", sort="state"),
    ),
    filters=forms.MealFilters,
    form=forms.MealForm,
    create=rules.open_meal,
    check_view=check_can_view,
    check_create=check_can_record,
    order=("-starts_at", "-pk"),
    views=lambda user: [ListView("全部", ""), ListView("午餐", "kind=lunch"), ListView("没有结束的", "state=open")],
    facts=lambda m: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有供餐记录。每餐登记一次，菜从批准的菜谱来，人数按班级来。",
    extra={"lines": {"not_served"}},
    actions=(
        Action("end", "结束", rules.end_meal, rules.check_can_end, icon="check", tone="primary", confirm="结束以后菜和人数都不能再改。"),
        Action("eaten", "登记用餐人数", rules.eat_heads, rules.check_is_open, forms.EatenForm, icon="users"),
        Action("planned", "改备餐人数", rules.plan_heads, rules.check_is_open, forms.PlannedForm, icon="users"),
        Action("add_dish", "加菜", rules.add_dish, rules.check_is_open, forms.DishForMeal, icon="plus"),
        Action("not_served", "没有供应", rules.not_served, rules.check_is_open, forms.NotServedForm, icon="x", tone="stop"),
        Action("void", "没有供餐", rules.void_meal, rules.check_can_void, forms.ReasonForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip

LEFTOVERS = log_record(
    Leftover,
    name="leftover",
    label="剩余称重",
    icon="scale",
    joins=("meal", "dish__dish", "school_class"),
    columns=(
        Column("meal", "哪一餐", lambda r: str(r.meal), css="nw", width=16),
        Column("kind", "哪种", lambda r: r.get_kind_display(), css="nw", sort="kind"),
        Column("dish", "哪道菜", lambda r: str(r.dish or ""), css="only-wide", width=16),
        Column("school_class", "班级", lambda r: str(r.school_class or ""), css="nw only-wide"),
        Column("kg", "重量（kg）", lambda r: r.kg, lambda r: f"{r.kg.normalize():f}", css="num", sort="kg", kind="number"),
    ),
    form=forms.LeftoverForm,
    create=waste_rules.weigh_leftover,
    empty="还没有称过剩余。饭后把剩饭剩菜称一称，看看哪天、哪样剩得多。",
)
LEFTOVER_SHEET = LogSheet(
    LEFTOVERS, "剩余饭菜称重记录",
    heads=[("时间", False), ("餐次", False), ("种类", False), ("菜或班级", False), ("重量（kg）", True), ("称重人", False)],
    line=lambda r: [
        stamp(r.happened_at), str(r.meal), r.get_kind_display(), " ".join(filter(None, [str(r.dish or ""), str(r.school_class or "")])),
        f"{r.kg.normalize():f}", r.created_by.name,
    ],
    signers=("食堂管理员", "食品安全员"),
)  # fmt: skip
WASTE = log_record(
    WasteHandover,
    name="waste",
    label="餐厨废弃物",
    icon="recycle",
    joins=("collector",),
    search="collector__name",
    columns=(
        Column("kind", "种类", lambda r: r.get_kind_display(), css="nw", sort="kind"),
        Column("kg", "重量（kg）", lambda r: r.kg, lambda r: f"{r.kg.normalize():f}", css="num", sort="kg", kind="number"),
        Column("buckets", "桶", lambda r: r.buckets, lambda r: str(r.buckets or ""), css="num only-wide", kind="number"),
        Column("collector", "收运单位", lambda r: str(r.collector), css="", width=26),
        Column("collector_person", "收运人", lambda r: r.collector_person, css="nw only-wide"),
        Column("plate", "车牌", lambda r: r.plate, css="nw only-wide"),
        Column("purpose", "去向", lambda r: r.purpose, css="only-wide", width=20),
        Column("exception", "放行", lambda r: r.exception, css="only-wide", optional=True, width=24),
    ),
    form=forms.WasteForm,
    create=waste_rules.hand_over_waste,
    state=lambda r: ("放行", "late") if r.exception else ("已交", "done"),
    empty="还没有记录。每次交出餐厨废弃物记一笔，收运人当面签字。",
)
WASTE_SHEET = LogSheet(
    WASTE, "餐厨废弃物处置台账",
    heads=[("日期时间", False), ("种类", False), ("数量（kg）", True), ("桶", True), ("收运单位", False), ("车牌", False), ("去向", False), ("移交人", False), ("收运人签字", False)],
    line=lambda r: [
        stamp(r.happened_at), r.get_kind_display(), f"{r.kg.normalize():f}", str(r.buckets or ""), str(r.collector), r.plate, r.purpose, r.created_by.name, r.collector_person,
    ],
    signers=("食堂管理员", "食品安全员"),
    note=waste_rules.LAW,
)  # fmt: skip


class LeftoverList(LogList):
    """The book with its trend above it: grams left per person, meal by meal."""

    def get_template_names(self):
        return ["canteen/leftover_list.html"]

    def get_context_data(self, **kwargs):
        check_can_see_books(self.request.user)
        rows = [row for row in leftovers_trend(timezone.localdate()) if row.each is not None]
        context = super().get_context_data(**kwargs)
        if rows:
            last, mean = rows[-1].each, sum(row.each for row in rows) / len(rows)
            title = f"最近 {len(rows)} 餐平均每人剩 {mean:.0f} 克，最后一餐 {last:.0f} 克"
            labels = [f"{row.meal.on.month}-{row.meal.on.day}{row.meal.get_kind_display()[0]}" for row in rows]
            context |= {"chart": bars(labels, [row.each for row in rows], title=title, unit="克", wide=True), "chart_title": title}
        return context


def meal_urls() -> list:
    """The routes of meals, leftovers and waste, under /canteen/."""
    meals = record_urls(MEALS, pages={"detail": LinesDetail, "action": LinesAction})
    return [*meals, *log_urls(LEFTOVERS, LEFTOVER_SHEET, list=LeftoverList), *log_urls(WASTE, WASTE_SHEET)]

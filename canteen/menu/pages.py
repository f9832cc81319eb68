"""一周菜谱: the list, a week with its days, the nutrition check."""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from canteen.dish.queries import allergen_words
from canteen.dish.rules import grams_words
from canteen.meal.heads import school_bands
from logistics.platform.access.rules import has
from logistics.platform.charts.hbars import Bar, hbars
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import forms, publishing, rules
from .models import MenuState, WeekMenu
from .nutrition import STANDARD, Report, check
from .queries import DAYS, EDIT, PUBLISH, check_can_view, dishes_of, menus_visible_to
from .words import by_day, day_name, days_of, grid_of, meals_of, week_words

NEXT = {
    MenuState.DRAFT: "排好每天的菜，核对营养，点「送批」",
    MenuState.WAITING: "等审批",
    MenuState.APPROVED: "点「公示」，家长就能看到",
}


def menu_list_rows(user):
    return menus_visible_to(user).annotate(count=Count("dishes", filter=Q(dishes__dropped_at=None)))


def menu_views(user) -> list[ListView]:
    shown = [ListView("全部", "")]
    if has(user, EDIT) or has(user, PUBLISH):
        counts = dict(WeekMenu.objects.order_by().values_list("state").annotate(n=Count("pk")))
        shown += [
            ListView("起草", "state=draft", counts.get("draft", 0), pressing=True),
            ListView("待公示", "state=approved", counts.get("approved", 0), pressing=True),
        ]
    return [*shown, ListView("已公示", "state=published")]


def detail_context(menu: WeekMenu, user) -> dict:
    rows = dishes_of(menu, dropped=True)
    standing = [row for row in rows if not row.dropped_at]
    days, meals = days_of(menu, standing), meals_of(standing)
    report = check(standing, school_bands(), menu.monday)
    return {
        "rows": rows,
        "week": week_words(menu),
        "days": days,
        "grid": grid_of(standing, days, meals),
        "count": len(standing),
        "state_cell": state_mark(menu.get_state_display(), menu.tone),
        "next_words": NEXT.get(menu.state, "") if has(user, EDIT) else "",
        "off": report.off,
        "warnings": report.warnings,
        "late_days": (timezone.localdate(menu.published_at) - menu.monday).days if menu.published_at else 0,
        "today": timezone.localdate(),
    }


MENUS = Record(
    model=WeekMenu,
    namespace="canteen:weekmenu",
    icon="utensils",
    label="一周菜谱",
    rows=menus_visible_to,
    list_rows=menu_list_rows,
    columns=(
        Column(
            "week", "哪一周", week_words, lambda m: link(week_words(m), reverse("canteen:weekmenu-detail", args=[m.pk]), m.title), css="key", sort="monday", width=22,
        ),
        Column("monday", "星期一", lambda m: m.monday, css="nw only-wide", optional=True, kind="date"),
        Column("dishes", "菜", lambda m: getattr(m, "count", 0), lambda m: f"{getattr(m, 'count', 0)} 道", css="nw", sort="count", kind="number"),
        Column("created_by", "起草", lambda m: m.created_by.name, css="nw only-wide"),
        Column("approved_at", "批准", lambda m: m.approved_at, lambda m: stamp(m.approved_at), css="nw only-wide", sort="approved_at", kind="datetime", width=16),
        Column("published_at", "公示", lambda m: m.published_at, lambda m: stamp(m.published_at), css="nw only-wide", sort="published_at", kind="datetime", width=16),
        Column("state", "状态", lambda m: m.get_state_display(), lambda m: state_mark(m.get_state_display(), m.tone), css="tail", sort="state"),
    ),
    filters=forms.MenuFilters,
    form=forms.MenuForm,
    create=rules.save_menu,
    update=rules.save_menu,
    check_view=check_can_view,
    check_create=rules.check_can_make,
    check_update=rules.check_can_edit,
    order=("-monday", "-pk"),
    views=menu_views,
    facts=lambda m: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有一周菜谱。新建一周，一餐一餐排菜，或者导入学校公布的带量食谱。",
    extra={"lines": {"remove_dish", "set_grams", "remove_part", "substitute"}},
    actions=(
        Action("add_dishes", "排菜", rules.add_dishes, rules.check_can_edit, forms.AddDishesForm, icon="plus"),
        Action("copy_week", "从别的周复制", rules.copy_week, rules.check_can_edit, forms.CopyForm, icon="copy"),
        Action("remove_dish", "去掉这道菜", rules.remove_dish, rules.check_can_edit, forms.RemoveDishForm, icon="x", tone="stop"),
        Action("set_grams", "写用料", rules.set_grams, rules.check_can_edit, forms.MenuGramsForm, icon="scale"),
        Action("remove_part", "去掉用料", rules.remove_part, rules.check_can_edit, forms.RemovePartForm, icon="x", tone="stop"),
        Action("submit", "送批", publishing.submit_menu, publishing.check_can_submit, icon="send", tone="primary"),
        Action("withdraw", "撤回", publishing.withdraw_menu, publishing.check_can_withdraw, icon="corner-up-left"),
        Action(
            "publish", "公示", publishing.publish_menu, publishing.check_can_publish, icon="megaphone", tone="primary",
            confirm="公示以后不能再改，当天有变化用「换菜」写明原因。",
        ),
        Action("reopen", "改菜谱", publishing.reopen_menu, publishing.check_can_reopen, forms.ReasonForm, icon="undo-2"),
        Action("substitute", "换菜", publishing.substitute, publishing.check_can_substitute, forms.SubstituteForm, icon="replace"),
        Action("void", "作废", publishing.void_menu, publishing.check_can_void, forms.ReasonForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip


class MenuDetail(LinesDetail):
    """The week as a table, and one day of it in full: ?day=2026-11-23."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        found = by_day(context.pop("rows"))
        day = asked_day(self.request.GET.get("day", ""), context["object"], found)
        meals = found.get(day, {})
        context |= {
            "day": day,
            "day_name": day_name(day),
            "week_days": [context["object"].monday + timedelta(days=n) for n in range(DAYS)],
            "meals": [{"meal": meal.label, "key": str(meal), "dishes": [shown(row) for row in meals[meal]]} for meal in meals_in(meals)],
        }
        return context


def meals_in(meals: dict) -> list:
    return meals_of([row for rows in meals.values() for row in rows])


def shown(row) -> dict:
    parts = list(row.parts.all())
    return {
        "row": row,
        "parts": [{"part": part, "words": grams_words(part)} for part in parts],
        "allergens": allergen_words(parts),
        "instead": row.replaces.dish.name if row.replaces_id else "",
    }


def asked_day(text: str, menu: WeekMenu, used=()) -> date:
    """The day named, else today where it has dishes, else the first that has."""
    week = [menu.monday + timedelta(days=n) for n in range(DAYS)]
    named = next((on for on in week if on.isoformat() == text), None)
    today = timezone.localdate()
    return named or (today if today in used else min(used, default=menu.monday))


class MenuAction(LinesAction):
    again = frozenset({"add_dishes", "set_grams"})

    def done(self, saved):
        """Back to the day that was worked on."""
        response = super().done(saved)
        day = self.request.POST.get("on") or self.request.GET.get("day", "")
        detail = self.record.url("detail", self.object)
        if response.url == detail and asked_day(day, self.object).isoformat() == day:
            response["Location"] = f"{detail}?day={day}#day"
        return response


def charts_of(report: Report) -> list[dict]:
    """A chart and its table for each meal and age band."""
    found = []
    for meal, band in report.columns:
        rows = report.of(meal, band)
        off = [row for row in rows if row.verdict]
        title = f"{meal.label} {band.label}：{len(rows) - len(off)} 类合适，{len(off)} 类有偏差"
        bars = [Bar(row.group.label, row.average, was=row.low, note=row.verdict, late=bool(row.verdict)) for row in rows]
        found.append({"title": title, "meal": meal, "band": band, "rows": rows, "chart": hbars(bars, title=title, unit="克", was_name="指南下限", wide=True)})
    return found


@require_safe
def nutrition_page(request, pk: int):
    """The nutrition check of one menu with its charts."""
    check_can_view(request.user)
    menu = get_object_or_404(menus_visible_to(request.user), pk=pk)
    report = check(dishes_of(menu), school_bands(), menu.monday)
    context = {"title": "营养核对", "week_menu": menu, "week": week_words(menu), "charts": charts_of(report), "warnings": report.warnings, "standard": STANDARD}
    return render(request, "canteen/nutrition.html", context)


def menu_urls() -> list:
    """The routes of menus, under /canteen/."""
    own = [path("weekmenu/<int:pk>/nutrition/", nutrition_page, name="weekmenu-nutrition")]
    return own + record_urls(MENUS, pages={"detail": MenuDetail, "action": MenuAction})

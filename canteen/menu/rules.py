"""Drawing up a week's menu: the week, its dishes, their grams (CAN-08). Approval, board and the day itself are in publishing.py."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from canteen.dish.models import Dish
from canteen.dish.rules import MOST_LINES, check_allowed, checked_grams, grams_words
from canteen.ingredient.models import Ingredient
from canteen.ingredient.queries import check_allowed as check_ingredient
from canteen.meal.heads import school_bands
from canteen.meal.kinds import MealKind
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation

from .models import MenuDish, MenuPart, MenuState, WeekMenu
from .queries import DAYS, EDIT, dishes_of

MOST_DISHES = 30  # of one meal
FARTHEST = timedelta(days=370)


def check_can_make(user, record=None) -> None:
    require(user, EDIT)


def check_can_edit(user, menu: WeekMenu) -> None:
    require(user, EDIT)
    if menu.state == MenuState.WAITING:
        raise RuleViolation("这份菜谱在审批，不能改。要改就先撤回。")
    if menu.state != MenuState.DRAFT:
        raise RuleViolation(f"这份菜谱{menu.get_state_display()}，不能再改。没公示的可以「改菜谱」退回起草，当天换菜用「换菜」。")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@rule
def save_menu(*, actor, at: datetime, record: WeekMenu | None = None, **fields) -> WeekMenu:
    """A draft for the week of the given day, or its new words. Raises RuleViolation or ValidationError at the field."""
    check_can_make(actor)
    menu, fields = stored(WeekMenu, record), tidied(fields)
    if menu.pk is None:
        menu.created_by, menu.created_at = actor, at
    else:
        check_can_edit(actor, menu)
    if fields.get("monday"):
        fields["monday"] = monday_of(fields["monday"])
        if abs(fields["monday"] - timezone.localdate(at)) > FARTHEST:
            raise RuleViolation("日期离今天太远了，请检查年份。", field="monday")
        if menu.pk and fields["monday"] != menu.monday and menu.dishes.exists():
            raise RuleViolation("已经排了菜，不能换到别的周。可以新建那一周的，再从这一份复制。", field="monday")
    return save_changes(actor=actor, at=at, record=menu, **fields)


def check_day(menu: WeekMenu, on: date, field: str = "on") -> None:
    if not menu.monday <= on < menu.monday + timedelta(days=DAYS):
        raise RuleViolation(f"{on:%Y-%m-%d} 不在这一周里（{menu.monday:%m-%d} 到 {menu.monday + timedelta(days=DAYS - 1):%m-%d}）。", field=field)


@rule
def add_dishes(*, actor, at: datetime, record: WeekMenu, on: date, meal: str, dishes: Sequence[Dish]) -> WeekMenu:
    """Dishes on one meal with the grams of their recipes as they are now. Those that stand there already stay as they are."""
    menu = stored(WeekMenu, record)
    check_can_edit(actor, menu)
    check_day(menu, on)
    if meal not in MealKind.values:
        raise RuleViolation("请选餐次。", field="meal")
    there = set(menu.dishes.filter(on=on, meal=meal, dropped_at=None).values_list("dish", flat=True))
    new = [dish for dish in dishes if dish.pk not in there]
    if not new:
        raise RuleViolation("选的菜这一餐都有了，请另选。" if dishes else "请选菜。", field="dishes")
    if len(there) + len(new) > MOST_DISHES:
        raise RuleViolation(f"一餐最多 {MOST_DISHES} 道菜。", field="dishes")
    for dish in new:
        put_dish(menu, on, meal, dish)
    record_event(actor=actor, at=at, action="add_dishes", record=menu, text=f"{where(on, meal)}加 {'、'.join(dish.name for dish in new)}")
    return menu


def where(on: date, meal: str) -> str:
    return f"{on.month}月{on.day}日{MealKind(meal).label}"


def put_dish(menu: WeekMenu, on: date, meal: str, dish: Dish, *, replaces: MenuDish | None = None) -> MenuDish:
    """Part of a rule: one dish with a copy of its recipe. Raises RuleViolation for a dish or ingredient that may not be cooked."""
    if not dish.is_active:
        raise RuleViolation(f"「{dish}」停用了，请换一道。", field="dishes")
    lines = list(dish.lines.select_related("ingredient"))
    check_allowed(dish.name, *(line.ingredient.name for line in lines), field="dishes")
    for line in lines:
        check_ingredient(line.ingredient, field="dishes")
    row = MenuDish(menu=menu, on=on, meal=meal, dish=dish, kind=dish.kind, price=dish.price, replaces=replaces)
    row.save()
    MenuPart.objects.bulk_create(MenuPart(menu_dish=row, ingredient=line.ingredient, **line.said()) for line in lines)
    return row


def dish_of(menu: WeekMenu, row: MenuDish) -> MenuDish:
    """The row as it stands on this menu. Raises Conflict when it is gone."""
    found = menu.dishes.filter(pk=row.pk).select_related("dish").first()
    if found is None:
        raise Conflict("这道菜刚刚被去掉了，请刷新后再看。")
    return found


@rule
def remove_dish(*, actor, at: datetime, record: WeekMenu, row: MenuDish) -> WeekMenu:
    menu = stored(WeekMenu, record)
    check_can_edit(actor, menu)
    found = dish_of(menu, row)
    record_event(actor=actor, at=at, action="remove_dish", record=menu, text=f"{where(found.on, found.meal)}去掉 {found.dish}")
    found.parts.all().delete()
    found.delete()
    return menu


@rule
def set_grams(*, actor, at: datetime, record: WeekMenu, row: MenuDish, ingredient: Ingredient, **grams) -> WeekMenu:
    """What of an ingredient goes into this dish this time; the recipe stays as it is. Again replaces the figures."""
    menu = stored(WeekMenu, record)
    check_can_edit(actor, menu)
    found = dish_of(menu, row)
    check_ingredient(ingredient)
    check_allowed(ingredient.name, field="ingredient")
    part = found.parts.filter(ingredient=ingredient.pk).first() or MenuPart(menu_dish=found, ingredient=ingredient)
    if part.pk is None and found.parts.count() >= MOST_LINES:
        raise RuleViolation(f"一道菜最多 {MOST_LINES} 样用料。", field="ingredient")
    for name, value in checked_grams(grams).items():
        setattr(part, name, value)
    part.full_clean()
    part.save()
    record_event(actor=actor, at=at, action="set_grams", record=menu, text=f"{where(found.on, found.meal)}{found.dish}：{ingredient} {grams_words(part)}")
    return menu


@rule
def remove_part(*, actor, at: datetime, record: WeekMenu, part: MenuPart) -> WeekMenu:
    menu = stored(WeekMenu, record)
    check_can_edit(actor, menu)
    found = MenuPart.objects.filter(pk=part.pk, menu_dish__menu=menu).select_related("menu_dish__dish", "ingredient").first()
    if found is None:
        raise Conflict("这样用料刚刚被去掉了，请刷新后再看。")
    row = found.menu_dish
    record_event(actor=actor, at=at, action="remove_part", record=menu, text=f"{where(row.on, row.meal)}{row.dish}去掉 {found.ingredient}")
    found.delete()
    return menu


@rule
def copy_week(*, actor, at: datetime, record: WeekMenu, source: WeekMenu) -> WeekMenu:
    """Another week's dishes with their grams on the same weekdays of this empty draft. What may no longer be cooked is refused by name."""
    menu = stored(WeekMenu, record)
    check_can_edit(actor, menu)
    if menu.dishes.exists():
        raise RuleViolation("这一周已经排了菜。要从别的周复制，请先把排了的去掉，或者新建一份。", field="source")
    rows = dishes_of(source)
    if not rows:
        raise RuleViolation("那一周没有菜。", field="source")
    for row in rows:
        if not row.dish.is_active:
            raise RuleViolation(f"「{row.dish}」停用了。请先在那一周或菜品里处理，或者一道一道排。", field="source")
        names = [part.ingredient for part in row.parts.all()]
        check_allowed(row.dish.name, *(one.name for one in names), field="source")
        for one in names:
            check_ingredient(one, field="source")
        new = MenuDish(menu=menu, on=menu.monday + (row.on - source.monday), meal=row.meal, dish=row.dish, kind=row.kind, price=row.price)
        new.save()
        MenuPart.objects.bulk_create(MenuPart(menu_dish=new, ingredient=part.ingredient, **part.said()) for part in row.parts.all())
    record_event(actor=actor, at=at, action="copy", record=menu, text=f"从「{source}」复制 {len(rows)} 道菜")
    return menu


def gaps_of(menu: WeekMenu) -> list[str]:
    """Why the menu is no 带量食谱 yet: dishes without ingredients, ingredients without grams for a band of the school."""
    bands, found = school_bands(), []
    for row in dishes_of(menu):
        parts = list(row.parts.all())
        if not parts:
            found.append(f"{where(row.on, row.meal)}「{row.dish}」没有用料")
        for part in parts:
            missing = [band.label.partition("（")[0] for band in bands if part.grams(band) is None]
            if missing:
                found.append(f"{where(row.on, row.meal)}「{row.dish}」的{part.ingredient}没有写{'、'.join(missing)}的克数")
    return found


def sources_for(menu: WeekMenu) -> list[WeekMenu]:
    """Weeks that can be copied, the newest first."""
    return list(WeekMenu.objects.exclude(Q(pk=menu.pk) | Q(state=MenuState.VOID)).filter(dishes__isnull=False).distinct()[:20])

"""What the menus say: who sees them, what a day needs, what is in a dish (CAN-03, CAN-08)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from canteen.dish.bands import AgeBand
from canteen.dish.models import DishKind
from canteen.ingredient.models import Ingredient
from canteen.meal.heads import by_band, expected_heads
from canteen.meal.kinds import IN_ORDER, MealKind
from logistics.platform.access.rules import has, require

from .models import STANDING, MenuDish, MenuPart, MenuState, WeekMenu

VIEW, EDIT, PUBLISH = "canteen.menu.view", "canteen.menu.edit", "canteen.menu.publish"
DAYS = 7
KIND_ORDER = {kind: n for n, kind in enumerate(DishKind)}


@dataclass
class Need:
    """Raw grams of one ingredient that a day's menu asks for, and what for: (meal, dish, grams)."""

    ingredient: Ingredient
    grams: Decimal = Decimal(0)
    uses: list[tuple[MealKind, str, Decimal]] = field(default_factory=list)


@dataclass
class DayNeeds:
    """What a day needs. `gaps` are sentences about what could not be counted: nothing is guessed."""

    on: date
    needs: list[Need]
    heads: dict[str, int]  # {meal: people}
    gaps: list[str]

    def __iter__(self):
        return iter(self.needs)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def menus_visible_to(user) -> QuerySet[WeekMenu]:
    """All for the canteen and those who answer for it; what is approved and published for the rest of the staff."""
    menus = WeekMenu.objects.select_related("created_by")
    if has(user, EDIT) or has(user, PUBLISH):
        return menus
    return menus.filter(state__in=[MenuState.WAITING, *STANDING]) if has(user, VIEW) else menus.none()


def with_parts(dishes: QuerySet[MenuDish]) -> QuerySet[MenuDish]:
    return dishes.select_related("dish", "replaces__dish").prefetch_related(Prefetch("parts", MenuPart.objects.select_related("ingredient")))


def dishes_of(menu: WeekMenu, *, dropped: bool = False) -> list[MenuDish]:
    """The menu's dishes with their parts, day by day and meal by meal. Two queries."""
    rows = menu.dishes.all() if dropped else menu.dishes.filter(dropped_at=None)
    return sorted(with_parts(rows), key=lambda row: (row.on, IN_ORDER[row.meal], KIND_ORDER[row.kind], row.pk))


def menu_of(day: date) -> WeekMenu | None:
    """The approved or published menu of that day's week."""
    return WeekMenu.objects.filter(monday=day - timedelta(days=day.weekday()), state__in=STANDING).first()


def dishes_planned(day: date, meal: str | None = None) -> list[MenuDish]:
    """What the approved menu says for the day, without what was taken off it. Two queries."""
    rows = MenuDish.objects.filter(on=day, dropped_at=None, menu__state__in=STANDING)
    if meal:
        rows = rows.filter(meal=meal)
    return sorted(with_parts(rows), key=lambda row: (IN_ORDER[row.meal], KIND_ORDER[row.kind], row.pk))


def needs_of(day: date, heads: dict[str, Counter] | None = None) -> DayNeeds:
    """Raw grams per ingredient for the day by the approved menu.

    `heads` is {meal: {age band: people}}; without it the meal's own numbers, else the pupils on the lists. Figures are net raw grams:
    who orders divides by the ingredient's usable share and grams per unit.
    """
    dishes = dishes_planned(day)
    meals = sorted({row.meal for row in dishes}, key=IN_ORDER.__getitem__)
    counted = heads if heads is not None else {meal: by_band(expected_heads(day, meal)) for meal in meals}
    found: dict[int, Need] = {}
    gaps: list[str] = [] if dishes else [f"{day.month}月{day.day}日没有批准的菜谱。"]
    gaps += [
        f"{MealKind(meal).label}有 {none} 人的班级年级认不出年龄段，没有算进去。请在班级里写清年级，例如 三年级。"
        for meal in meals
        if (none := counted.get(meal, Counter()).get(None))
    ]
    for row in dishes:
        _add(found, gaps, row, counted.get(row.meal, Counter()))
    people = {meal: sum(count for band, count in counted.get(meal, Counter()).items() if band) for meal in meals}
    return DayNeeds(day, sorted(found.values(), key=lambda need: (need.ingredient.group, need.ingredient.name)), people, gaps)


def _add(found: dict[int, Need], gaps: list[str], row: MenuDish, heads: Counter) -> None:
    parts = list(row.parts.all())
    where = f"{MealKind(row.meal).label}「{row.dish}」"
    if not parts:
        gaps.append(f"{where}没有写用料。")
    for part in parts:
        total = Decimal(0)
        for band, count in heads.items():
            if not band or not count:
                continue
            grams = part.grams(band)
            if grams is None:
                gaps.append(f"{where}的{part.ingredient}没有写{AgeBand(band).label}的克数。")
                continue
            total += grams * count
        if total:
            need = found.setdefault(part.ingredient_id, Need(part.ingredient))
            need.grams += total
            need.uses.append((MealKind(row.meal), str(row.dish), total))


def by_day(dishes: Iterable[MenuDish]) -> dict[date, dict[str, list[MenuDish]]]:
    """{day: {meal: its dishes}}, in the order given."""
    found: dict[date, dict[str, list[MenuDish]]] = defaultdict(lambda: defaultdict(list))
    for row in dishes:
        found[row.on][row.meal].append(row)
    return found

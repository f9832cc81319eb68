"""The week in words and tables: for the board, the approval and the paper."""

from collections.abc import Sequence
from datetime import date, timedelta

from canteen.dish.bands import AgeBand
from canteen.dish.queries import allergen_words
from canteen.dish.rules import figure, short_band
from canteen.meal.kinds import IN_ORDER, MealKind

from .models import MenuDish, WeekMenu
from .queries import DAYS, by_day


def day_name(on: date) -> str:
    return f"周{'一二三四五六日'[on.weekday()]}"


def week_words(menu: WeekMenu) -> str:
    """11月23日至11月29日."""
    last = menu.monday + timedelta(days=DAYS - 1)
    return f"{menu.monday.month}月{menu.monday.day}日至{last.month}月{last.day}日"


def days_of(menu: WeekMenu, dishes: Sequence[MenuDish]) -> list[date]:
    """Monday to Friday, and the days of the weekend that have dishes."""
    used = {row.on for row in dishes}
    week = [menu.monday + timedelta(days=n) for n in range(DAYS)]
    return [on for on in week if on.weekday() < 5 or on in used]


def meals_of(dishes: Sequence[MenuDish]) -> list[MealKind]:
    return sorted({MealKind(row.meal) for row in dishes}, key=IN_ORDER.__getitem__)


def standing_words(row: MenuDish) -> str:
    """What the board says of a dish: its name, what may harm, what it came instead of."""
    allergens = allergen_words(row.parts.all())
    words = f"{row.dish}（含{allergens}）" if allergens else str(row.dish)
    if row.replaces_id:
        words += f"，原定{row.replaces.dish}，{row.replaces.reason}"
    return words


def board_text(menu: WeekMenu, dishes: Sequence[MenuDish]) -> str:
    """A paragraph a meal. Dishes that were taken off without another in their place stand with the reason."""
    lines = ["菜名后面的括号里是可能引起过敏的食材。对哪样食物过敏，请告诉班主任和食堂。"]
    for on, meals in by_day(dishes).items():
        for meal in sorted(meals, key=IN_ORDER.__getitem__):
            gone = [row for row in meals[meal] if row.dropped_at and not hasattr(row, "replaced_by")]
            shown = [row for row in meals[meal] if not row.dropped_at]
            words = "；".join([*(standing_words(row) for row in shown), *(f"{row.dish}停供，{row.reason}" for row in gone)])
            lines.append(f"{day_name(on)}（{on.month}月{on.day}日）{MealKind(meal).label}：{words}。")
    if menu.note:
        lines.append(menu.note)
    return "\n".join(lines)


def part_words(row: MenuDish, bands: Sequence[AgeBand]) -> list[list[str]]:
    """[ingredient, grams of each band] of one dish."""
    return [[str(part.ingredient), *(figure(part.grams(band)) for band in bands)] for part in row.parts.all()]


def band_words(bands: Sequence[AgeBand]) -> list[str]:
    return [short_band(band) for band in bands]


def grid_of(rows: Sequence[MenuDish], days: Sequence[date], meals: Sequence[MealKind]) -> list[dict]:
    """One row a meal, a list of dishes for each day: what the tables of page and paper show."""
    found = by_day(rows)
    return [{"meal": meal.label, "key": str(meal), "days": [{"on": on, "dishes": found.get(on, {}).get(meal, [])} for on in days]} for meal in meals]

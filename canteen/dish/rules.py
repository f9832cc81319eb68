"""Keeping dishes and their recipes; forbidden foods are refused by name (CAN-08)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from canteen.ingredient.models import Ingredient
from canteen.ingredient.queries import check_allowed as check_ingredient
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.text import pinyin_key

from .bands import GRAMS, AgeBand
from .forbidden import forbidden_in
from .models import Dish, DishKind, RecipeLine
from .queries import check_can_edit

MOST_GRAMS = Decimal(2000)
MOST_LINES = 30


def check_allowed(*names: str, field: str = "name") -> None:
    """Raise RuleViolation naming the regulation for a food no school canteen may make."""
    if refusal := forbidden_in(*names):
        raise RuleViolation(refusal, field=field)


def checked_grams(grams: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """All columns of grams, two places. Raises RuleViolation at the band for what is no sensible portion, at g6 when nothing is said."""
    found: dict[str, Decimal | None] = dict.fromkeys(GRAMS)
    for name in GRAMS:
        value = grams.get(name)
        if value is None:
            continue
        exact = Decimal(str(value))
        if not exact.is_finite() or not 0 < exact <= MOST_GRAMS:
            raise RuleViolation(f"一份的克数要大于 0，不超过 {MOST_GRAMS} 克。", field=name)
        if exact != exact.quantize(Decimal("0.01")):
            raise RuleViolation("克数最多两位小数。", field=name)
        found[name] = exact
    if not any(found.values()):
        raise RuleViolation(f"至少写一个年龄段的克数，例如 {AgeBand.LOWER.label}。", field=next((name for name in grams if name in GRAMS), None))
    return found


@rule
def save_dish(*, actor, at: datetime, record: Dish | None = None, **fields) -> Dish:
    """A new dish or other words about one. Raises RuleViolation for a forbidden food, ValidationError at the field."""
    check_can_edit(actor)
    dish, fields = stored(Dish, record), tidied(fields)
    check_allowed(fields.get("name", dish.name))
    if dish.pk is None:
        dish.created_by, dish.created_at = actor, at
    else:
        _check_history(dish, fields)
    fields["pinyin"] = pinyin_key(fields.get("name", dish.name))
    return save_changes(actor=actor, at=at, record=dish, **fields)


def _check_history(dish: Dish, fields: dict) -> None:
    """What was served keeps its name on every sample and sheet, and never turns into a seasoning, which needs no sample."""
    renamed = fields.get("name", dish.name) != dish.name
    seasoned = fields.get("kind", dish.kind) != dish.kind and DishKind.SEASONING in (fields["kind"], dish.kind)
    if (renamed or seasoned) and dish.meal_dishes.exists():
        said = "改名会改掉以前的留样和供餐记录" if renamed else "调味品不用留样，改了以前的留样就对不上"
        raise RuleViolation(f"「{dish}」供应过，{said}。请停用它，另建一道。", field="name" if renamed else "kind")


@rule
def set_ingredient(*, actor, at: datetime, record: Dish, ingredient: Ingredient, **grams) -> RecipeLine:
    """How much of an ingredient goes into a portion, by age band, raw and net; again replaces the figures. Menus already made keep theirs."""
    check_can_edit(actor)
    dish = stored(Dish, record)
    check_ingredient(ingredient)
    check_allowed(ingredient.name, field="ingredient")
    found = checked_grams(grams)
    line = dish.lines.filter(ingredient=ingredient.pk).first() or RecipeLine(dish=dish, ingredient=ingredient)
    if line.pk is None and dish.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一道菜最多 {MOST_LINES} 样用料。", field="ingredient")
    for name, value in found.items():
        setattr(line, name, value)
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="set_ingredient", record=dish, text=f"用料：{ingredient} {grams_words(line)}")
    return line


@rule
def remove_ingredient(*, actor, at: datetime, record: Dish, row: RecipeLine) -> Dish:
    """Leave an ingredient out of the recipe; menus already made keep it."""
    check_can_edit(actor)
    dish = stored(Dish, record)
    found = dish.lines.filter(pk=row.pk).select_related("ingredient").first()
    if found is None:
        raise Conflict("这一行刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove_ingredient", record=dish, text=f"去掉用料：{found.ingredient} {grams_words(found)}")
    found.delete()
    return dish


def figure(value: Decimal | None) -> str:
    """75, 2.5: grams as people write them."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value is not None else ""


def grams_words(line) -> str:
    """75 克, or by band where they differ: 6–8 岁 75 克、9–11 岁 80 克."""
    said = line.said()
    if len(set(said.values())) == 1:
        return f"{figure(next(iter(said.values())))} 克"
    return "、".join(f"{short_band(name)} {figure(value)} 克" for name, value in said.items())


def short_band(name: str) -> str:
    return AgeBand(name).label.partition("（")[0]

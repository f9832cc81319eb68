"""Keeping the list of ingredients and their packs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from assets.public import quantity_of
from canteen.order.models import FoodOrderLine
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.text import pinyin_key, plain

from .models import Allergen, Ingredient, IngredientPack
from .queries import check_can_manage


@rule
def save_ingredient(*, actor, at: datetime, record: Ingredient | None = None, allergens: Iterable[str] | None = None, **fields) -> Ingredient:
    """A new ingredient or other words about one. Its unit is fixed once something was written in it. Raises RuleViolation or ValidationError at the field."""
    check_can_manage(actor)
    ingredient, fields = stored(Ingredient, record), tidied(fields)
    if ingredient.pk is None:
        ingredient.created_by, ingredient.created_at = actor, at
    elif fields.get("unit", ingredient.unit) != ingredient.unit and _is_counted(ingredient):
        raise RuleViolation(f"已经按「{ingredient.unit}」订过、收过或者询过价，单位不能再改。请另建一样。", field="unit")
    if fields.get("minimum") is not None:
        fields["minimum"] = quantity_of(fields["minimum"], field="minimum")
    if allergens is not None:
        fields["allergens"] = codes_of(allergens)
    if "aliases" in fields:
        fields["aliases"] = " ".join(fields["aliases"].replace("、", " ").replace("，", " ").replace(",", " ").split())
    _check_names(ingredient, fields)
    fields["pinyin"] = pinyin_key(fields.get("name", ingredient.name))
    return save_changes(actor=actor, at=at, record=ingredient, **fields)


def _is_counted(ingredient: Ingredient) -> bool:
    """Whether a quantity or a price was ever written in its unit."""
    written = (ingredient.batches, ingredient.delivery_lines, ingredient.price_checks, FoodOrderLine.objects.filter(ingredient=ingredient))
    return any(rows.exists() for rows in written)


def codes_of(allergens: Iterable[str]) -> str:
    """The codes between commas, in the order of GB 7718. Raises RuleViolation for one that is none of the eight."""
    wanted = {str(code) for code in allergens}
    if unknown := wanted - set(Allergen.values):
        raise RuleViolation(f"没有「{min(unknown)[:10]}」这种致敏物质。", field="allergens")
    return f",{','.join(code for code in Allergen.values if code in wanted)}," if wanted else ""


def _check_names(ingredient: Ingredient, fields: dict) -> None:
    """One name means one ingredient, or an import could not know which."""
    mine = [fields.get("name", ingredient.name), *fields.get("aliases", ingredient.aliases).split()]
    wanted = {plain(name) for name in mine}
    for other in Ingredient.objects.exclude(pk=ingredient.pk).only("name", "aliases"):
        taken = [name for name in other.names if plain(name) in wanted]
        if taken:
            field = "name" if plain(taken[0]) == plain(mine[0]) else "aliases"
            raise RuleViolation(f"「{taken[0]}」已经是「{other}」的名字了。", field=field)


@rule
def add_pack(*, actor, at: datetime, record: Ingredient, name: str, holds: Decimal) -> IngredientPack:
    """One pack: 袋 holds 25 kilogrammes. Raises RuleViolation at its field."""
    check_can_manage(actor)
    ingredient = stored(Ingredient, record)
    name = tidied({"name": name or ""})["name"]
    if not name:
        raise RuleViolation("请写包装的名称，例如 袋。", field="name")
    if plain(name) == plain(ingredient.unit):
        raise RuleViolation(f"「{name}」就是单位，不用再加。", field="name")
    if plain(name) in {plain(pack.name) for pack in ingredient.packs.all()}:
        raise RuleViolation(f"已经有「{name}」了。", field="name")
    pack = IngredientPack(ingredient=ingredient, name=name, holds=quantity_of(holds, field="holds"))
    pack.full_clean()
    pack.save()
    record_event(actor=actor, at=at, action="update", record=ingredient, text=f"加包装：1 {pack.name} 含 {pack.holds.normalize():f} {ingredient.unit}")
    return pack


@rule
def remove_pack(*, actor, at: datetime, record: Ingredient, pack: IngredientPack) -> Ingredient:
    check_can_manage(actor)
    ingredient = stored(Ingredient, record)
    found = ingredient.packs.filter(pk=pack.pk).first()
    if found is None:
        raise Conflict("这个包装刚刚被去掉了，请刷新后再看。")
    found.delete()
    record_event(actor=actor, at=at, action="update", record=ingredient, text=f"去掉包装：{pack.name}")
    return ingredient


@rule
def import_ingredients(*, actor, at: datetime, rows: Sequence[dict]) -> list[Ingredient]:
    """New ingredients, each by the page's own rule. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: import_ingredient(actor=actor, at=at, **row))


@rule
def import_ingredient(*, actor, at: datetime, record: Ingredient | None = None, **values) -> Ingredient:
    """One row of a file; what its cells leave open keeps its usual value."""
    return save_ingredient(actor=actor, at=at, record=record, **{name: value for name, value in values.items() if value not in (None, "")})


@rule
def remove_ingredient(*, actor, at: datetime, record: Ingredient) -> None:
    """Only one that nothing was ever written about, for taking an import back."""
    check_can_manage(actor)
    ingredient = stored(Ingredient, record)
    if _is_counted(ingredient) or ingredient.recipe_lines.exists() or ingredient.menu_parts.exists():
        raise RuleViolation(f"「{ingredient}」已经用过，不能去掉。不用了的话请停用。")
    record_event(actor=actor, at=at, action="delete", record=ingredient, text=f"去掉：{ingredient}")
    ingredient.packs.all().delete()
    ingredient.delete()


def note_price(ingredient: Ingredient, price: Decimal, on) -> None:
    """The price last paid; an older delivery that is posted late changes nothing. Called by the rule that posts a delivery."""
    newer = Ingredient.objects.filter(pk=ingredient.pk).exclude(last_bought_on__gt=on)
    newer.update(last_price=price, last_bought_on=on)

"""From a batch to those who ate of it and back: the links between supplier, delivery, batch, meal, dish, sample and class (CAN-23).

A batch went to a meal when the kitchen took of it for that meal and did not bring all of it back. Within the meal it is in a dish
whose parts name its ingredient. Where the books do not say (a dish without parts, an ingredient no dish names) the link stands as
not excluded: in an inquiry what cannot be excluded counts. A trace asks a fixed number of queries, whatever the number of rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from assets.public import figure
from canteen.dish.models import RecipeLine
from canteen.meal.kinds import IN_ORDER, MealKind
from canteen.meal.models import Meal, MealDish, MealHeads, MealState
from canteen.menu.models import MenuPart
from canteen.pantry.models import PantryBatch, PantryKind, PantryMove
from canteen.sample.models import Sample
from logistics.platform.kernel.errors import RuleViolation

MOST_MEALS = 400
Slot = tuple[date, str]  # (day, meal): the kitchen takes food for it whether or not the meal was written down


@dataclass(frozen=True)
class Use:
    """So much of a batch went to a meal, in the ingredient's unit."""

    batch: PantryBatch
    quantity: Decimal

    def __str__(self):
        return f"{self.batch.ingredient} {figure(self.quantity)} {self.batch.ingredient.unit}"


@dataclass(frozen=True)
class Part:
    """A use in a dish; not `is_sure` where the books do not exclude it."""

    use: Use
    is_sure: bool


@dataclass
class DishTrace:
    row: MealDish
    parts: list[Part] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)


@dataclass
class MealTrace:
    """One meal of a day; `meal` is None when food was taken for it and nobody wrote the meal down."""

    on: date
    kind: str
    meal: Meal | None = None
    uses: list[Use] = field(default_factory=list)
    dishes: list[DishTrace] = field(default_factory=list)
    heads: list[MealHeads] = field(default_factory=list)

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{MealKind(self.kind).label}"

    @property
    def people(self) -> int:
        return sum(eaters(row) for row in self.heads)


@dataclass
class Trace:
    """What hangs together with where it began; batches by the day they came, meals the newest first."""

    batches: list[PantryBatch]
    meals: list[MealTrace]

    @property
    def deliveries(self) -> list:
        found = {batch.line.delivery_id: batch.line.delivery for batch in self.batches if batch.line_id}
        return sorted(found.values(), key=lambda one: (one.happened_at, one.pk))

    @property
    def suppliers(self) -> list:
        return sorted({one.pk: one for batch in self.batches if (one := supplier_of(batch))}.values(), key=lambda one: one.pk)

    @property
    def samples(self) -> list[Sample]:
        return [sample for meal in self.meals for dish in meal.dishes for sample in dish.samples]

    @property
    def dishes(self) -> list[DishTrace]:
        return [dish for meal in self.meals for dish in meal.dishes]

    @property
    def portions(self) -> int:
        return sum(meal.people for meal in self.meals)

    @property
    def groups(self) -> dict[str, int]:
        """{class or group: in how many of the meals}."""
        return {name: meals for name, _, meals, _ in self.eaters}

    @property
    def eaters(self) -> list[tuple[str, int | None, int, int]]:
        """(class or group, its class, in how many of the meals, people all in all)."""
        found: dict[str, tuple[str, int | None, int, int]] = {}
        for meal in self.meals:
            for row in meal.heads:
                name, key, meals, people = found.get(str(row), (str(row), row.school_class_id, 0, 0))
                found[name] = (name, key, meals + 1, people + eaters(row))
        return list(found.values())


def eaters(row: MealHeads) -> int:
    return row.planned if row.eaten is None else row.eaten


def supplier_of(batch: PantryBatch):
    return batch.supplier or (batch.line.delivery.supplier if batch.line_id else None)


def trace_batches(batches: QuerySet[PantryBatch], since: date | None = None, until: date | None = None) -> Trace:
    """Forward: the meals and dishes these batches went into, their samples and who ate; of many, those that came or were used on these days."""
    uses = _uses(Q(batch__in=batches.values("pk")), since, until)
    meals = _meals(uses)
    for meal in meals:
        meal.dishes = [dish for dish in meal.dishes if dish.parts]
    came = batches.filter(received_on__gte=since, received_on__lte=until) if since and until else batches
    mine = {one.pk: one for one in _with_origin(came)} | {use.batch.pk: use.batch for meal in meals for use in meal.uses}
    return Trace(sorted(mine.values(), key=lambda batch: (batch.received_on, batch.pk)), meals)


def trace_meals(meals: Iterable[Meal], *, dish: int | None = None, school_class: int | None = None) -> Trace:
    """Backward: every batch that went into these meals and where it came from; only those of one dish when `dish` (a MealDish) is named."""
    chosen = list(meals)
    slots = {(meal.on, meal.kind) for meal in chosen}
    uses = _uses(Q(issue__on__in={on for on, _ in slots}), slots=slots)
    found = _meals(uses, slots)
    for one in found:
        if dish is not None:
            one.dishes = [row for row in one.dishes if row.row.pk == dish]
            one.uses = [part.use for row in one.dishes for part in row.parts]
        if school_class is not None:
            one.heads = [row for row in one.heads if row.school_class_id == school_class]
    used = {use.batch.pk: use.batch for one in found for use in one.uses}
    return Trace(sorted(used.values(), key=lambda batch: (batch.received_on, batch.pk)), found)


def _with_origin(rows: QuerySet[PantryBatch]) -> list[PantryBatch]:
    joined = rows.select_related("ingredient", "supplier__partner", "line__delivery__supplier__partner")
    return sorted(joined, key=lambda batch: (batch.received_on, batch.pk))


def _uses(asked: Q, since: date | None = None, until: date | None = None, *, slots: set[Slot] | None = None) -> dict[Slot, list[Use]]:
    """What went to each meal and stayed there. Two queries; added up here, because SQLite counts in binary fractions."""
    rows = PantryMove.objects.filter(asked, kind__in=[PantryKind.ISSUE, PantryKind.RETURN], issue__isnull=False)
    rows = rows.filter(issue__on__gte=since) if since else rows
    rows = rows.filter(issue__on__lte=until) if until else rows
    sums: dict[tuple[Slot, int], Decimal] = defaultdict(Decimal)
    for on, meal, batch, quantity in rows.order_by("pk").values_list("issue__on", "issue__meal", "batch", "quantity"):
        if slots is None or (on, meal) in slots:
            sums[(on, meal), batch] -= quantity
    kept = {key: quantity for key, quantity in sums.items() if quantity > 0}
    batches = {one.pk: one for one in _with_origin(PantryBatch.objects.filter(pk__in={batch for _, batch in kept}))}
    found: dict[Slot, list[Use]] = defaultdict(list)
    for (slot, batch), quantity in kept.items():
        found[slot].append(Use(batches[batch], quantity))
    return found


def _meals(uses: dict[Slot, list[Use]], slots: set[Slot] | None = None) -> list[MealTrace]:
    """The meals of these uses with their dishes, samples and eaters, the newest first. Six queries.

    Raises RuleViolation for more meals than a screen or a paper can hold.
    """
    wanted = set(uses) | (slots or set())
    if len(wanted) > MOST_MEALS:
        raise RuleViolation(f"这些天有 {MOST_MEALS} 餐以上，请把日期缩小一些，例如一个月。")
    rows = Meal.objects.filter(on__in={on for on, _ in wanted}).exclude(state=MealState.VOID)
    meals = {(meal.on, meal.kind): meal for meal in rows if (meal.on, meal.kind) in wanted}
    keys = [meal.pk for meal in meals.values()]
    served = list(MealDish.objects.filter(meal__in=keys, is_served=True).select_related("dish", "meal").order_by("pk"))
    parts, samples = _parts(served), defaultdict(list)
    for sample in Sample.objects.filter(dish__in=[row.pk for row in served], struck_at=None).select_related("fridge").order_by("pk"):
        samples[sample.dish_id].append(sample)
    dishes, heads = defaultdict(list), defaultdict(list)
    for row in served:
        dishes[row.meal_id].append(row)
    for head in MealHeads.objects.filter(meal__in=keys).select_related("school_class").order_by(F("school_class__order").asc(nulls_last=True), "pk"):
        if eaters(head):
            heads[head.meal_id].append(head)
    found = []
    for on, kind in sorted(wanted, key=lambda slot: (slot[0], IN_ORDER[slot[1]]), reverse=True):
        meal, given = meals.get((on, kind)), uses.get((on, kind), [])
        one = MealTrace(on, kind, meal, sorted(given, key=lambda use: (use.batch.ingredient.name, use.batch.pk)))
        if meal:
            one.dishes = _dishes(dishes[meal.pk], one.uses, parts, samples)
            one.heads = heads[meal.pk]
        found.append(one)
    return found


def _dishes(rows: list[MealDish], uses: list[Use], parts: dict[int, set[int]], samples: dict[int, list[Sample]]) -> list[DishTrace]:
    named = set().union(*(parts[row.pk] for row in rows))
    found = []
    for row in rows:
        mine = [
            Part(use, use.batch.ingredient_id in parts[row.pk])
            for use in uses
            if use.batch.ingredient_id in parts[row.pk] or not parts[row.pk] or use.batch.ingredient_id not in named
        ]
        found.append(DishTrace(row, mine, samples.get(row.pk, [])))
    return found


def _parts(rows: list[MealDish]) -> dict[int, set[int]]:
    """{served dish: ingredients}: what the menu of that day says, the recipe where the menu says nothing. Two queries."""
    menu, recipe = defaultdict(set), defaultdict(set)
    for dish, ingredient in MenuPart.objects.filter(menu_dish__in=[row.menu_dish_id for row in rows if row.menu_dish_id]).values_list(
        "menu_dish", "ingredient"
    ):
        menu[dish].add(ingredient)
    for dish, ingredient in RecipeLine.objects.filter(dish__in={row.dish_id for row in rows}).values_list("dish", "ingredient"):
        recipe[dish].add(ingredient)
    return {row.pk: menu.get(row.menu_dish_id) or recipe.get(row.dish_id) or set() for row in rows}

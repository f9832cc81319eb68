"""What was served: dishes, eaters, leftovers, what a portion cost (CAN-08, CAN-21)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, QuerySet, Sum

from canteen.pantry.models import PantryMove
from logistics.platform.access.rules import has, require

from .models import Leftover, LeftoverKind, Meal, MealDish, MealState

VIEW, RECORD = "canteen.meal.view", "canteen.meal.record"
CENT = Decimal("0.01")


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_record(user, record=None) -> None:
    require(user, RECORD)


def meals_visible_to(user) -> QuerySet[Meal]:
    return Meal.objects.select_related("created_by", "ended_by") if has(user, VIEW) else Meal.objects.none()


def meal_list_rows(user) -> QuerySet[Meal]:
    return meals_visible_to(user).prefetch_related("heads", "dishes__dish")


def dishes_served(day: date, meal: str) -> list[MealDish]:
    """The dishes really served at that meal, with dish and meal read. One query."""
    rows = MealDish.objects.filter(meal__on=day, meal__kind=meal, is_served=True).exclude(meal__state=MealState.VOID)
    return list(rows.select_related("dish", "meal").order_by("pk"))


@dataclass(frozen=True)
class Cost:
    """Yuan of the ingredients issued for a meal, less what came back; `each` per person who ate."""

    amount: Decimal
    eaten: int

    @property
    def each(self) -> Decimal | None:
        return (self.amount / self.eaten).quantize(CENT, ROUND_HALF_UP) if self.eaten else None


def costs_of(meals: Iterable[Meal]) -> dict[int, Cost]:
    """{meal: what it cost}; meals for which nothing was issued are left out. Two queries, whatever the number of meals."""
    rows = list(meals)
    if not rows:
        return {}
    days = {row.on for row in rows}
    moves = PantryMove.objects.filter(issue__isnull=False, issue__on__in=days)
    found: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for line in moves.values(on_day=F("issue__on"), meal=F("issue__meal")).annotate(total=Sum("amount")).order_by():
        found[line["on_day"], line["meal"]] -= Decimal(line["total"]).quantize(CENT)
    return {row.pk: Cost(found[row.on, row.kind], eaten(row)) for row in rows if (row.on, row.kind) in found}


def eaten(meal: Meal) -> int:
    """How many ate; before the meal is over, how many were cooked for."""
    return sum(row.planned if row.eaten is None else row.eaten for row in meal.heads.all())


def planned(meal: Meal) -> int:
    return sum(row.planned for row in meal.heads.all())


@dataclass(frozen=True)
class Waste:
    """Leftovers of one meal; `each` is grams per person who ate."""

    meal: Meal
    kg: Decimal
    eaten: int

    @property
    def each(self) -> Decimal | None:
        return (self.kg * 1000 / self.eaten).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.eaten else None


def leftovers_trend(until: date, *, meals: int = 20) -> list[Waste]:
    """The last meals whose leftovers were weighed, the oldest first; trimmings from preparing are nobody's leftovers. Three queries."""
    weighed = Leftover.objects.filter(struck_at=None).exclude(kind=LeftoverKind.PREP)
    rows = Meal.objects.filter(on__lte=until, leftovers__in=weighed).exclude(state=MealState.VOID).distinct()
    found = list(rows.prefetch_related("heads").order_by("-starts_at")[:meals])
    sums = dict(weighed.filter(meal__in=found).values_list("meal").annotate(kg=Sum("kg")).order_by())
    return [Waste(row, Decimal(sums.get(row.pk, 0)), eaten(row)) for row in reversed(found)]

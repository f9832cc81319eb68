"""Who sees dishes, and what is in them (CAN-08)."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from canteen.ingredient.models import Allergen
from logistics.platform.access.rules import has, require

from .models import Dish, RecipeLine

VIEW, EDIT = "canteen.meal.view", "canteen.menu.edit"


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_edit(user, record=None) -> None:
    require(user, EDIT)


def dishes_visible_to(user) -> QuerySet[Dish]:
    return Dish.objects.all() if has(user, VIEW) else Dish.objects.none()


def with_recipe(dishes: QuerySet[Dish]) -> QuerySet[Dish]:
    return dishes.prefetch_related(Prefetch("lines", RecipeLine.objects.select_related("ingredient")))


def dish_list_rows(user) -> QuerySet[Dish]:
    return with_recipe(dishes_visible_to(user))


def allergens_of(parts: Iterable) -> list[Allergen]:
    """What may harm somebody, from the ingredients of these rows, in the order of the standard."""
    found = {allergen for part in parts for allergen in part.ingredient.allergen_list}
    return [allergen for allergen in Allergen if allergen in found]


def allergen_words(parts: Iterable) -> str:
    return "、".join(allergen.label for allergen in allergens_of(parts))

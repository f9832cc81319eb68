"""Reading ingredients: who sees them, which one a word means, which may never enter a school's kitchen."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from canteen.rights import BUYING_MANAGE, BUYING_VIEW
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain, tidy

from .models import Ingredient

BASIS = "《学校食品安全与营养健康管理规定》"


def check_can_view(user, record=None) -> None:
    if not (has(user, BUYING_VIEW) or has(user, BUYING_MANAGE)):
        require(user, BUYING_VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, BUYING_MANAGE)


def ingredients_visible_to(user) -> QuerySet[Ingredient]:
    rows = Ingredient.objects.select_related("supplier__partner")
    return rows if has(user, BUYING_VIEW) or has(user, BUYING_MANAGE) else rows.none()


def active_ingredients() -> QuerySet[Ingredient]:
    """What may be cooked with: in use and not forbidden; for forms of any folder."""
    return Ingredient.objects.filter(is_active=True, forbidden="").order_by("group", "pinyin", "pk")


def check_allowed(ingredient: Ingredient, *, field: str | None = "ingredient") -> None:
    """Raise RuleViolation with the school's reason for an ingredient that is forbidden or out of use."""
    if ingredient.forbidden:
        raise RuleViolation(f"「{ingredient}」学校食堂不能用：{ingredient.forbidden}。", field=field)
    if not ingredient.is_active:
        raise RuleViolation(f"「{ingredient}」停用了，请换一样，或者先在食材目录里恢复。", field=field)


class Known:
    """Every ingredient by its plain names, aliases too; one query for a whole file."""

    def __init__(self, rows: Iterable[Ingredient] | None = None):
        self._by_name: dict[str, Ingredient] = {}
        for ingredient in Ingredient.objects.all() if rows is None else rows:
            for name in ingredient.names:
                self._by_name.setdefault(plain(name), ingredient)

    def find(self, name: str) -> Ingredient | None:
        """The ingredient that goes by exactly this name, None otherwise. Never a guess."""
        return self._by_name.get(plain(tidy(name)))


def like(text: str, prefix: str = "") -> Q:
    """What a search box means: name, other names, pinyin."""
    text = plain(text)
    return Q(**{f"{prefix}name__icontains": text}) | Q(**{f"{prefix}aliases__icontains": text}) | Q(**{f"{prefix}pinyin__icontains": text})

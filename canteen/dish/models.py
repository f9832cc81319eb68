"""菜品 and its recipe (用料): raw grams of each ingredient per portion and age band (CAN-08)."""

from django.db import models
from django.db.models import Q

from canteen.fields import money_field
from logistics.platform.kernel.models import Stamped

from .bands import GRAMS, Grams


class DishKind(models.TextChoices):
    STAPLE = "staple", "主食"
    MAIN = "main", "大荤"
    HALF = "half", "小荤"
    GREEN = "green", "素菜"
    SOUP = "soup", "汤"
    COARSE = "coarse", "粗粮"
    SNACK = "snack", "点心"
    FRUIT = "fruit", "水果"
    MILK = "milk", "牛奶"
    SEASONING = "seasoning", "调味品"
    OTHER = "other", "其他"


def in_menu_order() -> models.Case:
    """Sort key: staple, meat, vegetables, soup, as menus are written."""
    return models.Case(*(models.When(kind=kind, then=n) for n, kind in enumerate(DishKind)), output_field=models.IntegerField())


class Dish(Stamped):
    name = models.CharField("菜名", max_length=40, unique=True, error_messages={"unique": "已经有这道菜了"})
    kind = models.CharField("类别", max_length=10, choices=DishKind)
    price = money_field("每份价格（元）", null=True, blank=True)
    is_fried = models.BooleanField("油炸", default=False, help_text="一周菜谱会数油炸食品的次数。")
    note = models.CharField("做法和说明", max_length=200, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "菜品"
        ordering = ["kind", "pinyin", "id"]
        constraints = [
            models.CheckConstraint(name="dish_price_positive", condition=Q(price=None) | Q(price__gte=0), violation_error_message="价格不能小于零"),
        ]

    def __str__(self):
        return self.name


def some_grams(name: str) -> models.CheckConstraint:
    """Each figure above zero, whatever wrote it."""
    condition = Q()
    for column in GRAMS:
        condition &= Q(**{column: None}) | Q(**{f"{column}__gt": 0})
    return models.CheckConstraint(name=name, condition=condition, violation_error_message="克数要大于零")


class RecipeLine(Grams):
    dish = models.ForeignKey(Dish, models.PROTECT, related_name="lines", verbose_name="菜品")
    ingredient = models.ForeignKey("canteen.Ingredient", models.PROTECT, related_name="recipe_lines", verbose_name="食材")

    class Meta:
        verbose_name = "用料"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dish", "ingredient"], name="recipe_line_once", violation_error_message="这道菜已经有这样食材"),
            some_grams("recipe_grams_positive"),
        ]

    def __str__(self):
        return str(self.ingredient)

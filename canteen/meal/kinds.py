"""The meals of a day, the names every part of the canteen uses."""

from django.db import models


class MealKind(models.TextChoices):
    BREAKFAST = "breakfast", "早餐"
    LUNCH = "lunch", "午餐"
    DINNER = "dinner", "晚餐"
    SNACK = "snack", "加餐"


IN_ORDER = {kind: n for n, kind in enumerate((MealKind.BREAKFAST, MealKind.LUNCH, MealKind.DINNER, MealKind.SNACK))}

"""What the first page asks of whoever serves meals."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import Meal, MealState
from .queries import RECORD


def meal_todos(user, at: datetime) -> list[Todo]:
    """Meals that are over and not closed."""
    if not has(user, RECORD):
        return []
    rows = Meal.objects.filter(state=MealState.OPEN, ends_at__lt=at).order_by("starts_at")[:5]
    return [
        Todo(f"{meal}还没有结束", "登记用餐人数，点「结束」", reverse("canteen:meal-detail", args=[meal.pk]), "去登记", "soup", meal.ends_at) for meal in rows
    ]

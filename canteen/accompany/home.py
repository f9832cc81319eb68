"""What accompanied meals show on the first page."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from canteen.meal.models import Meal, MealState
from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import Accompanied, Eater
from .queries import ARRANGE, EAT, standing_turns
from .rules import missed


def accompany_todos(user, at: datetime) -> list[Todo]:
    """One's own turns of yesterday and today that are not recorded."""
    if not has(user, EAT):
        return []
    today = timezone.localdate(at)
    turns = list(standing_turns(today - timedelta(days=1), today).filter(person=user.pk).order_by("on", "pk"))
    if not turns:
        return []
    all_meals = list(Meal.objects.filter(on__in={turn.on for turn in turns}))
    meals = {(one.on, one.kind): one for one in all_meals if one.state != MealState.VOID}
    not_served = {(one.on, one.kind) for one in all_meals} - meals.keys()
    rows = Accompanied.objects.filter(created_by=user.pk, struck_at=None, eater=Eater.LEADER, meal__in=list(meals.values()))
    done = {(row.meal.on, row.meal.kind) for row in rows.select_related("meal")}
    found = []
    for turn in turns:
        meal = meals.get((turn.on, turn.kind))
        if (turn.on, turn.kind) not in done | not_served and (meal or turn.on == today):
            url = f"{reverse('canteen:accompany-create')}?meal={meal.pk}" if meal else reverse("canteen:accompany-turn-detail", args=[turn.pk])
            words = f"{'今天' if turn.on == today else '昨天'}{turn.get_kind_display()}您陪餐"
            found.append(Todo(words, "和学生一起吃，吃完记一条", url, "去记录", "utensils", meal.ends_at if meal else None))
    return found


def late_meals(user, at: datetime) -> list[Late]:
    """Meals at which nobody of the school ate, for whoever keeps the rota."""
    rows = missed(timezone.localdate(at)) if has(user, ARRANGE) else []
    return [Late("没有陪餐记录", str(rows[0]), len(rows), reverse("canteen:accompany-list"))] if rows else []

"""What exam meals and receptions show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import SpecialMeal, SpecialState
from .rules import APPROVE, ASK


def special_todos(user, at: datetime) -> list[Todo]:
    """Meals to approve; approved ones whose day is over and whose heads and cost nobody wrote."""
    found = []
    if has(user, APPROVE):
        rows = SpecialMeal.objects.filter(state=SpecialState.ASKED).exclude(created_by=user.pk).order_by("on")[:5]
        found += [Todo(f"批准{one.get_kind_display()}：{one}", f"{one.guests} 人，{one.occasion}", _url(one), "去批准", "concierge-bell") for one in rows]
    if has(user, ASK):
        rows = SpecialMeal.objects.filter(state=SpecialState.APPROVED, on__lt=timezone.localdate(at)).order_by("on")[:5]
        found += [Todo(f"登记实际用餐：{one}", "人数和费用", _url(one), "去登记", "clipboard-check") for one in rows]
    return found


def _url(row: SpecialMeal) -> str:
    return reverse("canteen:special-detail", args=[row.pk])

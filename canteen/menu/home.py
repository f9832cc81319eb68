"""What the first page asks of whoever makes and publishes menus (CAN-08)."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import MenuState, WeekMenu
from .queries import EDIT, PUBLISH
from .rules import monday_of
from .words import week_words

ASK_FROM = 3  # Thursday: next week's menu is due before the week begins


def menu_todos(user, at: datetime) -> list[Todo]:
    """Publish what is approved; from Thursday on, make next week's menu."""
    may_edit, may_publish = has(user, EDIT), has(user, PUBLISH)
    if not (may_edit or may_publish):
        return []
    today = timezone.localdate(at)
    coming = monday_of(today) + timedelta(days=7)
    menus = WeekMenu.objects.filter(monday__gte=monday_of(today)).exclude(state=MenuState.VOID).order_by("monday")
    found, known = [], set()
    for menu in menus:
        known.add(menu.monday)
        url, due = reverse("canteen:weekmenu-detail", args=[menu.pk]), timezone.make_aware(datetime.combine(menu.monday, time(0)))
        if menu.state == MenuState.APPROVED and may_publish:
            found.append(Todo(f"公示{week_words(menu)}菜谱", "已经批准", url, "去公示", "megaphone", due))
        elif menu.state == MenuState.DRAFT and may_edit:
            found.append(Todo(f"排好{week_words(menu)}菜谱", menu.opinion or "起草", url, "去排菜", "utensils", due))
    if may_edit and today.weekday() >= ASK_FROM and coming not in known:
        due = timezone.make_aware(datetime.combine(coming, time(0)))
        found.append(Todo("排下周菜谱", "要在开周以前公示", reverse("canteen:weekmenu-create"), "新建", "utensils", due))
    return found

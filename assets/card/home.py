"""What the assets show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .queries import MANAGE, card_counts


def card_todos(user, at: datetime) -> list[Todo]:
    """Cards without a custodian, and warranties about to end. One query for the keeper, none for others."""
    if not has(user, MANAGE):
        return []
    n, base = card_counts(user, timezone.localdate(at)), reverse("assets:card-list")
    todos = []
    if n["nobody"]:
        todos.append(Todo(f"{n['nobody']} 张资产卡片没有保管人", "请定下由谁保管", f"{base}?nobody=true", "看", "armchair"))
    if n["soon"]:
        todos.append(Todo(f"{n['soon']} 件资产快过保修", "有小毛病的，趁保修期报修", f"{base}?soon=true", "看", "shield-check"))
    return todos

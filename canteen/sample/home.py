"""What samples show on the first page."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from canteen.evidence import RECORD
from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Todo

from .queries import READING_HOURS, disposable, lacking_between, unread_fridges


def sample_todos(user, at: datetime) -> list[Todo]:
    """Dishes being served without a sample, samples that may go, fridges nobody has read today."""
    if not has(user, RECORD):
        return []
    found, url = [], reverse("canteen:samples")
    missing = list(lacking_between(at - timedelta(hours=12), at + timedelta(hours=2))[:30])
    if missing:
        names = "、".join(str(dish) for dish in missing[:4])
        found.append(Todo(f"{len(missing)} 道菜还没有留样", f"{missing[0].meal}：{names}", url, "去留样", "snowflake", missing[0].meal.ends_at))
    due = disposable(at).count()
    if due:
        found.append(Todo(f"{due} 份样品满 48 小时了", "可以处理，逐份登记", f"{reverse('canteen:sample-list')}?state=kept", "去处理", "trash-2"))
    unread = list(unread_fridges(at, limit_shown(READING_HOURS, timezone.localdate(at)))[:5])
    if unread:
        found.append(Todo("看冰箱温度", "、".join(map(str, unread)), reverse("canteen:fridge-reading-create"), "去登记", "thermometer-snowflake"))
    return found

"""What canteen staff show on the first page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from canteen.evidence import CHECK
from logistics.platform.access.rules import has
from logistics.platform.terms.queries import calendar
from logistics.platform.web.home import Todo

from .queries import active_workers


def morning_todos(user, at: datetime) -> list[Todo]:
    """Who has not been looked at this morning; on school days."""
    if not has(user, CHECK):
        return []
    on = timezone.localdate(at)
    if not calendar().is_working_day(on):
        return []
    left = active_workers().exclude(checks__in=_checked(on)).count()
    return [Todo(f"{left} 人还没晨检", "上岗以前一个一个看", reverse("canteen:morning"), "去晨检", "thermometer")] if left else []


def _checked(on):
    from .models import MorningCheck

    return MorningCheck.objects.filter(on=on, struck_at=None)

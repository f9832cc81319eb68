"""What the night shows on the first page (DOR-02)."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from logistics.platform.web.home import Late, Todo

from .models import MissingState, RoomState
from .queries import OVER, checks_visible_to, is_concerned, missing_visible_to, to_check


def night_todos(user, at: datetime) -> list[Todo]:
    """Checks to walk, and boarders this person must look for."""
    found = [
        Todo(f"{one.building}{one.time}", "每间点一遍，没网也能点", reverse("dorms:check-detail", args=[one.pk]), "点名", "moon", one.due_at)
        for one in to_check(user, at)
    ]
    searches = [one for one in missing_visible_to(user).filter(state=MissingState.OPEN)[:10] if is_concerned(user, one)]
    return found + [
        Todo(str(one), f"已经 {one.minutes(at)} 分钟，没有请假", reverse("dorms:missing-detail", args=[one.pk]), "写结果", "user-x", one.noticed_at)
        for one in searches
    ]


def late_nights(user, at: datetime) -> list[Late]:
    """Rooms nobody has looked at in time, by building, and boarders not found yet."""
    rows = checks_visible_to(user).filter(finished_at=None, due_at__lt=at, starts_at__gt=at - OVER)
    left = rows.annotate(left=Count("rooms", filter=Q(rooms__state=RoomState.UNSEEN))).filter(left__gt=0)
    found = [Late(f"{one.building}{one.time}没有点的宿舍", "", one.left, reverse("dorms:check-detail", args=[one.pk])) for one in left[:6]]
    searches = missing_visible_to(user).filter(state=MissingState.OPEN).order_by().count()
    if searches:
        found.append(Late("没归寝，还没有结果", "", searches, f"{reverse('dorms:missing-list')}?state=open"))
    return found

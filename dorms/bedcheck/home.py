"""What the night shows on the first page (DOR-02)."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.web.home import Late, Todo

from .models import MissingState
from .queries import is_concerned, kept_buildings, late_checks, missing_visible_to, to_check
from .rights import CHECK

NAMED, MOST = 6, 100


def night_todos(user, at: datetime) -> list[Todo]:
    """Checks to walk, and boarders this person must look for."""
    found = [
        Todo(f"{one.building}{one.time}", "每间点一遍，没网也能点", reverse("dorms:check-detail", args=[one.pk]), "点名", "moon", one.due_at)
        for one in to_check(user, at)
    ]
    known = list(missing_visible_to(user).filter(state=MissingState.OPEN)[:10])
    own = set(kept_buildings(user, CHECK).values_list("pk", flat=True)) if known else set()
    searches = [one for one in known if is_concerned(user, one, own)]
    return found + [
        Todo(
            str(one),
            f"已经 {one.minutes(at)} 分钟，没有请假",
            reverse("dorms:missing-detail", args=[one.pk]),
            "写结果",
            "user-x",
            one.noticed_at,
            pressing=True,
        )
        for one in searches
    ]


def late_nights(user, at: datetime) -> list[Late]:
    """Boarders not found yet, and the rooms nobody has looked at in time, by building and by name."""
    searches = list(missing_visible_to(user).filter(state=MissingState.OPEN).order_by("noticed_at", "pk")[:MOST])
    names, url = _some([one.student.name for one in searches]), f"{reverse('dorms:missing-list')}?state=open"
    found = [Late("没归寝，还没有结果", names, len(searches), url)] if searches else []
    return found + [
        Late(f"{one.building}{one.time}没有点的宿舍", _some(rooms), len(rooms), reverse("dorms:check-detail", args=[one.pk]))
        for one, rooms in late_checks(user, at)
    ]


def _some(names: list[str]) -> str:
    return "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")

"""What beds show on the first page, and at the door's label (DOR-01)."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.web.home import Late, Todo

from .figures import bedless, gone
from .models import DormBuilding, MoveState
from .queries import moves_visible_to, rooms_visible_to, stays_visible_to
from .rights import ALLOCATE, VIEW

SHOWN = 4


def bed_todos(user, at: datetime) -> list[Todo]:
    """Moves to decide, for whoever works with beds. One query."""
    if not has(user, ALLOCATE):
        return []
    rows = moves_visible_to(user).filter(state=MoveState.ASKED).exclude(created_by=user.pk).order_by("pk")[:SHOWN]
    return [
        Todo(f"{move.student.name}要调换宿舍", f"到{move.to_bed}，{move.reason}", reverse("dorms:move-detail", args=[move.pk]), "去定", "arrow-left-right")
        for move in rows
    ]


def bed_late(user, at: datetime) -> list[Late]:
    """Boarders without a bed, and people who have one and should not. Two queries."""
    if not has(user, ALLOCATE):
        return []
    wrong = gone(stays_visible_to(user, ALLOCATE)).order_by().count()
    waiting = bedless(timezone.localdate(at)).order_by().count() if DormBuilding.objects.filter(is_active=True).exists() else 0
    return [
        Late("该退宿的学生", "离校、改走读或者性别改过，还占着床", wrong, f"{reverse('dorms:stay-list')}?state=wrong"),
        Late("住校生没有床位", "请安排床位", waiting, reverse("dorms:overview")),
    ]


def place_choices(user, place) -> list[Choice]:
    """At the door of a dormitory room: its own page."""
    if not has(user, VIEW):
        return []
    room = rooms_visible_to(user).filter(place=place.pk).first()
    return [Choice("看这间宿舍", "谁住在这里、检查、打分", "bed-double", reverse("dorms:room-detail", args=[room.pk]), rank=15)] if room else []

"""What leaves show on the first page (DOR-03)."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import DormLeave, LeaveState
from .queries import GRANT, JOINS, leaves_visible_to


def leave_todos(user, at: datetime) -> list[Todo]:
    """What parents wrote, for the head teacher to decide."""
    if not has(user, GRANT):
        return []
    rows = DormLeave.objects.filter(state=LeaveState.SENT, school_class__head_teacher=user.pk).select_related(*JOINS).order_by("answered_at", "pk")[:6]
    return [
        Todo(
            f"{leave.student.name}的家长请假",
            f"{leave.span}，{leave.get_kind_display()}",
            reverse("dorms:leave-detail", args=[leave.pk]),
            "准假",
            "luggage",
            None,
        )
        for leave in rows
    ]


def late_leaves(user, at: datetime) -> list[Late]:
    """Boarders who should be back."""
    count = leaves_visible_to(user).filter(state=LeaveState.GRANTED, back_by__lt=at).order_by().count()
    return [Late("住宿请假过时没有销假", "", count, f"{reverse('dorms:leave-list')}?overdue=1")] if count else []

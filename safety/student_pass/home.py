"""What passes show on the first page (SAF-07)."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.web.home import Late, Todo

from .models import PassState, StudentPass
from .queries import GUARD, JOINS, passes_visible_to


def pass_todos(user, at: datetime) -> list[Todo]:
    """For the head teacher to confirm; for the gate to confirm and to let out."""
    asks = Q(state=PassState.ASKED, teacher_at=None, school_class__head_teacher=user.pk)
    if has(user, GUARD):
        asks |= Q(state=PassState.ASKED, guard_at=None) | Q(state=PassState.READY)
    rows = StudentPass.objects.filter(asks, leave_at__date=timezone.localdate(at)).select_related(*JOINS).order_by("leave_at", "pk")[:6]
    return [_todo(card, user) for card in rows]


def _todo(card: StudentPass, user) -> Todo:
    url, who = reverse("safety:pass-detail", args=[card.pk]), f"{card.school_class} {card.student.name}"
    if card.state == PassState.READY:
        return Todo(f"{who}可以出校", card.who_collects, url, "放行", "door-open", card.leave_at)
    return Todo(f"{who}要出校，请您确认", f"{card.get_kind_display()}，{card.who_collects}", url, "确认", "door-open", card.leave_at)


def late_passes(user, at: datetime) -> list[Late]:
    """Pupils who should be back."""
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    count = passes_visible_to(user).filter(state=PassState.OUT, back_by__range=(day, at)).order_by().count()
    return [Late("学生过时未返校", "", count, f"{reverse('safety:pass-list')}?state=out")] if count else []

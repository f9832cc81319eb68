"""Reading the surroundings: what is open, what nobody looked at this term (SAF-13)."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.terms.queries import calendar
from logistics.platform.web.home import Todo
from safety.evidence import RECORD, VIEW

from .models import Surrounding, SurroundingState


def surroundings_visible_to(user) -> QuerySet[Surrounding]:
    rows = Surrounding.objects.select_related("created_by").prefetch_related("steps")
    return rows if has(user, VIEW) else rows.none()


def surrounding_todos(user, at: datetime) -> list[Todo]:
    """Open ones that nobody looked at since the term began."""
    if not has(user, RECORD):
        return []
    rows = Surrounding.objects.exclude(state=SurroundingState.SOLVED)
    if not rows.exists():
        return []
    term = calendar().term_of(timezone.localdate(at))
    left = rows.filter(looked_on__lt=term.start_on).count() if term else 0
    return [Todo(f"{left} 处周边隐患本学期还没去看", "每学期至少看一次", reverse("safety:surrounding-list"), "去看", "map-pin")] if left else []

"""What hazards show on the first page, at a scanned place, and when somebody hands over (SAF-04)."""

from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from assets.public import HandoverItem
from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.web.home import Late, Todo

from .models import OPEN, Hazard, State
from .queries import CLOSE, MANAGE, REPORT, VIEW, hazards_visible_to, late_q

MOST = 8
VERBS = {
    State.FOUND: ("请评级", "去评级", "scale"),
    State.GRADED: ("请派单", "去派单", "user-check"),
    State.FIXED: ("请复查", "去复查", "search-check"),
    State.CHECKED: ("请销号", "去销号", "badge-check"),
}


def hazard_todos(user, at: datetime) -> list[Todo]:
    """What one must put right; what waits for grading, giving out, re-check; major ones that wait for the leader. At most two queries."""
    mine = Hazard.objects.filter(owner=user.pk, state=State.ASSIGNED).select_related("place").order_by("due_on")[:MOST]
    found = [Todo(f"整改隐患：{one.title}", f"{one.place} · {one.measure}"[:80], _url(one), "登记整改", "triangle-alert", _end_of(one.due_on)) for one in mine]
    states = [State.FOUND, State.GRADED, State.FIXED] if has(user, MANAGE) else []
    states += [State.CHECKED] if has(user, CLOSE) else []
    if states:
        rows = (
            Hazard.objects.filter(state__in=states).exclude(state=State.FIXED, fixed_by=user.pk).exclude(state__in=(State.FIXED, State.CHECKED), owner=user.pk)
        )
        for one in rows.select_related("place").order_by("found_at")[:MOST]:
            words, verb, icon = VERBS[State(one.state)]
            found.append(Todo(f"{words}：{one.title}", f"{one.number} · {one.place}", _url(one), verb, icon))
    return found


def _url(hazard: Hazard) -> str:
    return reverse("safety:hazard-detail", args=[hazard.pk])


def _end_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def late_hazards(user, at: datetime) -> list[Late]:
    """Hazards past their deadline, for whoever oversees safety; two queries when there are some."""
    if not has(user, VIEW):
        return []
    late = Hazard.objects.filter(late_q(timezone.localdate(at)))
    count = late.count()
    worst = late.select_related("owner").order_by("due_on").first() if count else None
    return [Late("隐患整改逾期", f"{worst.title}（{worst.owner}）", count, f"{reverse('safety:hazard-list')}?state=late")] if worst else []


def scan_choices(user, place) -> list[Choice]:
    if not has(user, REPORT):
        return []
    return [Choice("报隐患", "这里不安全", "triangle-alert", f"{reverse('safety:hazard-create')}?place={place.pk}", 40)]


def open_hazards(giver, places, user) -> list[HandoverItem]:
    """Open hazards the leaver must put right, as far as `user` sees them. One query."""
    rows = hazards_visible_to(user).filter(owner=giver.pk, state__in=OPEN).order_by("-pk")[:20]
    return [HandoverItem(str(one), f"{one.place} · {one.get_state_display()}", _url(one)) for one in rows]


def words_of(hazard) -> tuple[str, ...]:
    """What the search box finds it by."""
    return (hazard.number, hazard.description, str(hazard.place))


def title_of(hazard) -> str:
    return hazard.title


def detail_of(hazard) -> str:
    return f"{hazard.number} · {hazard.place} · {hazard.get_state_display()}"

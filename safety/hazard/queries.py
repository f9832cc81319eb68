"""Reading hazards: who sees which, earlier ones at the same place, what comes to whom (SAF-04)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown

from .models import OPEN, Hazard, State

REPORT, VIEW, MANAGE, CLOSE = "safety.hazard.report", "safety.hazard.view", "safety.hazard.manage", "safety.hazard.close"
REPEAT_DAYS = "safety.hazard.repeat_days"
JOINS = ("place", "owner", "department", "found_by", "checked_by", "closed_by", "fixed_by")


def hazards_visible_to(user) -> QuerySet[Hazard]:
    """All for whoever oversees safety; otherwise those one found or must put right."""
    rows = Hazard.objects.select_related(*JOINS)
    return rows if has(user, VIEW) else rows.filter(Q(found_by=user.pk) | Q(owner=user.pk))


def late_q(today: date) -> Q:
    return Q(state=State.ASSIGNED, due_on__lt=today)


def earlier_here(hazard: Hazard) -> list[Hazard]:
    """Hazards of the same kind at the same place within the days the school looks back, the newest first; void ones do not count."""
    since = hazard.found_at - timedelta(days=limit_shown(REPEAT_DAYS, timezone.localdate(hazard.found_at)))
    rows = Hazard.objects.filter(place=hazard.place_id, kind=hazard.kind, found_at__gte=since, found_at__lte=hazard.found_at)
    return list(rows.exclude(pk=hazard.pk).exclude(state=State.VOID).order_by("-found_at", "-pk")[:10])


def repeated(user, since: date, until: date) -> list[dict]:
    """Places where the same kind came up more than once in these days, the worst first: {place, full name, kind, n}."""
    rows = between(user, since, until).order_by().values("place", "place__full_name", "kind").annotate(n=Count("pk"))
    return list(rows.filter(n__gt=1).order_by("-n", "place")[:20])


def between(user, since: date, until: date) -> QuerySet[Hazard]:
    """Found on these days, without those that were none."""
    return hazards_visible_to(user).filter(found_at__date__gte=since, found_at__date__lte=until).exclude(state=State.VOID)


def counts(user, at: datetime) -> dict[str, int]:
    """The numbers above the list, in one query."""
    return hazards_visible_to(user).aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        grade=Count("pk", filter=Q(state__in=(State.FOUND, State.GRADED))),
        recheck=Count("pk", filter=Q(state__in=(State.FIXED, State.CHECKED))),
        late=Count("pk", filter=late_q(timezone.localdate(at))),
        major=Count("pk", filter=Q(level="major", state__in=OPEN)),
    )

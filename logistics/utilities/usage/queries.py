"""Who sees and keeps the figures of use, and what waits for whom (UTL-02, UTL-03, UTL-06)."""

from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.web.home import Late, Todo
from logistics.utilities.meter.models import Meter, MeterDevice

from .models import OPEN, EnergyFactor, LeakTest, ProblemState, SchoolSize, UseProblem

VIEW, MANAGE, LOOK = "utilities.usage.view", "utilities.usage.manage", "utilities.leak.record"
MOST_TODOS = 8
FLOWS = {"power": "utilities.leak.power", "water": "utilities.leak.water", "gas": "utilities.leak.gas"}  # the limit of an hour while nobody uses anything


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def sizes_visible_to(user) -> QuerySet[SchoolSize]:
    rows = SchoolSize.objects.select_related("place")
    return rows if has(user, VIEW) else rows.none()


def factors_visible_to(user) -> QuerySet[EnergyFactor]:
    return EnergyFactor.objects.all() if has(user, VIEW) else EnergyFactor.objects.none()


def tests_visible_to(user) -> QuerySet[LeakTest]:
    rows = LeakTest.objects.select_related("meter", "created_by")
    return rows if has(user, VIEW) or has(user, LOOK) else rows.none()


def problems_visible_to(user) -> QuerySet[UseProblem]:
    """All for whoever sees the figures; one's own for who puts it right."""
    rows = UseProblem.objects.select_related("place", "meter", "owner", "ticket", "fixed_by", "closed_by")
    return rows if has(user, VIEW) else rows.filter(owner=user.pk)


def leak_meters() -> QuerySet[Meter]:
    """What can be looked at twice in a night."""
    return Meter.objects.filter(until=None, medium__in=FLOWS, band="").select_related("place").order_by("medium", "order", "pk")


def device_through(meter: Meter, first_at: datetime, second_at: datetime) -> MeterDevice | None:
    """The one device that hung there all the time between; None when it was replaced."""
    rows = MeterDevice.objects.filter(meter=meter, since_at__lte=first_at)
    return rows.filter(Q(until_at=None) | Q(until_at__gte=second_at)).order_by("-since_at").first()


def problem_counts(user, today: date) -> dict[str, int]:
    """Open, waiting and late ones; one query."""
    late = Q(state=ProblemState.ASSIGNED, due_on__lt=today)
    rows = problems_visible_to(user).select_related(None).order_by()
    return rows.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        found=Count("pk", filter=Q(state=ProblemState.FOUND)),
        fixed=Count("pk", filter=Q(state=ProblemState.FIXED)),
        late=Count("pk", filter=late),
    )


def _url(problem: UseProblem) -> str:
    return reverse("utilities:use-problem-detail", args=[problem.pk])


def _end_of(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(23, 59)))


def problem_todos(user, at: datetime) -> list[Todo]:
    """What one must put right, and what waits for somebody to be named or for the second look. At most two queries."""
    mine = UseProblem.objects.filter(owner=user.pk, state=ProblemState.ASSIGNED).select_related("place").order_by("due_on")[:MOST_TODOS]
    found = [Todo(f"整改：{one}", one.measure[:80], _url(one), "登记结果", "droplets", _end_of(one.due_on)) for one in mine]
    if has(user, MANAGE):
        rows = UseProblem.objects.filter(state__in=[ProblemState.FOUND, ProblemState.FIXED]).exclude(state=ProblemState.FIXED, fixed_by=user.pk)
        for one in rows.select_related("place").order_by("created_at")[:MOST_TODOS]:
            verb = "去派人" if one.state == ProblemState.FOUND else "去复查"
            found.append(Todo(f"{one.get_state_display()}：{one}", one.description[:80], _url(one), verb, "droplets"))
    return found


def problems_late(user, at: datetime) -> list[Late]:
    if not has(user, VIEW):
        return []
    rows = UseProblem.objects.filter(state=ProblemState.ASSIGNED, due_on__lt=timezone.localdate(at)).select_related("place", "owner").order_by("due_on")[:50]
    late = list(rows)
    return [Late("水电整改逾期", f"{late[0]}（{late[0].owner}）", len(late), f"{reverse('utilities:use-problem-list')}?state=late")] if late else []

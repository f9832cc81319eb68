"""Reading plans and drills: what holds on a day, which months had none, what is still to mend (SAF-10)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.terms.queries import calendar
from logistics.platform.web.home import Late, Todo
from safety.evidence import VIEW
from safety.hazard.models import Hazard

from .models import EVACUATIONS, Drill, DrillProblem, EmergencyPlan, EmergencyPlanVersion, PlanEnough, PlanFit, PlanState, ProblemState

SECONDS, MONTHLY = "safety.drill.seconds", "safety.drill.monthly"
PRODUCER = "safety.drill"


def plans_visible_to(user) -> QuerySet[EmergencyPlan]:
    """With whether a drill of the current version found that it must be revised."""
    rows = EmergencyPlan.objects.select_related("current__created_by")
    wrong = Drill.objects.filter(version=OuterRef("current"), struck_at=None)
    wrong = wrong.filter(plan_fit=PlanFit.WRONG) | wrong.filter(plan_enough=PlanEnough.LACKING)
    return rows.annotate(needs_revision=Exists(wrong)) if has(user, VIEW) else rows.none()


def version_on(plan: EmergencyPlan, on: date) -> EmergencyPlanVersion | None:
    """The version that held on that day, None before the first."""
    return plan.versions.filter(effective_on__lte=on).order_by("-number").first()


def plans_in_force() -> QuerySet[EmergencyPlan]:
    return EmergencyPlan.objects.filter(state=PlanState.CURRENT).order_by("kind", "title")


def problems_visible_to(user) -> QuerySet[DrillProblem]:
    """All for who reads the books, one's own for everybody else."""
    rows = DrillProblem.objects.select_related("drill", "owner", "done_by", "created_by")
    return rows if has(user, VIEW) else rows.filter(owner=user.pk)


def target_of(kind: str, mode: str, on: date) -> int | None:
    """The seconds an evacuation in the field is to take; None where nobody runs."""
    return int(limit_shown(SECONDS, on)) if mode == "field" and kind in EVACUATIONS else None


@dataclass(frozen=True)
class Month:
    first: date
    drills: int
    needed: int
    is_over: bool

    @property
    def tone(self) -> str:
        return "done" if self.drills >= self.needed else "late" if self.is_over else "wait"

    @property
    def words(self) -> str:
        return f"{self.drills} 次" if self.drills else "没有演练" if self.is_over else "还没有"


def months_of_term(today: date) -> list[Month]:
    """The months of the current term up to this one, with how many drills each had. A month of which half lies outside the term asks for none."""
    term = calendar().term_of(today)
    if term is None:
        return []
    start = timezone.make_aware(datetime.combine(term.start_on.replace(day=1), datetime.min.time()))
    rows = Drill.objects.filter(struck_at=None, happened_at__gte=start).annotate(month=TruncMonth("happened_at")).values_list("month", flat=True).order_by()
    counts = Counter(timezone.localdate(month) if isinstance(month, datetime) else month for month in rows)
    needed, found = int(limit_shown(MONTHLY, today)), []
    first = term.start_on.replace(day=1)
    while first <= today:
        following = (first + timedelta(days=32)).replace(day=1)
        inside = (min(term.end_on, following - timedelta(days=1)) - max(term.start_on, first)).days + 1
        found.append(Month(first, counts[first], needed if inside >= 15 else 0, following <= today))
        first = following
    return found


def for_detail(drill: Drill) -> dict:
    """Classes, problems and hazards of one drill. Three queries."""
    classes = list(drill.classes.select_related("school_class"))
    problems = list(drill.problems.select_related("owner", "done_by"))
    found = list(Hazard.objects.filter(origin_kind="safety.drill", origin_id=drill.pk).order_by("pk"))
    return {"hazards": found, "classes": classes, "problems": problems, "missing": sum(row.expected - row.arrived for row in classes)}


def versions_with_drills(plan: EmergencyPlan) -> list[EmergencyPlanVersion]:
    held = Drill.objects.filter(struck_at=None).order_by("-happened_at")
    return list(plan.versions.select_related("created_by").prefetch_related(Prefetch("drills", held)).order_by("-number"))


def drill_todos(user, at: datetime) -> list[Todo]:
    """What a drill found and this person is to mend."""
    rows = DrillProblem.objects.filter(owner=user.pk, state=ProblemState.OPEN).select_related("drill").order_by("due_on")[:20]
    ends = calendar() if rows else None
    return [
        Todo(
            f"演练整改：{row.problem[:40]}",
            f"{row.drill}，{row.measure[:60]}",
            reverse("safety:drill-problem-detail", args=[row.pk]),
            "去办",
            "wrench",
            ends.end_of_day(row.due_on),
        )
        for row in rows
    ]


def drill_late(user, at: datetime) -> list[Late]:
    rows = problems_visible_to(user).filter(state=ProblemState.OPEN, due_on__lt=timezone.localdate(at)).order_by("due_on")
    count = rows.count()
    return [Late("演练问题没有整改", rows[0].problem[:60], count, f"{reverse('safety:drill-problem-list')}?state=open")] if count else []

"""Reading accidents: the two clocks, what is still to be told, the days without any (SAF-14)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.terms.models import Term
from logistics.platform.web.home import Figure, Late, Todo
from safety.evidence import VIEW

from .models import Accident, AccidentLevel, AccidentState, AccidentStep, Body, StepKind

REPORT, HANDLE, CLOSE = "safety.accident.report", "safety.accident.handle", "safety.accident.close"
PHONE, WRITTEN = "safety.accident.phone", "safety.accident.written"


def check_can_report(user, record=None) -> None:
    require(user, REPORT)


def check_can_view(user, record=None) -> None:
    """Whoever reports one follows it; whoever reads the books sees all."""
    if not (has(user, VIEW) or has(user, HANDLE)):
        require(user, REPORT)


def accidents_visible_to(user) -> QuerySet[Accident]:
    rows = Accident.objects.select_related("created_by", "closed_by")
    return rows if has(user, VIEW) or has(user, HANDLE) else rows.filter(created_by=user.pk)


@dataclass(frozen=True)
class Clock:
    """One report to the education authority: the last moment, the step that made it, `minutes` after the accident."""

    label: str
    by: datetime
    step: AccidentStep | None
    minutes: int | None
    in_time: bool


def clocks_of(accident: Accident, steps: list[AccidentStep] | None = None) -> list[Clock]:
    """Phone and paper, in order; none for a minor accident. One query when the steps are not given."""
    if not accident.must_report:
        return []
    rows = list(accident.steps.all()) if steps is None else steps
    found = []
    for kind, label, by in ((StepKind.PHONE, "电话报告教育部门", accident.phone_by), (StepKind.WRITTEN, "书面报告教育部门", accident.written_by)):
        fitting = [one for one in rows if one.kind == kind and one.body == Body.EDUCATION]
        first = min(fitting, key=lambda one: (one.happened_at, one.pk), default=None)
        minutes = int((first.happened_at - accident.happened_at).total_seconds() // 60) if first else None
        found.append(Clock(label, by, first, minutes, first is not None and first.happened_at <= by))
    return found


def untold(accident: Accident, steps: list[AccidentStep] | None = None) -> list[Clock]:
    return [clock for clock in clocks_of(accident, steps) if clock.step is None]


@dataclass(frozen=True)
class Peace:
    """Days without an accident that had to be told; `since` is the day after it, or the first day of the school year when there was none."""

    days: int
    since: date
    term: dict[str, int]


def peace(today: date) -> Peace:
    """Three queries."""
    last = Accident.objects.exclude(level=AccidentLevel.MINOR).filter(happened_at__lte=timezone.now()).aggregate(last=Max("happened_at"))["last"]
    terms = list(Term.objects.order_by("start_on"))
    term = next((one for one in terms if one.start_on <= today <= one.end_on), None)
    year = [one.start_on for one in terms if term and one.year == term.year]
    since = timezone.localdate(last) if last else min(year, default=today.replace(month=1, day=1))
    first = term.start_on if term else today.replace(month=1, day=1)
    levels = Counter(Accident.objects.filter(happened_at__date__gte=first, happened_at__date__lte=today).values_list("level", flat=True))
    return Peace(max(0, (today - since).days), since, {level.label: levels[level] for level in AccidentLevel})


def open_accidents(at: datetime) -> list[tuple[Accident, list[Clock]]]:
    """Those not closed with what is still to be told, the most pressing first. Two queries."""
    rows = Accident.objects.filter(state=AccidentState.OPEN, happened_at__lte=at).prefetch_related("steps").order_by("phone_by")[:20]
    return [(row, untold(row, list(row.steps.all()))) for row in rows]


def accident_todos(user, at: datetime) -> list[Todo]:
    """What must be told now; one with nothing left to tell asks to be closed."""
    if not (has(user, HANDLE) or has(user, CLOSE)):
        return []
    found = []
    for row, clocks in open_accidents(at):
        url = reverse("safety:accident-detail", args=[row.pk])
        if clocks:
            found.append(
                Todo(f"立即上报：{row}", f"{clocks[0].label}，最迟 {timezone.localtime(clocks[0].by):%m-%d %H:%M}", url, "去上报", "siren", clocks[0].by)
            )
        elif has(user, CLOSE):
            found.append(Todo(f"{row}还没有结案", "查清原因、责任、措施，教育到位，再结案", url, "去看", "siren"))
    return found


def accident_late(user, at: datetime) -> list[Late]:
    if not (has(user, HANDLE) or has(user, CLOSE)):
        return []
    late = [(row, clock) for row, clocks in open_accidents(at) for clock in clocks if clock.by < at]
    return [Late("事故没有按时上报", f"{late[0][0]}：{late[0][1].label}", len(late), reverse("safety:accident-list"))] if late else []


def accident_figures(user, at: datetime) -> list[Figure]:
    if not has(user, CLOSE):
        return []
    found = peace(timezone.localdate(at))
    return [Figure("连续平安", str(found.days), "天", f"{found.since.month}月{found.since.day}日起没有一般以上事故", reverse("safety:accident-list"))]

"""Reading incidents: the clock by department, who ate and who is ill, what is sealed (CAN-16)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from canteen.meal.models import EaterGroup, MealHeads
from canteen.sample.models import Sample
from logistics.platform.access.rules import has, require
from logistics.platform.web.home import Late, Todo

from .models import Body, Incident, IncidentBatch, IncidentSick, IncidentState, IncidentStep, StepKind

REPORT, CLOSE = "canteen.incident.report", "canteen.incident.close"
MINUTES = "canteen.incident.minutes"


def check_can_report(user, record=None) -> None:
    require(user, REPORT)


def check_can_view(user, record=None) -> None:
    if not has(user, CLOSE):
        require(user, REPORT)


def incidents_visible_to(user) -> QuerySet[Incident]:
    rows = Incident.objects.select_related("created_by", "closed_by")
    return rows if has(user, REPORT) or has(user, CLOSE) else rows.none()


@dataclass(frozen=True)
class Duty:
    """A department and when it was told; `minutes` after the finding."""

    body: Body
    step: IncidentStep | None
    minutes: int | None
    in_time: bool


def duties_of(incident: Incident, steps: list[IncidentStep] | None = None) -> list[Duty]:
    """The three departments in order, the first report to each. One query when the steps are not given."""
    rows = list(incident.steps.all()) if steps is None else steps
    found = []
    for body in Body:
        first = min((one for one in rows if one.kind == StepKind.REPORT and one.body == body), key=lambda one: (one.happened_at, one.pk), default=None)
        minutes = int((first.happened_at - incident.happened_at).total_seconds() // 60) if first else None
        found.append(Duty(body, first, minutes, first is not None and first.happened_at <= incident.report_by))
    return found


@dataclass(frozen=True)
class ClassRow:
    """A class at the suspected meals: the most who ate at one of them, and who is ill by the last count."""

    name: str
    eaten: int
    ill: int
    hospital: int


def classes_of(incident: Incident) -> list[ClassRow]:
    """Who ate, by class, with the ill; classes that nobody counted at the meals stand below. Two queries."""
    eaten: dict[int | str, int] = {}
    names: dict[int | str, str] = {}
    heads = (
        MealHeads.objects.filter(meal__incidents__incident=incident)
        .select_related("school_class")
        .order_by(F("school_class__order").asc(nulls_last=True), "pk")
    )
    for row in heads:
        key = row.school_class_id or row.group
        names[key] = str(row)
        eaten[key] = max(eaten.get(key, 0), row.planned if row.eaten is None else row.eaten)
    sick: dict[int | str, IncidentSick] = {}
    for count in IncidentSick.objects.filter(incident=incident).select_related("school_class").order_by("happened_at", "pk"):
        key = count.school_class_id or EaterGroup.STAFF
        sick[key] = count
        names.setdefault(key, str(count.school_class or EaterGroup.STAFF.label))
    rows = [ClassRow(name, eaten.get(key, 0), sick[key].ill if key in sick else 0, sick[key].hospital if key in sick else 0) for key, name in names.items()]
    return sorted(rows, key=lambda row: -row.ill)


def samples_of(incident: Incident) -> list[Sample]:
    rows = Sample.objects.filter(dish__meal__incidents__incident=incident, struck_at=None)
    return list(rows.select_related("dish__dish", "dish__meal", "fridge").order_by("pk"))


def held_by_incident(sample: Sample) -> str:
    """Why a sample of a suspected meal stays: the incident is not closed. Empty when none is open."""
    incident = Incident.objects.filter(meals__meal__dishes=sample.dish_id, state=IncidentState.OPEN).first()
    return f"{incident.number} 还没有结案，结案以前样品不能解除封存，也不能处理。" if incident else ""


def batches_of(incident: Incident) -> list[IncidentBatch]:
    return list(incident.batches.select_related("batch__ingredient", "batch__supplier__partner"))


def _untold(at: datetime) -> list[tuple[Incident, list[Body]]]:
    """Open incidents with the departments nobody has told yet, the most pressing first. Two queries."""
    rows = Incident.objects.filter(state=IncidentState.OPEN, happened_at__lte=at).prefetch_related("steps").order_by("report_by")
    found = []
    for row in rows[:20]:
        missing = [duty.body for duty in duties_of(row, list(row.steps.all())) if duty.step is None]
        found.append((row, missing))
    return found


def incident_todos(user, at: datetime) -> list[Todo]:
    """What must be reported now; an open incident without anything missing asks to be closed. Two queries."""
    if not (has(user, REPORT) or has(user, CLOSE)):
        return []
    found = []
    for row, missing in _untold(at):
        url = f"/canteen/incident/{row.pk}/"
        if missing:
            words = "、".join(body.label for body in missing)
            found.append(Todo(f"立即上报：{row}", f"还没有报 {words}，最迟 {timezone.localtime(row.report_by):%H:%M}", url, "去上报", "siren", row.report_by))
        elif has(user, CLOSE):
            found.append(Todo(f"{row}还没有结案", "有了调查结论就结案", url, "去看", "siren"))
    return found


def incident_late(user, at: datetime) -> list[Late]:
    if not (has(user, REPORT) or has(user, CLOSE)):
        return []
    late = [(row, missing) for row, missing in _untold(at) if missing and row.report_by < at]
    if not late:
        return []
    row, missing = late[0]
    return [Late("食物中毒没有上报", f"{row}：{'、'.join(body.label for body in missing)}", len(late), f"/canteen/incident/{row.pk}/")]

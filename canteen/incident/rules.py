"""A suspected food poisoning: found, sealed and told in one step; every later step is added, none is changed (CAN-16)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from canteen.late import claimed_time
from canteen.meal.models import Meal, MealState
from canteen.pantry.models import KitchenIssue, PantryBatch
from canteen.pantry.rules import seal
from canteen.sample.rules import lock_samples
from canteen.trace.graph import trace_meals
from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number
from logistics.platform.org.models import User
from logistics.platform.web.templatetags.school import full_moment

from .models import INCIDENT_MOVES, LAW, Body, Finding, Incident, IncidentBatch, IncidentMeal, IncidentSick, IncidentState, IncidentStep, StepKind
from .queries import CLOSE, MINUTES, REPORT, check_can_report, duties_of

SERIES = "SJ"
SOON = timedelta(minutes=30)
ALARM = Subject("canteen.incident", "疑似食物中毒", "食堂", urgent=True, for_chats=True)


def check_is_open(user, incident: Incident) -> None:
    require(user, REPORT)
    if incident.state != IncidentState.OPEN:
        raise RuleViolation("已经结案，不能再记。新的情况另报一件。")


def check_can_close(user, incident: Incident) -> None:
    require(user, CLOSE)
    check_move(incident, IncidentState.CLOSED, moves=INCIDENT_MOVES)


@rule
def open_incident(*, actor, at: datetime, symptoms: str, meals: Iterable[Meal] = (), suspect: str = "", happened_at: datetime | None = None) -> Incident:
    """Open it: the clock runs from the finding, samples and what is left of the food of these meals are sealed, leaders are told.

    Nothing stands in its way but missing words: a meal nobody wrote down yet is added later. Raises RuleViolation at `symptoms` or `happened_at`.
    """
    check_can_report(actor)
    found = claimed_time(happened_at, at)
    words = tidied({"symptoms": symptoms or "", "suspect": suspect or ""})
    if not words["symptoms"]:
        raise RuleViolation("请写症状和经过，例如 午餐后一小时，5 名学生呕吐。", field="symptoms")
    chosen = sorted({meal.pk: meal for meal in meals}.values(), key=lambda meal: meal.pk)
    minutes = limit(MINUTES, timezone.localdate(found))
    incident = Incident(
        number=next_number(SERIES, timezone.localdate(found).year), report_by=found + timedelta(minutes=minutes), happened_at=found, created_by=actor, created_at=at,
        **words,
    )  # fmt: skip
    incident.full_clean()
    incident.save()
    record_event(actor=actor, at=at, action="open", record=incident, text="报告疑似食物中毒", note=incident.symptoms)
    for meal in chosen:
        _suspect(actor, at, incident, meal)
    body = f"立即报告教育、食品安全监管、卫生健康部门，最迟 {full_moment(incident.report_by)}。情况登录后看。"  # chats hear it too: nothing of anybody's health
    _tell(at, incident, "opened", f"疑似食物中毒：{'、'.join(map(str, chosen)) or incident.number}"[:110], body)
    return incident


@rule
def add_meal(*, actor, at: datetime, record: Incident, meal: Meal) -> Incident:
    """Another meal comes under suspicion: its samples and batches are sealed, too."""
    incident = stored(Incident, record)
    check_is_open(actor, incident)
    _suspect(actor, at, incident, meal)
    return incident


def _suspect(actor, at: datetime, incident: Incident, meal: Meal) -> None:
    meal = Meal.objects.select_for_update().get(pk=meal.pk)
    if meal.state == MealState.VOID:
        raise RuleViolation(f"{meal}没有供餐。", field="meals")
    known = Incident.objects.filter(meals__meal=meal, state=IncidentState.OPEN).first()
    if known:
        raise Conflict(f"{meal}已经列入 {known.number}，请在那一件里接着记。")
    IncidentMeal.objects.create(incident=incident, meal=meal, added_at=at, added_by=actor)
    reason = reason_of(incident)
    locked = lock_samples(actor=actor, at=at, dishes=meal.dishes.all(), reason=reason)
    keys = [batch.pk for batch in trace_meals([meal]).batches]
    sealed = _take_in(actor, at, incident, keys)
    text = f"列入{meal}：封存留样 {len(locked)} 份，封存食材 {sealed} 批，涉及 {len(keys)} 批"
    record_event(actor=actor, at=at, action="suspect", record=incident, text=text)


def _take_in(actor, at: datetime, incident: Incident, keys: Iterable[int]) -> int:
    """These batches belong to the incident from now on, and what is left of them is sealed. Returns how many were sealed."""
    sealed = 0
    for batch in PantryBatch.objects.select_for_update().filter(pk__in=list(keys)).order_by("ingredient_id", "expires_on", "pk"):
        sealed += _seal_left(actor, at, incident, batch)
        IncidentBatch.objects.get_or_create(incident=incident, batch=batch, defaults={"was_left": batch.quantity > 0})
    return sealed


def _unknown(incident: Incident, keys: Iterable[int]) -> set[int]:
    return set(keys) - set(incident.batches.values_list("batch", flat=True))


def reason_of(incident: Incident) -> str:
    return f"{incident.number} 疑似食物中毒"


def seal_issued(*, actor, at: datetime, issue: KitchenIssue, batches: Sequence[PantryBatch]) -> None:
    """Food for a suspected meal that is booked only now is sealed now, as far as it is left. Part of the pantry's rule."""
    rows = IncidentMeal.objects.filter(meal__on=issue.on, meal__kind=issue.meal, incident__state=IncidentState.OPEN).exclude(meal__state=MealState.VOID)
    for row in rows.select_related("incident"):
        new = _unknown(row.incident, [batch.pk for batch in batches])
        if new:
            sealed = _take_in(actor, at, row.incident, new)
            text = f"{issue.number} 补记用到 {len(new)} 批，封存 {sealed} 批"
            record_event(actor=actor, at=at, action="suspect", record=row.incident, text=text)


@rule
def seal_missed(*, actor, at: datetime, record: Incident) -> int:
    """Batches that went to its meals and are not in the incident, for example booked at the very moment it was opened. Returns how many were taken in."""
    incident = stored(Incident, record)
    if incident.state != IncidentState.OPEN:
        return 0
    new = _unknown(incident, [batch.pk for batch in trace_meals([row.meal for row in incident.meals.select_related("meal")]).batches])
    if new:
        sealed = _take_in(actor, at, incident, new)
        record_event(actor=actor, at=at, action="suspect", record=incident, text=f"又查到 {len(new)} 批，封存 {sealed} 批")
    return len(new)


def seal_returned(*, actor, at: datetime, batch: PantryBatch) -> None:
    """What comes back to the store of a batch under suspicion is sealed, though nothing was left of it before. Part of the pantry's rule."""
    incident = Incident.objects.filter(batches__batch=batch.pk, state=IncidentState.OPEN).order_by("pk").first()
    if incident:
        _seal_left(actor, at, incident, PantryBatch.objects.select_for_update().get(pk=batch.pk))


def _seal_left(actor, at: datetime, incident: Incident, batch: PantryBatch) -> bool:
    if batch.locked_at is not None or batch.quantity <= 0:
        return False
    seal(batch, actor=actor, at=at, reason=reason_of(incident))
    return True


@rule
def log_step(
    *, actor, at: datetime, record: Incident, kind: str, words: str, body: str = "", contact: str = "", happened_at: datetime | None = None
) -> Incident:  # fmt: skip
    """Write down a step or a call with the time it was made and the time it is written. The first report to each department stops its clock."""
    incident = stored(Incident, record)
    check_is_open(actor, incident)
    happened = _moment(incident, happened_at, at)
    said = tidied({"words": words or "", "contact": contact or ""})
    if not said["words"]:
        raise RuleViolation("请写做了什么、说了什么。", field="words")
    if kind == StepKind.REPORT and body not in Body.values:
        raise RuleViolation("上报请选报给哪个部门。", field="body")
    if kind != StepKind.REPORT and body:
        raise RuleViolation("选了部门的是「上报」，请在「做了什么」里选上报，时限才停。不是上报的，部门选「不是上报」。", field="kind")
    if kind == StepKind.REPORT and not said["contact"]:
        raise RuleViolation("请写对方单位、接报人和电话。", field="contact")
    step = IncidentStep(
        incident=incident, kind=kind, body=body or "", happened_at=happened, created_by=actor, created_at=at, **said
    )  # fmt: skip
    step.full_clean()
    step.save()
    about = Body(body).label if step.body else ""
    record_event(actor=actor, at=at, action="step", record=incident, text=f"{step.get_kind_display()}{about}：{step.words}"[:300], note=step.contact)
    return incident


@rule
def count_sick(
    *, actor, at: datetime, record: Incident, ill: int, hospital: int = 0, school_class=None, words: str = "", happened_at: datetime | None = None
) -> Incident:  # fmt: skip
    """How many of a class are ill or absent by illness as known then; without a class the staff. A later count of the class takes its place."""
    incident = stored(Incident, record)
    check_is_open(actor, incident)
    happened = _moment(incident, happened_at, at)
    if hospital > ill:
        raise RuleViolation("就医人数不能多于发病人数。", field="hospital")
    row = IncidentSick(
        incident=incident, school_class=school_class, ill=ill, hospital=hospital, happened_at=happened, created_by=actor, created_at=at,
        **tidied({"words": words or ""}),
    )  # fmt: skip
    row.full_clean()
    row.save()
    record_event(actor=actor, at=at, action="sick", record=incident, text=f"{row}发病，{hospital} 人就医", note=row.words)
    return incident


def _moment(incident: Incident, happened_at: datetime | None, at: datetime) -> datetime:
    moment = claimed_time(happened_at, at)
    if moment < incident.happened_at:
        raise RuleViolation(f"不能早于发现的时间（{full_moment(incident.happened_at)}）。", field="happened_at")
    return moment


@rule
def close_incident(*, actor, at: datetime, record: Incident, finding: str, conclusion: str) -> Incident:
    """The inquiry is over. Refused while a department has not been told. What is sealed stays sealed until somebody opens it by name."""
    incident = stored(Incident, record)
    check_can_close(actor, incident)
    missing = [duty.body.label for duty in duties_of(incident) if duty.step is None]
    if missing:
        raise RuleViolation(f"还没有上报{'、'.join(missing)}，先上报并记下，再结案。依据：{LAW}。")
    if finding not in Finding.values:
        raise RuleViolation("请选结论。", field="finding")
    conclusion = tidied({"conclusion": conclusion or ""})["conclusion"]
    if not conclusion:
        raise RuleViolation("请写调查结论、依据和改进措施。", field="conclusion")
    advance(incident, IncidentState.CLOSED, moves=INCIDENT_MOVES, closed_at=at, closed_by=actor, finding=finding, conclusion=conclusion[:500])
    record_event(actor=actor, at=at, action="close", record=incident, text=f"结案：{Finding(finding).label}", note=conclusion)
    return incident


def watch_clocks(*, at: datetime) -> int:
    """Tell again half an hour before the last moment and after it, once each, while a department has not been told. Returns how many incidents.

    What was booked for a suspected meal meanwhile is sealed, too.
    """
    told, clock = 0, User.objects.system()
    for incident in Incident.objects.filter(state=IncidentState.OPEN, report_by__lte=at + SOON).prefetch_related("steps"):
        missing = [duty.body.label for duty in duties_of(incident, list(incident.steps.all())) if duty.step is None]
        if missing:
            over = incident.report_by <= at
            title = f"{incident}{'已经超过上报时限' if over else '马上到上报时限'}"
            _tell(at, incident, "over" if over else "soon", title, f"还没有报{'、'.join(missing)}，最迟 {full_moment(incident.report_by)}。依据：{LAW}。")
            told += 1
    for incident in Incident.objects.filter(state=IncidentState.OPEN, meals__isnull=False).distinct().order_by("pk"):
        seal_missed(actor=clock, at=at, record=incident)
    return told


def _tell(at: datetime, incident: Incident, what: str, title: str, body: str) -> None:
    people = {person.pk: person for code in (REPORT, CLOSE) for person in holders_of(code)}
    notify(
        at=at, key=f"canteen.incident:{incident.pk}:{what}", recipients=people.values(), title=title, body=body, url=f"/canteen/incident/{incident.pk}/",
        subject=ALARM,
    )  # fmt: skip

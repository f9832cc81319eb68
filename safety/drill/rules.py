"""Plans in versions; drills written down once, by the version that held; problems handed to somebody with a day (SAF-10)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.duties.doing_rules import check_can_complete, check_time, complete_occurrence
from logistics.platform.duties.models import Occurrence, OccurrenceState
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.places.models import Place
from logistics.platform.web.templatetags.school import full_day
from safety.evidence import MANAGE, RECORD, check_can_manage, check_can_record, enter
from safety.hazard.models import Source
from safety.hazard.rules import find_hazard
from safety.late import claimed_time

from .models import (
    EVACUATIONS,
    PLAN_MOVES,
    PROBLEM_MOVES,
    Drill,
    DrillClass,
    DrillProblem,
    EmergencyPlan,
    EmergencyPlanVersion,
    PlanState,
    ProblemState,
)
from .queries import PRODUCER, target_of, version_on

TASK = Subject("safety.drill", "演练问题要整改", "安全")
LONGEST = 20_000
MOST_PROBLEMS = 20


def check_can_revise(user, plan: EmergencyPlan) -> None:
    require(user, MANAGE)
    if plan.state != PlanState.CURRENT:
        raise RuleViolation("预案已经废止，不能再改。要用的话，请新建一份。")


def check_can_withdraw(user, plan: EmergencyPlan) -> None:
    require(user, MANAGE)
    check_move(plan, PlanState.WITHDRAWN, moves=PLAN_MOVES)


def check_can_add(user, drill: Drill) -> None:
    require(user, RECORD)
    if drill.is_struck:
        raise RuleViolation("这次演练已经划去了。")


def check_can_mend(user, problem: DrillProblem) -> None:
    if problem.owner_id != user.pk and not has(user, MANAGE):
        raise RuleViolation(f"这个问题由{problem.owner.name}办。")
    check_move(problem, ProblemState.DONE, moves=PROBLEM_MOVES)


@rule
def save_plan(*, actor, at: datetime, title: str, kind: str, text: str, effective_on: date) -> EmergencyPlan:
    """A new plan with its first version. Raises RuleViolation or ValidationError at the field."""
    check_can_manage(actor)
    plan = EmergencyPlan(created_by=actor, created_at=at)
    plan = save_changes(actor=actor, at=at, record=plan, **tidied({"title": title}), kind=kind)
    return _add_version(actor, at, plan, text, effective_on, "")


@rule
def revise_plan(*, actor, at: datetime, record: EmergencyPlan, text: str, effective_on: date, change_note: str) -> EmergencyPlan:
    """The next version; the one before stays readable and keeps its drills. Raises RuleViolation when nothing is said about what changed."""
    plan = stored(EmergencyPlan, record)
    check_can_revise(actor, plan)
    if not tidied({"note": change_note or ""})["note"]:
        raise RuleViolation("请写改了什么。", field="change_note")
    if effective_on < plan.current.effective_on:
        raise RuleViolation(f"不能早于上一版的施行日期（{full_day(plan.current.effective_on)}）。", field="effective_on")
    return _add_version(actor, at, plan, text, effective_on, change_note)


def _add_version(actor, at: datetime, plan: EmergencyPlan, text: str, effective_on: date, note: str) -> EmergencyPlan:
    words = tidied({"text": text or "", "change_note": note or ""})
    if not 1 <= len(words["text"]) <= LONGEST:
        raise RuleViolation(f"正文要写，不超过 {LONGEST} 个字。", field="text")
    last = plan.versions.aggregate(last=Max("number"))["last"] or 0
    version = EmergencyPlanVersion(plan=plan, number=last + 1, effective_on=effective_on, created_by=actor, created_at=at, **words)
    version.full_clean()
    version.save()
    plan.current = version
    plan.save(update_fields=["current"])
    record_event(actor=actor, at=at, action="publish", record=plan, text=f"第 {version.number} 版，{full_day(effective_on)}起施行", note=version.change_note)
    return plan


@rule
def withdraw_plan(*, actor, at: datetime, record: EmergencyPlan, reason: str) -> EmergencyPlan:
    """The plan no longer holds; its versions and drills stay."""
    plan, reason = stored(EmergencyPlan, record), tidied({"reason": reason or ""})["reason"]
    check_can_withdraw(actor, plan)
    if not reason:
        raise RuleViolation("请写废止的原因。", field="reason")
    advance(plan, PlanState.WITHDRAWN, moves=PLAN_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=plan, text="废止", note=reason)
    return plan


@rule
def record_drill(
    *, actor, at: datetime, plan: EmergencyPlan, mode: str, classes: Sequence[Mapping] = (), students: int | None = None, happened_at: datetime | None = None,
    photos: Sequence = (), **given,
) -> Drill:  # fmt: skip
    """Write down a drill by the version of the plan that held on its day; a duty that waits for one is done by it.

    `classes` are {"school_class", "expected", "arrived", "seconds", "why"}; with them the pupils are counted from them.
    Raises RuleViolation at the field: no version yet, no seconds in the field, a slow evacuation without improvement, a class twice or wrong.
    """
    check_can_record(actor)
    on = timezone.localdate(claimed_time(happened_at, at))
    version = version_on(plan, on)
    if version is None:
        raise RuleViolation(f"「{plan}」{full_day(on)}还没有施行的版本。", field="plan")
    _check_classes(classes)
    if classes:
        students = sum(row["arrived"] for row in classes)
    given = tidied(given)
    drill = Drill(version=version, students=students or 0, target=target_of(plan.kind, mode, on))
    _check_numbers(drill, plan.kind, mode, given)
    row = enter(actor=actor, at=at, record=drill, happened_at=happened_at, photos=photos, text=f"演练：{given['name']}", mode=mode, **given)
    DrillClass.objects.bulk_create([DrillClass(drill=row, **values) for values in classes])
    _finish_duty(actor, at, row)
    return row


def _check_classes(classes: Sequence[Mapping]) -> None:
    seen = set()
    for row in classes:
        name = row["school_class"]
        if name.pk in seen:
            raise RuleViolation(f"{name}写了两次。", field="classes")
        seen.add(name.pk)
        if row["arrived"] > row["expected"]:
            raise RuleViolation(f"{name}实到 {row['arrived']} 人，比应到 {row['expected']} 人多。", field="classes")
        if row["arrived"] < row["expected"] and not row.get("why"):
            raise RuleViolation(f"{name}少 {row['expected'] - row['arrived']} 人，请写没到的原因，例如 病假 2 人。", field="classes")


def _check_numbers(drill: Drill, kind: str, mode: str, given: dict) -> None:
    if mode == "field" and not given.get("seconds"):
        raise RuleViolation("实战演练要写用时，2 分 15 秒写 135。", field="seconds")
    if not (drill.students or given.get("staff")):
        raise RuleViolation("请写多少人参加。", field="staff")
    if mode == "field" and kind in EVACUATIONS and given["seconds"] > drill.target and not given.get("improvement"):
        raise RuleViolation(f"用时超过目标 {drill.target} 秒，请写怎样改进。", field="improvement")


def _finish_duty(actor, at: datetime, drill: Drill) -> None:
    """The open duty this drill was for is done, as far as its writer may do it."""
    waiting = Occurrence.objects.filter(
        duty__producer=PRODUCER, state=OccurrenceState.OPEN, opens_at__lte=drill.happened_at, closes_at__gt=at
    ).order_by("due_at")  # fmt: skip
    for occurrence in waiting[:5]:
        try:
            check_can_complete(actor, occurrence)
            check_time(occurrence, at)
        except RuleViolation:
            continue
        complete_occurrence(actor=actor, at=at, record=occurrence, note=str(drill))
        return


@rule
def add_problem(*, actor, at: datetime, record: Drill, problem: str, measure: str, owner: User, due_on: date) -> Drill:
    """What went wrong becomes the task of somebody with a day, who is told."""
    drill = stored(Drill, record)
    check_can_add(actor, drill)
    if due_on < timezone.localdate(at):
        raise RuleViolation("期限不能早于今天。", field="due_on")
    if drill.problems.count() >= MOST_PROBLEMS:
        raise RuleViolation(f"一次演练最多记 {MOST_PROBLEMS} 个问题。", field="problem")
    row = DrillProblem(drill=drill, owner=owner, due_on=due_on, created_by=actor, created_at=at)
    row = save_changes(actor=actor, at=at, record=row, text=f"{drill}：交给{owner.name}整改", **tidied({"problem": problem, "measure": measure}))
    record_event(actor=actor, at=at, action="problem", record=drill, text=f"问题：{row.problem}"[:300], note=f"{owner.name}，{full_day(due_on)}以前")
    notify(
        at=at, key=f"safety.drill:{row.pk}", recipients=[owner], title=f"演练整改：{row.problem}"[:110], body=f"{row.measure}，{full_day(due_on)}以前办好。",
        url=f"/safety/drill-problem/{row.pk}/", subject=TASK,
    )  # fmt: skip
    return drill


@rule
def open_drill_hazard(*, actor, at: datetime, record: Drill, place: Place, kind: str, description: str) -> Drill:
    """What the drill showed to be unsafe goes into the register of hazards: graded, assigned, re-checked and closed there."""
    drill = stored(Drill, record)
    check_can_add(actor, drill)
    hazard = find_hazard(actor=actor, at=at, origin=ref(drill), place=place, kind=kind, description=description, source=Source.DRILL)
    record_event(actor=actor, at=at, action="hazard", record=drill, text=f"登记隐患 {hazard.number}：{hazard.description}"[:300])
    return drill


@rule
def mend_problem(*, actor, at: datetime, record: DrillProblem, words: str) -> DrillProblem:
    """It is mended; how is written down."""
    row, words = stored(DrillProblem, record), tidied({"words": words or ""})["words"]
    check_can_mend(actor, row)
    if not words:
        raise RuleViolation("请写怎么办的。", field="words")
    advance(row, ProblemState.DONE, moves=PROBLEM_MOVES, done_at=at, done_by=actor, done_words=words[:200])
    record_event(actor=actor, at=at, action="finish", record=row, text="已整改", note=words)
    return row

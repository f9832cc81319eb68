"""What stands out is found once a month, given to somebody, put right, looked at again: 消耗台账 (UTL-03, UTL-06)."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.web.templatetags.school import full_day
from logistics.utilities.meter.models import Meter
from repairs.public import open_ticket

from .finding import found_in
from .models import PROBLEM_MOVES, ProblemKind, ProblemState, UseProblem
from .months import month_of, shifted
from .queries import MANAGE

ORIGIN = "utilities.useproblem"
PROBLEMS = Subject("utilities.problem", "水电消耗异常", "水电")
LONGEST = timedelta(days=366)


def check_can_report(user, record=None) -> None:
    require(user, MANAGE)


def check_can_assign(user, problem: UseProblem) -> None:
    require(user, MANAGE)
    check_move(problem, ProblemState.ASSIGNED, moves=PROBLEM_MOVES)
    if problem.state == ProblemState.FIXED:
        raise RuleViolation("已经整改，请复查；不合格就退回。")


def check_can_fix(user, problem: UseProblem) -> None:
    check_move(problem, ProblemState.FIXED, moves=PROBLEM_MOVES)
    if problem.owner_id != user.pk and not has(user, MANAGE):
        raise NotAllowed(f"这一件由{problem.owner}整改。")


def check_can_ticket(user, problem: UseProblem) -> None:
    check_can_fix(user, problem)
    if problem.ticket_id:
        raise RuleViolation("已经转了报修，修好验收后这里自己记上。")


def check_can_check(user, problem: UseProblem) -> None:
    require(user, MANAGE)
    check_move(problem, ProblemState.CLOSED, moves=PROBLEM_MOVES)
    if problem.fixed_by_id == user.pk:
        raise NotAllowed("整改是您自己登记的，请另一位来复查。")


def check_can_dismiss(user, problem: UseProblem) -> None:
    require(user, MANAGE)
    check_move(problem, ProblemState.VOID, moves=PROBLEM_MOVES)


def open_problem(*, actor, at: datetime, kind: str, month: date, description: str, meter: Meter | None = None, place=None, key: str = "") -> UseProblem:
    """A new line of the ledger, inside the rule of whatever found it; whoever keeps the figures is told.

    Raises IntegrityError when the occasion `key` was found before.
    """
    where = place or meter.serves or meter.place
    problem = UseProblem(kind=kind, meter=meter, place=where, month=month, description=description[:200], key=key, created_by=actor, created_at=at)
    problem.full_clean(validate_constraints=False)
    problem.save()
    record_event(actor=actor, at=at, action="create", record=problem, text=f"发现{problem.get_kind_display()}", note=problem.description)
    _tell(problem, at, "found", [one for one in holders_of(MANAGE) if one.pk != actor.pk], f"{problem}", problem.description)
    return problem


def _tell(problem: UseProblem, at: datetime, step: str, people, title: str, body: str) -> None:
    url = f"/utilities/use-problem/{problem.pk}/"
    notify(at=at, key=f"utilities.problem:{problem.pk}:{step}", recipients=people, title=title, body=body, url=url, subject=PROBLEMS)


@rule
def report_problem(*, actor, at: datetime, place, description: str, meter: Meter | None = None, kind: str = ProblemKind.OTHER) -> UseProblem:
    """What a person noticed himself: on a bill, on the way."""
    check_can_report(actor)
    description = tidied({"d": description or ""})["d"]
    if not description:
        raise RuleViolation("请写情况。", field="description")
    month = month_of(timezone.localdate(at))
    return open_problem(actor=actor, at=at, kind=kind, meter=meter, place=place, month=month, description=description)


@rule
def find_problems(*, actor, at: datetime, month: date) -> list[UseProblem]:
    """Everything in a month that is over which stands out by the school's numbers; each occasion once, whoever runs this how often. Only the clock finds."""
    if actor.is_person:
        require(actor, MANAGE)
    if shifted(month, 1) > timezone.localdate(at):
        raise RuleViolation(f"{month.month} 月还没有过完。", field="month")
    occasions = found_in(month, on=timezone.localdate(at))
    known = set(UseProblem.objects.filter(key__in=[one.key for one in occasions]).values_list("key", flat=True))
    meters = Meter.objects.select_related("place", "serves").in_bulk([one.meter for one in occasions])
    made = []
    for one in occasions:
        if one.key in known:
            continue
        try:
            with transaction.atomic():
                made.append(open_problem(actor=actor, at=at, kind=one.kind, meter=meters[one.meter], month=month, description=one.words, key=one.key))
        except IntegrityError:
            continue  # somebody found it at the same moment
    return made


@rule
def assign_problem(*, actor, at: datetime, record: UseProblem, owner: User, measure: str, due_on: date) -> UseProblem:
    """Who puts it right, how, and by when; may be said anew while it is open."""
    problem, measure = stored(UseProblem, record), tidied({"m": measure or ""})["m"]
    check_can_assign(actor, problem)
    today = timezone.localdate(at)
    if not measure:
        raise RuleViolation("请写整改措施。", field="measure")
    if not today <= due_on <= today + LONGEST:
        raise RuleViolation("期限从今天起，最长一年。", field="due_on")
    kept = ("owner", "due_on", "measure")
    advance(problem, ProblemState.ASSIGNED, moves=PROBLEM_MOVES, unchanged=kept, owner=owner, measure=measure[:200], due_on=due_on)
    record_event(actor=actor, at=at, action="assign", record=problem, text=f"派给{owner.name}，{full_day(due_on)}以前", note=measure)
    if owner.pk != actor.pk:
        _tell(problem, at, f"assigned:{owner.pk}:{due_on}:{problem.returned}", [owner], f"请整改：{problem}", f"{measure}。{full_day(due_on)}以前。")
    return problem


@rule
def fix_problem(*, actor, at: datetime, record: UseProblem, outcome: str) -> UseProblem:
    """Say what it was and how it was put right."""
    problem, outcome = stored(UseProblem, record), tidied({"o": outcome or ""})["o"]
    check_can_fix(actor, problem)
    if not outcome:
        raise RuleViolation("请写查出什么、怎么处理的。", field="outcome")
    return _fixed(actor, at, problem, by=actor, outcome=outcome)


def _fixed(actor, at: datetime, problem: UseProblem, *, by, outcome: str) -> UseProblem:
    advance(problem, ProblemState.FIXED, moves=PROBLEM_MOVES, outcome=outcome[:200], fixed_by=by, fixed_at=at)
    record_event(actor=actor, at=at, action="fix", record=problem, text=f"{by.name}整改完成", note=outcome)
    people = [one for one in holders_of(MANAGE) if one.pk != by.pk]
    _tell(problem, at, f"fixed:{problem.returned}", people, f"请复查：{problem}", outcome)
    return problem


@rule
def open_problem_ticket(*, actor, at: datetime, record: UseProblem, kind, urgency: str = "normal"):
    """Hand it to the repairers; their signed ticket puts it right. Returns the ticket."""
    problem = stored(UseProblem, record)
    check_can_ticket(actor, problem)
    ticket = open_ticket(actor=actor, at=at, place=problem.place, kind=kind, description=f"{problem.description}", urgency=urgency, origin=ref(problem))
    UseProblem.objects.filter(pk=problem.pk).update(ticket=ticket)
    record_event(actor=actor, at=at, action="open_ticket", record=problem, text=f"转报修 {ticket.number}")
    return ticket


def ticket_ended(*, actor, at: datetime, origin: Ref, ticket) -> None:
    """The handler of tickets from here: a signed one puts it right, any other end lets it have a new one."""
    problem = UseProblem.objects.select_for_update(of=("self",)).select_related("owner", "place").filter(pk=origin.id, ticket=ticket).first()
    if problem is None:
        return
    if ticket.state != "closed":
        UseProblem.objects.filter(pk=problem.pk).update(ticket=None)
        text = f"报修单 {ticket.number} {ticket.get_state_display()}，没有修"
        record_event(actor=actor, at=at, action="ticket_ended", record=problem, text=text)
        if problem.state == ProblemState.ASSIGNED:
            _tell(problem, at, f"ticket:{ticket.pk}", [problem.owner], f"报修没有修成：{problem}", f"{text}。请另想办法。")
    elif problem.state == ProblemState.ASSIGNED:
        _fixed(actor, at, problem, by=ticket.repairer or actor, outcome=f"报修 {ticket.number} 已验收：{ticket.work_done}")


@rule
def check_problem(*, actor, at: datetime, record: UseProblem, result: str, words: str = "") -> UseProblem:
    """复查 by somebody else: "pass" closes it, "fail" gives it back to its owner, counted."""
    problem, words = stored(UseProblem, record), tidied({"w": words or ""})["w"]
    check_can_check(actor, problem)
    if result not in ("pass", "fail"):
        raise RuleViolation("请选办结还是退回。", field="result")
    if result == "pass":
        advance(problem, ProblemState.CLOSED, moves=PROBLEM_MOVES, closed_by=actor, closed_at=at)
        record_event(actor=actor, at=at, action="close", record=problem, text="复查合格，办结", note=words)
        return problem
    if not words:
        raise RuleViolation("退回要写哪里还不行。", field="words")
    undone = {"fixed_by": None, "fixed_at": None, "outcome": "", "ticket": None, "returned": problem.returned + 1}
    advance(problem, ProblemState.ASSIGNED, moves=PROBLEM_MOVES, **undone)
    record_event(actor=actor, at=at, action="return", record=problem, text="复查不合格，退回", note=words)
    _tell(problem, at, f"back:{problem.returned}", [problem.owner], f"复查不合格：{problem}", words)
    return problem


@rule
def dismiss_problem(*, actor, at: datetime, record: UseProblem, reason: str) -> UseProblem:
    """Looked into, and nothing is wrong: more people, a cold month."""
    problem, reason = stored(UseProblem, record), tidied({"r": reason or ""})["r"]
    check_can_dismiss(actor, problem)
    if not reason:
        raise RuleViolation("请写为什么没问题。", field="reason")
    advance(problem, ProblemState.VOID, moves=PROBLEM_MOVES, outcome=reason[:200])
    record_event(actor=actor, at=at, action="dismiss", record=problem, text="查过没问题", note=reason)
    return problem

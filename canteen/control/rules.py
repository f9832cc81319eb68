"""Checks with every item answered, faults mended, weekly and monthly papers made of what was found and signed (CAN-06, CAN-20)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from canteen.evidence import MANAGE, check_can_check, check_can_manage, enter
from canteen.late import claimed_time
from canteen.meal.models import Meal
from logistics.platform.access.rules import holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User

from .models import FAULT_MOVES, PAPER_MOVES, Book, CheckAnswer, CheckItem, CheckSheet, ControlPaper, Fault, FaultState, PaperKind, PaperState, Verdict
from .queries import CHAIR, gathered, items_of, may_mend, span_of

FIXING = Subject("canteen.fault", "食品安全整改", "食堂")
LAW = "《集中用餐单位落实食品安全主体责任监督管理规定》（日管控、周排查、月调度）"
BEFORE_WEEK_ENDS, BEFORE_MONTH_ENDS = 2, 7  # days
TEXTS = ("cause", "measures", "place", "attendees", "complaints", "focus", "decision", "held_at")


def check_can_edit_fault(user, fault: Fault) -> None:
    require(user, MANAGE)
    check_move(fault, FaultState.DONE, moves=FAULT_MOVES)


def check_can_mend(user, fault: Fault) -> None:
    """The owner says it is mended, or whoever answers for the books."""
    if not may_mend(user, fault):
        raise NotAllowed("这一项由责任人或食品安全员登记整改。")
    check_move(fault, FaultState.DONE, moves=FAULT_MOVES)


def check_can_edit_paper(user, paper: ControlPaper) -> None:
    require(user, MANAGE)
    if paper.state != PaperState.DRAFT:
        raise RuleViolation("已经签字，不能再改。")


def check_can_sign(user, paper: ControlPaper) -> None:
    """The week's report by the officer, the month's minutes by the principal."""
    require(user, MANAGE if paper.kind == PaperKind.WEEK else CHAIR)
    check_move(paper, PaperState.SIGNED, moves=PAPER_MOVES)


@rule
def save_item(*, actor, at: datetime, record: CheckItem | None = None, **fields) -> CheckItem:
    """Write or change one thing to look at; sheets of the past keep their own words."""
    check_can_manage(actor)
    item, fields = stored(CheckItem, record), tidied(fields)
    if item.pk is None:
        item.created_by, item.created_at = actor, at
    return save_changes(actor=actor, at=at, record=item, **fields)


@rule
def record_sheet(
    *, actor, at: datetime, book: str, answers: Mapping[int, tuple[str, str]], meal: Meal | None = None, measure: str = "", owner: User | None = None,
    due_on: date | None = None, happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> CheckSheet:  # fmt: skip
    """One walk through the list: {item id: (verdict, problem)} for every active item, also when nothing was found.

    What is not in order needs words, a measure, somebody responsible and a day; each becomes a fault to be mended.
    Raises RuleViolation at r_<item>, w_<item> or the field; Conflict for a second daily check.
    """
    check_can_check(actor)
    list(CheckItem.objects.select_for_update().filter(book=book).order_by("pk"))  # one walk through a list after the other
    on = timezone.localdate(claimed_time(happened_at, at))
    _check_first(book, on)
    items = items_of(book)
    if not items:
        raise RuleViolation("这张检查表还没有项目，请先在检查项目里写好。")
    rows = [_answer(item, answers.get(item.pk)) for item in items]
    bad = [row for row in rows if row.verdict == Verdict.BAD]
    measure = tidied({"m": measure or ""})["m"]
    if bad:
        _check_fix(measure, owner, due_on, on)
    if book == Book.PROCESS and meal is None:
        raise RuleViolation("请选是哪一餐。", field="meal")
    sheet = CheckSheet(book=book, on=on, items=len(rows), faults_found=len(bad))
    if book == Book.HYGIENE:
        counted = [row for row in rows if row.verdict != Verdict.NONE]
        sheet.full_score = sum(row.points for row in counted)
        sheet.score = sum(row.points for row in counted if row.verdict == Verdict.OK)
    words = f"{Book(book).label}：{len(rows)} 项，" + (f"{len(bad)} 项不合格" if bad else "没有发现问题")
    sheet = enter(actor=actor, at=at, record=sheet, happened_at=happened_at, photos=photos, text=words, meal=meal, note=note)
    for row in rows:
        row.sheet = sheet
    CheckAnswer.objects.bulk_create(rows)
    _open_faults(actor, at, sheet, measure, owner, due_on)
    return sheet


def _check_first(book: str, on: date) -> None:
    if book != Book.DAILY:
        return
    known = CheckSheet.objects.filter(book=book, on=on, struck_at=None).select_related("created_by").first()
    if known:
        raise Conflict(f"{on.month}月{on.day}日的每日检查{known.created_by.name}已经做过了。")


def _answer(item: CheckItem, given: tuple[str, str] | None) -> CheckAnswer:
    verdict, problem = given or ("", "")
    problem = tidied({"p": problem or ""})["p"][:200]
    if verdict not in Verdict.values:
        raise RuleViolation(f"「{item}」还没有填。每一项都要看，没有问题也要写。", field=f"r_{item.pk}")
    if verdict == Verdict.BAD and not problem:
        raise RuleViolation(f"「{item}」不合格，请写怎么回事。", field=f"w_{item.pk}")
    bad = verdict == Verdict.BAD
    return CheckAnswer(item=item, group=item.group, text=item.content, is_key=item.is_key, points=item.points, verdict=verdict, problem=problem if bad else "")


def _check_fix(measure: str, owner: User | None, due_on: date | None, on: date) -> None:
    if not measure:
        raise RuleViolation("有问题，请写怎么整改。", field="measure")
    if owner is None:
        raise RuleViolation("有问题，请选谁来整改。", field="owner")
    if due_on is None or due_on < on:
        raise RuleViolation("请写整改期限，不早于发现那天。", field="due_on")


def _open_faults(actor, at: datetime, sheet: CheckSheet, measure: str, owner: User | None, due_on: date | None) -> None:
    for answer in sheet.answers.filter(verdict=Verdict.BAD).order_by("pk"):
        fault = Fault(answer=answer, on=sheet.on, problem=answer.problem)
        open_fault(actor=actor, at=at, fault=fault, measure=measure, owner=owner, due_on=due_on)


@rule
def open_fault(*, actor, at: datetime, fault: Fault, measure: str, owner: User | None, due_on: date | None) -> Fault:
    """A thing to be mended becomes somebody's, who is told; part of the rule that found it and has asked who may.

    Raises RuleViolation at measure, owner or due_on.
    """
    measure = tidied({"m": measure or ""})["m"]
    _check_fix(measure, owner, due_on, fault.on)
    fault.created_by, fault.created_at = actor, at
    text = f"发现问题：{fault.problem}"[:300]
    fault = save_changes(actor=actor, at=at, record=fault, text=text, measure=measure, owner=owner, due_on=due_on)
    body = f"{fault.origin}。{measure}，{fault.due_on:%m-%d} 以前。"
    notify(at=at, key=f"canteen.fault:{fault.pk}", recipients=[owner], title=f"请整改：{fault}", body=body, url=f"/canteen/fault/{fault.pk}/", subject=FIXING)
    return fault


@rule
def save_fault(*, actor, at: datetime, record: Fault, **fields) -> Fault:
    """Change measure, owner or day of an open fault."""
    fault, fields = stored(Fault, record), tidied(fields)
    check_can_edit_fault(actor, fault)
    return save_changes(actor=actor, at=at, record=fault, **fields)


@rule
def mend_fault(*, actor, at: datetime, record: Fault, words: str, photos: Sequence = ()) -> Fault:
    """Say how it was mended."""
    fault = stored(Fault, record)
    check_can_mend(actor, fault)
    words = tidied({"w": words or ""})["w"]
    if not words:
        raise RuleViolation("请写怎么整改的。", field="words")
    advance(fault, FaultState.DONE, moves=FAULT_MOVES, done_at=at, done_by=actor, done_words=words[:200])
    attach(actor=actor, at=at, record=fault, role="photo", uploads=photos, field="photos")
    record_event(actor=actor, at=at, action="mend", record=fault, text="已整改", note=words)
    return fault


@rule
def draw_paper(*, actor, at: datetime, kind: str, on: date) -> ControlPaper:
    """The paper of the week or month that `on` lies in, filled from the books. Raises RuleViolation before the period has begun; Conflict when it is there."""
    check_can_manage(actor)
    today = timezone.localdate(at)
    since, until = span_of(kind, min(on, today + timedelta(days=40)))
    if since > today:
        raise RuleViolation("这一期还没有开始。", field="on")
    if ControlPaper.objects.filter(kind=kind, since=since).exists():
        raise Conflict("这一期已经有了，请打开它接着写。", field="on")
    return _new_paper(actor, at, kind, since, until)


@rule
def save_paper(*, actor, at: datetime, record: ControlPaper, **fields) -> ControlPaper:
    """Write the people's part of a paper, and gather the figures anew."""
    paper, fields = stored(ControlPaper, record), tidied(fields)
    check_can_edit_paper(actor, paper)
    given = {name: value for name, value in fields.items() if name in TEXTS}
    paper = save_changes(actor=actor, at=at, record=paper, **given)
    ControlPaper.objects.filter(pk=paper.pk).update(facts=gathered(paper.kind, paper.since, paper.until))
    paper.refresh_from_db()
    return paper


@rule
def sign_paper(*, actor, at: datetime, record: ControlPaper, signature: Sequence = ()) -> ControlPaper:
    """Sign: the figures are gathered one last time and stand. Raises RuleViolation while the period runs or what must be written is missing."""
    paper = stored(ControlPaper, record)
    check_can_sign(actor, paper)
    check_over(paper, at)
    if paper.kind == PaperKind.MONTH and not (paper.held_at and paper.place and paper.attendees and paper.decision):
        raise RuleViolation(f"请先写好会议时间、地点、参加人员和决定。依据：{LAW}。")
    facts = gathered(paper.kind, paper.since, paper.until)
    if paper.kind == PaperKind.WEEK and facts["found"] and not (paper.cause and paper.measures):
        raise RuleViolation("这一周发现了问题，请先写原因分析和治理措施。")
    if not signature:
        raise RuleViolation("还没有签名。", field="signature")
    advance(paper, PaperState.SIGNED, moves=PAPER_MOVES, facts=facts, signed_at=at, signed_by=actor)
    attach(actor=actor, at=at, record=paper, role="signature", uploads=list(signature), limit=1, field="signature")
    record_event(actor=actor, at=at, action="sign", record=paper, text="签字")
    return paper


def check_over(paper: ControlPaper, at: datetime) -> None:
    """A week is signed from its Friday on, a month in its last week; the meeting has been held by then."""
    left = (paper.until - timezone.localdate(at)).days
    if paper.kind == PaperKind.WEEK and left > BEFORE_WEEK_ENDS:
        raise RuleViolation("这一周还没有过完，周五起再签。签了字，后面几天的记录就进不来了。")
    if paper.kind == PaperKind.MONTH and left > BEFORE_MONTH_ENDS:
        raise RuleViolation("这个月还没有过完，月底再签。")
    if paper.kind == PaperKind.MONTH and paper.held_at and paper.held_at > at:
        raise RuleViolation("会议还没有开，开过再签。")


def remind_control(*, at: datetime, actor) -> int:
    """Make last week's and last month's papers where the canteen ran and tell who signs. Returns how many were made."""
    today, made = timezone.localdate(at), 0
    for kind, on in ((PaperKind.WEEK, today - timedelta(days=7)), (PaperKind.MONTH, today.replace(day=1) - timedelta(days=1))):
        since, until = span_of(kind, on)
        ran = Meal.objects.filter(on__range=(since, until)).exists() or CheckSheet.objects.filter(on__range=(since, until)).exists()
        if ran and not ControlPaper.objects.filter(kind=kind, since=since).exists():
            paper = _draw_by_clock(at=at, actor=actor, kind=kind, since=since, until=until)
            people = holders_of(MANAGE if kind == PaperKind.WEEK else CHAIR)
            notify(
                at=at,
                key=f"canteen.paper:{paper.pk}",
                recipients=people,
                title=f"请签{paper.get_kind_display()}",
                url=f"/canteen/control/{paper.pk}/",
                subject=FIXING,
            )
            made += 1
    return made


@rule
def _draw_by_clock(*, actor, at: datetime, kind: str, since: date, until: date) -> ControlPaper:
    return _new_paper(actor, at, kind, since, until)


def _new_paper(actor, at: datetime, kind: str, since: date, until: date) -> ControlPaper:
    paper = ControlPaper(kind=kind, since=since, until=until, facts=gathered(kind, since, until), created_by=actor, created_at=at)
    try:
        with transaction.atomic():
            return save_changes(actor=actor, at=at, record=paper, text="按记录汇总")
    except IntegrityError as taken:
        raise Conflict("这一期刚刚有人开了，请打开它接着写。", field="on") from taken

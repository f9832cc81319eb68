"""Finding a hazard, grading it, giving it to somebody with measure, money and deadline (SAF-04). Putting right and closing: closing_rules.py."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number
from logistics.platform.places.models import Place

from .models import MOVES, OPEN, Hazard, HazardKind, Level, Source, State
from .queries import CLOSE, MANAGE, REPORT, earlier_here

SERIES = "YH"
DAYS = {Level.GENERAL: "safety.hazard.general_days", Level.MAJOR: "safety.hazard.major_days"}
LAW = "《安全生产法》第四十一条"
HAZARDS_TOLD = Subject("safety.hazard", "隐患要办、逾期", "安全", for_chats=True)


def check_can_report(user, record=None) -> None:
    require(user, REPORT)


def check_can_grade(user, hazard: Hazard) -> None:
    require(user, MANAGE)
    check_move(hazard, State.GRADED, moves={State.FOUND: MOVES[State.FOUND]})


def check_can_assign(user, hazard: Hazard) -> None:
    require(user, MANAGE)
    check_move(hazard, State.ASSIGNED, moves={State.GRADED: MOVES[State.GRADED]})


def check_can_reassign(user, hazard: Hazard) -> None:
    require(user, MANAGE)
    if hazard.state != State.ASSIGNED:
        raise RuleViolation("只有整改中的隐患能改派。")


def check_can_void(user, hazard: Hazard) -> None:
    require(user, MANAGE)
    check_move(hazard, State.VOID, moves=MOVES)


def check_can_report_up(user, hazard: Hazard) -> None:
    require(user, MANAGE)
    if hazard.level != Level.MAJOR or hazard.state not in OPEN:
        raise RuleViolation("没有销号的重大隐患才要记上报。")


@rule
def report_hazard(*, actor, at: datetime, photos: Sequence = (), **given) -> Hazard:
    """Anybody on the staff reports what they saw; `given` as `_found` takes it. Raises RuleViolation at the field."""
    check_can_report(actor)
    return _found(actor, at, photos=photos, **given)


@rule
def find_hazard(*, actor, at: datetime, origin: Ref, photos: Sequence = (), **given) -> Hazard:
    """Another record (a visit of a round, a drill) opens a hazard; its own rule has asked who may."""
    return _found(actor, at, photos=photos, origin=origin, **given)


def _found(
    actor, at: datetime, *, place: Place, kind: str, description: str, source: str = Source.REPORT, on_spot: bool = False, fixed_words: str = "",
    photos: Sequence = (), origin: Ref | None = None,
) -> Hazard:  # fmt: skip
    words = tidied({"description": description or "", "fixed": fixed_words or ""})
    if len(words["description"]) < 2:
        raise RuleViolation("请写一两句有什么隐患。", field="description")
    if not place.is_active:
        raise RuleViolation(f"「{place}」已经停用，请选别的地点。", field="place")
    if on_spot and not words["fixed"]:
        raise RuleViolation("当场整改的，请写怎么整改的。", field="fixed_words")
    hazard = Hazard(
        number=next_number(SERIES, timezone.localtime(at).year), place=place, kind=kind, description=words["description"], source=source, on_spot=on_spot,
        found_at=at, found_by=actor, origin_kind=origin.kind if origin else "", origin_id=origin.id if origin else None,
    )  # fmt: skip
    if on_spot:
        hazard.state, hazard.level = State.FIXED, Level.GENERAL
        hazard.measure = hazard.fixed_words = words["fixed"]
        hazard.fixed_at, hazard.fixed_by = at, actor
    hazard.full_clean()
    hazard.save()
    attach(actor=actor, at=at, record=hazard, role="before", uploads=photos, field="photos")
    before = earlier_here(hazard)
    repeats = f"。这里一年内同类隐患第 {len(before) + 1} 次" if before else ""
    text = f"发现隐患，{'当场整改' if on_spot else '待评级'}{repeats}"
    record_event(actor=actor, at=at, action="find", record=hazard, text=text, note=hazard.description)
    tell(hazard, at, "found", holders_of(MANAGE), f"{'请复查' if on_spot else '请评级'}：{hazard.title}", f"{place}{repeats}")
    return hazard


@rule
def grade_hazard(
    *, actor, at: datetime, record: Hazard, level: str, kind: str = "", owner=None, department=None, measure: str = "", temporary: str = "",
    money: Decimal | None = None, due_on: date | None = None,
) -> Hazard:  # fmt: skip
    """General or major. With an owner it is given out in the same step, otherwise it waits for that."""
    hazard = stored(Hazard, record)
    check_can_grade(actor, hazard)
    if level not in Level.values:
        raise RuleViolation("请选一般还是重大。", field="level")
    kind = kind if kind in HazardKind.values else hazard.kind
    advance(hazard, State.GRADED, moves=MOVES, level=level, kind=kind)
    record_event(actor=actor, at=at, action="grade", record=hazard, text=f"评为{hazard.get_level_display()}隐患")
    if level == Level.MAJOR:
        tell(
            hazard,
            at,
            "major",
            holders_of(CLOSE),
            f"重大隐患：{hazard.title}",
            f"{hazard.place}。要落实责任、措施、资金、时限和预案，并向主管部门报告（{LAW}）。",
        )
    if owner or department:
        _assign(actor, at, hazard, owner=owner, department=department, measure=measure, temporary=temporary, money=money, due_on=due_on)
    return hazard


@rule
def assign_hazard(
    *, actor, at: datetime, record: Hazard, owner, measure: str, department=None, temporary: str = "", money: Decimal | None = None, due_on: date | None = None
) -> Hazard:  # fmt: skip
    """Give it to somebody with measure and deadline; a major one also with money and what protects people meanwhile. Raises RuleViolation at the field."""
    hazard = stored(Hazard, record)
    check_can_assign(actor, hazard)
    return _assign(actor, at, hazard, owner=owner, department=department, measure=measure, temporary=temporary, money=money, due_on=due_on)


def _assign(actor, at: datetime, hazard: Hazard, *, owner, department, measure: str, temporary: str, money: Decimal | None, due_on: date | None) -> Hazard:
    given = _checked(hazard, at, owner=owner, measure=measure, temporary=temporary, money=money, due_on=due_on)
    advance(hazard, State.ASSIGNED, moves=MOVES, department=department or owner.department, told=0, **given)
    record_event(actor=actor, at=at, action="assign", record=hazard, text=f"派给{owner.name}整改，{hazard.due_on:%m-%d} 以前", note=given["measure"])
    tell(hazard, at, f"assigned:{owner.pk}", [owner], f"请整改隐患：{hazard.title}", f"{hazard.place}。{given['measure']}，{hazard.due_on:%m-%d} 以前。")
    return hazard


def _checked(hazard: Hazard, at: datetime, *, owner, measure: str, temporary: str, money: Decimal | None, due_on: date | None) -> dict:
    """The five things that must be settled, checked; without a day the school's own deadline for the level."""
    today, words = timezone.localdate(at), tidied({"measure": measure or "", "temporary": temporary or ""})
    if owner is None:
        raise RuleViolation("请选责任人。", field="owner")
    if not words["measure"]:
        raise RuleViolation("请写怎么整改。", field="measure")
    if hazard.level == Level.MAJOR and money is None:
        raise RuleViolation(f"重大隐患要落实整改资金，不花钱的填 0。依据：{LAW}。", field="money")
    if hazard.level == Level.MAJOR and not words["temporary"]:
        raise RuleViolation(f"重大隐患要写整改前的临时措施和预案，例如 停用、隔离、专人看守。依据：{LAW}。", field="temporary")
    most = limit(DAYS[Level(hazard.level)], today)
    due_on = due_on or today + timedelta(days=most)
    if due_on < today:
        raise RuleViolation(f"期限不能早于今天（{today}）。", field="due_on")
    if due_on > today + timedelta(days=most):
        raise RuleViolation(f"{hazard.get_level_display()}隐患最长 {most} 天。确实要更久的，先定在这以内，到时写明原因延期。", field="due_on")
    return {"owner": owner, "due_on": due_on, "money": money, **words}


@rule
def reassign_hazard(*, actor, at: datetime, record: Hazard, owner, measure: str, department=None, temporary: str = "", money: Decimal | None = None) -> Hazard:
    """Somebody else puts it right, or in another way; the deadline stays."""
    hazard = stored(Hazard, record)
    check_can_reassign(actor, hazard)
    given = _checked(hazard, at, owner=owner, measure=measure, temporary=temporary, money=money, due_on=None) | {"due_on": hazard.due_on}
    was = hazard.owner
    for name, value in (given | {"department": department or owner.department}).items():
        setattr(hazard, name, value)
    hazard.full_clean()
    hazard.save()
    record_event(
        actor=actor, at=at, action="reassign", record=hazard, text=f"整改改由{owner.name}负责" if owner != was else "改了整改措施", note=given["measure"]
    )
    tell(
        hazard,
        at,
        f"assigned:{owner.pk}:{at:%m%d%H%M}",
        [owner],
        f"请整改隐患：{hazard.title}",
        f"{hazard.place}。{given['measure']}，{hazard.due_on:%m-%d} 以前。",
    )
    return hazard


@rule
def void_hazard(*, actor, at: datetime, record: Hazard, reason: str) -> Hazard:
    """It is no hazard; the finder is told why."""
    hazard, reason = stored(Hazard, record), tidied({"r": reason or ""})["r"]
    check_can_void(actor, hazard)
    if not reason:
        raise RuleViolation("请写为什么不属实。", field="reason")
    advance(hazard, State.VOID, moves=MOVES, void_reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=hazard, text="不属实", note=reason)
    tell(hazard, at, "void", [hazard.found_by], f"您报的隐患核实为不属实：{hazard.title}", reason)
    return hazard


@rule
def report_up(*, actor, at: datetime, record: Hazard, reported_on: date, reported_to: str) -> Hazard:
    """Note when and to whom a major hazard was reported; without it none is closed."""
    hazard, words = stored(Hazard, record), tidied({"to": reported_to or ""})["to"]
    check_can_report_up(actor, hazard)
    if not words:
        raise RuleViolation("请写报给了哪个单位、哪个人。", field="reported_to")
    if not timezone.localdate(hazard.found_at) <= reported_on <= timezone.localdate(at):
        raise RuleViolation("上报日期在发现那天和今天之间。", field="reported_on")
    Hazard.objects.filter(pk=hazard.pk).update(reported_on=reported_on, reported_to=words[:60])
    hazard.refresh_from_db()
    record_event(actor=actor, at=at, action="report_up", record=hazard, text=f"{reported_on:%m-%d} 上报{words}"[:200])
    return hazard


def tell(hazard: Hazard, at: datetime, about: str, people: Iterable, title: str, body: str = "") -> None:
    notify(
        at=at, key=f"safety.hazard:{hazard.pk}:{about}", recipients=people, title=title, body=body, url=f"/safety/hazard/{hazard.pk}/", subject=HAZARDS_TOLD
    )  # fmt: skip

"""An accident reported: leaders told at once, two clocks run, every step is added, none is changed (SAF-14)."""

from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number
from logistics.platform.web.templatetags.school import full_moment

from .models import ACCIDENT_MOVES, LAW, REPORTS, Accident, AccidentLevel, AccidentState, AccidentStep, Body
from .queries import CLOSE, HANDLE, PHONE, WRITTEN, check_can_report, open_accidents, untold

SERIES = "SG"
SOON = timedelta(minutes=15)
OLDEST = timedelta(days=366)
# Also for group chats, so it says where and by when, never who was hurt or how: what people write about a person stays on the page.
ALARM = Subject("safety.accident", "发生事故、上报时限", "安全", urgent=True, for_chats=True)


def check_is_open(user, accident: Accident) -> None:
    require(user, HANDLE)
    if accident.state != AccidentState.OPEN:
        raise RuleViolation("已经结案，不能再记。新的情况另报一件。")


def check_can_close(user, accident: Accident) -> None:
    require(user, CLOSE)
    check_move(accident, AccidentState.CLOSED, moves=ACCIDENT_MOVES)


@rule
def open_accident(*, actor, at: datetime, happened_at: datetime | None = None, **given) -> Accident:
    """Report one: the clocks run from the moment it happened, leaders are told. Any member of staff may; it may be as old as a year.

    Raises RuleViolation at the field for a time to come, missing words, or a minor accident with somebody dead.
    """
    check_can_report(actor)
    happened = happened_at or at
    if happened > at:
        raise RuleViolation(f"时间不能晚于现在（{full_moment(at)}）。", field="happened_at")
    if happened < at - OLDEST:
        raise RuleViolation("一年以前的事故不在这里补报，请写成情况说明存档。", field="happened_at")
    given = tidied(given)
    if not given["summary"]:
        raise RuleViolation("请写经过：什么时候、谁、怎样、现在怎么样。", field="summary")
    if given.get("dead") and given["level"] == AccidentLevel.MINOR:
        raise RuleViolation("有人死亡不是轻微事故，请选一般以上。", field="level")
    on = timezone.localdate(happened)
    accident = Accident(
        number=next_number(SERIES, on.year), happened_at=happened, created_by=actor, created_at=at, phone_by=happened + timedelta(minutes=limit(PHONE, on)),
        written_by=happened + timedelta(minutes=max(limit(WRITTEN, on), limit(PHONE, on))), **given,
    )  # fmt: skip
    accident.full_clean()
    accident.save()
    record_event(actor=actor, at=at, action="open", record=accident, text=f"报告{accident.get_level_display()}事故", note=accident.summary)
    until = f"电话报告教育部门，最迟 {full_moment(accident.phone_by)}；书面报告最迟 {full_moment(accident.written_by)}。" if accident.must_report else ""
    _tell(at, accident, "opened", f"{accident.where}发生{accident.get_kind_display()}事故"[:110], f"{until}经过请打开看。")
    return accident


@rule
def log_step(
    *, actor, at: datetime, record: Accident, kind: str, words: str, body: str = "", contact: str = "", happened_at: datetime | None = None
) -> Accident:  # fmt: skip
    """Write down a step or a report with the time it was made and the time it is written. The first report of each kind stops its clock."""
    accident = stored(Accident, record)
    check_is_open(actor, accident)
    happened = happened_at or at
    if not accident.happened_at <= happened <= at:
        raise RuleViolation(f"时间在事故发生（{full_moment(accident.happened_at)}）和现在之间。", field="happened_at")
    said = tidied({"words": words or "", "contact": contact or ""})
    if not said["words"]:
        raise RuleViolation("请写做了什么、说了什么。", field="words")
    is_report = kind in REPORTS
    if is_report and body not in Body.values:
        raise RuleViolation("上报请选报给哪个部门。", field="body")
    if is_report and not said["contact"]:
        raise RuleViolation("请写对方单位、接报人和电话。", field="contact")
    step = AccidentStep(accident=accident, kind=kind, body=body if is_report else "", happened_at=happened, created_by=actor, created_at=at, **said)
    step.full_clean()
    step.save()
    about = f"（{step.get_body_display()}）" if step.body else ""
    record_event(actor=actor, at=at, action="step", record=accident, text=f"{step.get_kind_display()}{about}：{step.words}"[:300], note=step.contact)
    return accident


@rule
def change_level(*, actor, at: datetime, record: Accident, level: str, injured: int, dead: int, reason: str) -> Accident:
    """What became known later: another level, other numbers. Raises RuleViolation without a reason."""
    accident, reason = stored(Accident, record), tidied({"reason": reason or ""})["reason"]
    check_is_open(actor, accident)
    if not reason:
        raise RuleViolation("请写依据，例如 医院诊断。", field="reason")
    if dead and level == AccidentLevel.MINOR:
        raise RuleViolation("有人死亡不是轻微事故，请选一般以上。", field="level")
    was = accident.must_report
    before = [accident.get_level_display(), f"伤 {accident.injured} 亡 {accident.dead}"]
    accident.level, accident.injured, accident.dead = level, injured, dead
    accident.full_clean()
    accident.save(update_fields=["level", "injured", "dead"])
    after = [accident.get_level_display(), f"伤 {injured} 亡 {dead}"]
    changes = {label: [old, new] for label, old, new in zip(("等级", "伤亡"), before, after, strict=True) if old != new}
    record_event(actor=actor, at=at, action="update", record=accident, text="改等级和伤亡", note=reason, changes=changes)
    if accident.must_report and not was:
        _tell(
            at,
            accident,
            "raised",
            f"{accident}改为{accident.get_level_display()}，要上报",
            f"最迟 {full_moment(accident.phone_by)} 电话报告教育部门。依据请打开看。",
        )
    return accident


@rule
def close_accident(*, actor, at: datetime, record: Accident, cause: str, measure: str, blame: str = "", lesson: str = "") -> Accident:
    """Four questions answered (四不放过), a minor one the two of cause and measure. Refused while a report is missing."""
    accident = stored(Accident, record)
    check_can_close(actor, accident)
    missing = untold(accident)
    if missing:
        raise RuleViolation(f"还没有{'、'.join(clock.label for clock in missing)}，先上报并记下，再结案。依据：{LAW}。")
    said = tidied({"cause": cause or "", "measure": measure or "", "blame": blame or "", "lesson": lesson or ""})
    needed = {"cause": "查明的原因", "measure": "整改措施"} | ({"blame": "责任认定和处理", "lesson": "教育了谁、怎样教育"} if accident.must_report else {})
    for name, words in needed.items():
        if not said[name]:
            raise RuleViolation(f"请写{words}。", field=name)
    advance(accident, AccidentState.CLOSED, moves=ACCIDENT_MOVES, closed_at=at, closed_by=actor, **{name: text[:500] for name, text in said.items()})
    record_event(actor=actor, at=at, action="close", record=accident, text="结案", note=said["cause"])
    return accident


def watch_clocks(*, at: datetime) -> int:
    """Tell again a quarter of an hour before the last moment and after it, once each, while a report is missing. Returns how many accidents."""
    told = 0
    for accident, clocks in open_accidents(at):
        pressing = [clock for clock in clocks if clock.by <= at + SOON]
        for clock in pressing:
            over = clock.by <= at
            title = f"{accident}{'已经超过' if over else '马上到'}上报时限"
            _tell(at, accident, f"{clock.by:%d%H%M}:{'over' if over else 'soon'}", title, f"还没有{clock.label}，最迟 {full_moment(clock.by)}。依据：{LAW}。")
        told += bool(pressing)
    return told


def _tell(at: datetime, accident: Accident, what: str, title: str, body: str) -> None:
    people = {person.pk: person for code in (HANDLE, CLOSE) for person in holders_of(code)}
    notify(
        at=at,
        key=f"safety.accident:{accident.pk}:{what}",
        recipients=people.values(),
        title=title,
        body=body,
        url=f"/safety/accident/{accident.pk}/",
        subject=ALARM,
    )

"""Workers, the morning check, the roster and the training (CAN-10, CAN-11)."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from canteen.evidence import MANAGE, check_can_check, check_can_manage, enter
from canteen.late import claimed_time
from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_day

from .models import FEVER, ROSTER_MOVES, SYMPTOMS, TIDY, Fitness, MorningCheck, RosterEntry, RosterState, Training, TrainingPerson, Worker
from .queries import certificate, lack_words, last_check

UNFIT = Subject("canteen.staff", "食堂人员晨检不合格", "食堂", urgent=True)
HEALTH_LAW = "《食品安全法》第四十五条、《学校食品安全与营养健康管理规定》第二十七条"
CHECK_BASIS = "《餐饮服务食品安全操作规范》"
SCORE = re.compile(r"(?P<name>\S+?)[\s:：，,]+(?P<score>\d{1,3})分?")


def check_can_take_off(user, entry: RosterEntry) -> None:
    require(user, MANAGE)
    check_move(entry, RosterState.OFF, moves=ROSTER_MOVES)


@rule
def save_worker(*, actor, at: datetime, record: Worker | None = None, **fields) -> Worker:
    """Put somebody into the canteen's list, or change the job."""
    check_can_manage(actor)
    worker, fields = stored(Worker, record), tidied(fields)
    if worker.pk is None:
        worker.created_by, worker.created_at = actor, at
    return save_changes(actor=actor, at=at, record=worker, **fields)


@rule
def check_worker(
    *, actor, at: datetime, worker: Worker, celsius: Decimal, result: str, symptoms: Iterable[str] = (), tidy: Iterable[str] = (), went: str = "",
    happened_at: datetime | None = None, note: str = "",
) -> MorningCheck:  # fmt: skip
    """晨检: one person, every item. `symptoms` are those found, `tidy` those in order.

    Raises RuleViolation when somebody with a finding or without a certificate is to go on duty, or comes back without saying what cleared it;
    Conflict when the person was checked already. A failed check takes the person off the day's roster.
    """
    check_can_check(actor)
    worker = Worker.objects.select_for_update(of=("self",)).select_related("person").get(pk=worker.pk)
    on = timezone.localdate(claimed_time(happened_at, at))
    if not worker.is_active:
        raise RuleViolation(f"{worker}不在岗，不用晨检。", field="worker")
    known = worker.checks.filter(on=on, struck_at=None).select_related("created_by").first()
    if known:
        raise Conflict(f"{worker}已经由{known.created_by.name}检查过，结论是{known.get_result_display()}。", field="worker")
    found, fine = set(symptoms), set(tidy)
    row = MorningCheck(worker=worker, on=on, celsius=celsius, result=result)
    for name in SYMPTOMS:
        setattr(row, name, name in found)
    for name in TIDY:
        setattr(row, name, name in fine)
    paper = certificate(worker, on)
    row.paper_until = paper.expires_on if paper else None
    went = tidied({"went": went or ""})["went"]
    _check_result(row, paper, went)
    saved = enter(actor=actor, at=at, record=row, happened_at=happened_at, text=f"晨检 {worker}：{row.get_result_display()}", went=went, note=note)
    if saved.result != Fitness.DUTY:
        _send_off(actor, at, saved)
    return saved


def _check_result(row: MorningCheck, paper, went: str) -> None:
    worker, on = row.worker, row.on
    if row.result != Fitness.DUTY:
        if not went:
            raise RuleViolation("请写去哪里了，例如 回家休息、去医院。", field="went")
        return
    if row.found:
        raise RuleViolation(
            f"{worker}有：{'、'.join(row.found)}，不能上岗，请选暂离岗位或就医。依据：{CHECK_BASIS}（体温 {FEVER} ℃ 以上按发热）。", field="result"
        )
    if paper is None:
        raise RuleViolation(f"{worker}{lack_words(worker, on)}，不能上岗。依据：{HEALTH_LAW}。", field="result")
    before = last_check(worker, on)
    if before and before.result != Fitness.DUTY and not went:
        raise RuleViolation(f"{worker}{full_day(before.on)}因{'、'.join(before.found) or before.went}离岗，复工要写依据，例如 医生证明已痊愈。", field="went")


def _send_off(actor, at: datetime, check: MorningCheck) -> None:
    reason = f"晨检{check.get_result_display()}：{'、'.join(check.found) or check.went}"[:200]
    for entry in RosterEntry.objects.select_for_update().filter(worker=check.worker, on=check.on, state=RosterState.ON):
        advance(entry, RosterState.OFF, moves=ROSTER_MOVES, reason=reason)
        record_event(actor=actor, at=at, action="take_off", record=entry, text="换下", note=reason)
    notify(
        at=at, key=f"canteen.staff:{check.pk}", recipients=holders_of(MANAGE), title=f"{check.worker}今天不能上岗", body=reason, url=f"/canteen/morning-check/{check.pk}/",
        subject=UNFIT,
    )  # fmt: skip


@rule
def put_on_roster(*, actor, at: datetime, worker: Worker, on: date, job: str = "", shift: str = "") -> RosterEntry:
    """Put somebody on the roster of a day. Refused without a certificate valid on that day, or when the day's check sent the person off."""
    check_can_manage(actor)
    worker = Worker.objects.select_for_update(of=("self",)).select_related("person").get(pk=worker.pk)
    if not worker.is_active or not worker.person.is_active:
        raise RuleViolation(f"{worker}不在岗，不能排班。", field="worker")
    if on < timezone.localdate(at):
        raise RuleViolation("过去的日子不能再排班。", field="on")
    paper = certificate(worker, on)
    if paper is None:
        raise RuleViolation(f"{worker}{full_day(on)}{lack_words(worker, on)}，不能排班。请先在证件里登记新证。依据：{HEALTH_LAW}。", field="worker")
    before = last_check(worker, on)
    if before and before.result != Fitness.DUTY:
        cause = "、".join(before.found) or before.went
        raise RuleViolation(f"{worker}{full_day(before.on)}晨检没有通过（{cause}），通过晨检才能排班。依据：{CHECK_BASIS}。", field="worker")
    if RosterEntry.objects.filter(worker=worker, on=on, state=RosterState.ON).exists():
        raise Conflict(f"{worker}这一天已经排了班。", field="worker")
    entry = RosterEntry(worker=worker, on=on, job=job or worker.job, paper_until=paper.expires_on, created_by=actor, created_at=at)
    return save_changes(actor=actor, at=at, record=entry, **tidied({"shift": shift or ""}))


@rule
def roster_all(*, actor, at: datetime, on: date, workers: Iterable[Worker], shift: str = "") -> tuple[list[RosterEntry], list[str]]:
    """Put several people on at once; returns the entries and a sentence for each who was refused."""
    check_can_manage(actor)
    made, refused = [], []
    for worker in workers:
        try:
            made.append(put_on_roster(actor=actor, at=at, worker=worker, on=on, shift=shift))
        except RuleViolation as refusal:
            refused.append(refusal.message)
    if not made:
        raise RuleViolation(" ".join(refused) or "还没有选人。", field="workers")
    return made, refused


@rule
def take_off(*, actor, at: datetime, record: RosterEntry, reason: str) -> RosterEntry:
    """Take somebody off the roster with a reason."""
    entry = stored(RosterEntry, record)
    check_can_take_off(actor, entry)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么换下。", field="reason")
    advance(entry, RosterState.OFF, moves=ROSTER_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="take_off", record=entry, text="换下", note=reason)
    return entry


@rule
def record_training(
    *, actor, at: datetime, kind: str, topic: str, hours: Decimal, workers: Sequence[Worker] = (), scores: str = "", teacher: str = "",
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> Training:  # fmt: skip
    """A lesson with who came, or a test with everybody's marks, typed one person a line as "张三 85"."""
    check_can_manage(actor)
    marks = scores_of(scores, {worker.person.name: worker for worker in workers})
    if not workers:
        raise RuleViolation("请选参加的人。", field="workers")
    if kind == "test" and set(marks) != {worker.pk for worker in workers}:
        raise RuleViolation("考核要写每个人的分数，一行一人，例如 张三 85。", field="scores")
    row = enter(actor=actor, at=at, record=Training(), happened_at=happened_at, photos=photos, kind=kind, topic=topic, hours=hours, teacher=teacher, note=note)
    TrainingPerson.objects.bulk_create(TrainingPerson(training=row, worker=worker, score=marks.get(worker.pk)) for worker in workers)
    return row


def scores_of(text: str, workers: dict[str, Worker]) -> dict[int, int]:
    """{worker id: marks}. Raises RuleViolation naming the line that is not understood."""
    found = {}
    for n, line in enumerate((line.strip() for line in (text or "").splitlines()), 1):
        if not line:
            continue
        read = SCORE.fullmatch(line)
        if not read or read["name"] not in workers or int(read["score"]) > 100:
            raise RuleViolation(f"第 {n} 行「{line[:20]}」看不懂。写成 姓名 分数，姓名要在参加的人里，分数不超过 100。", field="scores")
        found[workers[read["name"]].pk] = int(read["score"])
    return found

"""Visitors: announced or at the gate, confirmed by the host, let in and out (SAF-06)."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import plain
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number

from .identity import digest_of, masked, tidy_id, tidy_phone, tidy_plate
from .models import COMING, PERSONAL, VISIT_MOVES, GateVisit, VisitKind, VisitState
from .queries import MANAGE, RECORD, VIEW, barred_among, check_can_record, overstaying

SUBJECT = Subject("safety.visit", "来访、超时未离校、收发件", "安全", urgent=True)
HOURS = Limit(
    "safety.visit.hours", "来访最多在校几小时", "小时", 4, floor=1, ceiling=24, group="安全", help="超过还没离校的，提醒被访人和门卫。门卫放行时可以另写时间。"
)
KEEP = Limit(
    "safety.visit.keep", "来访人个人信息保留多久", "天", 365, floor=30, ceiling=730, force=GUIDANCE, group="安全", basis="《个人信息保护法》第十九条",
    help="到期清除姓名、单位、电话、证件号、车牌，只留次数、事由和时间。",
)  # fmt: skip
LIMITS = (HOURS, KEEP)
AHEAD = timedelta(days=60)


def check_can_announce(user, record=None) -> None:
    require(user, VIEW)


def page_of(visit: GateVisit) -> str:
    return reverse("safety:guest-detail", args=[visit.pk])


def tell(people, visit: GateVisit, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One line per occasion of this visit, without the visitor's full name."""
    recipients = list({person.pk: person for person in people if person is not None}.values())
    notify(at=at, key=f"safety.visit.{about}:{visit.pk}", recipients=recipients, title=title, body=body, url=page_of(visit), subject=SUBJECT)


@rule
def announce_visit(
    *, actor, at: datetime, kind: str = VisitKind.VISITOR, name: str, reason: str, host=None, organisation: str = "", phone: str = "", people: int = 1,
    plate: str = "", work_permit: str = "", work_until: date | None = None, expected_at: datetime | None = None,
) -> GateVisit:  # fmt: skip
    """A visit for oneself, agreed at once; or written at the gate for somebody who is asked on the phone.

    Raises NotAllowed for announcing to others without the gate's right, RuleViolation at its field, also for whoever is on the list of those not let in.
    """
    require(actor, VIEW)
    host = host or actor
    if host != actor and not has(actor, RECORD):
        raise NotAllowed("替别人登记来访，请找门卫。自己的客人，被访人写自己。")
    if not (host.is_active and host.is_person):
        raise RuleViolation(f"{host}不在职，不能接待。", field="host")
    words = tidied({"name": name or "", "organisation": organisation or "", "reason": reason or "", "work_permit": work_permit or ""})
    words["phone"] = tidy_phone(phone)
    plate = tidy_plate(plate)
    expected_at = _expected(expected_at, at)
    _check_not_barred(actor, timezone.localdate(expected_at), phone=words["phone"], plate=plate)
    _check_permit(kind, words["work_permit"], work_until, timezone.localdate(expected_at))
    visit = GateVisit(
        kind=kind, people=people, plate=plate, host=host, work_until=work_until, expected_at=expected_at, created_by=actor, created_at=at, **words
    )
    if not visit.name:
        raise RuleViolation("请写来访人姓名。", field="name")
    if host == actor:
        visit.state, visit.agreed_at, visit.agreed_by = VisitState.AGREED, at, actor
    visit.number = next_number("LF", timezone.localtime(at).year)
    visit.full_clean()
    visit.save()
    record_event(actor=actor, at=at, action="create", record=visit, text=f"登记来访：{visit.surname}找{host.name}，{visit.reason}")
    if host != actor:
        tell([host], visit, at=at, about="asked", title=f"{visit.surname}在门口找您，见不见", body=f"{visit.organisation} {visit.reason}".strip())
    return visit


def _expected(expected_at: datetime | None, at: datetime) -> datetime:
    if expected_at is None:
        return at
    if not at - timedelta(minutes=10) <= expected_at <= at + AHEAD:
        raise RuleViolation(f"约的时间从现在起，最多提前 {AHEAD.days} 天。", field="expected_at")
    return expected_at


def _check_not_barred(actor, on: date, **known) -> None:
    """Why somebody is on the list is the gate's to know, not everybody's who tries a number."""
    if found := barred_among(on, **known):
        why = f"（{found.reason}）" if has(actor, RECORD) or has(actor, MANAGE) else ""
        raise RuleViolation(f"这个人在不准进校的名单上{why}。不要放行，请找安全员。")


def _check_permit(kind: str, permit: str, until: date | None, on: date) -> None:
    if kind != VisitKind.WORKER:
        return
    if not permit:
        raise RuleViolation("施工维修人员要有施工许可（派工单号、动火作业票等），请写清楚。", field="work_permit")
    if until is None or until < on:
        raise RuleViolation("施工许可没有写到哪天，或者已经过期，请先办好许可。", field="work_until")


def check_can_answer(user, visit: GateVisit) -> None:
    """The host; whoever answers for the gate may in the host's place."""
    if user.pk != visit.host_id and not has(user, MANAGE):
        raise NotAllowed(f"请被访人{visit.host.name}自己确认，打电话请他打开手机上的提醒。")
    check_move(visit, VisitState.AGREED, moves=VISIT_MOVES)


@rule
def agree(*, actor, at: datetime, record: GateVisit) -> GateVisit:
    """The host will receive the visitor."""
    visit = stored(GateVisit, record)
    check_can_answer(actor, visit)
    advance(visit, VisitState.AGREED, moves=VISIT_MOVES, agreed_at=at, agreed_by=actor)
    record_event(actor=actor, at=at, action="agree", record=visit, text="同意接待" if actor.pk == visit.host_id else f"替{visit.host.name}同意接待")
    tell([visit.created_by], visit, at=at, about="answered", title=f"{visit.host.name}同意接待{visit.surname}，可以放行")
    return visit


@rule
def decline(*, actor, at: datetime, record: GateVisit, reason: str = "") -> GateVisit:
    """The host will not; the gate is told."""
    visit, reason = stored(GateVisit, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_answer(actor, visit)
    advance(visit, VisitState.DECLINED, moves=VISIT_MOVES, note=reason)
    record_event(actor=actor, at=at, action="decline", record=visit, text="不接待", note=reason)
    tell([visit.created_by], visit, at=at, about="answered", title=f"{visit.host.name}不接待{visit.surname}，不要放行", body=reason)
    return visit


def check_can_let_in(user, visit: GateVisit) -> None:
    check_can_record(user)
    if visit.state == VisitState.WAITING:
        raise RuleViolation(f"还要被访人{visit.host.name}在手机上确认，才能放行。")
    check_move(visit, VisitState.INSIDE, moves=VISIT_MOVES)


@rule
def let_in(
    *, actor, at: datetime, record: GateVisit, id_kind: str, id_number: str, badge: str = "", people: int | None = None, plate: str | None = None, carried: str = "",
    leave_by: datetime | None = None,
) -> GateVisit:  # fmt: skip
    """The guard has checked the paper and gives a badge. Raises RuleViolation for a wrong day, number, permit, or somebody on the list."""
    visit, today = stored(GateVisit, record), timezone.localdate(at)
    check_can_let_in(actor, visit)
    if timezone.localdate(visit.expected_at) != today:
        raise RuleViolation(f"约的是 {timezone.localtime(visit.expected_at):%m-%d %H:%M}，今天不能凭这张单进。请重新登记。")
    number = tidy_id(id_kind, id_number or "")
    plate = visit.plate if plate is None else tidy_plate(plate)
    known = {"id_digest": digest_of(number), "plate": plate}
    _check_not_barred(actor, today, phone=visit.phone, **known)
    _check_permit(visit.kind, visit.work_permit, visit.work_until, today)
    words = tidied({"badge": plain(badge or "").upper(), "carried": carried or ""})
    leave_by = leave_by or at + timedelta(hours=limit(HOURS.code, today))
    if not at < leave_by <= at + timedelta(hours=24):
        raise RuleViolation("应离校的时间在现在以后、24 小时以内。", field="leave_by")
    _check_badge(words["badge"])
    people = visit.people if people is None else people
    visit.id_kind, visit.id_masked, visit.people = id_kind, masked(number), people
    visit.full_clean(exclude=["state"])
    taken = {"id_kind": id_kind, "id_masked": visit.id_masked, "people": people, "in_at": at, "in_by": actor, "leave_by": leave_by}
    _enter(visit, **taken, **known, **words)
    text = f"核对{visit.get_id_kind_display()}，放行 {people} 人" + (f"，临时证 {visit.badge}" if visit.badge else "")
    record_event(actor=actor, at=at, action="let_in", record=visit, text=text)
    if actor.pk != visit.host_id:
        tell([visit.host], visit, at=at, about="in", title=f"您的客人{visit.surname}进校了")
    return visit


def _enter(visit: GateVisit, **taken) -> None:
    try:
        with transaction.atomic():
            advance(visit, VisitState.INSIDE, moves=VISIT_MOVES, **taken)
    except IntegrityError as clash:  # another guard gave out the same badge at this very moment
        raise Conflict(f"临时证 {taken['badge']} 刚刚发给了别的客人，请换一个。", field="badge") from clash


def _check_badge(badge: str) -> None:
    if len(badge) > 20:
        raise RuleViolation("临时证号最多 20 个字。", field="badge")
    if badge and (other := GateVisit.objects.filter(state=VisitState.INSIDE, badge=badge).first()):
        raise RuleViolation(f"临时证 {badge} 还在别的客人（{other.number}）手上，请换一个。", field="badge")


def check_can_let_out(user, visit: GateVisit) -> None:
    check_can_record(user)
    check_move(visit, VisitState.LEFT, moves=VISIT_MOVES)


@rule
def let_out(*, actor, at: datetime, record: GateVisit, badge_back: bool = True, note: str = "") -> GateVisit:
    """The visitor leaves; a badge that is not given back needs words."""
    visit, note = stored(GateVisit, record), tidied({"note": note or ""})["note"][:200]
    check_can_let_out(actor, visit)
    if visit.badge and not badge_back and not note:
        raise RuleViolation("临时证没有交回，请写明原因。", field="note")
    advance(visit, VisitState.LEFT, moves=VISIT_MOVES, out_at=at, out_by=actor, note=note)
    missing = "，临时证没有交回" if visit.badge and not badge_back else ""
    record_event(actor=actor, at=at, action="let_out", record=visit, text=f"离校{missing}", note=note)
    return visit


def check_can_cancel(user, visit: GateVisit) -> None:
    if user.pk not in (visit.host_id, visit.created_by_id):
        require(user, MANAGE)
    check_move(visit, VisitState.CANCELLED, moves=VISIT_MOVES)


@rule
def cancel_visit(*, actor, at: datetime, record: GateVisit, reason: str = "") -> GateVisit:
    """Nobody comes after all."""
    visit, reason = stored(GateVisit, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_cancel(actor, visit)
    advance(visit, VisitState.CANCELLED, moves=VISIT_MOVES, note=reason)
    record_event(actor=actor, at=at, action="cancel", record=visit, text="取消来访", note=reason)
    return visit


@rule
def watch_visits(*, actor, at: datetime) -> int:
    """Every few minutes: who stays too long is told of once, who did not come lapses, what is too old is forgotten. How many stay too long."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    late = list(overstaying(at))
    if late:
        guards = list(holders_of(RECORD))
        for visit in late:
            words = f"应在 {timezone.localtime(visit.leave_by):%H:%M} 前离校，{visit.people} 人"
            tell([visit.host, *guards], visit, at=at, about="over", title=f"来访超时未离校：{visit.surname}（找{visit.host.name}）", body=words)
    _lapse(actor, at)
    _forget(actor, at)
    return len(late)


def _lapse(actor, at: datetime) -> None:
    before = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    for visit in GateVisit.objects.filter(state__in=COMING, expected_at__lt=before).select_for_update()[:500]:
        advance(visit, VisitState.CANCELLED, moves=VISIT_MOVES, note="当天没有来")
        record_event(actor=actor, at=at, action="lapse", record=visit, text="当天没有来，这张单作废")


def _forget(actor, at: datetime) -> None:
    """What identifies a visitor goes when its time is over; the number, times and reason stay."""
    before = at - timedelta(days=limit(KEEP.code, timezone.localdate(at)))
    rows = GateVisit.objects.filter(erased_at=None, expected_at__lt=before).exclude(state=VisitState.INSIDE)
    for visit in rows.select_for_update()[:500]:
        for field in PERSONAL:
            setattr(visit, field, "")
        visit.erased_at = at
        visit.save(update_fields=[*PERSONAL, "erased_at"])
        record_event(actor=actor, at=at, action="erase", record=visit, text="保留期满，清除个人信息")

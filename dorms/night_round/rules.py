"""Planning the night's rounds, preparing them, walking them, repairs that come of them (DOR-05)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.duties.checklist import answered, items_of
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.phone import does_now
from logistics.platform.duties.queries import MANAGE as DUTIES_MANAGE
from logistics.platform.duties.queries import may_do
from logistics.platform.duties.rhythm import DAY, Kind, Rhythm, minute_of, night_minutes
from logistics.platform.duties.rounds import check_round_time, close_round, lock_without_round
from logistics.platform.duties.rules import save_duty, start_duty, stop_duty
from logistics.platform.duties.watch_rules import mark_missed
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.places.models import Level, Place
from logistics.platform.web.templatetags.school import full_day
from repairs.public import open_ticket

from .models import PRODUCER, NightPlan, NightRound
from .queries import MANAGE, VIEW, in_nights, missed_of, missed_words, night_of

ROUNDS = "dorms.night.rounds"
LAW = "GB/T 40248-2021 第 7.3.5 条；公安部令第 61 号第二十五条（寄宿制学校夜间防火巡查）"
LOOKED_AT = ("安全出口没有上锁、通道畅通", "消防器材在位、有效", "用火用电没有违规，没有点火、烧水", "门窗、水龙头关好")
MISSED = Subject("dorms.night", "夜间巡查没走", "宿舍", urgent=False, for_chats=True)
EVENING, NIGHT = 17 * 60, 16 * 60  # minutes: a night round lies between five in the afternoon and nine in the morning
NIGHTS_BACK = 4  # nights of which a job that stood still tells
GRACE, REMIND = 60, 15  # minutes


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_see(user, record=None) -> None:
    """Whoever oversees the nights or walks them."""
    if not has(user, VIEW) and not does_now(user, PRODUCER):
        raise NotAllowed("您名下没有夜间巡查。")


def check_can_walk(user, found: NightRound) -> None:
    """Whoever the round is for, while its occurrence stands. The time is looked at when it is done, so that the page can be read before."""
    occurrence = found.occurrence
    if not may_do(user, occurrence) and not has(user, DUTIES_MANAGE):
        raise NotAllowed(f"这趟巡查归{occurrence.owner_words}走，不归您。")
    if occurrence.state == OccurrenceState.CANCELLED:
        raise RuleViolation("这趟巡查取消了，不用走。")
    if found.done_at:
        raise Conflict("这趟巡查已经登记过了。")


def check_can_repair(user, found: NightRound) -> None:
    """Whoever walked it, or oversees the nights, once something was not in order."""
    if found.done_by_id != user.pk:
        require(user, MANAGE)
    if not found.bad:
        raise RuleViolation("这趟巡查没有不正常的，不用报修。")


@rule
def save_plan(*, actor, at: datetime, record: NightPlan | None = None, **fields) -> NightPlan:
    """Who walks a building at night and how often; its duty is made, changed, stopped or started with it.

    Raises RuleViolation at `every` for fewer rounds than the school's limit, at `building` for one without floors.
    """
    check_can_manage(actor)
    plan, fields = stored(NightPlan, record), tidied(fields)
    if plan.pk is None:
        plan.created_by, plan.created_at = actor, at
    starts, until = fields.get("starts", plan.starts), fields.get("until", plan.until)
    rhythm = _rhythm(starts, until, fields.get("every", plan.every), fields.get("days", plan.days), at)
    if plan.duty_id and fields.get("building", plan.building) != plan.building:
        raise RuleViolation(f"这份是{plan.building}的。换楼请给那栋楼另排一份，这一份停用。", field="building")
    plan = save_changes(actor=actor, at=at, record=plan, **fields)
    if not plan.building.is_active and plan.is_active:
        raise RuleViolation(f"{plan.building}停用了，不用排夜间巡查。", field="building")
    if plan.is_active and not items_for(plan):
        raise RuleViolation(f"{plan.building}下面没有楼层，请先在「地点」里加楼层。", field="building")
    _keep_duty(actor, at, plan, rhythm)
    prepare_rounds(actor=actor, at=at)
    return plan


def _rhythm(starts: time, until: time, every: int, days: str, at: datetime) -> dict:
    if not every or not 1 <= every <= 12:
        raise RuleViolation("每 1 到 12 小时一次。", field="every")
    if (minute_of(starts) - EVENING) % DAY + ((minute_of(until) - minute_of(starts)) % DAY or DAY) > NIGHT:
        raise RuleViolation("夜间巡查在 17:00 到第二天 09:00 之间，请核对几点开始、到几点。", field="starts")
    rhythm = Rhythm(kind=Kind.NIGHT, times=(starts,), until=until, every=every, minutes=every * 60, days=days)
    least, times = limit(ROUNDS, timezone.localdate(at)), night_minutes(rhythm) // (every * 60)
    if times < least:
        raise RuleViolation(f"每晚至少走 {least} 次，这样只有 {times} 次。依据：{LAW}。", field="every")
    return rhythm.stored()


def _keep_duty(actor, at: datetime, plan: NightPlan, rhythm: dict) -> None:
    """The platform's duty says what the plan says."""
    if plan.duty is None and not plan.is_active:
        return
    given = {"title": str(plan)[:60], "owner_person": plan.owner_person, "owner_post": plan.owner_post, "supervisor": plan.supervisor}
    if plan.duty is None:
        ladder = [[30, "supervisor"]] if plan.supervisor else []
        more = {"basis": LAW, "producer": PRODUCER, "subject": plan.subject, "grace_minutes": GRACE, "remind_minutes": REMIND, "ladder": ladder}
        plan.duty = save_duty(actor=actor, at=at, rhythm=rhythm, checklist=[], starts_on=timezone.localdate(at), **given, **more)
        plan.save(update_fields=["duty"])
        return
    duty = Duty.objects.get(pk=plan.duty_id)
    if plan.is_active and not duty.is_active:
        start_duty(actor=actor, at=at, record=duty)
    elif duty.is_active and not plan.is_active:
        stop_duty(actor=actor, at=at, record=duty, reason="夜间巡查停了")
        return
    if plan.is_active:
        ladder = [[30, "supervisor"]] if plan.supervisor else []
        save_duty(actor=actor, at=at, record=Duty.objects.get(pk=duty.pk), rhythm=rhythm, ladder=ladder, **given)


def items_for(plan: NightPlan) -> list[dict]:
    """The building's floors in use, then what is looked at everywhere; nothing for a building without floors."""
    floors = Place.objects.filter(parent=plan.building.place_id, level=Level.FLOOR, is_active=True).order_by("order", "name")
    names = sorted((floor.name for floor in floors), key=lambda name: (int("".join(c for c in name if c.isdigit())[:4] or 0), name))
    return items_of("\n".join([*(f"{name}都看过，没有异常"[:60].replace("｜", " ") for name in names[:20]), *LOOKED_AT])) if names else []


@rule
def prepare_rounds(*, actor, at: datetime) -> int:
    """Make the rounds of what opens within a day, each once; returns how many.

    What was due while this job stood still gets its round, too, so that the night says it was not walked.
    """
    rows = lock_without_round(PRODUCER, at, NightRound.objects.all(), back=timedelta(days=NIGHTS_BACK))
    plans = {plan.duty_id: plan for plan in NightPlan.objects.filter(duty__in=[row.duty_id for row in rows]).select_related("building")}
    items = {duty: items_for(plan) for duty, plan in plans.items()}
    made = [_prepare(row, plans[row.duty_id], items[row.duty_id]) for row in rows if items.get(row.duty_id)]
    if made:
        record_event(actor=actor, at=at, action="prepare", record=made[0], text=f"排好 {len(made)} 趟夜间巡查")
    return len(made)


def _prepare(row: Occurrence, plan: NightPlan, items: list[dict]) -> NightRound:
    return NightRound.objects.create(occurrence=row, building=plan.building, items=items)


@rule
def walk_round(
    *, actor, at: datetime, record: NightRound, given: Mapping[int, dict] | None = None, photos: Sequence = (), note: str = "", kind=None, place: Place | None = None,
    written_at: datetime | None = None,
) -> NightRound:  # fmt: skip
    """What was seen on one round. With a kind of fault what is not in order becomes a repair ticket in the same step.

    `given` is {item number from 0: {"value", "note"}}; `written_at` is when a phone without network says it was filled in: not before the round opened.
    Raises RuleViolation at answer_<n>, note_<n>, kind, place; Conflict when it was walked already.
    """
    NightRound.objects.select_for_update().get(pk=record.pk)
    found = NightRound.objects.select_related("occurrence", "building__place").get(pk=record.pk)
    check_can_walk(actor, found)
    check_round_time(found.occurrence, at, written_at=written_at)
    found.lines = answered(found.items, dict(given or {}))
    wrong = [line for line in found.lines if not line["ok"]]
    found.bad, found.note, found.done_at, found.done_by = len(wrong), tidied({"n": note or ""})["n"][:300], at, actor
    found.save(update_fields=["lines", "bad", "note", "done_at", "done_by"])
    attach(actor=actor, at=at, record=found, role="photo", uploads=photos, field="photos")
    record_event(actor=actor, at=at, action="walk", record=found, text=f"走完，{len(wrong)} 项不正常" if wrong else "走完，都正常", note=found.note)
    late = f"夜间巡查 {timezone.localtime(at):%m-%d %H:%M} 才送到，{found.bad} 项不正常。"
    found.occurrence = close_round(actor=actor, at=at, occurrence=found.occurrence, wrong=wrong, words=found.note, late_words=late)
    if kind:
        if not wrong:
            raise RuleViolation("都正常就不用报修。有坏的，请把那一项选成不正常。", field="kind")
        words = "；".join(f"{line['text'].partition('都看过')[0]}：{line['note']}" for line in wrong)
        repair(actor=actor, at=at, record=found, kind=kind, place=place or found.building.place, description=words[:500])
    return found


@rule
def repair(*, actor, at: datetime, record: NightRound, kind, place: Place, description: str) -> NightRound:
    """A repair ticket for what a round found; several may come of one round."""
    found = stored(NightRound, record)
    check_can_repair(actor, found)
    inside = f"{place.path}".startswith(Place.objects.get(pk=found.building.place_id).path)
    if not inside:
        raise RuleViolation(f"{place}不在{found.building}，请另外报修。", field="place")
    ticket = open_ticket(actor=actor, at=at, place=place, kind=kind, description=description, origin=ref(found))
    found.tickets.add(ticket)
    record_event(actor=actor, at=at, action="repair", record=found, text=f"报修 {ticket.number}")
    return found


@rule
def tell_missed(*, actor, at: datetime) -> int:
    """In the morning: which rounds of the night nobody walked, once, to the keepers and whoever arranges the nights. Returns how many rounds were named.

    Nights on which this job stood still are told, too; what is missed after it was told is named the next morning with the rest of its night.
    """
    mark_missed(actor=actor, at=at)
    prepare_rounds(actor=actor, at=at)
    last = night_of(at - timedelta(hours=1))
    return sum(_tell_night(at, last - timedelta(days=n)) for n in reversed(range(NIGHTS_BACK)))


def _tell_night(at: datetime, on: date) -> int:
    rounds = list(missed_of(on).prefetch_related("building__keepers"))
    if not rounds:
        return 0
    keepers = {keeper.pk: keeper for one in rounds for keeper in one.building.keepers.all() if keeper.is_active}
    people = keepers | {person.pk: person for person in holders_of(MANAGE)}
    title = f"{full_day(on)}夜里有 {len(rounds)} 趟巡查没走"
    body = f"{missed_words(rounds)}。请查明原因，在任务里写补做说明。"[:500]
    last = NightRound.objects.filter(in_nights(on, on), occurrence__state=OccurrenceState.MISSED).aggregate(last=Max("occurrence__closes_at"))["last"]
    key = f"dorms.night:{on}:{last:%d%H%M}"
    told = notify(at=at, key=key, recipients=list(people.values()), title=title, body=body, url=f"/dorms/night/?on={on}", subject=MISSED)
    return len(rounds) if told and told.created_at == at else 0


def handle_closed(*, actor, at: datetime, origin, ticket) -> None:
    """The repair that came of a round has ended: the round's page says it."""
    found = NightRound.objects.filter(pk=origin.id).first()
    if found:
        record_event(actor=actor, at=at, action="repaired", record=found, text=f"报修 {ticket.number} {ticket.get_state_display()}")

"""Planning shifts, signing in at the post, the handover (SAF-08). Changes of people are in change_rules.py."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.labels.queries import scanned
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.terms.queries import calendar

from .fair import Slot, allot
from .models import SHIFT_MOVES, Days, Handover, Shift, ShiftKind, ShiftState, Watch, WatchRole, WatchState
from .queries import EARLY, MANAGE, VIEW, accounts_of, before, check_can_manage

SUBJECT = Subject("safety.roster", "值班安排、签到、换班", "安全")
LATE = Limit("safety.roster.late", "值班签到晚多久算迟到", "分钟", 10, floor=0, ceiling=60, group="安全")
MOST_DAYS = 93


def page_of(shift: Shift) -> str:
    return reverse("safety:shift-detail", args=[shift.pk])


def tell(people, *, at: datetime, key: str, title: str, body: str = "", url: str = "") -> None:
    recipients = list({person.pk: person for person in people if person is not None}.values())
    notify(at=at, key=f"safety.roster.{key}", recipients=recipients, title=title, body=body, url=url, subject=SUBJECT)


@rule
def save_kind(*, actor, at: datetime, record: ShiftKind | None = None, **fields) -> ShiftKind:
    """A kind of shift, new or changed; shifts that are planned keep their times. Raises ValidationError at its field."""
    require(actor, MANAGE)
    kind = stored(ShiftKind, record)
    if kind.pk and "place" in fields and fields["place"] != kind.place and Shift.objects.filter(kind=kind.pk, state=ShiftState.OPEN).exists():
        raise RuleViolation("有人正在这个点值班，等交班以后再换值班点。", field="place")
    return save_changes(actor=actor, at=at, record=kind, **tidied(fields))


def times_of(kind: ShiftKind, on: date) -> tuple[datetime, datetime]:
    """When the shift of this day starts and ends."""
    zone = timezone.get_default_timezone()
    last = on + timedelta(days=1) if kind.is_overnight else on
    return datetime.combine(on, kind.start, zone), datetime.combine(last, kind.end, zone)


@rule
def lay_roster(*, actor, at: datetime, since: date, until: date, kinds: Collection[ShiftKind], leaders: Sequence[User], people: Sequence[User]) -> list[Shift]:
    """Shifts for the days that have none yet, shared by what everybody had in the last 90 days, with eleven hours of rest between two.

    Raises RuleViolation for days that are over or too many, and, making nothing, when somebody is lacking for a shift. Each person is told once.
    """
    require(actor, MANAGE)
    _check_days(since, until, timezone.localdate(at))
    one_planner_at_a_time()
    wanted = _wanted(since, until, list(kinds))
    if not wanted:
        raise RuleViolation("这段时间这些班次都排好了，或者没有符合的日子。", field="since")
    listed = {WatchRole.LEADER: [one.pk for one in leaders], WatchRole.DUTY: [one.pk for one in people]}
    slots = [
        Slot((n, role, seat), role, *times_of(kind, on), kind.weight)
        for n, (kind, on) in enumerate(wanted)
        for role, seats in ((WatchRole.LEADER, int(kind.needs_leader)), (WatchRole.DUTY, kind.needs))
        for seat in range(seats)
    ]
    chosen, empty = allot(slots, listed, accounts_of({pk for some in listed.values() for pk in some}, since, until))
    if empty:
        n, role, _ = empty[0].key
        kind, on = wanted[n]
        raise RuleViolation(
            f"{on.month}月{on.day}日{kind.name}排不出{WatchRole(role).label}：选的人都在值班或者刚下班（两班之间至少隔 11 小时）。请多选几个人。",
            field="leaders" if role == WatchRole.LEADER else "people",
        )
    by_pk = {one.pk: one for one in [*leaders, *people]}
    made = []
    for n, (kind, on) in enumerate(wanted):
        crew = {role: [by_pk[pk] for (index, its, _), pk in chosen.items() if index == n and its == role] for role in WatchRole}
        made.append(_new_shift(actor, at, kind, on, crew[WatchRole.LEADER], crew[WatchRole.DUTY]))
    _tell_all(at, made)
    return made


def one_planner_at_a_time() -> None:
    """Whoever plans second sees what the first has planned."""
    list(ShiftKind.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _check_days(since: date, until: date, today: date) -> None:
    if since < today:
        raise RuleViolation("过去的日子不能再排班。", field="since")
    if until < since:
        raise RuleViolation("日期反了，早的写在前面。", field="until")
    if (until - since).days > MOST_DAYS:
        raise RuleViolation(f"一次最多排 {MOST_DAYS} 天。", field="until")


def _wanted(since: date, until: date, kinds: list[ShiftKind]) -> list[tuple[ShiftKind, date]]:
    """(kind, day) for the days the kind is for and that have no such shift yet."""
    known = set(Shift.objects.filter(on__range=(since, until)).exclude(state=ShiftState.VOID).values_list("kind", "on"))
    days = calendar()
    fits = {Days.WORKING: days.is_working_day, Days.OFF: lambda on: not days.is_working_day(on), Days.EVERY: lambda on: True}
    span = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return [(kind, on) for on in span for kind in kinds if fits[Days(kind.days)](on) and (kind.pk, on) not in known]


def _new_shift(actor, at: datetime, kind: ShiftKind, on: date, leaders: Sequence[User], people: Sequence[User]) -> Shift:
    starts_at, ends_at = times_of(kind, on)
    shift = Shift(kind=kind, place=kind.place, on=on, starts_at=starts_at, ends_at=ends_at, created_by=actor, created_at=at)
    shift.full_clean()
    shift.save()
    crew = [Watch(shift=shift, person=one, role=WatchRole.LEADER) for one in leaders] + [Watch(shift=shift, person=one, role=WatchRole.DUTY) for one in people]
    shift.crew = Watch.objects.bulk_create(crew)
    names = "、".join(one.name for one in [*leaders, *people])
    record_event(actor=actor, at=at, action="create", record=shift, text=f"排班：{names}")
    return shift


def _tell_all(at: datetime, made: Sequence[Shift]) -> None:
    own: dict[User, list[Shift]] = {}
    for shift in made:
        for watch in shift.crew:
            own.setdefault(watch.person, []).append(shift)
    for person, shifts in own.items():
        days = "、".join(str(shift) for shift in shifts[:10]) + ("等" if len(shifts) > 10 else "")
        tell([person], at=at, key=f"laid:{shifts[0].pk}:{person.pk}", title=f"您有 {len(shifts)} 次值班", body=days, url="/safety/shift/?mine=true")


@rule
def add_shift(*, actor, at: datetime, kind: ShiftKind, on: date, people: Sequence[User], leader: User | None = None) -> Shift:
    """One shift by hand. Raises RuleViolation for a day that is over, somebody on twice, nobody to lead where a leader is needed."""
    require(actor, MANAGE)
    starts_at, ends_at = times_of(kind, on)
    if ends_at <= at:
        raise RuleViolation("这一班已经过去了，不能再排。", field="on")
    if not people:
        raise RuleViolation("请选值班的人。", field="people")
    if kind.needs_leader and leader is None:
        raise RuleViolation(f"{kind.name}要有带班领导，请选。", field="leader")
    crew = [*([leader] if leader else []), *people]
    if len({one.pk for one in crew}) != len(crew):
        raise RuleViolation("带班领导不用再选进值班人里。", field="people")
    one_planner_at_a_time()
    if Shift.objects.filter(kind=kind, on=on).exclude(state=ShiftState.VOID).exists():
        raise RuleViolation(f"{on.month}月{on.day}日的{kind.name}已经排了。要换人，请在那一班里办。", field="on")
    for one in crew:
        check_free(one, starts_at, ends_at)
    shift = _new_shift(actor, at, kind, on, [leader] if leader else [], people)
    _tell_all(at, [shift])
    return shift


def check_free(person, starts_at: datetime, ends_at: datetime, *, without: Sequence[int] = ()) -> None:
    """Raise RuleViolation when the person is on another shift at this time; `without` are shifts that do not count."""
    taken = Watch.objects.filter(person=person, state=WatchState.ON, shift__starts_at__lt=ends_at, shift__ends_at__gt=starts_at)
    other = taken.exclude(shift__state=ShiftState.VOID).exclude(shift__in=list(without)).select_related("shift__kind", "person").first()
    if other:
        raise RuleViolation(f"{other.person.name}这个时间已经排了{other.shift}，不能同时值两班。")


def check_can_void(user, shift: Shift) -> None:
    check_can_manage(user)
    check_move(shift, ShiftState.VOID, moves=SHIFT_MOVES)


@rule
def void_shift(*, actor, at: datetime, record: Shift, reason: str) -> Shift:
    """The shift is not needed; its people are told. Not once it is over: what nobody came to stays missed."""
    shift, reason = stored(Shift, record), tidied({"reason": reason or ""})["reason"][:200]
    check_can_void(actor, shift)
    if not reason:
        raise RuleViolation("请写为什么取消。", field="reason")
    if shift.ends_at <= at:
        raise RuleViolation("这一班已经过了，没有人签到就照实留着，不能取消。")
    advance(shift, ShiftState.VOID, moves=SHIFT_MOVES, reason=reason)
    record_event(actor=actor, at=at, action="void", record=shift, text="取消这一班", note=reason)
    people = [watch.person for watch in shift.watches.filter(state=WatchState.ON).select_related("person")]
    tell(people, at=at, key=f"void:{shift.pk}", title=f"{shift}取消了", body=reason, url=page_of(shift))
    return shift


def own_watch(user, shift: Shift) -> Watch | None:
    return Watch.objects.filter(shift=shift.pk, person=user.pk, state=WatchState.ON).first()


def check_can_sign_in(user, shift: Shift) -> None:
    """Whoever is on the shift and has not signed in."""
    require(user, VIEW)
    watch = own_watch(user, shift)
    if watch is None:
        raise NotAllowed("这一班没有排您。临时换了人的，请先办换班。")
    if watch.signed_at:
        raise RuleViolation("您已经签到了。")
    if shift.state not in (ShiftState.PLANNED, ShiftState.OPEN):
        raise RuleViolation(f"这一班{shift.get_state_display()}，不能再签到。")


@rule
def sign_in(*, actor, at: datetime, record: Shift, code: str) -> Shift:
    """On site, by the code on the post's label. Refused while the shift before has not handed over in writing.

    Raises RuleViolation outside the time, for the code of another place, and without the earlier handover.
    """
    shift = stored(Shift, record)
    check_can_sign_in(actor, shift)
    if not shift.starts_at - EARLY <= at < shift.ends_at:
        raise RuleViolation(f"签到从 {timezone.localtime(shift.starts_at - EARLY):%m-%d %H:%M} 起，到下班为止。")
    found = scanned((code or "").strip())
    if found.record != shift.place:
        raise RuleViolation(f"请扫{shift.place}的标签签到。", field="code")
    earlier = before(shift)
    if earlier is not None:
        _take_over(actor, at, earlier)
    watch = own_watch(actor, shift)
    minutes = limit(LATE.code, timezone.localdate(at))
    watch.signed_at, watch.is_late = at, at > shift.starts_at + timedelta(minutes=minutes)
    watch.save(update_fields=["signed_at", "is_late"])
    if shift.state == ShiftState.PLANNED:
        advance(shift, ShiftState.OPEN, moves=SHIFT_MOVES)
    record_event(actor=actor, at=at, action="sign_in", record=shift, text="到岗签到" + ("，迟到" if watch.is_late else ""))
    return shift


def _take_over(actor, at: datetime, earlier: Shift) -> None:
    paper = Handover.objects.select_for_update().filter(shift=earlier).first()
    if paper is None:
        raise RuleViolation(f"上一班（{earlier}）还没有写交班记录，先请上一班的人写；人不在的，请管值班的人代写。")
    if paper.taken_at is None:
        paper.taken_at, paper.taken_by = at, actor
        paper.save(update_fields=["taken_at", "taken_by"])
        record_event(actor=actor, at=at, action="take_over", record=earlier, text=f"{actor.name}接班")


def check_can_hand_over(user, shift: Shift) -> None:
    """Who is on and has signed in; whoever keeps the roster in their place."""
    if not has(user, MANAGE):
        watch = own_watch(user, shift)
        if watch is None or watch.signed_at is None:
            raise NotAllowed("交班记录由这一班签到的人写。")
    check_move(shift, ShiftState.CLOSED, moves=SHIFT_MOVES)


@rule
def hand_over(*, actor, at: datetime, record: Shift, rounds: str, incidents: str, items: str, measures: str = "", calls: str = "") -> Shift:
    """What was seen, done, and is handed over; closes the shift. Raises RuleViolation earlier than an hour before its end, or for what is missing."""
    shift = stored(Shift, record)
    check_can_hand_over(actor, shift)
    if at < shift.ends_at - EARLY:
        raise RuleViolation(f"下班前 1 小时起才能写交班记录，{timezone.localtime(shift.ends_at - EARLY):%m-%d %H:%M} 以后再来。")
    if shift.state == ShiftState.PLANNED and at < shift.ends_at:
        raise RuleViolation("还没有人签到，不能交班。")
    words = tidied({"rounds": rounds or "", "incidents": incidents or "", "measures": measures or "", "calls": calls or "", "items": items or ""})
    for name, sentence in (
        ("rounds", "请写巡查了哪里、什么时间。没有巡查就写为什么。"),
        ("incidents", "请写有没有异常。"),
        ("items", "请写交接了什么：钥匙、器材、没办完的事。"),
    ):
        if not words[name]:
            raise RuleViolation(sentence, field=name)
    own = own_watch(actor, shift)
    paper = Handover(shift=shift, written_at=at, written_by=actor, is_by_other=own is None or own.signed_at is None, **words)
    paper.full_clean()
    paper.save()
    advance(shift, ShiftState.CLOSED, moves=SHIFT_MOVES)
    record_event(actor=actor, at=at, action="hand_over", record=shift, text="写交班记录" + ("（代写）" if paper.is_by_other else ""), note=paper.incidents)
    return shift


@rule
def watch_roster(*, actor, at: datetime) -> int:
    """Every few minutes: a word the day before, who has not come, which shift is over without a handover. How many have not come. Nothing is said twice."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    rows = (
        Watch.objects.filter(state=WatchState.ON, signed_at=None).exclude(shift__state=ShiftState.VOID).select_related("person", "shift__kind", "shift__place")
    )
    for watch in rows.filter(shift__starts_at__range=(at, at + timedelta(hours=20))).order_by("pk")[:500]:
        start = f"{timezone.localtime(watch.shift.starts_at):%m-%d %H:%M}"
        title = f"{start} 您在{watch.shift.place}值班"
        tell([watch.person], at=at, key=f"soon:{watch.pk}", title=title, body=watch.shift.kind.name, url=page_of(watch.shift))
    due = at - timedelta(minutes=limit(LATE.code, timezone.localdate(at)))
    absent = list(rows.filter(shift__starts_at__range=(at - timedelta(days=1), due)).order_by("pk")[:500])
    keepers = list(holders_of(MANAGE)) if absent else []
    for watch in absent:
        tell(
            [*keepers, watch.person], at=at, key=f"absent:{watch.pk}", title=f"{watch.person.name}值班没有签到", body=str(watch.shift), url=page_of(watch.shift)
        )
    for shift in Shift.objects.filter(state=ShiftState.OPEN, ends_at__lt=at - EARLY).select_related("kind").order_by("pk")[:200]:
        people = [watch.person for watch in shift.watches.filter(state=WatchState.ON, signed_at__isnull=False).select_related("person")]
        tell(people, at=at, key=f"bare:{shift.pk}", title=f"{shift}还没有写交班记录", body="下一班要等您写好才能开始。", url=page_of(shift))
    return len(absent)

"""Leave and swap: asked, agreed to by the other, approved by whoever keeps the roster (SAF-08)."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move

from .models import CHANGE_MOVES, CHANGE_OPEN, WATCH_MOVES, ChangeState, Shift, ShiftChange, ShiftState, Watch, WatchState
from .queries import MANAGE, VIEW
from .rules import check_free, one_planner_at_a_time, tell


def page_of(change: ShiftChange) -> str:
    return reverse("safety:shift-change-detail", args=[change.pk])


def check_can_ask(user, record=None) -> None:
    require(user, VIEW)


def _check_still_open(watch: Watch, at: datetime, *, field: str | None = None) -> None:
    if watch.state != WatchState.ON or watch.signed_at or watch.shift.state != ShiftState.PLANNED or watch.shift.starts_at <= at:
        raise RuleViolation(f"{watch.shift}已经开始、换过人或者取消了，不能再换。", field=field)


@rule
def ask_change(*, actor, at: datetime, watch: Watch, reason: str, substitute=None, swap_with: Watch | None = None) -> ShiftChange:
    """One's own shift to somebody else, or against one of theirs. Raises NotAllowed for others' shifts, RuleViolation at its field."""
    require(actor, VIEW)
    stored(Shift, watch.shift)
    watch, reason = _fresh(watch), tidied({"reason": reason or ""})["reason"]
    if watch.person_id != actor.pk and not has(actor, MANAGE):
        raise NotAllowed("只能换自己的班。")
    _check_still_open(watch, at, field="watch")
    if swap_with is not None:
        swap_with = _fresh(swap_with)
        _check_still_open(swap_with, at, field="swap_with")
        if swap_with.shift_id == watch.shift_id:
            raise RuleViolation(f"{swap_with.person.name}和您是同一班，不用换。", field="swap_with")
        if substitute is not None and substitute.pk != swap_with.person_id:
            raise RuleViolation("换对方的班，就由对方来顶，「谁来顶」空着就行。", field="substitute")
        substitute = swap_with.person
    if substitute is None:
        raise RuleViolation("请选谁来顶，或者换对方哪一班。", field="substitute")
    if substitute.pk == watch.person_id:
        raise RuleViolation("不能换给本人。", field="substitute")
    if ShiftChange.objects.filter(watch=watch, state__in=CHANGE_OPEN).exists():
        raise RuleViolation("这一班已经有一张没办完的申请。", field="watch")
    _check_both_free(watch, substitute, swap_with)
    change = ShiftChange(watch=watch, substitute=substitute, swap_with=swap_with, reason=reason, created_by=actor, created_at=at)
    change.full_clean()
    change.save()
    against = f"，换 {swap_with.shift}" if swap_with else ""
    record_event(actor=actor, at=at, action="create", record=change, text=f"请{substitute.name}顶{watch.shift}{against}", note=reason)
    title = f"{watch.person.name}请您顶{watch.shift}{against}"
    tell([substitute], at=at, key=f"change:{change.pk}", title=title, body=reason, url=page_of(change))
    return change


def _fresh(watch: Watch) -> Watch:
    return Watch.objects.select_related("shift__kind", "shift__place", "person").get(pk=watch.pk)


def _check_both_free(watch: Watch, substitute, swap_with: Watch | None) -> None:
    freed = [swap_with.shift_id] if swap_with else []
    check_free(substitute, watch.shift.starts_at, watch.shift.ends_at, without=freed)
    if swap_with:
        check_free(watch.person, swap_with.shift.starts_at, swap_with.shift.ends_at, without=[watch.shift_id])


def check_can_agree(user, change: ShiftChange) -> None:
    if user.pk != change.substitute_id:
        raise NotAllowed(f"要{change.substitute.name}本人答应。")
    check_move(change, ChangeState.AGREED, moves=CHANGE_MOVES)


@rule
def agree_change(*, actor, at: datetime, record: ShiftChange) -> ShiftChange:
    """The substitute will come."""
    change = stored(ShiftChange, record)
    check_can_agree(actor, change)
    advance(change, ChangeState.AGREED, moves=CHANGE_MOVES, agreed_at=at)
    record_event(actor=actor, at=at, action="agree", record=change, text="答应顶班")
    tell(holders_of(MANAGE), at=at, key=f"approve:{change.pk}", title=f"请批准换班：{change}", body=f"{actor.name}来顶。{change.reason}", url=page_of(change))
    return change


def check_can_approve(user, change: ShiftChange) -> None:
    require(user, MANAGE)
    if user.pk in (change.created_by_id, change.substitute_id, change.watch.person_id):
        raise NotAllowed("自己的换班要由别人批准。")
    check_move(change, ChangeState.APPROVED, moves=CHANGE_MOVES)


@rule
def approve_change(*, actor, at: datetime, record: ShiftChange, words: str = "") -> ShiftChange:
    """Carry it out: the old watch stays as changed, the new one counts for the other. Raises RuleViolation when the shift has begun or somebody is taken."""
    change = stored(ShiftChange, record)
    check_can_approve(actor, change)
    one_planner_at_a_time()
    shifts = {change.watch.shift_id} | ({change.swap_with.shift_id} if change.swap_with else set())
    list(Shift.objects.select_for_update().filter(pk__in=shifts).order_by("pk"))
    watch, swap = _fresh(change.watch), _fresh(change.swap_with) if change.swap_with else None
    _check_still_open(watch, at)
    if swap:
        _check_still_open(swap, at)
    _check_both_free(watch, change.substitute, swap)
    words = tidied({"words": words or ""})["words"][:200]
    advance(change, ChangeState.APPROVED, moves=CHANGE_MOVES, decided_at=at, decided_by=actor, words=words)
    _put(watch, change.substitute)
    if swap:
        _put(swap, watch.person)
    record_event(actor=actor, at=at, action="approve", record=change, text="批准换班", note=words)
    record_event(actor=actor, at=at, action="change", record=watch.shift, text=f"{watch.person.name}换成{change.substitute.name}", note=change.reason)
    tell([watch.person, change.substitute], at=at, key=f"decided:{change.pk}", title=f"换班批准了：{change}", body=words, url=page_of(change))
    return change


def _put(watch: Watch, person) -> None:
    advance(watch, WatchState.OFF, moves=WATCH_MOVES)
    Watch.objects.create(shift=watch.shift, person=person, role=watch.role)


def check_can_refuse(user, change: ShiftChange) -> None:
    if user.pk != change.substitute_id:
        require(user, MANAGE)
    check_move(change, ChangeState.REFUSED, moves=CHANGE_MOVES)


@rule
def refuse_change(*, actor, at: datetime, record: ShiftChange, words: str) -> ShiftChange:
    """The substitute cannot, or the roster's keeper does not let it."""
    change, words = stored(ShiftChange, record), tidied({"words": words or ""})["words"][:200]
    check_can_refuse(actor, change)
    if not words:
        raise RuleViolation("请写为什么不行。", field="words")
    advance(change, ChangeState.REFUSED, moves=CHANGE_MOVES, decided_at=at, decided_by=actor, words=words)
    record_event(actor=actor, at=at, action="refuse", record=change, text="没换成", note=words)
    tell([change.watch.person], at=at, key=f"decided:{change.pk}", title=f"没换成：{change}", body=words, url=page_of(change))
    return change


def check_can_withdraw(user, change: ShiftChange) -> None:
    if user.pk not in (change.created_by_id, change.watch.person_id):
        raise NotAllowed("申请由本人撤回。")
    check_move(change, ChangeState.WITHDRAWN, moves=CHANGE_MOVES)


@rule
def withdraw_change(*, actor, at: datetime, record: ShiftChange) -> ShiftChange:
    """Not needed any more."""
    change = stored(ShiftChange, record)
    check_can_withdraw(actor, change)
    advance(change, ChangeState.WITHDRAWN, moves=CHANGE_MOVES)
    record_event(actor=actor, at=at, action="withdraw", record=change, text="撤回")
    return change

"""Keeping samples, disposing of them not an hour too early, locking them for an incident, reading the fridges (CAN-07)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.evidence import MANAGE, RECORD, check_can_check, check_can_manage, check_can_record, enter
from canteen.meal.models import MealDish, MealState
from canteen.numbers import plainly
from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_moment

from .models import LAW, SAMPLE_MOVES, Fridge, FridgeReading, Sample, SampleGap, SampleState
from .queries import BEFORE_END, GRAMS, HOURS, lacking_between

MISSING = Subject("canteen.sample", "留样没有做、冰箱温度不对", "食堂", urgent=True, for_chats=True)
holds: list[Callable[[Sample], str]] = []  # why a sample may neither be unlocked nor disposed of yet, or nothing; for the wiring.py of whoever locks
FULLEST = 2000  # grams; more is a slip of the pen


def check_can_dispose(user, sample: Sample) -> None:
    require(user, RECORD)
    if sample.is_struck:
        raise RuleViolation("这一条已经划去了，不用处理。")
    if sample.is_locked:
        raise RuleViolation(f"样品已经封存（{sample.locked_for}），解除封存以前不能处理。依据：《食品安全法实施条例》第五十六条。")
    check_move(sample, SampleState.DISPOSED, moves=SAMPLE_MOVES)


def check_kept_long_enough(sample: Sample, at: datetime) -> None:
    """Refuse disposal before the hour, naming the law."""
    if at < sample.keep_until:
        hours = (sample.keep_until - sample.happened_at).total_seconds() / 3600
        raise RuleViolation(f"留样要满 {hours:.0f} 小时，{full_moment(sample.keep_until)}以后才能处理。依据：{LAW}（不少于 48 小时）。")


def check_can_lock(user, sample: Sample) -> None:
    require(user, MANAGE)
    if sample.is_struck or sample.state != SampleState.KEPT or sample.is_locked:
        raise RuleViolation("只有还留着、没有封存的样品能封存。")


def check_can_unlock(user, sample: Sample) -> None:
    require(user, MANAGE)
    if not sample.is_locked:
        raise RuleViolation("这份样品没有封存。")
    _check_not_held(sample)


def _check_not_held(sample: Sample) -> None:
    for held in holds:
        if why := held(sample):
            raise RuleViolation(why)


@rule
def save_fridge(*, actor, at: datetime, record: Fridge | None = None, **fields) -> Fridge:
    """Register or change a fridge; one for samples stays within 0 to 8 ℃."""
    check_can_manage(actor)
    fridge, fields = stored(Fridge, record), tidied(fields)
    if fridge.pk is None:
        fridge.created_by, fridge.created_at = actor, at
    elif not (fields.get("is_active", fridge.is_active) and fields.get("for_samples", fridge.for_samples)):
        held = fridge.samples.filter(state=SampleState.KEPT, struck_at=None).count()
        if held:
            raise RuleViolation(f"「{fridge}」里还有 {held} 份样品没有处理，不能停用，也不能改作别用。")
    return save_changes(actor=actor, at=at, record=fridge, **fields)


@rule
def record_sample(
    *, actor, at: datetime, dish: MealDish, grams: int, container: str, fridge: Fridge, taken_by=None, happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> Sample:  # fmt: skip
    """Keep the sample of a served dish. Whoever comes second is told who was first; there is one sample of a dish.

    Raises RuleViolation below the school's grams (never under 125), before serving by more than three hours, for a full box; Conflict when it is there already.
    """
    check_can_record(actor)
    dish = MealDish.objects.select_for_update(of=("self",)).select_related("meal", "dish").get(pk=dish.pk)
    _check_served(dish)
    _check_first(dish)
    _check_no_gap(dish)
    _check_grams(grams, dish)
    if not (fridge.is_active and fridge.for_samples):
        raise RuleViolation(f"「{fridge}」不是在用的留样冰箱，请放进专用的留样冰箱。", field="fridge")
    list(Fridge.objects.select_for_update().filter(for_samples=True).order_by("pk"))  # boxes are taken one after the other
    box = tidied({"box": container or ""})["box"]
    held = Sample.objects.filter(container=box, state=SampleState.KEPT, struck_at=None).select_related("dish__dish").first()
    if held:
        raise RuleViolation(f"{box} 号盒里还有「{held.dish}」，要留到{full_moment(held.keep_until)}。请换一个盒子。", field="container")
    taken = happened_at or at
    _check_moment(taken, dish)
    sample = Sample(dish=dish, keep_until=taken + timedelta(hours=limit(HOURS, dish.meal.on)))
    given = {"grams": grams, "container": box, "fridge": fridge, "taken_by": taken_by or actor, "note": note}
    words = f"留样 {dish} {grams} 克，{box} 号盒，{fridge}"
    kept = enter(actor=actor, at=at, record=sample, happened_at=happened_at, photos=photos, text=words, **given)
    why = next(filter(None, (held(kept) for held in holds)), "")
    return _lock(actor, at, kept, why) if why else kept


def _check_served(dish: MealDish) -> None:
    if not dish.is_served or dish.meal.state == MealState.VOID:
        raise RuleViolation(f"「{dish}」没有供应，不用留样。", field="dish")


def _check_first(dish: MealDish) -> None:
    known = dish.samples.filter(struck_at=None).select_related("taken_by").first()
    if known:
        raise Conflict(f"「{dish}」{known.taken_by.name}已经留了 {known.grams} 克（{full_moment(known.happened_at)}），一道菜留一份。", field="dish")


def _check_no_gap(dish: MealDish) -> None:
    gap = dish.sample_gaps.filter(struck_at=None).select_related("created_by").first()
    if gap:
        raise RuleViolation(f"「{dish}」{gap.created_by.name}已经说明没有留样。说明写错了，先划去那一条。", field="dish")


def _check_grams(grams: int, dish: MealDish) -> None:
    least = limit(GRAMS, dish.meal.on)
    if grams < least:
        raise RuleViolation(f"每个品种留样不少于 {least} 克，这里是 {grams} 克，请补足。依据：{LAW}。", field="grams")
    if grams > FULLEST:
        raise RuleViolation(f"一份样品不会超过 {FULLEST} 克，请核对。", field="grams")


def _check_moment(taken: datetime, dish: MealDish) -> None:
    """A sample is taken around its meal, from the pot that is served."""
    if taken < dish.meal.starts_at - timedelta(hours=3):
        raise RuleViolation(f"{dish.meal}{full_moment(dish.meal.starts_at)}开餐，留样时间早了太多，请核对。", field="happened_at")
    if taken > dish.meal.ends_at + timedelta(hours=3):
        raise RuleViolation(f"{dish.meal}早已结束，这时留下的不是当餐的样品。请如实写「没有留样的说明」。", field="happened_at")


@rule
def excuse_dish(*, actor, at: datetime, dish: MealDish, reason: str, happened_at: datetime | None = None, note: str = "") -> SampleGap:
    """Say why a served dish has no sample. The officer's or the manager's word; the sheet of the day prints it."""
    check_can_check(actor)
    dish = MealDish.objects.select_for_update(of=("self",)).select_related("meal", "dish").get(pk=dish.pk)
    _check_served(dish)
    _check_first(dish)
    if at < dish.meal.starts_at:
        raise RuleViolation(f"{dish.meal}还没有开餐，来得及留样。", field="dish")
    if dish.sample_gaps.filter(struck_at=None).exists():
        raise Conflict(f"「{dish}」已经说明过了。", field="dish")
    gap = enter(actor=actor, at=at, record=SampleGap(dish=dish), happened_at=happened_at, text=f"没有留样：{dish}", reason=reason, note=note)
    _tell(at, f"canteen.sample:gap:{dish.pk}", f"没有留样：{dish.meal} {dish}", reason, "/canteen/samples/")
    return gap


@rule
def dispose_sample(*, actor, at: datetime, record: Sample) -> Sample:
    """处理: not before the hour, not while an incident has locked it, once."""
    sample = stored(Sample, record)
    check_can_dispose(actor, sample)
    check_kept_long_enough(sample, at)
    _check_not_held(sample)
    advance(sample, SampleState.DISPOSED, moves=SAMPLE_MOVES, unchanged=("locked_at", "struck_at"), disposed_at=at, disposed_by=actor)
    record_event(actor=actor, at=at, action="dispose", record=sample, text="处理样品")
    return sample


@rule
def lock_sample(*, actor, at: datetime, record: Sample, reason: str) -> Sample:
    """封存: for a suspected incident; disposal is refused until somebody unlocks it."""
    sample = stored(Sample, record)
    check_can_lock(actor, sample)
    return _lock(actor, at, sample, reason)


@rule
def lock_samples(*, actor, at: datetime, dishes: Iterable[MealDish], reason: str) -> list[Sample]:
    """Lock every kept sample of these dishes, for an incident whose own rule has asked its rights. Returns those newly locked."""
    found = Sample.objects.select_for_update().filter(dish__in=[dish.pk for dish in dishes], state=SampleState.KEPT, struck_at=None, locked_at=None)
    return [_lock(actor, at, sample, reason) for sample in found.order_by("pk")]


def _lock(actor, at: datetime, sample: Sample, reason: str) -> Sample:
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么封存。", field="reason")
    Sample.objects.filter(pk=sample.pk).update(locked_at=at, locked_by=actor, locked_for=reason[:200])
    sample.refresh_from_db()
    record_event(actor=actor, at=at, action="lock", record=sample, text="封存样品", note=reason)
    return sample


@rule
def unlock_sample(*, actor, at: datetime, record: Sample, reason: str) -> Sample:
    """The authority, or the end of the inquiry, lets the sample go."""
    sample = stored(Sample, record)
    check_can_unlock(actor, sample)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写谁同意解除、为什么。", field="reason")
    Sample.objects.filter(pk=sample.pk).update(locked_at=None, locked_by=None, locked_for="")
    sample.refresh_from_db()
    record_event(actor=actor, at=at, action="unlock", record=sample, text="解除封存", note=reason)
    return sample


@rule
def record_reading(
    *, actor, at: datetime, fridge: Fridge, celsius: Decimal, measure: str = "", happened_at: datetime | None = None, photos: Sequence = (), note: str = ""
) -> FridgeReading:
    """Read a fridge's thermometer. Out of its range the entry says what was done, and the officer is told at once."""
    check_can_record(actor)
    if not fridge.is_active:
        raise RuleViolation(f"「{fridge}」已经停用。", field="fridge")
    measure = tidied({"measure": measure or ""})["measure"]
    within = fridge.low <= celsius <= fridge.high
    if not within and not measure:
        raise RuleViolation(
            f"「{fridge}」应在 {plainly(fridge.low)} 到 {plainly(fridge.high)} ℃ 之间，现在是 {plainly(celsius)} ℃，请写怎么处理。依据：《餐饮服务食品安全操作规范》冷藏 0–8 ℃。",
            field="measure",
        )
    given = {"fridge": fridge, "celsius": celsius, "measure": "" if within else measure, "note": note}
    row = enter(actor=actor, at=at, record=FridgeReading(is_within=within), happened_at=happened_at, photos=photos, **given)
    if not within:
        _tell(at, f"canteen.fridge:{row.pk}", f"{fridge}温度 {plainly(celsius)} ℃，超出范围", measure, f"/canteen/fridge-reading/{row.pk}/")
    return row


def watch_samples(*, at: datetime) -> int:
    """Tell kitchen and officer of every meal about to end with dishes that have no sample; once a meal and number. Returns how many dishes."""
    minutes = limit(BEFORE_END, timezone.localdate(at))
    dishes = list(lacking_between(at - timedelta(hours=12), at + timedelta(minutes=minutes)))
    by_meal: dict[int, list[MealDish]] = {}
    for dish in dishes:
        by_meal.setdefault(dish.meal_id, []).append(dish)
    for meal_id, some in by_meal.items():
        meal, names = some[0].meal, "、".join(str(dish) for dish in some)
        when = "已经结束" if meal.ends_at <= at else f"{timezone.localtime(meal.ends_at):%H:%M} 结束"
        body = f"{meal}{when}，{names}还没有留样。每道菜不少于 {limit(GRAMS, meal.on)} 克。"
        key = f"canteen.sample:missing:{meal_id}:{'ended' if meal.ends_at <= at else 'soon'}"
        _tell(at, key, f"{len(some)} 道菜还没有留样", body, f"/canteen/samples/?day={meal.on}")
    return len(dishes)


def _tell(at: datetime, key: str, title: str, body: str, url: str) -> None:
    people = {person.pk: person for code in (MANAGE, RECORD) for person in holders_of(code)}
    notify(at=at, key=key, recipients=people.values(), title=title, body=body, url=url, subject=MISSING)

"""Serving a meal: opened from the menu, its dishes as they really were, its eaters counted, closed (CAN-08, CAN-21)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from canteen.dish.models import Dish
from canteen.dish.rules import check_allowed
from canteen.ingredient.queries import check_allowed as check_ingredient
from canteen.late import DAYS as LATE_DAYS
from canteen.menu.models import MenuDish, WeekMenu
from canteen.menu.queries import dishes_planned
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.org.models import SchoolClass

from .heads import usual_heads
from .kinds import MealKind
from .models import MEAL_MOVES, EaterGroup, Meal, MealDish, MealHeads, MealState
from .queries import RECORD, check_can_record

MOST_PEOPLE = 9999
LONGEST = timedelta(hours=6)
PLANNED, EATEN = "planned", "eaten"


def check_is_open(user, meal: Meal) -> None:
    require(user, RECORD)
    if meal.state != MealState.OPEN:
        raise RuleViolation(f"这一餐{meal.get_state_display()}，不能再改。")


def check_can_correct(user, meal: Meal) -> None:
    require(user, RECORD)
    if meal.state != MealState.ENDED:
        raise RuleViolation("结束了的一餐才要更正；没有结束的直接登记用餐人数。" if meal.state == MealState.OPEN else "这一餐没有供餐。")


def check_can_end(user, meal: Meal) -> None:
    require(user, RECORD)
    check_move(meal, MealState.ENDED, moves=MEAL_MOVES)


def check_can_void(user, meal: Meal) -> None:
    require(user, RECORD)
    check_move(meal, MealState.VOID, moves=MEAL_MOVES)


@rule
def open_meal(*, actor, at: datetime, on: date, kind: str, starts: time | None = None, ends: time | None = None, note: str = "") -> Meal:
    """Begin a meal: its dishes from the approved menu, its people from the lists, its usual hours where none are given.

    Raises RuleViolation for a day too far off, a menu that is missing without a word about it; Conflict for a meal that is there already.
    """
    check_can_record(actor)
    words = tidied({"note": note or ""})
    check_day(on, at)
    usual = times_of(kind) or USUAL_TIMES.get(kind) or USUAL_TIMES[MealKind.LUNCH]
    hours = (starts or usual[0], ends or usual[1])
    starts_at, ends_at = (timezone.make_aware(datetime.combine(on, moment)) for moment in hours)
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise RuleViolation("结束要晚于开餐，一餐不超过 6 小时。", field="ends")
    list(WeekMenu.objects.select_for_update().filter(monday=on - timedelta(days=on.weekday())))  # a change of the menu waits, or is over
    rows = dishes_planned(on, kind)
    if not rows and not words["note"]:
        raise RuleViolation("这一餐没有批准的菜谱。请先批准菜谱；确实要供餐的，在说明里写原因。", field="note")
    meal = Meal(on=on, kind=kind, starts_at=starts_at, ends_at=ends_at, created_by=actor, created_at=at, **words)
    meal.full_clean()
    _save_new(meal)
    for row in rows:
        MealDish.objects.create(meal=meal, dish=row.dish, menu_dish=row, created_by=actor, created_at=at)
    MealHeads.objects.bulk_create(
        MealHeads(meal=meal, group=heads.group, school_class=heads.school_class, planned=heads.count) for heads in usual_heads(on, kind)
    )
    late = f"，{meal.late}" if meal.late else ""
    record_event(actor=actor, at=at, action="create", record=meal, text=f"登记供餐：{len(rows)} 道菜{late}", note=words["note"])
    return meal


def _save_new(meal: Meal) -> None:
    try:
        with transaction.atomic():
            meal.save()
    except IntegrityError as taken:
        raise Conflict("这一餐刚刚有人登记了，请打开它接着写。", field="kind") from taken


def check_day(on: date, at: datetime) -> None:
    today, days = timezone.localdate(at), limit(LATE_DAYS, timezone.localdate(at))
    if on > today + timedelta(days=1):
        raise RuleViolation("最早提前一天登记供餐。", field="on")
    if on < today - timedelta(days=days):
        raise RuleViolation(f"食堂记录最多补 {days} 天前的（学校自定）。", field="on")


@rule
def add_dish(*, actor, at: datetime, record: Meal, dish: Dish, reason: str) -> Meal:
    """A dish that was not on the menu, with the reason."""
    meal, reason = stored(Meal, record), tidied({"reason": reason or ""})["reason"]
    check_is_open(actor, meal)
    if not reason:
        raise RuleViolation("请写为什么加这道菜。", field="reason")
    if not dish.is_active:
        raise RuleViolation(f"「{dish}」停用了，请换一道。", field="dish")
    parts = [line.ingredient for line in dish.lines.select_related("ingredient")]
    check_allowed(dish.name, *(one.name for one in parts), field="dish")
    for one in parts:
        check_ingredient(one, field="dish")
    row = MealDish(meal=meal, dish=dish, reason=reason[:200], created_by=actor, created_at=at)
    row.full_clean()
    row.save()
    record_event(actor=actor, at=at, action="add_dish", record=meal, text=f"加菜 {dish}", note=reason)
    return meal


@rule
def not_served(*, actor, at: datetime, record: Meal, row: MealDish, reason: str) -> Meal:
    """A planned dish that was not served after all, with the reason. One with a sample was served."""
    meal, reason = stored(Meal, record), tidied({"reason": reason or ""})["reason"]
    check_is_open(actor, meal)
    if not reason:
        raise RuleViolation("请写为什么没有供应。", field="reason")
    found = meal.dishes.select_for_update(of=("self",)).filter(pk=row.pk).select_related("dish").first()
    if found is None or not found.is_served:
        raise Conflict("这道菜刚刚有人动过了，请刷新后再看。")
    if found.samples.filter(struck_at=None).exists():
        raise RuleViolation(f"「{found}」已经留样，是供应了的。留样写错了先划去。", field="row")
    found.is_served, found.reason = False, reason[:200]
    found.save(update_fields=["is_served", "reason"])
    record_event(actor=actor, at=at, action="not_served", record=meal, text=f"没有供应 {found}", note=reason)
    return meal


@rule
def swap_dish(*, actor, at: datetime, record: Meal, old: MenuDish, new: MenuDish | None, reason: str) -> None:
    """The menu was changed on the day: the old dish was not served, the new one is. Part of that rule; it has asked."""
    row = record.dishes.select_for_update(of=("self",)).filter(menu_dish=old).select_related("dish").first()
    if row and row.samples.filter(struck_at=None).exists():
        raise RuleViolation(f"「{row}」已经留样，是供应了的，不能再换。", field="row")
    if row:
        row.is_served, row.reason = False, f"换菜：{reason}"[:200]
        row.save(update_fields=["is_served", "reason"])
    if new is None:
        return
    there = record.dishes.filter(dish=new.dish).first()
    if there:
        there.is_served, there.menu_dish, there.reason = True, new, ""
        there.save(update_fields=["is_served", "menu_dish", "reason"])
    else:
        MealDish.objects.create(meal=record, dish=new.dish, menu_dish=new, created_by=actor, created_at=at)
    record_event(actor=actor, at=at, action="swap", record=record, text=f"{old.dish}换成{new.dish}", note=reason)


def head_key(row) -> str:
    """c12 for a class, staff and guest for the others."""
    return f"c{row.school_class_id or row.school_class.pk}" if row.group == EaterGroup.CLASS else str(row.group)


@rule
def count_heads(*, actor, at: datetime, record: Meal, which: str, counts: Mapping[str, int]) -> Meal:
    """How many were cooked for ("planned") or ate ("eaten"), by "c<class>", "staff" and "guest". What is not named stays as it is."""
    meal = stored(Meal, record)
    check_is_open(actor, meal)
    if which == EATEN and at < meal.starts_at:
        raise RuleViolation("还没有开餐，用餐人数等开餐以后登记。")
    changes = _write_heads(meal, which, counts)
    if changes:
        total = sum(getattr(row, which) or 0 for row in meal.heads.all())
        label = "备餐人数" if which == PLANNED else "用餐人数"
        record_event(actor=actor, at=at, action=which, record=meal, text=f"{label}：改了 {len(changes)} 处，合计 {total} 人")
    return meal


def _write_heads(meal: Meal, which: str, counts: Mapping[str, int]) -> dict[str, list[str]]:
    """{who: [before, after]} of what is different now."""
    rows = {head_key(row): row for row in meal.heads.select_related("school_class")}
    classes = {f"c{one.pk}": one for one in SchoolClass.objects.filter(is_active=True)}
    changed: list[MealHeads] = []
    changes: dict[str, list[str]] = {}
    for key, count in counts.items():
        if not isinstance(count, int) or not 0 <= count <= MOST_PEOPLE:
            raise RuleViolation(f"人数在 0 到 {MOST_PEOPLE} 之间。")
        row = rows.get(key) or _new_heads(meal, key, classes)
        before = getattr(row, which) if row.pk else None
        if row.pk and before == count:
            continue
        setattr(row, which, count)
        changed.append(row)
        changes[str(row)] = ["—" if before is None else str(before), str(count)]
    MealHeads.objects.bulk_create(row for row in changed if row.pk is None)
    MealHeads.objects.bulk_update([row for row in changed if row.pk], [which])
    return changes


@rule
def correct_heads(*, actor, at: datetime, record: Meal, counts: Mapping[str, int], reason: str) -> Meal:
    """Put right who ate after the meal was closed; both numbers stand in the journal with the reason, the cost per head follows.

    Raises RuleViolation without a reason, when nothing changes, or when nobody would be left who ate.
    """
    meal, reason = stored(Meal, record), tidied({"reason": reason or ""})["reason"]
    check_can_correct(actor, meal)
    if not reason:
        raise RuleViolation("请写为什么更正。", field="reason")
    before = sum(row.eaten or 0 for row in meal.heads.all())
    changes = _write_heads(meal, EATEN, counts)
    if not changes:
        raise RuleViolation("人数和原来一样，没有要更正的。")
    total = sum(row.eaten or 0 for row in meal.heads.all())
    if not total:
        raise RuleViolation("更正以后一个人也没有了，请核对。")
    text = f"更正用餐人数：{before} 人改为 {total} 人"
    record_event(actor=actor, at=at, action="correct", record=meal, text=text, note=reason[:200], changes=changes)
    return meal


def _new_heads(meal: Meal, key: str, classes: dict[str, SchoolClass]) -> MealHeads:
    if key in (EaterGroup.STAFF, EaterGroup.GUEST):
        return MealHeads(meal=meal, group=key, planned=0)
    if key not in classes:
        raise RuleViolation("没有这个班，请刷新后再填。")
    return MealHeads(meal=meal, group=EaterGroup.CLASS, school_class=classes[key], planned=0)


@rule
def plan_heads(*, actor, at: datetime, record: Meal, counts: Mapping[str, int]) -> Meal:
    """How many are cooked for."""
    return count_heads(actor=actor, at=at, record=record, which=PLANNED, counts=counts)


@rule
def eat_heads(*, actor, at: datetime, record: Meal, counts: Mapping[str, int]) -> Meal:
    """How many ate."""
    return count_heads(actor=actor, at=at, record=record, which=EATEN, counts=counts)


@rule
def end_meal(*, actor, at: datetime, record: Meal) -> Meal:
    """Close the meal: from now on nothing of it changes. Raises RuleViolation while nobody counted who ate, or nothing was served."""
    meal = stored(Meal, record)
    check_can_end(actor, meal)
    if at < meal.starts_at:
        raise RuleViolation("还没有开餐，不能结束。")
    if not meal.dishes.filter(is_served=True).exists():
        raise RuleViolation("这一餐没有供应的菜。没有供餐请点「没有供餐」。")
    heads = list(meal.heads.select_related("school_class"))
    if missing := [row for row in heads if row.eaten is None]:
        names = "、".join(str(row) for row in missing[:4])
        raise RuleViolation(f"还有 {len(missing)} 处没有登记用餐人数：{names}。没有来吃的填 0。")
    if not sum(row.eaten for row in heads):
        raise RuleViolation("还没有登记用餐人数。")
    advance(meal, MealState.ENDED, moves=MEAL_MOVES, ended_at=at, ended_by=actor)
    record_event(actor=actor, at=at, action="end", record=meal, text=f"结束，{sum(row.eaten for row in heads)} 人用餐")
    return meal


@rule
def void_meal(*, actor, at: datetime, record: Meal, reason: str) -> Meal:
    """The meal did not take place. One with samples or leftovers did."""
    meal, reason = stored(Meal, record), tidied({"reason": reason or ""})["reason"]
    check_can_void(actor, meal)
    if not reason:
        raise RuleViolation("请写为什么没有供餐。", field="reason")
    list(meal.dishes.select_for_update().order_by("pk"))  # whoever keeps a sample of one comes before or after
    if meal.dishes.filter(samples__isnull=False, samples__struck_at=None).exists() or meal.leftovers.filter(struck_at=None).exists():
        raise RuleViolation("这一餐已经有留样或者剩余称重，是供过餐的。")
    meal.dishes.filter(menu_dish__isnull=False).update(menu_dish=None, is_served=False, reason=f"没有供餐：{reason}"[:200])
    meal.dishes.filter(is_served=True).update(is_served=False)
    advance(meal, MealState.VOID, moves=MEAL_MOVES, ended_at=at, ended_by=actor, note=reason[:200])
    record_event(actor=actor, at=at, action="void", record=meal, text="没有供餐", note=reason)
    return meal


def times_of(kind: str) -> tuple[time, time] | None:
    """When the last meal of this kind was served, to start a form with."""
    last = Meal.objects.filter(kind=kind).exclude(state=MealState.VOID).order_by("-on").first()
    return (timezone.localtime(last.starts_at).time(), timezone.localtime(last.ends_at).time()) if last else None


USUAL_TIMES: dict[str, tuple[time, time]] = {
    MealKind.BREAKFAST: (time(6, 50), time(7, 30)),
    MealKind.LUNCH: (time(11, 50), time(12, 50)),
    MealKind.DINNER: (time(17, 30), time(18, 20)),
    MealKind.SNACK: (time(9, 40), time(10)),
}

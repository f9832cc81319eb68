"""The rota of leaders, their records, the week on the board (CAN-12, CAN-15)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle

from django.utils import timezone

from canteen.control.models import Fault
from canteen.control.rules import open_fault
from canteen.evidence import enter
from canteen.late import claimed_time
from canteen.meal.models import Meal, MealDish, MealState
from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import put_up, take_down
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.platform.terms.queries import calendar
from logistics.platform.web.templatetags.school import full_moment

from .models import GRADED, TURN_MOVES, Accompanied, AccompanyTurn, AccompanyWeek, Eater, Grade, TurnState
from .queries import ARRANGE, EAT, LAW, WEEK, check_can_arrange, latest_week, monday_of, shown_weeks, standing_turns, unaccompanied, week_text

TURNS = Subject("canteen.accompany", "陪餐安排", "食堂")
MOST_DAYS, FARTHEST = 62, 366
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=60)
SHOWN = timedelta(days=30)


def check_can_record(user, record=None) -> None:
    """A leader for himself; whoever keeps the rota for a parent."""
    if not (has(user, EAT) or has(user, ARRANGE)):
        raise NotAllowed("陪餐由学校负责人记录，家长的由食堂管理员或食品安全员代记。")


def check_can_change(user, turn: AccompanyTurn) -> None:
    require(user, ARRANGE)
    check_move(turn, TurnState.OFF, moves=TURN_MOVES)


@rule
def lay_rota(*, actor, at: datetime, since: date, until: date, kinds: Collection[str], people: Sequence[User]) -> list[AccompanyTurn]:
    """One person after the other for every meal of the working days that has nobody yet. Returns the new turns; each person is told once.

    Raises RuleViolation for days that are over, too many, or when there is nothing left to arrange.
    """
    check_can_arrange(actor)
    _check_days(since, until, timezone.localdate(at))
    if not kinds or not people:
        raise RuleViolation("请选餐次和陪餐的人。", field="people" if kinds else "kinds")
    known, order, days = {(turn.on, turn.kind) for turn in standing_turns(since, until)}, cycle(people), calendar()
    wanted = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    slots = [(on, kind) for on in wanted if days.is_working_day(on) for kind in kinds if (on, kind) not in known]
    made = [_new_turn(actor, at, on, kind, next(order)) for on, kind in slots]
    if not made:
        raise RuleViolation("这几天上班日的这些餐次都已经有人了。", field="since")
    mine: dict[User, list[AccompanyTurn]] = {}
    for turn in made:
        mine.setdefault(turn.person, []).append(turn)
    for person, turns in mine.items():
        _tell(at, person, turns)
    return made


def _check_days(since: date, until: date, today: date) -> None:
    if since < today:
        raise RuleViolation("过去的日子不能再安排。", field="since")
    if until < since:
        raise RuleViolation("日期反了，早的写在前面。", field="until")
    if (until - today).days > FARTHEST:
        raise RuleViolation("最早提前一年安排，请检查年份。", field="until" if until != since else "on")
    if (until - since).days > MOST_DAYS:
        raise RuleViolation(f"一次最多排 {MOST_DAYS} 天。", field="until")


def _new_turn(actor, at: datetime, on: date, kind: str, person: User) -> AccompanyTurn:
    if not has(person, EAT):
        raise RuleViolation(f"{person.name}没有陪餐的权限。陪餐的是学校负责人（{LAW}），请先在角色里给权限。", field="people")
    return save_changes(actor=actor, at=at, record=AccompanyTurn(created_by=actor, created_at=at), on=on, kind=kind, person=person)


def _tell(at: datetime, person: User, turns: Sequence[AccompanyTurn]) -> None:
    days = "、".join(f"{turn.on.month}月{turn.on.day}日{turn.get_kind_display()}" for turn in turns[:12]) + ("等" if len(turns) > 12 else "")
    key, words = f"canteen.accompany:{turns[0].pk}", f"请您陪餐 {len(turns)} 次" if len(turns) > 1 else "请您陪餐"
    notify(at=at, key=key, recipients=[person], title=words, body=days, url="/canteen/accompany-turn/", subject=TURNS)


@rule
def save_turn(*, actor, at: datetime, on: date, kind: str, person: User) -> AccompanyTurn:
    """One more person for one meal. Raises RuleViolation for a day that is over, Conflict for a person who is on already."""
    check_can_arrange(actor)
    _check_days(on, on, timezone.localdate(at))
    if standing_turns(on, on).filter(kind=kind, person=person).exists():
        raise Conflict(f"这一餐已经安排了{person.name}。", field="person")
    turn = _new_turn(actor, at, on, kind, person)
    _tell(at, person, [turn])
    return turn


@rule
def change_turn(*, actor, at: datetime, record: AccompanyTurn, person: User, reason: str) -> AccompanyTurn:
    """Somebody else instead; the old turn stays with the reason. Returns the new turn."""
    turn, reason = stored(AccompanyTurn, record), tidied({"reason": reason or ""})["reason"]
    check_can_change(actor, turn)
    if not reason:
        raise RuleViolation("请写为什么换人。", field="reason")
    if turn.on < timezone.localdate(at):
        raise RuleViolation("那天已经过去了，不能再换。实际谁陪了餐，看陪餐记录。", field="person")
    if standing_turns(turn.on, turn.on).filter(kind=turn.kind, person=person).exists():
        raise Conflict(f"这一餐已经安排了{person.name}。", field="person")
    advance(turn, TurnState.OFF, moves=TURN_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="change", record=turn, text=f"换成{person.name}", note=reason)
    new = _new_turn(actor, at, turn.on, turn.kind, person)
    _tell(at, person, [new])
    return new


@rule
def drop_turn(*, actor, at: datetime, record: AccompanyTurn, reason: str) -> AccompanyTurn:
    """Nobody instead: the meal is not served, or somebody was put on by mistake. The turn stays with the reason, the person is told."""
    turn, reason = stored(AccompanyTurn, record), tidied({"reason": reason or ""})["reason"]
    check_can_change(actor, turn)
    if not reason:
        raise RuleViolation("请写为什么取消。", field="reason")
    if turn.on < timezone.localdate(at):
        raise RuleViolation("那天已经过去了，不能再取消。", field="reason")
    advance(turn, TurnState.OFF, moves=TURN_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="drop", record=turn, text="取消", note=reason)
    words = f"{turn.on.month}月{turn.on.day}日{turn.get_kind_display()}：{reason}"
    key = f"canteen.accompany:{turn.pk}:off"
    notify(at=at, key=key, recipients=[turn.person], title="不用您陪餐了", body=words, url="/canteen/accompany-turn/", subject=TURNS)
    return turn


@rule
def record_accompanied(
    *, actor, at: datetime, meal: Meal, dishes: Collection[MealDish], grades: Mapping[str, str], eater: str = Eater.LEADER, guest: str = "", opinion: str = "",
    measure: str = "", owner: User | None = None, due_on: date | None = None, happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> Accompanied:  # fmt: skip
    """One meal eaten among the pupils. What is bad needs words; words need a measure, a person and a day, and become that person's task.

    Raises RuleViolation at the field for a time away from the meal, dishes of another meal, a grade that is missing; Conflict for a second record.
    """
    check_can_record(actor)
    words = tidied({"guest": guest or "", "opinion": opinion or "", "note": note or ""})
    _check_eater(actor, meal, eater, words["guest"])
    moment = claimed_time(happened_at, at)
    if not meal.starts_at - BEFORE <= moment <= meal.ends_at + AFTER:
        span = f"{full_moment(meal.starts_at)}至{timezone.localtime(meal.ends_at):%H:%M}"
        raise RuleViolation(f"{meal}是{span}供餐，请写当时吃饭的时间。", field="happened_at")
    row = Accompanied(meal=meal, eater=eater, dishes=_dish_words(meal, dishes))
    for name, label in GRADED.items():
        if grades.get(name) not in Grade.values:
            raise RuleViolation(f"「{label}」还没有填。", field=name)
        setattr(row, name, grades[name])
    if row.bad and not words["opinion"]:
        raise RuleViolation(f"{'、'.join(row.bad)}选了差，请写是什么问题。", field="opinion")
    if (measure or owner or due_on) and not words["opinion"]:
        raise RuleViolation("写了怎么处理，请先写是什么问题。没有问题的，处理、责任人和期限都空着。", field="opinion")
    if words["opinion"]:
        source = f"{meal}{'家长' if eater == Eater.PARENT else actor.name}陪餐"[:60]
        fault = Fault(source=source, on=timezone.localdate(moment), problem=words["opinion"][:200])
        row.fault = open_fault(actor=actor, at=at, fault=fault, measure=measure, owner=owner, due_on=due_on)
    return enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"{meal}陪餐", **words)


def _check_eater(actor, meal: Meal, eater: str, guest: str) -> None:
    if meal.state == MealState.VOID:
        raise RuleViolation(f"{meal}没有供餐。", field="meal")
    if eater not in Eater.values:
        raise RuleViolation("请选陪餐的是谁。", field="eater")
    if eater == Eater.PARENT:
        _check_guest(meal, guest)
        return
    if guest:
        raise RuleViolation("自己陪餐的，家长一栏空着。家长一起陪餐的，另记一条。", field="guest")
    if not has(actor, EAT):
        raise RuleViolation(f"学校负责人陪餐由本人记录（{LAW}）。您可以代记家长的。", field="eater")
    if Accompanied.objects.filter(meal=meal, created_by=actor, struck_at=None, eater=Eater.LEADER).exists():
        raise Conflict(f"{meal}您已经记过了。", field="meal")


def _check_guest(meal: Meal, guest: str) -> None:
    if not guest:
        raise RuleViolation("请写家长姓名和孩子班级，公示时不显示。", field="guest")
    if Accompanied.objects.filter(meal=meal, guest=guest, struck_at=None).exists():
        raise Conflict(f"{meal}{guest}已经记过了。", field="guest")


def _dish_words(meal: Meal, dishes: Collection[MealDish]) -> str:
    rows = list(dishes)
    if any(row.meal_id != meal.pk or not row.is_served for row in rows):
        raise RuleViolation(f"选的菜里有不是{meal}供应的，请重新选。", field="dishes")
    if not rows:
        raise RuleViolation("请选吃了哪几样。", field="dishes")
    return "、".join(str(row.dish) for row in rows)[:300]


@rule
def publish_week(*, actor, at: datetime, monday: date) -> AccompanyWeek | None:
    """The week's accompanied meals on the board for everyone; what is there already when nothing has changed; None for a week without meals.

    The clock may always; a person needs the right to arrange.
    """
    if actor.is_person:
        check_can_arrange(actor)
    text, before = week_text(monday), latest_week(monday)
    if not text or (before and before.content == text):
        return before
    version, today = before.version + 1 if before else 1, timezone.localdate(at)
    if before:
        take_down(actor=actor, at=at, record=before.post, reason=f"有补记或整改，改为第 {version} 版")
    last = monday + WEEK
    title = f"{monday.month}月{monday.day}日至{last.month}月{last.day}日陪餐情况"
    until = today + SHOWN if last + timedelta(days=14) >= today or not before else before.post.withdraw_on  # a late word keeps an old week up no longer
    post = put_up(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=title, content=text, audience=Audience.EVERYONE, publish_on=today, withdraw_on=until
    )
    week = AccompanyWeek.objects.create(monday=monday, version=version, content=text, post=post, made_at=at)
    record_event(actor=actor, at=at, action="publish", record=week, text=f"公示{title}" + (f"，第 {version} 版" if version > 1 else ""))
    return week


def publish_weeks(*, at: datetime) -> int:
    """The last two weeks that are over and older ones still on the board, each in a transaction of its own. Returns how many were published anew."""
    today = timezone.localdate(at)
    actor, monday = User.objects.system(), monday_of(today)
    last = [monday - timedelta(days=7 * n) for n in (2, 1)]
    made = [publish_week(actor=actor, at=at, monday=one) for one in (*shown_weeks(last[0], today), *last)]
    return sum(week is not None and week.made_at == at for week in made)


def missed(today: date) -> list[Meal]:
    """Meals of the last week that are over without anybody of the school at the table."""
    return list(unaccompanied(today - WEEK, today - timedelta(days=1)).order_by("starts_at")[:50])

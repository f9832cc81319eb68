"""Reading accompanied meals: whose turn it is, which meal had nobody, what a week comes to (CAN-12)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from canteen.control.models import FaultState
from canteen.evidence import VIEW
from canteen.meal.kinds import IN_ORDER, MealKind
from canteen.meal.models import Meal, MealState
from logistics.platform.access.rules import has, require
from logistics.platform.board.models import PostState
from logistics.platform.web.templatetags.school import full_day

from .models import Accompanied, AccompanyTurn, AccompanyWeek, TurnState

EAT, ARRANGE = "canteen.accompany.eat", "canteen.accompany.arrange"
LAW = "《学校食品安全与营养健康管理规定》第十三条"
WEEK = timedelta(days=6)
ROOM = 9900  # characters of one post


def check_can_arrange(user, record=None) -> None:
    require(user, ARRANGE)


def turns_visible_to(user) -> QuerySet[AccompanyTurn]:
    rows = AccompanyTurn.objects.select_related("person", "created_by")
    return rows if has(user, VIEW) else rows.filter(person=user.pk)


def standing_turns(since: date, until: date) -> QuerySet[AccompanyTurn]:
    return AccompanyTurn.objects.filter(state=TurnState.ON, on__range=(since, until))


def entries() -> QuerySet[Accompanied]:
    """What stands, not struck out."""
    return Accompanied.objects.filter(struck_at=None).select_related("meal", "created_by", "fault__owner")


def unaccompanied(since: date, until: date) -> QuerySet[Meal]:
    """Main meals of these days at which nobody of the school was recorded as eating."""
    rows = Meal.objects.filter(on__range=(since, until)).exclude(state=MealState.VOID).exclude(kind=MealKind.SNACK)
    return rows.filter(~Exists(Accompanied.objects.filter(meal=OuterRef("pk"), struck_at=None, eater="leader")))


def shown_weeks(before: date, on: date) -> list[date]:
    """Mondays, the oldest first, of published weeks before that one whose post still stands on the board: what is mended later must show there."""
    rows = AccompanyWeek.objects.filter(monday__lt=before, post__state=PostState.PUBLISHED, post__withdraw_on__gte=on)
    return sorted(set(rows.values_list("monday", flat=True)))


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def latest_week(monday: date) -> AccompanyWeek | None:
    return AccompanyWeek.objects.filter(monday=monday).select_related("post").order_by("-version").first()


def week_text(monday: date) -> str:
    """The week as paragraphs of the board; empty for a week without meals. Parents stand there without their names. Four queries."""
    until = monday + WEEK
    meals = Meal.objects.filter(on__range=(monday, until)).exclude(state=MealState.VOID).exclude(kind=MealKind.SNACK).count()
    if not meals:
        return ""
    without = sorted(unaccompanied(monday, until), key=lambda meal: (meal.on, IN_ORDER[MealKind(meal.kind)]))
    head = f"{full_day(monday)}至{full_day(until)}供餐 {meals} 餐，学校负责人陪餐 {meals - len(without)} 餐"
    lost = f"，没有陪餐记录 {len(without)} 餐：{'、'.join(map(str, without))}。" if without else "。"
    rows = entries().filter(meal__on__range=(monday, until)).order_by("meal__starts_at", "pk")
    return as_far_as([head + lost, *(public_line(row) for row in rows)])


def as_far_as(lines: list[str]) -> str:
    """Whole lines as many as the board holds; how many are left out stands at the end."""
    kept, room = [], ROOM
    for n, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            kept.append(f"还有 {len(lines) - n} 条记录写不下，到食堂办公室可以看全部。")
            break
        kept.append(line)
    return "\n".join(kept)


def public_line(row: Accompanied) -> str:
    who = "家长代表" if row.eater == "parent" else f"{row.created_by.name}（{row.created_by.title}）" if row.created_by.title else row.created_by.name
    said = outcome(row)
    return f"{row.meal}　{who}　{row.dishes}　{row.grades}。{said.replace(row.guest, '家长') if row.guest else said}"


def outcome(row: Accompanied) -> str:
    """What became of the opinion, in words."""
    if row.fault is None:
        return "没有提意见。"
    done = f"已整改：{row.fault.done_words}" if row.fault.state == FaultState.DONE else f"整改中，{row.fault.due_on.month}月{row.fault.due_on.day}日以前"
    return f"意见：{row.opinion}。{row.fault.measure}，{done}。"

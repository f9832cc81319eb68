"""Leaders at the table of the demo school: the rota, what they wrote, what became of it."""

from datetime import timedelta

from django.utils import timezone

from canteen.meal.models import Meal, MealDish, MealState
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import User

from .accompany.models import GRADED, Accompanied
from .accompany.queries import standing_turns
from .accompany.rules import lay_rota, publish_weeks, record_accompanied
from .committee.rules import add_opinion, publish_activity, record_activity, save_member
from .control.rules import mend_fault
from .demo_safety import moment
from .survey.models import QUESTIONS
from .survey.rules import answer_survey, device_of, open_survey, publish_result

DAYS = 10
SAID = (("taste", "青菜端上来有点凉", "改为分批出锅，餐台加保温"), ("manners", "打饭的队伍排到门口", "一到三年级提前十分钟就餐"))


def build(school: DemoSchool) -> None:
    """A rota over the last meals and the next fortnight; everybody wrote, but for one dinner."""
    leaders = [school.people[key] for key in ("principal", "vice", "director")]
    today = timezone.localdate(school.now)
    meals = Meal.objects.filter(on__lte=today).exclude(state=MealState.VOID).order_by("starts_at")
    days = sorted({meal.on for meal in meals})[-DAYS:]
    if not days:
        return
    lay_rota(
        actor=school.people["canteen"], at=moment(days[0], "06:00"), since=days[0], until=today + timedelta(days=13), kinds=("lunch", "dinner"), people=leaders
    )
    turns = {(turn.on, turn.kind): turn.person for turn in standing_turns(days[0], today).select_related("person")}
    dishes: dict[int, list[MealDish]] = {}
    for row in MealDish.objects.filter(meal__in=meals, is_served=True).select_related("dish", "meal").order_by("pk"):
        dishes.setdefault(row.meal_id, []).append(row)
    over = [meal for meal in meals if (meal.on, meal.kind) in turns and meal.starts_at + timedelta(minutes=25) < school.now and meal.pk in dishes]
    for n, meal in enumerate(over):
        if n != len(over) - 4:
            eat(school, meal, turns[meal.on, meal.kind], dishes[meal.pk][:3], SAID[n % 2] if n % 5 == 1 else None)
    if over:
        given = {"eater": "parent", "guest": "三年级2班王先生", "grades": dict.fromkeys(GRADED, "good")}
        last = over[0]
        record_accompanied(actor=school.people["foodsafety"], at=last.starts_at + timedelta(minutes=40), meal=last, dishes=dishes[last.pk][:2], **given)
    publish_weeks(at=school.now)
    committee(school)
    surveys(school)


def eat(school: DemoSchool, meal: Meal, person, dishes: list[MealDish], said: tuple[str, str, str] | None) -> None:
    grades, words = dict.fromkeys(GRADED, "good"), {}
    if said:
        grades[said[0]] = "bad"
        words = {"opinion": said[1], "measure": said[2], "owner": school.people["chef"], "due_on": meal.on + timedelta(days=2)}
    row: Accompanied = record_accompanied(actor=person, at=meal.starts_at + timedelta(minutes=25), meal=meal, dishes=dishes, grades=grades, **words)
    done_at = moment(meal.on + timedelta(days=1), "10:00")
    if row.fault and done_at < school.now:
        mend_fault(actor=school.people["chef"], at=done_at, record=row.fault, words=f"已经{said[2]}" if said else "")


MEMBERS = (
    ("刘文清", "parent", "一年级1班家长"), ("马晓燕", "parent", "三年级2班家长"), ("徐立新", "parent", "五年级3班家长"), ("孙国庆", "parent", "七年级1班家长"),
    ("黄海涛", "teacher", "理化生组"), ("郭雨桐", "student", "八年级2班"), ("郑国华", "school", "副校长"),
)  # fmt: skip


def committee(school: DemoSchool) -> None:
    """Seven members, a meeting and a look at the kitchen, published."""
    keeper, today = school.people["foodsafety"], timezone.localdate(school.now)
    at = school.now - timedelta(days=40)
    dates = {"since": today - timedelta(days=60), "until": today + timedelta(days=300)}
    members = [save_member(actor=keeper, at=at, name=name, stands_for=side, origin=origin, phone="", **dates) for name, side, origin in MEMBERS]
    given = {"kind": "meeting", "topic": "听取第一季度伙食账目", "content": "总务处报告收支和每餐成本，委员逐项问了肉类价格。"}
    meeting = record_activity(actor=keeper, at=school.now - timedelta(days=30), members=members, **given)
    publish_activity(actor=keeper, at=school.now - timedelta(days=29), record=meeting)
    look_at = school.now - timedelta(days=6)
    given = {"kind": "look", "topic": "检查后厨和食材库", "content": "看了验收记录、留样冰箱和消毒记录，随机称了三份午餐，份量够。"}
    look = record_activity(actor=keeper, at=look_at, members=members[:3], **given)
    wish = {"opinion": "低年级的汤勺太大，希望换小号的", "measure": "采购小号汤勺 200 把", "owner": school.people["canteen"]}
    add_opinion(actor=keeper, at=look_at, record=look, due_on=timezone.localdate(look_at) + timedelta(days=10), **wish)
    publish_activity(actor=keeper, at=look_at + timedelta(hours=2), record=look)


def surveys(school: DemoSchool) -> None:
    """The survey of last month, published, and one that is open now."""
    keeper, public = school.people["foodsafety"], User.objects.system("public")
    for since, title, count in ((-40, "秋季学期开学食堂满意度测评", 24), (-4, "秋季学期食堂满意度测评", 16)):
        at = school.now + timedelta(days=since)
        on = timezone.localdate(at)
        survey = open_survey(actor=keeper, at=at, title=title, since=on, until=on + timedelta(days=14))
        for n in range(count):
            answers = {name: "fair" if (n + k) % 5 == 0 else "good" for k, name in enumerate(QUESTIONS)} | ({"taste": "bad"} if n % 11 == 3 else {})
            words = "青菜再热一点就好了" if n % 11 == 3 else ""
            given = {"survey": survey, "device": device_of(survey, str(n)), "who": ("parent", "pupil")[n % 2], "answers": answers, "words": words}
            answer_survey(actor=public, at=at + timedelta(hours=n), **given)
        if since < -14:
            publish_result(actor=keeper, at=at + timedelta(days=16), record=survey)

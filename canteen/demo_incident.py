"""A recall drill and an old suspicion that came to nothing, by their own rules."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from canteen.incident.rules import close_incident, count_sick, log_step, open_incident
from canteen.meal.models import Meal, MealState
from canteen.pantry.models import PantryBatch
from canteen.trace.rules import end_drill, start_drill
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool

CALLS = (  # minutes after the finding, kind, department, who, what
    (6, "treat", "", "校医室", "3 名学生送区人民医院急诊，班主任陪同"),
    (12, "report", "education", "区教育局体卫艺科 值班室", "电话报告：午餐后 3 名学生腹痛，已就医，正在核查"),
    (18, "report", "market", "区市场监管局 值班室", "电话报告，已停用当餐剩余食材，保护现场"),
    (25, "report", "health", "区疾控中心 应急办", "电话报告，下午到校采样"),
    (34, "parents", "", "3 名学生家长", "逐一通话，家长已到医院"),
    (190, "send", "", "区疾控中心", "采集学生样本 3 份、环境样本 4 份送检"),
)


@rule
def build(school: DemoSchool) -> None:
    drill(school)
    suspicion(school)


def drill(school: DemoSchool) -> None:
    """The oldest batch that came on a van, looked for by the officer."""
    batch = PantryBatch.objects.filter(line__isnull=False, moves__issue__meal="lunch").order_by("pk").first()
    at = timezone.make_aware(datetime.combine(timezone.localdate(school.now) - timedelta(days=1), time(15, 10)))
    if batch is None:
        return
    officer = school.people["foodsafety"]
    made = start_drill(actor=officer, at=at, batch=batch, reason="假设市场监管所通知这一批抽检不合格")
    counted, found = batch.quantity, "食材库二号货架" if batch.quantity else "已经用完，空筐退回供应商"
    end_drill(actor=officer, at=at + timedelta(minutes=17, seconds=40), record=made, counted=counted, where=found, findings="货架标签上没有批号，已补写")


def suspicion(school: DemoSchool) -> None:
    """Three pupils with stomach ache after the first lunch of the demo; it was a virus."""
    meal = Meal.objects.exclude(state=MealState.VOID).filter(kind="lunch").order_by("on").first()
    if meal is None or meal.ends_at > school.now - timedelta(days=6):
        return
    officer, at = school.people["foodsafety"], meal.ends_at + timedelta(hours=1)
    words = "午餐后约一小时，3 名学生腹痛、呕吐两次，没有发热。"
    incident = open_incident(actor=officer, at=at, symptoms=words, meals=[meal], suspect="不明")
    for minutes, kind, body, contact, said in CALLS:
        log_step(actor=officer, at=at + timedelta(minutes=minutes), record=incident, kind=kind, body=body, contact=contact, words=said)
    one = meal.heads.filter(school_class__isnull=False).select_related("school_class").first()
    if one:
        count_sick(actor=officer, at=at + timedelta(minutes=195), record=incident, school_class=one.school_class, ill=3, hospital=3)
    conclusion = "疾控中心检出诺如病毒，环境样本没有检出致病菌，不是食堂引起。班级已消毒，三天内没有新增。"
    close_incident(actor=school.people["principal"], at=at + timedelta(days=3), record=incident, finding="unfounded", conclusion=conclusion)

"""What the demo school does again and again, from the table of frequencies: rounds, inspections, drills, with a truthful month behind it."""

from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from logistics.platform.duties.checklist import items_of
from logistics.platform.duties.doing_rules import finish_checklist, make_up
from logistics.platform.duties.models import Duty, Occurrence, OccurrenceState
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.duties.rules import add_substitute, save_duty
from logistics.platform.duties.watch_rules import mark_missed
from logistics.platform.org.models import Post, User

from .build import DemoSchool

BACK = timedelta(days=17)  # so far the demo's rounds go back
HOUR, DAY = 60, 24 * 60
ROUND = "校园环境｜拍照\n教学楼走廊和楼梯\n设施设备\n花草树木\n厕所卫生"
FACILITIES = "水电线路无裸露\n消防通道畅通｜拍照\n灭火器压力正常\n体育器材牢固\n门窗玻璃完好"
BUILDING = "墙体和屋面无渗漏、开裂\n护栏牢固\n吊灯、吊扇牢固\n电线和配电箱｜拍照\n下水道通畅\n操场和体育设施"
FIRE = "宿舍楼安全出口不上锁\n疏散指示和应急灯亮\n配电室温度｜5 至 40 ℃\n无人使用违章电器"
KITCHEN = "冷藏温度｜0 至 8 ℃\n冷冻温度｜-30 至 -12 ℃\n人员晨检做完\n原料索证齐全\n留样 125 克以上｜拍照"
WATER = "饮水机滤芯在有效期内\n出水无异味\n余氯｜0.05 至 2 mg/L"

# title, basis, rhythm, owner (a user name; guard and dormkeeper by their post), supervisor, checklist, reminder, grace, ladder, share done, share late
DUTIES = [
    ("每日巡视（一日三巡）", "学校制度：环境、楼宇、设备、绿化、卫生一天看三遍", {"kind": "daily", "times": ["07:30", "12:30", "17:00"], "minutes": HOUR, "days": "teaching"}, "safety", "director", ROUND, 15, HOUR, [[30, "supervisor"], [90, "role:vice"]], 93, 4),
    ("夜间防火巡查", "GB/T 40248 第 7.3.5 条：寄宿学校每晚巡查，间隔不超过 2 小时", {"kind": "night", "times": ["22:00"], "until": "06:00", "every": 2, "minutes": 2 * HOUR}, "dormkeeper", "safety", FIRE, 20, HOUR, [[30, "supervisor"]], 95, 3),
    ("门卫重点部位巡查", "GB/T 29315：重点部位一天不少于 5 次", {"kind": "daily", "times": ["08:30", "11:00", "14:30", "17:30", "20:30"], "minutes": HOUR}, "guard", "safety", "大门和围墙\n监控画面正常\n防卫器材在位", None, 90, [[60, "supervisor"]], 96, 2),
    ("食堂日管控", "学校食品安全主体责任：每日检查，当天记录", {"kind": "daily", "times": ["08:00"], "minutes": 4 * HOUR, "days": "teaching"}, "foodsafety", "canteen", KITCHEN, 30, 2 * HOUR, [[60, "supervisor"], [180, "role:director"]], 95, 4),
    ("设施设备周检查", "每周一次，部门自查", {"kind": "weekly", "weekdays": [0], "times": ["08:00"], "minutes": 2 * DAY, "days": "working"}, "electrician", "director", FACILITIES, 4 * HOUR, DAY, [[8 * HOUR, "supervisor"]], 75, 20),
    ("食品安全周排查", "每周排查一次，分析风险", {"kind": "weekly", "weekdays": [4], "times": ["13:00"], "minutes": 5 * HOUR, "days": "working"}, "foodsafety", "vice", "从业人员健康证都在有效期\n库房先进先出\n餐具消毒记录齐全", HOUR, DAY, [[2 * HOUR, "supervisor"]], 90, 10),
    ("校舍和用电月检查", "十项规定：学校每月防火检查；中层每月查校舍、线路、排水、体育设施", {"kind": "monthly", "day": 5, "times": ["08:00"], "minutes": 5 * DAY, "days": "working"}, "director", "vice", BUILDING, DAY, 2 * DAY, [[DAY, "supervisor"], [3 * DAY, "role:principal"]], 80, 20),
    ("灭火和应急疏散演练", "中小学每月至少一次", {"kind": "nth", "nth": 3, "weekdays": [4], "times": ["15:30"], "minutes": 2 * HOUR, "days": "teaching"}, "safety", "vice", "全校疏散到操场用时｜0 至 10 分钟\n人数清点齐全｜拍照", 2 * HOUR, DAY, [[HOUR, "supervisor"]], 90, 5),
    ("饮水设备月检", "饮用水卫生：滤芯、消毒、水质每月看一次", {"kind": "monthly", "day": 31, "times": ["09:00"], "minutes": 2 * DAY, "days": "working"}, "plumber", "nurse", WATER, 4 * HOUR, DAY, [], 85, 10),
    ("电梯维护保养", "TSG T5002：至少每 15 天一次", {"kind": "interval", "every": 15, "times": ["08:00"], "minutes": DAY}, "electrician", "director", "厅门和轿门\n对讲能接通\n维保单位签字｜拍照", 4 * HOUR, DAY, [[4 * HOUR, "supervisor"]], 95, 5),
    ("开学前安全检查", "开学前一周查一遍，查完才开学", {"kind": "before_term", "before": 7, "times": ["08:00"], "minutes": 5 * DAY, "days": "working"}, "director", "principal", BUILDING, DAY, DAY, [[0, "supervisor"]], 90, 5),
    ("放假前安全检查", "节假日前关水、关电、锁门", {"kind": "before_holiday", "before": 1, "times": ["14:00"], "minutes": 4 * HOUR}, "safety", "vice", "教室和办公室断电\n门窗锁好\n值班表贴出｜拍照", HOUR, 2 * HOUR, [[HOUR, "supervisor"]], 90, 10),
    ("秋冬供暖前检查", "每年供暖前、雨季前", {"kind": "seasonal", "months": [5, 10], "day": 20, "times": ["08:00"], "minutes": 7 * DAY, "days": "working"}, "plumber", "director", "管道试压\n阀门开关灵活\n地下室无积水", DAY, 2 * DAY, [], 90, 10),
]  # fmt: skip
TROUBLE = {
    "设施设备": "乒乓球台一条腿松了",
    "灭火器压力正常": "二楼东侧一具压力偏低",
    "厕所卫生": "二楼男厕地面积水",
    "护栏牢固": "三楼东侧一根松动",
    "疏散指示和应急灯亮": "三号楼一层一盏不亮",
}


def build(school: DemoSchool) -> int:
    """Set up the duties a while ago, do most of them in time, some late, leave some; returns how many times there are."""
    random, now = Random(school.random.random()), school.now
    start = now - BACK
    ways = {}
    for row in DUTIES:
        duty = one_duty(school, start, row)
        ways[duty.pk] = row[9:]
    make_by_clock(at=start + timedelta(days=8))
    make_by_clock(at=now)
    for found in Occurrence.objects.filter(opens_at__lt=now, duty__in=ways).select_related("duty", "owner_person").order_by("opens_at"):
        do_or_leave(school, random, found, *ways[found.duty_id])
    make_by_clock(at=now)
    mark_missed(actor=User.objects.system(), at=now - timedelta(hours=4))
    explain(school)
    mark_missed(actor=User.objects.system(), at=now)
    Occurrence.objects.filter(next_tell_at__lt=now).update(next_tell_at=None)  # what the past asked to be told is long told
    return Occurrence.objects.count()


def one_duty(school: DemoSchool, start: datetime, row: tuple) -> Duty:
    title, basis, rhythm, owner, supervisor, checklist, remind, grace, ladder, *_ = row
    post = Post.objects.filter(holders=school.people[owner]).first() if owner in ("dormkeeper", "guard") else None
    return save_duty(
        actor=school.director,
        at=start,
        title=title,
        basis=basis,
        rhythm=rhythm,
        starts_on=timezone.localdate(start),
        owner_post=post,
        owner_person=None if post else school.people[owner],
        supervisor=school.people[supervisor],
        checklist=items_of(checklist.replace("｜拍照", "")),
        remind_minutes=remind,
        grace_minutes=grace,
        ladder=ladder,
    )


def do_or_leave(school: DemoSchool, random: Random, found: Occurrence, on_time: int, late: int) -> None:
    """Do it at a likely moment; what lies less than its window back is still to be done."""
    luck, length = random.random() * 100, found.due_at - found.opens_at
    at = found.opens_at + length * random.uniform(0.15, 0.9)
    if luck >= on_time + late:
        return
    if luck >= on_time:
        at = found.due_at + (found.closes_at - found.due_at) * random.uniform(0.1, 0.8)
    if at >= school.now:
        return
    person = found.owner_person or found.owner_post.holders.order_by("pk").first()
    given = {n: answer(random, item) for n, item in enumerate(found.duty.checklist)}
    finish_checklist(actor=person, at=at.replace(microsecond=0), record=found, given=given)


def answer(random: Random, item: dict) -> dict:
    if item["low"] is not None:
        low, high = float(item["low"]), float(item["high"])
        return {"value": f"{low + (high - low) * random.uniform(0.25, 0.75):.1f}"}
    bad = item["text"] in TROUBLE and random.random() < 0.05
    return {"value": "bad", "note": TROUBLE[item["text"]]} if bad else {"value": "ok"}


def explain(school: DemoSchool) -> None:
    """One missed time has been explained, one person stands in next week."""
    missed = Occurrence.objects.filter(state=OccurrenceState.MISSED, owner_person__isnull=False).select_related("duty", "owner_person").first()
    if missed:
        make_up(actor=missed.owner_person, at=school.now - timedelta(hours=3), record=missed, note="当时在处理水管漏水，两小时后补看了一遍，没有发现问题。")
    first: date = timezone.localdate(school.now) + timedelta(days=4)
    duty = Duty.objects.get(title=DUTIES[0][0])
    add_substitute(
        actor=school.director, at=school.now, record=duty, person=school.people["keeper"], first_on=first, last_on=first + timedelta(days=2), reason="外出培训"
    )

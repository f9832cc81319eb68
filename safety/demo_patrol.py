"""Rounds and hazards of the demo school, made by their own rules: a few days of rounds, hazards in every state."""

from datetime import datetime, timedelta
from io import BytesIO
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from logistics.platform.attachments.photos import clean_photo
from logistics.platform.demo.build import DemoSchool
from logistics.platform.duties.models import Duty, Occurrence
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.duties.rules import stop_duty
from logistics.platform.duties.watch_rules import mark_missed
from logistics.platform.org.models import Post, User
from logistics.platform.places.models import Place

from .hazard import closing_rules as closing
from .hazard import rules as hazards
from .hazard.models import Hazard
from .patrol.first_run import make_usual
from .patrol.models import CheckList, Purpose, Round, Route, Visit, VisitState
from .patrol.rules import add_points, check_point, plan_route, prepare_rounds, save_route

BACK = 4  # days of rounds behind us
HOUR, DAY = 60, 24 * 60

# name, purpose, check list, places, owner (a user name; guard and dormkeeper by their post), supervisor, rhythm
ROUTES = [
    ("教学区一日三巡", Purpose.DAILY, "日常巡视", ("教学楼A座 1层", "教学楼A座 2层", "教学楼B座 1层", "教学楼C座 1层", "图书馆 1层", "操场"), "safety", "director", {"kind": "daily", "times": ["07:30", "12:30", "17:00"], "minutes": HOUR, "days": "teaching"}),
    ("门卫重点部位巡查", Purpose.OTHER, "重点部位巡查", ("校门", "配电室", "锅炉房", "车棚"), "guard", "safety", {"kind": "daily", "times": ["08:30", "11:00", "14:30", "17:30", "20:30"], "minutes": HOUR}),
    ("每月防火检查", Purpose.FIRE_CHECK, "每月防火检查", ("教学楼A座", "教学楼B座", "教学楼C座", "实验楼", "食堂", "一号宿舍楼"), "safety", "vice", {"kind": "monthly", "day": 10, "times": ["08:00"], "minutes": 3 * DAY, "days": "working"}),
    ("校舍月检", Purpose.BUILDING, "校舍检查", ("教学楼A座", "教学楼B座", "教学楼C座", "体育馆"), "director", "vice", {"kind": "monthly", "day": 5, "times": ["08:00"], "minutes": 5 * DAY, "days": "working"}),
    ("用电线路月检", Purpose.BUILDING, "用电线路检查", ("综合楼 1层", "实验楼 1层"), "electrician", "director", {"kind": "monthly", "day": 12, "times": ["08:00"], "minutes": 3 * DAY, "days": "working"}),
    ("排水月检", Purpose.BUILDING, "排水检查", ("教学楼A座", "食堂", "操场"), "plumber", "director", {"kind": "monthly", "day": 15, "times": ["08:00"], "minutes": 3 * DAY, "days": "working"}),
    ("体育设施月检", Purpose.BUILDING, "体育设施检查", ("操场", "体育馆"), "director", "vice", {"kind": "monthly", "day": 18, "times": ["08:00"], "minutes": 3 * DAY, "days": "working"}),
    ("开学前全校检查", Purpose.SEASON, "开学前检查", ("教学楼A座", "实验楼", "食堂", "一号宿舍楼"), "director", "principal", {"kind": "before_term", "before": 7, "times": ["08:00"], "minutes": 5 * DAY, "days": "working"}),
    ("放假前全校检查", Purpose.SEASON, "放假前检查", ("教学楼A座", "教学楼B座", "实验楼", "综合楼"), "safety", "vice", {"kind": "before_holiday", "before": 1, "times": ["14:00"], "minutes": 4 * HOUR}),
    ("特种设备月检", Purpose.SPECIAL, "特种设备检查", ("食堂",), "safety", "director", {"kind": "monthly", "day": 20, "times": ["08:00"], "minutes": 3 * DAY, "days": "working"}),
    ("饮水设备巡检", Purpose.WATER, "饮水设备检查", ("教学楼A座 1层", "教学楼B座 1层", "食堂 1层"), "plumber", "nurse", {"kind": "monthly", "day": 25, "times": ["09:00"], "minutes": 2 * DAY, "days": "working"}),
]  # fmt: skip
TROUBLE = {
    "设施设备": "走廊一盏灯不亮",
    "疏散标志、应急照明完好": "东楼梯应急灯不亮",
    "常闭防火门关好": "防火门用灭火器顶着",
    "门窗、玻璃、护栏": "走廊窗户合页松动",
}
# days ago, place, kind, what, level, owner, measure, days to mend, how far it goes
HAZARDS = [
    (40, "教学楼B座 2层", "building", "走廊护栏一根立柱松动", "general", "director", "焊接加固，复查整层护栏", 5, "closed"),
    (33, "食堂", "fire", "后厨燃气报警器失灵", "major", "director", "更换报警器，联动切断阀一并检修", 7, "closed"),
    (25, "实验楼 1层", "lab", "药品室通风橱排风不足", "general", "keeper", "清理风道，更换风机皮带", 7, "closed"),
    (20, "教学楼A座 1层", "power", "走廊配电箱没有上锁", "general", "electrician", "配锁，贴警示标志", 3, "closed"),
    (12, "三号宿舍楼 2层", "fire", "疏散指示灯两处不亮", "general", "electrician", "更换灯具，检查整栋", 5, "late"),
    (9, "三号宿舍楼", "building", "外墙面砖空鼓，有脱落危险", "major", "director", "请专业单位铲除空鼓面砖后修补", 28, "assigned"),
    (6, "操场", "facility", "篮球架底座螺栓锈蚀", "general", "director", "更换螺栓，除锈刷漆", 7, "fixed"),
    (4, "教学楼A座 1层", "power", "走廊插座面板破损", "general", "electrician", "更换面板", 3, "ontime"),
    (2, "图书馆 1层", "crowd", "阅览室后门被书架挡住", "", "", "", 0, "found"),
    (1, "食堂 1层", "special", "蒸箱安全阀校验标签模糊", "general", "", "", 0, "graded"),
]  # fmt: skip


def photo(name: str, colour: tuple[int, int, int]):
    """A plain picture with a caption, as small as it gets."""
    picture = Image.new("RGB", (480, 360), colour)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 90, 420, 270), outline=(255, 255, 255), width=6)
    draw.line((60, 270, 420, 90), fill=(255, 255, 255), width=6)
    out = BytesIO()
    picture.save(out, "JPEG", quality=70)
    return clean_photo(SimpleUploadedFile(f"{name}.jpg", out.getvalue(), "image/jpeg"))


def build(school: DemoSchool) -> None:
    """Check lists and routes first, then the rounds of the last days, then hazards a while back and today's."""
    random, start = Random(school.random.random()), school.now - timedelta(days=BACK)
    start = start.replace(hour=1, minute=0, second=0, microsecond=0)
    make_usual(actor=school.people["safety"], at=start)
    for row in ROUTES:
        one_route(school, start, row)
    old_rounds(school)
    build_hazards(school)
    walk_days(school, random, start)


def place(name: str) -> Place:
    return Place.objects.get(full_name=name, is_active=True)


def one_route(school: DemoSchool, start: datetime, row: tuple) -> Route:
    name, purpose, checklist, places, owner, supervisor, rhythm = row
    officer = school.people["safety"]
    usual = CheckList.objects.get(name=checklist)
    route = save_route(actor=officer, at=start, name=name, purpose=purpose, basis=usual.basis)
    add_points(actor=officer, at=start, record=route, places=[place(one) for one in places], checklist=usual, needs_scan=owner == "guard")
    post = Post.objects.filter(holders=school.people[owner]).first() if owner in ("dormkeeper", "guard") else None
    plan_route(
        actor=officer, at=start, record=route, rhythm=rhythm, starts_on=timezone.localdate(school.now if owner == "guard" else start), owner_post=post,
        owner_person=None if post else school.people[owner], supervisor=school.people[supervisor], remind_minutes=15, grace_minutes=HOUR,
        ladder=[[30, "supervisor"], [120, "role:vice"]],
    )  # fmt: skip
    return route


def old_rounds(school: DemoSchool) -> None:
    """What was done by check list alone until now is walked by route from today on."""
    for duty in Duty.objects.filter(title__in=("每日巡视（一日三巡）", "夜间防火巡查", "门卫重点部位巡查"), is_active=True, producer="checklist"):
        stop_duty(actor=school.director, at=school.now, record=duty, reason="改按巡查路线走")


def walk_days(school: DemoSchool, random: Random, start: datetime) -> None:
    """Prepare and walk day by day; one round is missed, one is late, the last is under way."""
    make_by_clock(at=start)
    for n in range(BACK + 1):
        at = min(start + timedelta(days=n), school.now)
        prepare_rounds(actor=User.objects.system(), at=at)
    prepare_rounds(actor=User.objects.system(), at=school.now)
    rows = list(
        Round.objects.filter(occurrence__opens_at__lt=school.now)
        .select_related("occurrence__owner_post", "occurrence__owner_person")
        .order_by("occurrence__opens_at")
    )
    for n, found in enumerate(rows):
        if n % 11 != 5:  # nobody came
            walk(school, random, found, late=n % 9 == 7)
    mark_missed(actor=User.objects.system(), at=school.now)
    Occurrence.objects.filter(next_tell_at__lt=school.now, duty__producer="safety.round").update(next_tell_at=None)


def walk(school: DemoSchool, random: Random, found: Round, *, late: bool) -> None:
    due = found.occurrence
    person = due.owner_person or User.objects.filter(posts=due.owner_post).order_by("pk").first()
    at = due.due_at + timedelta(minutes=5) if late else due.opens_at + timedelta(minutes=random.randint(3, 12))
    for visit in Visit.objects.filter(round=found, state=VisitState.UNSEEN).select_related("round__occurrence", "point", "place").order_by("order"):
        at += timedelta(minutes=random.randint(2, 4))
        if at >= school.now:
            return
        given = {m: answer(random, item, found) for m, item in enumerate(visit.items)}
        check_point(actor=person, at=at, record=visit, given=given, codes=visit.place.code if visit.point.needs_scan else "")


def answer(random: Random, item: dict, found: Round) -> dict:
    if item["low"] is not None:
        return {"value": f"{(float(item['low']) + float(item['high'])) / 2:.1f}"}
    if item["text"] in TROUBLE and random.random() < 0.012:
        return {"value": "bad", "note": TROUBLE[item["text"]]}
    photos = [photo("检查", (96, 120, 110))] if item["photo"] else []
    return {"value": "ok", "photos": photos}


def build_hazards(school: DemoSchool) -> None:
    for ago, where, kind, what, level, owner, measure, days, end in HAZARDS:
        at = school.now - timedelta(days=ago, hours=1)
        finder = school.people["safety" if ago % 2 else "guard"]
        given = {"place": place(where), "kind": kind, "description": what, "source": "check" if ago % 2 else "report"}
        hazard = hazards.report_hazard(actor=finder, at=at, photos=[photo("整改前", (150, 90, 70))], **given)
        carry_on(school, hazard, at, level, owner, measure, days, end)


def carry_on(school: DemoSchool, hazard: Hazard, at: datetime, level: str, owner: str, measure: str, days: int, end: str) -> None:
    """As far as it goes: graded, given out, put right, looked at, closed."""
    officer, vice = school.people["safety"], school.people["vice"]
    if end == "found":
        return
    given = {}
    if owner:
        given = {"owner": school.people[owner], "measure": measure, "due_on": timezone.localdate(at) + timedelta(days=days)}
    if level == "major":
        given |= {"money": 6800, "temporary": "拉警戒线，暂停使用，专人看守"}
    hazards.grade_hazard(actor=officer, at=at + timedelta(hours=1), record=hazard, level=level, **given)
    if level == "major":
        hazards.report_up(actor=officer, at=at + timedelta(hours=2), record=hazard, reported_on=timezone.localdate(at), reported_to="区教育局安全科 王科长")
    if end not in ("closed", "fixed"):
        return
    fixed = at + timedelta(days=min(days, 4))
    words = f"已按要求{measure}"
    closing.fix_hazard(actor=school.people[owner], at=fixed, record=hazard, words=words, photos=[photo("整改后", (80, 130, 90))])
    if end == "closed":
        closing.recheck_hazard(actor=officer, at=fixed + timedelta(hours=20), record=hazard, result="pass", words="现场看过，符合要求")
        if level == "major":
            closing.close_hazard(actor=vice, at=fixed + timedelta(hours=26), record=hazard, words="同意销号")

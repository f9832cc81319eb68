"""Registers of the demo school: plans and drills, statements, fire equipment, key places, an accident, dangerous goods, trainings, the street outside."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.duties.rules import save_duty
from logistics.platform.org.models import Post, SchoolClass
from logistics.platform.papers.rules import save_paper
from logistics.platform.places.models import Level, Place

from .accident.rules import close_accident, log_step, open_accident
from .dangerous.rules import confirm_move, save_good, write_move
from .drill.models import DrillProblem
from .drill.queries import PRODUCER
from .drill.rules import add_problem, mend_problem, record_drill, revise_plan, save_plan
from .fire.rules import look_at, save_equipment, service
from .key_place.rules import record_inspection, save_key_place, save_special
from .statement.rules import issue_statement, sign_statement
from .surroundings.rules import answer, refer, save_surrounding
from .training.rules import record_training

FIRE_PLAN = """一、目的：发生火灾时有序疏散，先救人，后救物。
二、组织：总指挥由校长担任，副总指挥由分管副校长担任，下设疏散引导组、灭火组、救护组、警戒组、通讯组。
三、路线：各班按楼层疏散图走就近楼梯，东侧班级走东楼梯，西侧班级走西楼梯，不乘电梯。
四、集合点：操场，各班按升旗位置站队，班主任清点人数，两分钟内报总指挥。
五、报警：拨 119，说清校名、地址、着火部位、有无人员被困。
六、善后：清点人数，联系家长，保护现场，如实上报。"""
QUAKE_PLAN = """一、听到警报立即蹲下，躲在桌下，护住头颈。
二、主震过后听口令疏散，不推不挤，不回头拿东西。
三、集合点：操场，班主任清点人数。
四、余震未停不回楼内。"""
TEACHER_STATEMENT = """一、对本班学生在校安全负直接责任，每天点名，缺勤的当天联系家长。
二、每周至少上一次安全教育，放假前讲交通、防溺水、防火。
三、发现隐患立即上报，不能等。
四、组织外出活动先报批，带足人手。
五、发生事故先救人，立即报告学校，不瞒报。"""
STAFF_STATEMENT = """一、守住本岗位的安全规程，上岗先检查，离岗先断电。
二、会报警、会用灭火器、会引导疏散。
三、发现隐患能处理的当场处理，不能处理的立即报告。
四、按时参加安全培训和演练。"""
POWER = "非电工不得入内。\n不堆放杂物，门保持向外开。\n每天巡查一次，记录电压和温度。"
POWER_HELP = "断开总闸，不用水灭火。\n有人触电先断电，再施救，拨 120。\n火情扩大拨 119，疏散人员。"


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def build(school: DemoSchool) -> None:
    """Everything as it was written down over the last months, by the school's own rules."""
    today = timezone.localdate(school.now)
    drills(school, today)
    statements(school, today)
    fire(school, today)
    key_places(school, today)
    accidents(school, today)
    dangerous(school, today)
    trainings(school, today)
    surroundings(school, today)


def drills(school: DemoSchool, today: date) -> None:
    officer, year = school.people["safety"], today.year
    start = moment(date(year - 1, 9, 1), "09:00")
    plan = save_plan(actor=officer, at=start, title="火灾应急疏散预案", kind="fire", text=FIRE_PLAN, effective_on=date(year - 1, 9, 1))
    quake = save_plan(actor=officer, at=start, title="地震应急预案", kind="quake", text=QUAKE_PLAN, effective_on=date(year - 1, 9, 1))
    revise_plan(
        actor=officer, at=start + timedelta(days=200), record=plan, text=f"{FIRE_PLAN}\n七、寄宿生：夜间由宿管员叫醒，值班教师带队。",
        effective_on=start.date() + timedelta(days=200), change_note="加上寄宿生夜间疏散",
    )  # fmt: skip
    classes = list(SchoolClass.objects.filter(is_active=True).order_by("order")[:36])
    for back, which, seconds in ((62, quake, 118), (33, plan, 142), (4, plan, 113)):
        held = moment(today - timedelta(days=back), "10:00")
        rows = [
            {"school_class": one, "expected": 43, "arrived": 43 - (n % 9 == 4), "seconds": seconds - 30 + n % 25, "why": "病假 1 人" if n % 9 == 4 else ""}
            for n, one in enumerate(classes)
        ]
        drill = record_drill(
            actor=officer, at=held + timedelta(minutes=40), plan=which, name=f"{held.month} 月{which.get_kind_display()}演练", mode="field", classes=rows, happened_at=held,
            where="教学楼、宿舍楼至操场", commander=school.people["principal"], units="全体师生", staff=118, seconds=seconds, goods="扩音器 3 个、灭火器 6 具、急救箱 1 个",
            process="10:00 拉响警报，各班由任课教师带队，按疏散图撤到操场，班主任清点人数，报总指挥。总指挥讲评。", people_ready="fast" if seconds < 120 else "mostly",
            goods_ready="full", plan_fit="fits" if seconds < 120 else "rough", plan_enough="full" if seconds < 120 else "mend",
            improvement="" if seconds <= 120 else "西楼梯拥堵，错开两个年级下楼的顺序，楼梯口加一名老师。",
        )  # fmt: skip
        if seconds > 120:
            add_problem(
                actor=officer, at=held + timedelta(hours=1), record=drill, problem="西楼梯二楼转角拥堵", measure="调整八年级下楼顺序，楼梯口设专人", owner=school.people["vice"],
                due_on=held.date() + timedelta(days=7),
            )  # fmt: skip
            mend_problem(
                actor=school.people["vice"], at=held + timedelta(days=5), record=DrillProblem.objects.latest("pk"), words="疏散图已改，楼梯口安排了值周教师"
            )
    add_problem(
        actor=officer, at=school.now - timedelta(days=3), record=drill, problem="三号宿舍楼广播听不清", measure="检修广播喇叭", owner=school.people["electrician"],
        due_on=today + timedelta(days=5),
    )  # fmt: skip
    save_duty(
        actor=school.people["admin"], at=school.now, title="每月应急演练", owner_person=officer, producer=PRODUCER,
        rhythm={"kind": "monthly", "day": 15, "times": ["08:00"], "minutes": 60 * 24 * 10},
    )  # fmt: skip


def statements(school: DemoSchool, today: date) -> None:
    officer, principal = school.people["safety"], school.people["principal"]
    begins, at = date(today.year, 1, 1), school.now - timedelta(days=20)
    given = {"leader": principal, "starts_on": begins, "ends_on": max(date(today.year, 12, 31), today + timedelta(days=40))}
    posts = list(Post.objects.filter(name__in=("水工", "电工", "木工", "仓库保管员", "资产管理员")))
    crew = issue_statement(actor=officer, at=at, title="后勤岗位安全责任书", text=STAFF_STATEMENT, posts=posts, **given)
    signers = ("plumber", "electrician", "keeper")
    for n, key in enumerate(signers):
        person = school.people[key]
        sign_statement(actor=person, at=at + timedelta(days=1 + n), record=crew, signature=[typed_signature(person.name, signer=person.name)])
    everyone = issue_statement(actor=officer, at=at, title="教职工安全责任书", text=TEACHER_STATEMENT, for_everyone=True, **given)
    for n, person in enumerate([*school.teachers[:12], *(school.people[key] for key in ("director", "vice", "headteacher"))]):
        sign_statement(actor=person, at=at + timedelta(hours=3 * n + 2), record=everyone, signature=[typed_signature(person.name, signer=person.name)])


def fire(school: DemoSchool, today: date) -> None:
    officer, at = school.people["safety"], school.now - timedelta(days=30)
    floors = list(Place.objects.filter(level=Level.FLOOR).select_related("parent").order_by("path"))
    made = today - timedelta(days=400)
    for n, floor in enumerate(floors):
        building, code = floor.parent, floor.parent.code
        old = n % 13 == 7
        row = save_equipment(
            actor=officer, at=at, number=f"{code}-{floor.name[0]}", kind="powder", model="MFZ/ABC4", quantity=4, place=floor, spot="东楼梯口", responsible=building.responsible,
            made_on=today - timedelta(days=365 * 6) if old else made, serviced_on=None, service_due=None, scrap_on=None,
        )  # fmt: skip
        if n % 4 != 3:
            bad = n == 9
            found = "压力指针在红区" if bad else ""
            look_at(
                actor=school.people["guard"],
                at=school.now - timedelta(days=1, minutes=n),
                equipment=row,
                result="bad" if bad else "ok",
                found=found,
                by_label=True,
            )
        if old and n < 20:
            service(
                actor=officer,
                at=school.now - timedelta(days=2),
                record=row,
                kind="refill",
                by_whom="安泰消防 刘师傅",
                certificate="AT-2611",
                done_on=today - timedelta(days=3),
            )
    canteen = Place.objects.filter(name="热加工间").first()
    if canteen:
        save_equipment(
            actor=officer, at=at, number="ST-HYD-1", kind="hydrant", model="SN65", quantity=1, place=canteen, spot="门口", responsible=school.people["canteen"],
            made_on=None, serviced_on=None, service_due=None, scrap_on=None,
        )  # fmt: skip


def key_places(school: DemoSchool, today: date) -> None:
    officer, at = school.people["safety"], school.now - timedelta(days=60)
    places = {place.name: place for place in Place.objects.filter(name__in=("配电室", "锅炉房", "化学准备室", "热加工间", "档案室"))}
    for name, kind, key, danger in (
        ("配电室", "power", "electrician", "触电、火灾"),
        ("锅炉房", "boiler", "plumber", "超压爆炸、烫伤"),
        ("化学准备室", "chemical", "teacher", "腐蚀、中毒、起火"),
        ("热加工间", "kitchen", "chef", "燃气泄漏、油锅起火"),
    ):
        save_key_place(
            actor=officer, at=at, name=name, kind=kind, place=places[name], responsible=school.people[key], leader=school.people["director"], danger=danger, rules=POWER,
            emergency=POWER_HELP, tools="干粉灭火器 2 具，绝缘手套 1 副", is_active=True,
        )  # fmt: skip
    save_paper(
        actor=school.people["admin"], at=at, person=school.people["plumber"], kind="operation", number="TS-G-0921", issued_on=today - timedelta(days=300),
        expires_on=today + timedelta(days=800),
    )  # fmt: skip
    lift_place = Place.objects.filter(name="综合楼").first()
    common = {"key_place": None, "responsible": school.people["director"], "code": ""}
    boiler = save_special(
        actor=officer, at=at, name="热水锅炉", kind="boiler", registration="锅11苏A0218", place=places["锅炉房"], operator=school.people["plumber"], firm="恒力锅炉维保",
        due_on=today + timedelta(days=20), serviced_due=today + timedelta(days=9), **common,
    )  # fmt: skip
    lift = save_special(
        actor=officer, at=at, name="综合楼客梯", kind="lift", registration="梯11苏A4417", place=lift_place, operator=None, firm="通达电梯", due_on=today + timedelta(days=210),
        serviced_due=today - timedelta(days=40), **common,
    )  # fmt: skip
    record_inspection(
        actor=officer, at=school.now - timedelta(days=5), record=lift, kind="service", result="passed", by_whom="通达电梯 钱师傅", done_on=today - timedelta(days=5),
        due_on=today + timedelta(days=10),
    )  # fmt: skip
    record_inspection(
        actor=officer, at=school.now - timedelta(days=21), record=boiler, kind="service", result="passed", by_whom="恒力锅炉维保 孙师傅", done_on=today - timedelta(days=21),
        due_on=today + timedelta(days=9),
    )  # fmt: skip


def accidents(school: DemoSchool, today: date) -> None:
    happened = moment(today - timedelta(days=24), "15:40")
    made = open_accident(
        actor=school.people["nurse"], at=happened + timedelta(minutes=12), kind="injury", level="minor", where="操场", injured=1, dead=0, happened_at=happened,
        summary="八年级一名学生体育课跑步摔倒，右膝擦伤，校医消毒包扎，已通知家长。",
    )  # fmt: skip
    log_step(actor=school.people["nurse"], at=happened + timedelta(minutes=15), record=made, kind="treat", words="消毒包扎，观察半小时")
    log_step(actor=school.people["nurse"], at=happened + timedelta(minutes=20), record=made, kind="parents", words="电话通知家长", contact="学生母亲")
    close_accident(actor=school.people["vice"], at=happened + timedelta(days=1), record=made, cause="跑道湿滑", measure="雨后先清扫跑道再上课，已告知体育组")


def dangerous(school: DemoSchool, today: date) -> None:
    officer, keeper, place = school.people["safety"], school.people["storekeeper"], Place.objects.get(name="化学准备室")
    at = school.now - timedelta(days=45)
    pairs = (
        ("硫酸", "corrosive", "98% 500毫升", "瓶", 20, 12),
        ("乙醇", "flammable", "95% 500毫升", "瓶", 40, 24),
        ("吡虫啉", "pesticide", "10% 可湿性粉剂", "袋", 30, 10),
    )
    for n, (name, kind, model, unit, most, bought) in enumerate(pairs):
        good = save_good(
            actor=officer, at=at, name=name, kind=kind, model=model, cas="", unit=unit, place=place, cupboard=f"危化品柜 {n + 1} 号", keeper=keeper, second_keeper=officer,
            most=Decimal(most), is_active=True,
        )  # fmt: skip
        came = write_move(actor=keeper, at=at, good=good, kind="in", quantity=Decimal(bought), taker="市化学试剂站", second=officer, batch=f"2610{n}")
        confirm_move(actor=officer, at=at + timedelta(minutes=6), record=came)
        went = write_move(
            actor=keeper,
            at=at + timedelta(days=9),
            good=good,
            kind="out",
            quantity=Decimal(2 + n),
            taker="黄海涛",
            second=officer,
            purpose="九年级实验课" if n < 2 else "绿化带除虫",
        )
        confirm_move(actor=officer, at=at + timedelta(days=9, minutes=4), record=went)
    write_move(
        actor=keeper,
        at=school.now - timedelta(hours=2),
        good=good,
        kind="out",
        quantity=Decimal(2),
        taker="绿化 杨师傅",
        second=officer,
        purpose="香樟防治蚜虫",
    )


def trainings(school: DemoSchool, today: date) -> None:
    officer = school.people["safety"]
    on = moment(today - timedelta(days=40), "16:30")
    record_training(
        actor=officer, at=on, kind="training", topic="灭火器使用和疏散引导", where="操场", teacher="区消防救援站", hours=Decimal(2), people=school.teachers[:80],
        content="灭火器和消火栓实操，疏散引导岗位分工，常见火灾处置。",
    )  # fmt: skip
    record_training(
        actor=officer, at=on + timedelta(days=30), kind="campaign", topic="119 消防宣传月", where="全校", teacher="", hours=Decimal(4), students=1580, parents=420, people=[],
        content="主题班会、家庭隐患自查、消防车进校园、逃生体验。",
    )  # fmt: skip


def surroundings(school: DemoSchool, today: date) -> None:
    officer, at = school.people["safety"], school.now - timedelta(days=50)
    stall = save_surrounding(
        actor=officer,
        at=at,
        name="校门口流动摊贩",
        kind="stall",
        where="东门两侧人行道",
        metres=20,
        danger="占道经营，学生走机动车道",
        found_on=today - timedelta(days=50),
    )
    refer(actor=officer, at=at + timedelta(days=1), record=stall, office="街道城管中队", contact="王队长 8250 1100", words="上下学时段占道，请派人值守")
    answer(actor=officer, at=at + timedelta(days=6), record=stall, words="上下学前后半小时派两名队员值守")
    save_surrounding(
        actor=officer,
        at=at + timedelta(days=20),
        name="北墙外施工工地",
        kind="building",
        where="北围墙外",
        metres=60,
        danger="渣土车进出频繁",
        found_on=today - timedelta(days=30),
    )

"""The clinic, cleaning and greenery of the demo school, made by their own rules."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from assets.public import active_items
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.places.models import Place
from logistics.platform.terms.queries import calendar

from .cleaning.models import CleaningArea
from .cleaning.rules import check_area, fix_area, save_area, score_area, use_supply
from .clinic.models import Cluster
from .clinic.rules import check_school_class, come_back, disinfect, receive_batch, record_visit, register_illness, save_medicine
from .demo_moving import moment
from .demo_patrol import photo
from .greenery.rules import record_care, save_care
from .greenery.rules import save_area as save_plants
from .usual import HEALTH, plan_usual

MEDICINES = (
    ("碘伏消毒液", "瓶", 5, 12, 300),
    ("创可贴", "片", 50, 180, 500),
    ("退热贴", "贴", 20, 14, 20),
    ("生理盐水", "瓶", 6, 10, 200),
    ("藿香正气水", "支", 20, 40, 400),
)
VISITS = (
    ("injury", None, "体育课擦伤左膝，创面干净", "清创，碘伏消毒，创可贴包扎", "class"),
    ("gut", "36.8", "上腹不适，呕吐一次", "卧床休息，观察半小时", "rest"),
    ("fever", "38.4", "发热半天，咽红", "退热贴降温，联系家长", "home"),
)
AREAS = (
    ("教学楼A座一层走廊", "教学楼A座", "地面无纸屑水迹，墙面无脚印，窗台无灰", 0, None),
    ("教学楼A座二层走廊", "教学楼A座", "地面无纸屑水迹，墙面无脚印，窗台无灰", 1, None),
    ("教学楼B座楼梯", "教学楼B座", "台阶、扶手干净，无杂物", 2, None),
    ("操场看台", "操场", "无纸屑果皮，看台无积灰", 3, None),
    ("教学楼卫生间", "教学楼A座", "无异味，地面干，便池无污垢", None, "dormkeeper"),
    ("校门广场", "校门", "无纸屑烟头，雨后无积水", None, "guard"),
)
GREEN = (
    ("操场草坪", "操场", "高羊茅草坪", 4200, (("water", 4, 10, 3), ("weed", 4, 10, 14), ("prune", 3, 11, 20))),
    ("校门花坛", "校门", "月季、小叶黄杨", 180, (("water", 1, 12, 4), ("feed", 3, 11, 45), ("spray", 4, 10, 30))),
)


def build(school: DemoSchool) -> None:
    today = timezone.localdate(school.now)
    days = [day for n in range(9, -1, -1) if calendar().is_working_day(day := today - timedelta(days=n))][-5:]
    clinic(school, days)
    cleaning(school, days)
    greenery(school)


def clinic(school: DemoSchool, days: list) -> None:
    medicines(school)
    classes = list(SchoolClass.objects.filter(is_active=True, head_teacher__isnull=False).select_related("head_teacher")[:8])
    students = list(Student.objects.filter(school_class=classes[1], is_active=True).order_by("number")[:6])
    over = [on for on in days if moment(on, "08:30") < school.now]
    for n, on in enumerate(over):
        checks(school, classes, on, n)
        symptom, celsius, words, care, went = VISITS[n % 3]
        given = {"celsius": Decimal(celsius) if celsius else None, "words": words, "care": care, "went": went}
        record_visit(actor=school.people["nurse"], at=moment(on, "08:20"), student=students[n], symptom=symptom, **given)
    ill(school, classes, students, over)
    duties(school)


def medicines(school: DemoSchool) -> None:
    nurse, at, today = school.people["nurse"], school.now - timedelta(days=20), timezone.localdate(school.now)
    for name, unit, least, quantity, left in MEDICINES:
        medicine = save_medicine(actor=nurse, at=at, name=name, unit=unit, least=Decimal(least), is_active=True)
        receive_batch(
            actor=nurse, at=at, medicine=medicine, lot=f"2601{left}", expires_on=today + timedelta(days=left), quantity=Decimal(quantity), words="定点药店购入"
        )


def checks(school: DemoSchool, classes: list, on, n: int) -> None:
    """Every class, but today one has not reported yet."""
    for k, one in enumerate(classes[:-1] if on == timezone.localdate(school.now) else classes):
        away = 1 if k == 1 and n > 1 else 0
        given = {"due": 46, "present": 46 - away - (k + n) % 2, "ill_absent": away}
        check_school_class(actor=one.head_teacher, at=moment(on, "08:05") + timedelta(minutes=k), school_class=one, session="morning", **given)


def ill(school: DemoSchool, classes: list, students: list, over: list) -> None:
    """Three of a class with fever, which raises the alarm, and one with chickenpox who came back with a proof."""
    nurse, teacher = school.people["nurse"], classes[1].head_teacher
    for student, on in zip(students[:3], over[-3:], strict=False):
        register_illness(actor=teacher, at=moment(on, "08:15"), student=student, symptom="fever", began_on=on, words="早上体温 38 ℃ 以上，家长带去就诊")
    other = Student.objects.filter(school_class=classes[0], is_active=True).order_by("number").first()
    if len(over) > 3:
        given = {"symptom": "rash", "began_on": over[0], "words": "手足见红疹", "diagnosis": "水痘", "is_infectious": True}
        row = register_illness(actor=nurse, at=moment(over[0], "08:28"), student=other, **given)
        come_back(actor=nurse, at=moment(over[-1], "08:10"), record=row, back_on=over[-1], proof="市人民医院复课证明")
    for cluster in Cluster.objects.all():
        disinfect(actor=nurse, at=cluster.created_at + timedelta(minutes=10), record=cluster, how="含氯消毒液擦拭桌椅、门把手，开窗通风 30 分钟")


def duties(school: DemoSchool) -> None:
    """Health publicity, examination and pests in the calendar (MED-03)."""
    given = {"actor": school.director, "at": school.now - timedelta(minutes=5), "starts_on": timezone.localdate(school.now), "supervisor": school.director}
    for one in HEALTH:
        plan_usual(one, owner_person=school.people["nurse" if one.post == "校医" else "dormkeeper"], **given)


def cleaning(school: DemoSchool, days: list) -> None:
    director, checker = school.director, school.people["safety"]
    at, classes = school.now - timedelta(days=30), list(SchoolClass.objects.filter(is_active=True).select_related("head_teacher")[:4])
    areas: list[CleaningArea] = []
    for name, place, standard, n, cleaner in AREAS:
        owner = {"school_class": classes[n] if n is not None else None, "cleaner": school.people[cleaner] if cleaner else None}
        found = Place.objects.filter(name=place).first()
        areas.append(save_area(actor=director, at=at, name=name, place=found, standard=standard, times=2, hours="早读前、午休后", is_active=True, **owner))
    for on in days:
        for k, area in enumerate(areas):
            when = moment(on, "08:10") + timedelta(minutes=4 * k)
            if when > school.now or (on == days[-1] and k == len(areas) - 1):
                continue
            points = 100 - (k * 7 + on.day * 3) % 14
            bad = k == 2 and on == days[-2]
            fix = (
                {"points": 72, "problem": "三楼楼梯拐角有纸屑、痰迹", "due_on": on + timedelta(days=1), "photos": [photo("楼梯", (150, 140, 110))]}
                if bad
                else {}
            )
            fine = {"points": points, "problem": "" if points == 100 else "窗台有灰"}
            score = score_area(actor=checker, at=when, area=area, cadence="daily", **fine | fix)
            later = when + timedelta(hours=2)
            if bad and area.school_class.head_teacher and later < school.now:
                fix_area(actor=area.school_class.head_teacher, at=when + timedelta(hours=1), record=score, words="已经清扫，安排值日生课间看一遍")
                check_area(actor=checker, at=later, record=score, is_good=True)
    for n, item in enumerate(active_items().order_by("pk")[:2]):
        use_supply(actor=checker, at=school.now - timedelta(days=2, hours=n), area=areas[-2], item=item, quantity=Decimal(2 + n))


def greenery(school: DemoSchool) -> None:
    director, at, today = school.director, school.now - timedelta(days=40), timezone.localdate(school.now)
    for name, place, plants, size, care in GREEN:
        keeper = school.people["guard"]
        area = save_plants(
            actor=director, at=at, name=name, place=Place.objects.filter(name=place).first(), plants=plants, square_metres=size, keeper=keeper, is_active=True
        )
        for kind, first, last, every in care:
            save_care(actor=director, at=at, area=area, kind=kind, first_month=first, last_month=last, every_days=every, is_active=True)
        record_care(actor=keeper, at=school.now - timedelta(days=5), area=area, kind="water", words="浇透水")
    area_words = {"kind": "prune", "words": "修剪到 6 厘米，清走草屑"}
    record_care(actor=school.people["guard"], at=moment(today, "00:30") - timedelta(days=12), area=area, **area_words)

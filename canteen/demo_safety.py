"""Food safety of the demo school: workers, the morning, samples, disinfection, checks and the papers made of them, by their own rules."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.meal.models import Meal, MealState
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Department
from logistics.platform.org.rules import save_people
from logistics.platform.papers.rules import save_paper
from logistics.platform.places.models import Place

from .control.first_run import make_usual
from .control.models import Book, CheckItem, Fault
from .control.rules import draw_paper, mend_fault, record_sheet, sign_paper
from .control.rules import save_paper as write_paper
from .hygiene.rules import move_agent, record_additive, record_core, record_disinfection, record_pests, save_agent
from .sample.models import Fridge, Sample, SampleState
from .sample.queries import meals_of
from .sample.rules import dispose_sample, record_reading, record_sample, save_fridge
from .staff.models import Worker
from .staff.queries import active_workers, last_check
from .staff.rules import check_worker, put_on_roster, record_training, save_worker

CREW = (
    ("C01", "田桂兰", "切配", "cutter"),
    ("C02", "邵玉梅", "切配", "cutter"),
    ("C03", "龚建国", "厨师", "cook"),
    ("C04", "史秀英", "洗消", "washer"),
    ("C05", "毛小红", "售餐", "server"),
)
ILL, WITHOUT = "C01", "C05"  # the second's certificate ran out last week
DAYS = 5
FIT = {"symptoms": [], "tidy": ["dress_ok", "nails_ok", "hands_ok"], "result": "duty"}


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def build(school: DemoSchool) -> None:
    """People and fridges first, then every day of the last week as it was done, yesterday complete, today under way."""
    officer, now = school.people["foodsafety"], school.now
    make_usual(actor=officer, at=now - timedelta(days=30))
    workers = crew(school)
    fridge = fridges(school)
    lessons(school, workers)
    store(school)
    today = timezone.localdate(now)
    days = sorted(set(Meal.objects.filter(on__lte=today).exclude(state=MealState.VOID).values_list("on", flat=True)))[-DAYS:]
    for on in days:
        morning(school, on, first=on == days[0])
        samples(school, on, fridge)
        kitchen(school, on)
        checks(school, on)
    dispose(school)
    if days:
        papers(school, days[-1])


def crew(school: DemoSchool) -> list[Worker]:
    admin, director, officer, at = school.people["admin"], school.director, school.people["foodsafety"], school.now - timedelta(days=60)
    department, today = Department.objects.get(name="食堂"), timezone.localdate(school.now)
    rows = [
        {"username": key, "name": name, "title": title, "department": department, "phone": f"1382000{n:04d}"} for n, (key, name, title, _) in enumerate(CREW)
    ]
    people = {person.username: person for person in save_people(actor=admin, at=at, rows=rows)}
    for n, key in enumerate(people):
        left = -7 if key == WITHOUT else 120 + 10 * n
        dates = {"issued_on": today + timedelta(days=left - 365), "expires_on": today + timedelta(days=left)}
        save_paper(actor=director, at=at, person=people[key], kind="health", number=f"JK-2026-02{n + 10}", **dates)
    jobs = {people[key]: job for key, _, _, job in CREW} | {school.people["chef"]: "cook", school.people["canteen"]: "office"}
    return [save_worker(actor=officer, at=at, person=person, job=job, is_active=True) for person, job in jobs.items()]


def fridges(school: DemoSchool) -> Fridge:
    officer, at = school.people["foodsafety"], school.now - timedelta(days=60)
    room = Place.objects.filter(name="热加工间").first()
    save_fridge(actor=officer, at=at, name="冷藏柜一", place=room, for_samples=False, low=0, high=8)
    return save_fridge(actor=officer, at=at, name="留样冰箱", place=room)


def lessons(school: DemoSchool, workers: list[Worker]) -> None:
    officer, at = school.people["foodsafety"], school.now - timedelta(days=20)
    record_training(actor=officer, at=at, kind="training", topic="留样和消毒的做法", hours=Decimal(2), workers=workers, teacher="罗秀英")
    marks = "\n".join(f"{worker.person.name} {88 + n}" for n, worker in enumerate(workers))
    record_training(actor=officer, at=at + timedelta(days=7), kind="test", topic="食品安全知识考核", hours=Decimal(1), workers=workers, scores=marks)


def store(school: DemoSchool) -> None:
    officer, chef, at = school.people["foodsafety"], school.people["chef"], school.now - timedelta(days=9)
    agent = save_agent(actor=officer, at=at, name="84 消毒液（500 mL）", unit="瓶", permit="鲁卫消证字（2021）第 0188 号", cupboard="清洁间一号专柜")
    for n, (quantity, purpose) in enumerate(((20, "定点药店购入"), (-3, "餐具和台面消毒"))):
        move_agent(actor=officer, at=at + timedelta(days=n * 3), agent=agent, quantity=Decimal(quantity), purpose=purpose, second=chef)
    record_pests(actor=officer, at=at, kind="look", where="食材库、热加工间", found="挡鼠板、纱窗完好，粘鼠板没有鼠迹")
    given = {"name": "泡打粉", "batch": "2026-08-12", "food": "馒头", "food_kg": Decimal(30), "grams": Decimal(120), "most_per_kg": Decimal(5)}
    record_additive(actor=chef, at=at, reviewer=officer, **given)


def morning(school: DemoSchool, on: date, *, first: bool) -> None:
    """Everybody with a certificate is looked at and on the roster; one was ill on the first day, who has no certificate stays away."""
    officer, at = school.people["foodsafety"], moment(on, "06:20")
    if at > school.now:
        return
    for n, worker in enumerate(active_workers()):
        if worker.person.username == WITHOUT:
            continue
        checked_at, ill, before = at + timedelta(minutes=2 * n), first and worker.person.username == ILL, last_check(worker, on)
        found = {"symptoms": ["throat"], "tidy": FIT["tidy"], "result": "off", "went": "回家休息"} if ill else dict(FIT)
        if before and before.result != "duty":
            found["went"] = "校医看过，已经好了"
        check_worker(actor=officer, at=checked_at, worker=worker, celsius=Decimal("36.3") + Decimal(n) / 10, **found)
        if not ill:
            put_on_roster(actor=officer, at=checked_at, worker=worker, on=on, shift="全天")


def samples(school: DemoSchool, on: date, fridge: Fridge) -> None:
    """One of every dish while it was served; the meal under way still lacks its last."""
    chef, box = school.people["chef"], 0
    for row in meals_of(on):
        dishes = [one.dish for one in row.rows]
        for n, dish in enumerate(dishes):
            box += 1
            at = row.meal.starts_at + timedelta(minutes=3 * n + 2)
            if at > school.now or (row.meal.ends_at > school.now and n == len(dishes) - 1):
                continue
            record_sample(actor=chef, at=at, dish=dish, grams=130 + school.random.randint(0, 40), container=f"{on:%d}-{box:02d}", fridge=fridge)
        at = row.meal.starts_at - timedelta(minutes=10)
        if dishes and at < school.now:
            record_core(actor=chef, at=at, dish=dishes[0], celsius=Decimal(84))


def kitchen(school: DemoSchool, on: date) -> None:
    chef, officer = school.people["chef"], school.people["foodsafety"]
    for clock, meal in (("08:30", "breakfast"), ("13:40", "lunch"), ("19:10", "dinner")):
        ended = moment(on, clock)
        if ended < school.now and Meal.objects.filter(on=on, kind=meal).exists():
            given = {"things": "餐盘、筷子、汤勺", "quantity": 1600, "method": "steam", "celsius": Decimal(100), "checked_by": officer}
            record_disinfection(actor=chef, at=ended + timedelta(minutes=5), meal=meal, started_at=ended - timedelta(minutes=20), ended_at=ended, **given)
    for fridge, celsius in zip(Fridge.objects.order_by("pk"), (Decimal("5.5"), Decimal("3.5")), strict=False):
        if (at := moment(on, "07:00")) < school.now:
            record_reading(actor=chef, at=at, fridge=fridge, celsius=celsius)


def checks(school: DemoSchool, on: date) -> None:
    """The daily check of every day, a scored look at the hygiene with one thing to mend."""
    officer, chef = school.people["foodsafety"], school.people["chef"]
    for book, clock in ((Book.HYGIENE, "09:40"), (Book.DAILY, "14:30")):
        at = moment(on, clock)
        if at > school.now:
            continue
        items = list(CheckItem.objects.filter(book=book, is_active=True))
        bad = items[0].pk if book == Book.HYGIENE and on.day % 3 == 0 else None
        answers = {item.pk: ("bad", "洗碗间门口有积水") if item.pk == bad else ("ok", "") for item in items}
        fix = {"measure": "当餐擦干，疏通地漏", "owner": chef, "due_on": on + timedelta(days=1)} if bad else {}
        record_sheet(actor=officer, at=at, book=book, answers=answers, **fix)
    for fault in Fault.objects.filter(on=on, state="open"):
        at = moment(on, "15:20")
        if at < school.now:
            mend_fault(actor=chef, at=at, record=fault, words="地漏已疏通，地面擦干")


def dispose(school: DemoSchool) -> None:
    """What has been kept long enough goes, but for the newest of them."""
    due = Sample.objects.filter(state=SampleState.KEPT, keep_until__lt=school.now - timedelta(hours=3)).order_by("keep_until")
    for sample in due:
        dispose_sample(actor=school.people["chef"], at=sample.keep_until + timedelta(hours=2), record=sample)


def papers(school: DemoSchool, last: date) -> None:
    """The report of the last week with meals; signed when the week is over."""
    officer, at = school.people["foodsafety"], school.now - timedelta(minutes=30)
    week = draw_paper(actor=officer, at=at, kind="week", on=last)
    week = write_paper(actor=officer, at=at, record=week, cause="洗碗间值日分工不清", measures="定人定岗，当餐擦干", focus="检查换季食材")
    if week.until - last <= timedelta(days=2) and last < timezone.localdate(at):
        sign_paper(actor=officer, at=at, record=week, signature=[typed_signature(officer.name, signer=officer.name)])

"""Vehicles and the school bus of the demo school: two buses that run, one car, a paper about to run out, a week of runs."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Student
from logistics.platform.papers.rules import save_paper
from logistics.platform.terms.queries import calendar

from .bus.models import BEFORE_RUN, BusLine, Ride
from .bus.rules import close_run, count_off, count_on, mark_absent, record_fee, save_line, save_rider, save_stop, start_run
from .usual import BUS, plan_usual
from .vehicle.models import NEEDED, Vehicle, VehicleKind
from .vehicle.rules import add_paper, ask_trip, come_back, give_car, leave, record_entry, save_vehicle

LINES = (
    ("一号线（东风路）", "鲁B·X1086", "driver", 35, ("东风小区", "人民广场", "东风路口"), 18),
    ("二号线（滨河路）", "鲁B·X2079", "driver2", 27, ("滨河花园", "水厂路口"), 12),
)
DAYS = 4


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def build(school: DemoSchool) -> None:
    """Crew and cars first, then the last days as they went."""
    drivers = licences(school)
    lines = [line(school, n, row, drivers[row[2]]) for n, row in enumerate(LINES)]
    today = timezone.localdate(school.now)
    days = [day for n in range(9, -1, -1) if calendar().is_working_day(day := today - timedelta(days=n))][-DAYS:]
    for on in days:
        for n, one in enumerate(lines):
            run(school, one, on, "morning", "06:50", n)
            run(school, one, on, "home", "17:10", n)
    trips(school, drivers["driver"])
    duties(school, drivers["driver"])


def licences(school: DemoSchool) -> dict:
    at, today = school.now - timedelta(days=90), timezone.localdate(school.now)
    people = {"driver": school.people["driver"], "driver2": school.people["guard"]}
    for n, person in enumerate(people.values()):
        dates = {"issued_on": today - timedelta(days=2000), "expires_on": today + timedelta(days=900 + n)}
        save_paper(actor=school.director, at=at, person=person, kind="driver", number=f"3702{n + 1:08d}", note="A1，准驾校车", **dates)
    return people


def vehicle(school: DemoSchool, plate: str, kind: str, model: str, seats: int, keeper, *, soon: str = "") -> Vehicle:
    at, today = school.now - timedelta(days=80), timezone.localdate(school.now)
    made = save_vehicle(actor=school.director, at=at, plate=plate.replace("·", ""), kind=kind, model=model, seats=seats, keeper=keeper, is_active=True)
    for n, name in enumerate(NEEDED[VehicleKind(kind)]):
        left = 12 if name == soon else 120 + 20 * n
        dates = {"issued_on": today - timedelta(days=170), "expires_on": today + timedelta(days=left)}
        add_paper(actor=school.director, at=at, vehicle=made, kind=name, number=f"{today.year}-{made.pk}{n}", **dates)
    return made


def line(school: DemoSchool, n: int, row: tuple, driver) -> BusLine:
    name, plate, _, seats, stops, riders = row
    director, at, today = school.director, school.now - timedelta(days=70), timezone.localdate(school.now)
    bus = vehicle(school, plate, "bus", "宇通 ZK6726", seats, driver, soon="" if n else "compulsory")
    made = save_line(actor=director, at=at, name=name, vehicle=bus, driver=driver, attendant=school.teachers[3 + n], is_active=True)
    points = [
        save_stop(actor=director, at=at, line=made, name=stop, order=k + 1, morning_at=time(6, 45 + 4 * k), is_active=True) for k, stop in enumerate(stops)
    ]
    students = list(Student.objects.filter(is_active=True, is_boarder=False).select_related("school_class").order_by("number")[n * 40 : n * 40 + riders])
    for k, student in enumerate(students):
        span = {"since": today - timedelta(days=60), "until": today + timedelta(days=60)}
        save_rider(actor=director, at=at, stop=points[k % len(points)], student=student, **span)
        if k != riders - 1:
            record_fee(actor=school.people["accountant"], at=at, student=student, line=made, money=Decimal(640), receipt=f"{k + 1:04d}", **span)
    km = 48_200 + 9_000 * n
    for k, (kind, litres, money, words) in enumerate(
        (("fuel", 62, 465, ""), ("fuel", 58, 435, ""), ("upkeep", None, 780, "更换机油、机滤，检查制动"), ("wages", None, 3200, "司机和照管员补助"))
    ):
        when = school.now - timedelta(days=40 - 9 * k)
        given = {"litres": Decimal(litres) if litres else None, "km": km + 310 * k if litres else None, "words": words, "money": Decimal(money)}
        record_entry(actor=director, at=when, vehicle=bus, kind=kind, **given)
    return made


def run(school: DemoSchool, made: BusLine, on: date, direction: str, clock: str, n: int) -> None:
    """As it went; the one of today that is over is closed, the next has not left."""
    at = moment(on, clock)
    if at + timedelta(minutes=50) > school.now:
        return
    who = made.attendant
    going = start_run(actor=who, at=at - timedelta(minutes=8), line=made, direction=direction, checked=list(BEFORE_RUN))
    rides = list(going.rides.order_by("stop__order", "student__number"))
    away: list[Ride] = rides[4:5] if direction == "morning" and (on.day + n) % 3 == 0 else []
    if away:
        mark_absent(actor=who, at=at, record=going, rides=away, reason="家长来电，自己送")
    there = [ride for ride in rides if ride not in away]
    count_on(actor=who, at=at + timedelta(minutes=5), record=going, rides=there, heads=len(there))
    count_off(actor=who, at=at + timedelta(minutes=40), record=going, rides=there, heads=0)
    close_run(actor=who, at=at + timedelta(minutes=43), record=going, code=made.vehicle.seat_code)


def trips(school: DemoSchool, driver) -> None:
    director, now = school.director, school.now
    car = vehicle(school, "鲁B·A5521", "car", "别克 GL8", 7, driver)
    for k, (litres, money) in enumerate(((46, 350), (44, 335))):
        record_entry(
            actor=director, at=now - timedelta(days=30 - 12 * k), vehicle=car, kind="fuel", litres=Decimal(litres), km=81_000 + 480 * k, money=Decimal(money)
        )
    for n, (who, purpose, where, km, empty) in enumerate(((0, "送期中试卷去印刷", "教育印刷厂", 36, 18), (1, "带学生参加数学竞赛", "市一中", 52, 0))):
        starts = now - timedelta(days=6 - 3 * n, hours=2)
        asked = ask_trip(
            actor=school.teachers[who],
            at=starts - timedelta(days=1),
            purpose=purpose,
            destination=where,
            people=2 + n,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
        )
        given = give_car(actor=director, at=starts - timedelta(hours=5), record=asked, vehicle=car, driver=driver)
        leave(actor=driver, at=starts, record=given, km=81_500 + 100 * n)
        come_back(actor=driver, at=starts + timedelta(hours=2), record=given, km=81_500 + 100 * n + km, km_empty=empty)
    starts = now + timedelta(days=1)
    ask_trip(
        actor=school.people["buyer"],
        at=now - timedelta(hours=3),
        purpose="去市场询价",
        destination="农贸批发市场",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
    )


def duties(school: DemoSchool, driver) -> None:
    """The bus's check and meeting of every week."""
    given = {
        "actor": school.director,
        "at": school.now - timedelta(minutes=5),
        "starts_on": timezone.localdate(school.now),
        "supervisor": school.people["safety"],
    }
    for one, owner in zip(BUS, (driver, school.people["safety"]), strict=True):
        plan_usual(one, owner_person=owner, **given | ({"supervisor": school.director} if owner != driver else {}))

"""Meters of the demo school with two years of readings, a replaced one, a roll-over, routes and rounds, all by the rules (UTL-01)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.org.models import Department, User
from logistics.platform.places.models import Place

from .meter.models import Band, Medium, Meter
from .meter.rules import replace_device, save_meter
from .reading.importing import import_readings
from .reading.models import ReadingRound
from .reading.round_rules import add_meters, plan_route, prepare_reading_rounds, read_stop, save_route
from .reading.rules import correct_reading

SEASON = (1.1, 0.5, 0.95, 0.9, 1.0, 1.15, 0.65, 0.4, 1.1, 1.0, 1.0, 1.15)  # of the usual month, January first
LEAK = "二号宿舍楼水表"
REPLACED = "食堂水表"
WRONG = "实验楼电表"
LOCKED = "体育馆电表"
ROLLS = "图书馆水表"


@dataclass(frozen=True)
class Row:
    name: str
    medium: str
    place: str
    month: int  # usual use
    parent: str = ""
    department: str = ""
    factor: int = 1
    digits: int = 6
    account: str = ""
    band: str = Band.TOTAL


POWER, WATER, GAS = Medium.POWER, Medium.WATER, Medium.GAS
ROWS = [
    Row("全校电总表", POWER, "综合楼 1层", 46_500, factor=80, account="3301004521"),
    Row("全校电总表 峰", POWER, "综合楼 1层", 15_300, "全校电总表", factor=80, band=Band.PEAK),
    Row("全校电总表 谷", POWER, "综合楼 1层", 12_100, "全校电总表", factor=80, band=Band.VALLEY),
    Row("教学楼A座电表", POWER, "教学楼A座 1层", 8_600, "全校电总表", "教务处", 20),
    Row("教学楼B座电表", POWER, "教学楼B座 1层", 7_900, "全校电总表", "教务处", 20),
    Row("实验楼电表", POWER, "实验楼 1层", 4_200, "全校电总表", "教务处", 10),
    Row("综合楼电表", POWER, "综合楼 1层", 5_100, "全校电总表", "办公室", 10),
    Row("食堂电表", POWER, "食堂 1层", 9_400, "全校电总表", "总务处", 20),
    Row("一号宿舍楼电表", POWER, "一号宿舍楼 1层", 4_300, "全校电总表", "德育处", 10),
    Row("二号宿舍楼电表", POWER, "二号宿舍楼 1层", 4_100, "全校电总表", "德育处", 10),
    Row("体育馆电表", POWER, "体育馆", 1_300, "全校电总表", "总务处"),
    Row("全校水总表", WATER, "校门", 2_950, account="0571882031"),
    Row("教学区水表", WATER, "教学楼A座 1层", 720, "全校水总表", "教务处"),
    Row("食堂水表", WATER, "食堂 1层", 860, "全校水总表", "总务处"),
    Row("一号宿舍楼水表", WATER, "一号宿舍楼 1层", 540, "全校水总表", "德育处"),
    Row("二号宿舍楼水表", WATER, "二号宿舍楼 1层", 520, "全校水总表", "德育处"),
    Row("图书馆水表", WATER, "图书馆 1层", 130, "全校水总表", "总务处", digits=4),
    Row("食堂燃气表", GAS, "食堂 1层", 2_100, department="总务处", account="Q20260418"),
]
COARSE = {"全校电总表 峰", "全校电总表 谷"}  # read since this term only


def build(school: DemoSchool) -> None:
    today = timezone.localdate(school.now)
    this = today.replace(day=1)
    start = date(today.year - 1, 1, 1)
    random = Random(school.random.random())
    meters = install(school, start)
    months = [start]
    while months[-1] < this:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    dials = history(school, random, meters, months[1:-1])
    route = routes(school, meters, this)
    last_round(school, random, meters, dials, this, route)


def noon(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(9, 10)))


def place_of(name: str) -> Place:
    return (
        Place.objects.filter(full_name=name, is_active=True).first()
        or Place.objects.filter(full_name__startswith=name.split(maxsplit=1)[0]).order_by("path")[0]
    )


def install(school: DemoSchool, start: date) -> dict[str, Meter]:
    departments = {one.name: one for one in Department.objects.all()}
    made: dict[str, Meter] = {}
    for n, row in enumerate(ROWS, 1):
        made[row.name] = save_meter(
            actor=school.director, at=noon(start), name=row.name, medium=row.medium, band=row.band, place=place_of(row.place), order=n, since=start,
            parent=made.get(row.parent), serves=None if row.parent or row.medium == GAS else campus(), department=departments.get(row.department), account=row.account,
            serial=f"{start.year - 2}{n:05d}", digits=row.digits, decimals=0, factor=Decimal(row.factor), first=first_dial(row, n),
        )  # fmt: skip
    return made


def campus() -> Place | None:
    return Place.objects.filter(level="campus").first()


def first_dial(row: Row, n: int) -> Decimal:
    """The library's dial goes through zero this term; the others begin somewhere."""
    return Decimal(9_999 - 2_400) if row.name == ROLLS else Decimal(1_200 + 37 * n)


def share(random: Random, row: Row, month: date, this_year: int) -> Decimal:
    """The use of one month on the dial; this year a little less than the year before."""
    saved = 0.94 if month.year == this_year else 1.0
    use = row.month * SEASON[month.month - 1] * random.uniform(0.95, 1.05) * saved
    return Decimal(round(use / row.factor))


def history(school: DemoSchool, random: Random, meters: dict[str, Meter], months: list[date]) -> dict[str, Decimal]:
    """One reading on the first of every month until last month, from the table of the years before; returns what the dials show."""
    dials = {row.name: first_dial(row, n) for n, row in enumerate(ROWS, 1)}
    lines = []
    for on in months:
        used_in = (on - timedelta(days=1)).replace(day=1)
        for row in ROWS:
            if row.name in COARSE and on < months[-3]:
                continue
            before, circle = dials[row.name], Decimal(10) ** row.digits
            dials[row.name] = (before + share(random, row, used_in, school.now.year)) % circle
            lines.append({"meter": meters[row.name], "on": on, "value": dials[row.name], "rolled": dials[row.name] < before})
    import_readings(actor=school.director, at=noon(months[-1]) + timedelta(hours=6), rows=lines)
    change = noon(months[-1] + timedelta(days=9))
    old = dials[REPLACED] + 180
    replace_device(
        actor=school.director, at=change, record=meters[REPLACED], last=old, reason="到了检定年限", serial=f"{school.now.year}90017", first=Decimal(0), digits=6
    )  # fmt: skip
    dials[REPLACED] = Decimal(0)
    return dials


def routes(school: DemoSchool, meters: dict[str, Meter], this: date):
    """Everything on the first of the month, the main meters every week on today's weekday."""
    director, reader = school.director, school.people["electrician"]
    began = noon(this - timedelta(days=2))
    every = save_route(actor=director, at=began, name="每月抄表", note="每月 1 日起三天内抄完")
    add_meters(actor=director, at=began, record=every, meters=[meter for name, meter in meters.items() if name not in COARSE])
    given = {"owner_person": reader, "supervisor": director, "remind_minutes": 60, "grace_minutes": 1440, "ladder": [[60, "supervisor"]]}
    plan_route(
        actor=director, at=began, record=every, starts_on=timezone.localdate(began), rhythm={"kind": "monthly", "day": 1, "times": ["08:00"], "minutes": 4320}, **given
    )  # fmt: skip
    mains = save_route(actor=director, at=began, name="每周抄总表", note="看有没有突然升高")
    add_meters(actor=director, at=began, record=mains, meters=[meters[name] for name in ("全校电总表", "全校水总表", "食堂燃气表")])
    today = timezone.localdate(school.now)
    rhythm = {"kind": "weekly", "weekdays": [today.weekday()], "times": ["00:30"], "minutes": 1400}
    plan_route(actor=director, at=began, record=mains, starts_on=today, rhythm=rhythm, **given)
    return every


def last_round(school: DemoSchool, random: Random, meters: dict[str, Meter], dials: dict[str, Decimal], this: date, route) -> None:
    """The round of this month, walked by the electrician: one meter locked away, one reading mistyped and corrected, one building with a leak."""
    make_by_clock(at=noon(this - timedelta(days=2)))
    at = min(noon(this), school.now)
    prepare_reading_rounds(actor=User.objects.system(), at=at)
    reader = school.people["electrician"]
    rows = {row.name: row for row in ROWS}
    found = ReadingRound.objects.filter(route=route, occurrence__opens_at__lte=at).first()
    for n, stop in enumerate(found.stops.select_related("meter", "round__occurrence") if found else ()):
        row, moment = rows[stop.meter.name], min(at + timedelta(minutes=3 * n), school.now)
        if row.name == LOCKED:
            read_stop(actor=reader, at=moment, record=stop, unreached="体育馆配电间锁着，钥匙不在门卫")
            continue
        use = share(random, row, this - timedelta(days=1), school.now.year) * (3 if row.name == LEAK else 1)
        value = (dials[row.name] + use) % Decimal(10) ** row.digits
        given = {"rolled": value < dials[row.name], "sure": True}
        done = read_stop(actor=reader, at=moment, record=stop, value=value + (60 if row.name == WRONG else 0), **given)
        if row.name == WRONG:
            correct_reading(actor=reader, at=moment + timedelta(minutes=1), record=done.reading, value=value, reason="看错一位，照片上是对的", sure=True)
    make_by_clock(at=school.now)
    prepare_reading_rounds(actor=User.objects.system(), at=school.now)

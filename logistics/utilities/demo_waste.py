"""Saving of the demo school: the usual hours, exceptions in every state, two weeks of waste seen, keepers of some classes."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.places.models import Place, PlaceKind

from .schedule.first_run import make_usual
from .schedule.rules import approve_exception, ask_exception, refuse_exception
from .waste.queries import monday_of
from .waste.rules import find_waste, name_keeper, publish_week

BACK, EVERY = 12, (1, 3, 2, 0, 4)  # days behind us; findings a day
SEEN = [
    ("light", "没有人，四盏灯都亮着", True), ("screen", "放学后大屏没关", True), ("water", "水龙头没关，一直在流", True), ("light", "白天光线够，灯都亮着", False),
    ("cooling", "没有人，空调开着", True), ("light", "中午没人，灯全开", True), ("appliance", "插着电暖器", False),
]  # fmt: skip


def build(school: DemoSchool) -> None:
    random, director, now = Random(school.random.random()), school.director, school.now
    make_usual(actor=director, at=now - timedelta(days=90))
    classes = list(SchoolClass.objects.filter(is_active=True).select_related("head_teacher", "room").order_by("order")[:14])
    for one in classes[:6]:
        student = Student.objects.filter(school_class=one, is_active=True).order_by("number").first()
        if student:
            name_keeper(actor=director, at=now - timedelta(days=60), student=student)
    findings(school, random, classes)
    exceptions(school, classes)


def findings(school: DemoSchool, random: Random, classes: list[SchoolClass]) -> None:
    places = [one.room for one in classes if one.room]
    places += list(Place.objects.filter(kind__in=(PlaceKind.OFFICE, PlaceKind.TOILET), is_active=True).order_by("path")[:6])
    today, n = school.now, 0
    for back in range(BACK, 0, -1):
        for k in range(EVERY[back % len(EVERY)]):
            at = timezone.localtime(today - timedelta(days=back)).replace(hour=12 + 3 * k % 9, minute=random.randint(0, 50))
            kind, words, stopped = SEEN[n % len(SEEN)]
            place = random.choice(places)
            find_waste(actor=school.people["guard" if n % 3 else "director"], at=at, kind=kind, place=place, words=words, stopped=stopped)
            n += 1
    publish_week(actor=school.director, at=today, monday=monday_of(timezone.localdate(today)) - timedelta(days=7))


def exceptions(school: DemoSchool, classes: list[SchoolClass]) -> None:
    now = school.now
    teacher = school.people["headteacher"]
    rooms = [one.room for one in classes if one.room][:3]
    for n, (room, words) in enumerate(zip(rooms, ("周末补课", "排练合唱", "家长会"), strict=False)):
        start = timezone.localtime(now + timedelta(days=n + 1)).replace(hour=18, minute=0, second=0, microsecond=0)
        row = ask_exception(
            actor=teacher,
            at=now - timedelta(hours=30 - n),
            use="light" if n else "heating",
            place=room,
            from_at=start,
            to_at=start + timedelta(hours=3),
            reason=words,
        )
        if n == 0:
            approve_exception(actor=school.director, at=now - timedelta(hours=20), record=row)
        elif n == 1:
            refuse_exception(actor=school.director, at=now - timedelta(hours=20), record=row, words="请改用礼堂，那里有人值班")

"""The demo school's things: what it had before its ledger was kept here, what came and moved since, three months of depreciation."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from assets.card.change_rules import change_value, move_card, split_card, take_off
from assets.card.models import AssetCard, Status
from assets.card.rules import create_card, create_cards
from assets.depreciation.plan import month_after, month_of
from assets.depreciation.rules import run_month
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Department, SchoolClass
from logistics.platform.places.models import Level, Place, PlaceKind

from .card.first_run import make_usual as make_numbers
from .category.first_run import make_usual as make_classes
from .category.models import AssetClass

OLD = [  # class code, name, model, price, year, month
    ("A02010105", "台式计算机", "M4500 i5", 4280, 2021, 9), ("A02010108", "便携式计算机", "E14", 5299, 2022, 3), ("A02021000", "激光打印机", "P1108", 1250, 2020, 10),
    ("A02061804", "空调机", "KFR-72LW", 6899, 2018, 6), ("A02091104", "教学一体机", "86 英寸", 18600, 2021, 8), ("A02020700", "电子白板", "S92", 9800, 2016, 8),
    ("A05010502", "文件柜", "双门", 1180, 2015, 9), ("A05010501", "书柜", "五层", 960, 2015, 9), ("A02010200", "接入交换机", "24 口", 2350, 2019, 7),
]  # fmt: skip
CLASSROOM = [  # what every classroom has: class code, name, model, price, pieces
    ("A05010203", "学生课桌", "单人升降", 168, 46), ("A05010304", "学生椅", "升降", 92, 46), ("A02091104", "教学一体机", "86 英寸", 18600, 1),
    ("A02061804", "空调机", "KFR-72LW", 6899, 2),
]  # fmt: skip
DORM = [("A05010103", "双层铁床", "2000×900", 680, 4), ("A05010203", "宿舍书桌", "四联", 520, 1)]
MOST_ROOMS, MOST_OFFICES = 60, 70


def build(school: DemoSchool) -> None:
    """Some 600 cards, most of them batches, then what happened to a few of them."""
    keeper, first = school.people["keeper"], month_after(month_of(timezone.localdate(school.now)), -3)
    at = school.now.replace(year=first.year, month=first.month, day=2)
    make_classes(actor=keeper, at=at)
    make_numbers(actor=keeper, at=at)
    classes = {one.code: one for one in AssetClass.objects.select_related("life")}
    create_cards(actor=keeper, at=at, rows=[*classrooms(school, classes), *offices(school, classes), *dorms(school, classes)])
    happened(school, classes, first)


def held(place: Place, department, custodian) -> dict:
    return {"place": place, "department": department, "custodian": custodian}


def classrooms(school: DemoSchool, classes: dict) -> list[dict]:
    teaching = Department.objects.get(name="教务处")
    rows, found = [], SchoolClass.objects.filter(room__isnull=False).select_related("room", "head_teacher").order_by("order", "pk")[:MOST_ROOMS]
    for n, one in enumerate(found):
        for code, name, model, price, count in CLASSROOM:
            on = date(2017 + n % 6, 8, 20)
            given = {"asset_class": classes[code], "name": name, "model": model, "price": Decimal(price), "quantity": count, "acquired_on": on}
            rows.append(given | held(one.room, teaching, one.head_teacher) | {"voucher": f"记-{on:%Y%m}-{n + 1:03d}", "fund": "教学设备专项"})
    return rows


def offices(school: DemoSchool, classes: dict) -> list[dict]:
    rooms = list(Place.objects.filter(level=Level.ROOM, kind__in=(PlaceKind.OFFICE, PlaceKind.SPECIAL)).order_by("path")[:MOST_OFFICES])
    departments, rows = list(Department.objects.order_by("order")), []
    for n, room in enumerate(rooms * 8):
        code, name, model, price, year, month = OLD[n % len(OLD)]
        person = school.teachers[n % len(school.teachers)]
        given = {"asset_class": classes[code], "name": name, "model": model, "price": Decimal(price), "acquired_on": date(year, month, 1 + n % 27)}
        given |= {"serial": f"SN{year}{n:05d}", "status": Status.IDLE if n % 23 == 7 else Status.USED, "purpose": "office", "fund": "公用经费"}
        rows.append(given | held(room, person.department or departments[n % len(departments)], None if n % 37 == 5 else person))
    return rows


def dorms(school: DemoSchool, classes: dict) -> list[dict]:
    rooms = Place.objects.filter(level=Level.ROOM, kind=PlaceKind.DORM).order_by("path")[:75]
    dormkeeper, office = school.people.get("dormkeeper"), Department.objects.get(name="总务处")
    return [
        {"asset_class": classes[code], "name": name, "model": model, "price": Decimal(price), "quantity": count, "acquired_on": date(2016, 8, 15), "purpose": "living"}
        | held(room, office, dormkeeper)
        for room in rooms
        for code, name, model, price, count in DORM
    ]  # fmt: skip


@rule
def run_months(*, actor, at, months: list[date]) -> None:
    """One transaction for the demo's months, each by its own rule."""
    for month in months:
        run_month(actor=actor, at=at, month=month)


def spare_room() -> Place:
    """Where things wait that nobody uses: a store room, or the last room of the school."""
    rooms = Place.objects.filter(level=Level.ROOM)
    return rooms.filter(kind=PlaceKind.STORE).order_by("path").first() or rooms.exclude(kind__in=(PlaceKind.DORM, PlaceKind.TOILET)).order_by("path").last()


def happened(school: DemoSchool, classes: dict, first: date) -> None:
    """New computers, a move, desks split off, an extension, scrap; each month closed when it was over."""
    keeper, accountant, months = school.people["keeper"], school.people["accountant"], [month_after(first, n) for n in range(3)]
    bought, store = first + timedelta(days=9), spare_room()
    at = school.now.replace(year=first.year, month=first.month, day=20)
    given = {"asset_class": classes["A02010105"], "name": "台式计算机", "model": "M7500 i5", "quantity": 12, "price": Decimal("4799.00"), "acquired_on": bought}
    given |= {"booked_on": bought, "voucher": f"记-{bought:%Y%m}-018", "warranty_until": timezone.localdate(school.now) + timedelta(days=20)}
    create_card(actor=keeper, at=at, is_apart=True, place=store, department=Department.objects.get(name="信息组"), custodian=keeper, **given)
    desks = AssetCard.objects.filter(name="学生课桌").order_by("pk")
    split_card(actor=keeper, at=at, record=desks[0], on=bought, quantity=6, place=store, custodian=keeper, note="学生转出，多余的收回")
    old = AssetCard.objects.filter(name="电子白板").order_by("pk")
    words = {"approval": "教财〔2026〕31 号", "voucher": f"记-{bought:%Y%m}-031", "note": "过了年限，屏幕损坏"}
    take_off(actor=accountant, at=at, record=old[0], on=bought, kind="scrap", quantity=1, income=Decimal("120.00"), **words)
    room = AssetCard.objects.filter(name="教学一体机").order_by("pk")
    change_value(actor=accountant, at=at, record=room[0], on=bought, cost=Decimal("19800.00"), voucher=f"记-{bought:%Y%m}-040", note="加装录播模块")
    run_months(actor=accountant, at=school.now, months=months)
    moved = AssetCard.objects.filter(name="便携式计算机", status=Status.USED).order_by("pk")[0]
    teacher = school.teachers[3]
    today = timezone.localdate(school.now)
    move_card(actor=keeper, at=school.now, record=moved, on=today, place=store, department=teacher.department, custodian=teacher, note="换岗交接")

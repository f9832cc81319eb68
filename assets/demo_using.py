"""The demo school lends, books its laboratories, counts its desks and keeps a small library: by the rules of each."""

from datetime import date, time, timedelta
from decimal import Decimal

from django.utils import timezone

from assets.card.rules import create_card
from assets.category.models import AssetClass
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.places.models import Level, Place, PlaceKind

from .demo_card import spare_room
from .desks.models import DeskKind
from .desks.pages import KINDS
from .desks.rules import save_counts
from .library.rules import register_book
from .loan.rules import book_loan, save_offer, take_in
from .room_use.rules import book_room, note_use, save_room

LENT = [("摄像机", "AX60", "A02091001", 6800, 2), ("投影仪", "CB-X50", "A02091104", 3980, 4), ("录音笔", "B613", "A02091001", 1180, 6)]
BOOKS = [  # title, author, publisher, ISBN, kind, subject, copies, price
    ("红楼梦", "曹雪芹", "人民文学出版社", "9787020002207", "book", "", 6, "59.70"), ("西游记", "吴承恩", "人民文学出版社", "9787020008735", "book", "", 8, "47.20"),
    ("朝花夕拾", "鲁迅", "人民文学出版社", "", "book", "七年级必读", 40, "14.80"), ("骆驼祥子", "老舍", "人民文学出版社", "", "book", "七年级必读", 40, "19.00"),
    ("海底两万里", "凡尔纳", "译林出版社", "", "book", "七年级必读", 40, "33.00"), ("钢铁是怎样炼成的", "奥斯特洛夫斯基", "译林出版社", "", "book", "八年级必读", 40, "32.00"),
    ("数学 七年级上册", "", "人民教育出版社", "", "textbook", "七年级数学上册", 30, "9.45"), ("数学 七年级上册 教师用书", "", "人民教育出版社", "", "guide", "七年级数学上册", 12, "36.00"),
    ("物理 八年级上册", "", "人民教育出版社", "", "textbook", "八年级物理上册", 30, "10.20"), ("中学生数理化", "", "中学生数理化杂志社", "", "journal", "", 12, "8.00"),
]  # fmt: skip


def build(school: DemoSchool) -> None:
    """Things to borrow and who has them, four rooms with a week of lessons, desks counted, ten titles."""
    loans(school)
    library(school)
    rooms(school)
    desks(school)


def loans(school: DemoSchool) -> None:
    keeper, at, today = school.people["keeper"], school.now, timezone.localdate(school.now)
    store, cards = Place.objects.filter(level=Level.ROOM, kind=PlaceKind.OFFICE).order_by("path").last() or spare_room(), []
    for name, model, code, price, quantity in LENT:
        asset_class = AssetClass.objects.select_related("life").get(code=code)
        given = {"asset_class": asset_class, "name": name, "model": model, "price": Decimal(price), "quantity": quantity, "acquired_on": today}
        card = create_card(actor=keeper, at=at, place=store, department=keeper.department, custodian=keeper, unit="台", **given)
        save_offer(actor=keeper, at=at, card=card, longest_days=14, words="带包和充电器，用完一起还。")
        cards.append(card)
    camera, projector, recorder = cards
    teachers = school.teachers
    late = book_loan(
        actor=keeper, at=at - timedelta(days=9), card=projector, borrower=teachers[6], from_on=today - timedelta(days=9), due_on=today - timedelta(days=2),
        purpose="家长会", now=True,
    )  # fmt: skip
    back = book_loan(
        actor=keeper, at=at - timedelta(days=6), card=recorder, borrower=teachers[8], quantity=2, from_on=today - timedelta(days=6), due_on=today, now=True
    )
    take_in(actor=keeper, at=at - timedelta(days=1), record=back, quantity=1)
    take_in(actor=keeper, at=at, record=back, condition="damaged", words="录音键按下去弹不起来")
    book_loan(actor=keeper, at=at, card=camera, borrower=school.people["teacher"], from_on=today, due_on=today, purpose="运动会摄像", now=True)
    days = {"from_on": today + timedelta(days=5), "due_on": today + timedelta(days=6)}
    book_loan(actor=teachers[9], at=at, card=late.card, quantity=2, purpose="公开课", **days)


def library(school: DemoSchool) -> None:
    keeper, at, today = school.people["keeper"], school.now, timezone.localdate(school.now)
    books = AssetClass.objects.select_related("life").get(code="A04010000")
    shelf = Place.objects.filter(name="书库").first() or spare_room()
    given = {"asset_class": books, "place": shelf, "custodian": keeper, "department": keeper.department, "is_opening": True, "acquired_on": date(2023, 9, 1)}
    made = [
        register_book(
            actor=keeper, at=at, title=title, author=author, publisher=publisher, isbn=isbn, kind=kind, subject=subject, quantity=copies, price=Decimal(price),
            call_number=f"I{242 + n}/{n + 1}" if kind == "book" else "", for_students=kind != "guide", **given,
        )
        for n, (title, author, publisher, isbn, kind, subject, copies, price) in enumerate(BOOKS)
    ]  # fmt: skip
    for n, pupil in enumerate(Student.objects.order_by("number")[:12]):
        days = {"from_on": today - timedelta(days=20 - n), "due_on": today + timedelta(days=n - 2)}
        book_loan(actor=keeper, at=at - timedelta(days=20 - n), card=made[n % 4].card, student=pupil, now=True, **days)


def rooms(school: DemoSchool) -> None:
    keeper, now, today = school.people["keeper"], school.now, timezone.localdate(school.now)
    begun, found = now - timedelta(days=14), []
    for n, place in enumerate(Place.objects.filter(kind=PlaceKind.SPECIAL, name__contains="室").exclude(name__contains="准备").order_by("path")[:4]):
        words = "实验前检查仪器，实验后清点、断电、关水。"
        given = {"place": place, "keeper": school.teachers[n + 20], "seats": 50, "opens": time(8), "closes": time(18), "ahead_days": 30, "words": words}
        found.append(save_room(actor=keeper, at=begun, **given))
    classes = list(SchoolClass.objects.order_by("order")[:8])
    for n, (room, clock, offset) in enumerate((room, clock, offset) for room in found for clock in (9, 14) for offset in (-3, -1, 0, 1, 4)):
        on = today + timedelta(days=offset)
        if (n % 3 == 2) or on.weekday() > 4:
            continue
        person, school_class = school.teachers[n % 12], classes[n % len(classes)]
        words = "分组实验" if n % 2 else "演示实验"
        given = {"person": person, "school_class": school_class, "subject": words, "people": 44}
        use = book_room(actor=keeper, at=begun, room=room, on=on, start=time(clock), end=time(clock, 45), **given)
        if offset < 0 and n % 5:
            register(use, n)


def register(use, n: int) -> None:
    """Most rooms were left well."""
    at = use.moment(use.end) + timedelta(minutes=5)
    if n % 7 == 1:
        note_use(actor=use.person, at=at, record=use, left="problem", is_tidy=True, is_off=True, words="第二组的水龙头关不紧")
    else:
        note_use(actor=use.person, at=at, record=use, left="good", is_tidy=True, is_off=True)


def desks(school: DemoSchool) -> None:
    keeper, at = school.people["keeper"], school.now
    for order, (name, code) in enumerate((("课桌", "A05010203"), ("课椅", "A05010304"))):
        KINDS.create(actor=keeper, at=at, name=name, codes=code, seats=1, spare=1, order=order, is_active=True)
    kinds = list(DeskKind.objects.all())
    for n, one in enumerate(SchoolClass.objects.filter(room__isnull=False, head_teacher__isnull=False).select_related("head_teacher").order_by("order")[:20]):
        damaged = (0, 0, 3, 1, 0)[n % 5]
        rows = [{"kind": kind, "counted": 46 if n else 40, "damaged": damaged, "words": "升降杆坏了" if damaged else ""} for kind in kinds]
        save_counts(actor=one.head_teacher, at=at, school_class=one, rows=rows)

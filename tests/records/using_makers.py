"""One row of every kind of record of lending, special rooms, desks and books."""

from datetime import time, timedelta
from decimal import Decimal

from assets.category.models import AssetClass, LifeClass
from assets.category.pages import CLASSES, LIVES
from assets.desks.models import DeskCount, DeskKind
from assets.desks.pages import KINDS
from assets.desks.rules import save_counts
from assets.library.models import Book
from assets.library.rules import register_book
from assets.loan.models import Loan, Offer
from assets.loan.rules import book_loan, save_offer, take_in
from assets.room_use.models import RoomUse, SpecialRoom
from assets.room_use.rules import book_room, save_room
from logistics.platform.org.models import SchoolClass
from logistics.platform.places.models import Level
from logistics.platform.places.rules import save_place
from tests.conftest import NOW
from tests.records import asset_makers

TODAY = asset_makers.TODAY


def offer(school, n: int) -> Offer:
    return save_offer(actor=school.cast.keeper, at=NOW, card=asset_makers.card(school, n + 5000, quantity=9), longest_days=20, words=f"第{n}条须知")


def loan(school, n: int) -> Loan:
    """Out, to the director."""
    card = asset_makers.card(school, n + 6000, quantity=9)
    days = {"from_on": TODAY, "due_on": TODAY + timedelta(days=n % 30)}
    return book_loan(actor=school.cast.keeper, at=NOW, card=card, borrower=school.cast.director, quantity=5, now=True, purpose=f"第{n}次活动", **days)


def on_loan(school, record, n: int) -> None:
    """One piece comes back."""
    if record.left > 1:
        take_in(actor=school.cast.keeper, at=NOW, record=record, quantity=1)
        record.refresh_from_db()


def special_room(school, n: int) -> SpecialRoom:
    place = save_place(
        actor=school.cast.director, at=NOW, name=f"第{n}活动室", level=Level.ROOM, kind="special", code=f"HD{n}", parent=school.rooms.room.parent
    )
    return save_room(actor=school.cast.keeper, at=NOW, place=place, keeper=school.cast.keeper, seats=40, opens=time(8), closes=time(18), ahead_days=300)


def room_use(school, n: int) -> RoomUse:
    room = SpecialRoom.objects.filter(place__code="HD900").first() or special_room(school, 900)
    given = {"on": TODAY + timedelta(days=1 + n), "start": time(9), "end": time(10), "subject": f"第{n}次实验"}
    return book_room(actor=school.cast.keeper, at=NOW, room=room, **given)


def on_special_room(school, record, n: int) -> None:
    book_room(actor=school.cast.keeper, at=NOW, room=record, on=TODAY + timedelta(days=1 + n), start=time(9), end=time(10), subject="社团")


def desk_kind(school, n: int) -> DeskKind:
    return KINDS.create(actor=school.cast.keeper, at=NOW, name=f"第{n}种桌子", codes=f"A0501{n:04d}", seats=1, spare=0, order=n, is_active=True)


def desk_count(school, n: int) -> DeskCount:
    kind = DeskKind.objects.filter(name="第900种桌子").first() or desk_kind(school, 900)
    school_class = SchoolClass.objects.get_or_create(name="课桌班", defaults={"grade": "七年级", "room": school.rooms.room})[0]
    return save_counts(actor=school.cast.keeper, at=NOW, school_class=school_class, rows=[{"kind": kind, "counted": 40 + n % 9, "damaged": 1}])[0]


def book(school, n: int) -> Book:
    used = AssetClass.objects.filter(code="A04000900").first()
    if used is None:
        given = {"name": "第900类图书", "kind": "books", "years": 1, "is_depreciated": False, "prefixes": "", "order": 900, "is_active": True}
        life = LifeClass.objects.filter(name="第900类图书").first() or LIVES.create(actor=school.cast.keeper, at=NOW, **given)
        used = CLASSES.create(actor=school.cast.keeper, at=NOW, scheme="gb2022", code="A04000900", name="图书", life=life, unit="册")
    given = {"title": f"第{n}本书", "kind": "book", "author": f"第{n}位作者", "quantity": 5, "price": Decimal(30 + n), "acquired_on": TODAY, "is_opening": True}
    return register_book(actor=school.cast.keeper, at=NOW, asset_class=used, place=school.rooms.room, custodian=school.cast.keeper, **given)


def on_book(school, record, n: int) -> None:
    """One more reader."""
    days = {"from_on": TODAY, "due_on": TODAY + timedelta(days=9)}
    if record.card.loans.count() < 5:
        book_loan(actor=school.cast.keeper, at=NOW, card=record.card, borrower=school.cast.director, now=True, **days)


MAKERS = {
    "assets.offer": offer,
    "assets.loan": loan,
    "assets.specialroom": special_room,
    "assets.roomuse": room_use,
    "assets.deskkind": desk_kind,
    "assets.deskcount": desk_count,
    "assets.book": book,
}
GROWERS = {"assets.loan": on_loan, "assets.specialroom": on_special_room, "assets.book": on_book}

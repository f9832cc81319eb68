"""One row of every kind of record of the store room."""

from datetime import date, datetime
from decimal import Decimal

from assets.draw.models import StockRequest
from assets.draw.rules import add_line as ask_for
from assets.draw.rules import save_request
from assets.item.pages import KINDS
from assets.item.rules import add_pack, save_item
from assets.public import receive
from assets.slip.booking import approve_slip
from assets.slip.models import Slip
from assets.slip.rules import add_line, fill_count, save_slip, submit_slip
from assets.store.models import Stock, Store
from assets.store.rules import close_month, save_store
from logistics.platform.kernel.ref import Ref
from logistics.platform.org.models import Department
from tests.conftest import NOW, SHANGHAI

TODAY, OCTOBER = date(2026, 11, 18), date(2026, 10, 1)  # the day of NOW, and the month before
THEN = datetime(2026, 10, 30, 10, tzinfo=SHANGHAI)


def kind(school, n: int):
    return KINDS.create(actor=school.cast.director, at=NOW, name=f"类别{n}", order=n, is_active=True)


def item(school, n: int):
    given = {"spec": "A4", "unit": "包", "kind": kind(school, n + 10_000), "minimum": Decimal(5), "keeps_expiry": True}
    return save_item(actor=school.cast.director, at=NOW, name=f"物品{n}", **given)


def store(school, n: int) -> Store:
    return save_store(actor=school.cast.director, at=NOW, name=f"第{n}库房", keeper=school.cast.storekeeper, place=school.rooms.room)


def bring(school, where: Store, n: int, *, at=NOW, what=None):
    """So many pieces of a new item in the store."""
    given = {"document": Ref("assets.slip", 0), "expires_on": date(2027, 1, 1), "batch_number": f"B{n}"}
    return receive(actor=school.cast.storekeeper, at=at, store=where, item=what or item(school, n + 800), quantity=Decimal(n), amount=Decimal(n), **given)


def stock(school, n: int) -> Stock:
    return bring(school, store(school, n + 800), n).stock


def slip(school, n: int) -> Slip:
    given = {"kind": "receipt", "store": store(school, n + 100), "on": TODAY, "source_words": f"第{n}家"}
    return save_slip(actor=school.cast.storekeeper, at=NOW, **given)


def more_lines(school, record: Slip, n: int) -> None:
    given = {"quantity": Decimal(2), "amount": Decimal(9), "expires_on": date(2027, 1, 1)}
    add_line(actor=school.cast.storekeeper, at=NOW, record=record, item=item(school, n + 300), **given)


def request(school, n: int) -> StockRequest:
    office = Department.objects.get(name="总务处")
    return save_request(actor=school.cast.director, at=NOW, store=store(school, n + 200), department=office, purpose=f"第{n}次用")


def more_wishes(school, record: StockRequest, n: int) -> None:
    ask_for(actor=school.cast.director, at=NOW, record=record, item=item(school, n + 400), quantity=Decimal(2))


def close(school, n: int):
    where = store(school, n + 500)
    there = bring(school, where, n + 500, at=THEN).stock
    paper = save_slip(actor=school.cast.storekeeper, at=THEN, kind="count", store=where, on=THEN.date())
    fill_count(actor=school.cast.storekeeper, at=THEN, record=paper, counted={there.pk: there.quantity})
    submit_slip(actor=school.cast.storekeeper, at=THEN, record=Slip.objects.get(pk=paper.pk))
    approve_slip(actor=school.cast.director, at=THEN, record=Slip.objects.get(pk=paper.pk))
    return close_month(actor=school.cast.accountant, at=NOW, store=where, month=OCTOBER)


MAKERS = {
    "assets.itemkind": kind,
    "assets.item": item,
    "assets.store": store,
    "assets.stock": stock,
    "assets.stockmove": lambda school, n: bring(school, store(school, n + 600), n + 600),
    "assets.slip": slip,
    "assets.stockrequest": request,
    "assets.stockclose": close,
}
GROWERS = {
    "assets.item": lambda school, record, n: add_pack(actor=school.cast.director, at=NOW, record=record, name=f"箱{n}", holds=Decimal(n + 1)),
    "assets.store": lambda school, record, n: bring(school, record, n + 700),
    "assets.stock": lambda school, record, n: bring(school, record.store, n + 1, what=record.item),
    "assets.slip": more_lines,
    "assets.stockrequest": more_wishes,
}

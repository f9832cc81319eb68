"""A small store room: two stores, paper in packs of eight, medicine that expires, lamps old for new; the keeper writes the papers."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from assets.draw import rules as draw
from assets.item.first_run import KINDS
from assets.item.models import Item
from assets.item.rules import add_pack, save_item
from assets.slip import booking, rules
from assets.slip.models import Slip
from assets.store.models import Batch, Stock, StockMove, Store
from assets.store.rules import save_store
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.org.models import Department
from tests.conftest import NOW

TODAY = date(2026, 11, 18)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class StoreRoom:
    def __init__(self, cast):
        self.cast = cast
        keeper, director = cast.storekeeper, cast.director
        self.kind = KINDS.create(actor=director, at=NOW, name="办公用品", order=1, is_active=True)
        self.paper = self.item("打印纸", spec="A4", unit="包", minimum=5, maximum=60)
        add_pack(actor=director, at=NOW, record=self.paper, name="箱", holds=Decimal(8))
        self.soap = self.item("洗手液", unit="瓶", keeps_expiry=True)
        self.lamp = self.item("灯管", unit="支", is_old_for_new=True)
        self.main = save_store(actor=director, at=NOW, name="总务库房", keeper=keeper)
        self.other = save_store(actor=director, at=NOW, name="东校区库房", keeper=keeper)
        self.office = Department.objects.get(name="总务处")

    def item(self, name, **given) -> Item:
        return save_item(actor=self.cast.director, at=NOW, name=name, kind=self.kind, **given)

    def draft(self, kind="receipt", *, at=NOW, on=TODAY, store=None, **given) -> Slip:
        return rules.save_slip(actor=self.cast.storekeeper, at=at, kind=kind, store=store or self.main, on=on, **given)

    def line(self, slip, item, quantity, at=NOW, **given):
        return rules.add_line(actor=self.cast.storekeeper, at=at, record=slip, item=item, quantity=Decimal(str(quantity)), **given)

    def book(self, slip, at=NOW) -> Slip:
        return booking.book_slip(actor=self.cast.storekeeper, at=at, record=fresh(slip))

    def receive(self, quantity, amount, item=None, *, at=NOW, on=TODAY, store=None, **given) -> Slip:
        slip = self.draft(at=at, on=on, store=store)
        self.line(slip, item or self.paper, quantity, at=at, amount=Decimal(str(amount)), **given)
        return self.book(slip, at=at)

    def request(self, *lines, at=NOW):
        """A request of the head teacher, approved by the principal."""
        asker = self.cast.headteacher
        load_usual_chains(actor=self.cast.director, at=NOW)
        made = draw.save_request(actor=asker, at=at, store=self.main, department=self.office, purpose="班级用")
        for item, quantity in lines:
            draw.add_line(actor=asker, at=at, record=made, item=item, quantity=Decimal(str(quantity)))
        draw.submit_request(actor=asker, at=at, record=fresh(made))
        approve(actor=self.cast.principal, at=at, record=current_run(made), opinion="同意")
        return fresh(made)

    def hand_over(self, request, *, at=NOW, receiver=None, **given) -> Slip:
        quantities = given.pop("quantities", None) or {line.pk: line.left for line in request.lines.all()}
        return draw.hand_over(actor=self.cast.storekeeper, at=at, record=request, quantities=quantities, receiver=receiver or self.cast.headteacher, **given)

    def sums(self, item=None, store=None) -> tuple[Decimal, Decimal]:
        """(quantity, value) of the stock; asserts that ledger, batches and stock say the same."""
        stock = Stock.objects.filter(store=store or self.main, item=item or self.paper).first()
        return proven(stock) if stock else (Decimal(0), Decimal(0))


def proven(stock: Stock) -> tuple[Decimal, Decimal]:
    moves = list(stock.moves.order_by("number"))
    assert stock.quantity == sum(move.quantity for move in moves)
    assert stock.value == sum(move.value for move in moves)
    assert stock.quantity == sum(batch.quantity for batch in Batch.objects.filter(stock=stock))
    assert moves[-1].balance_quantity == stock.quantity
    assert moves[-1].balance_value == stock.value
    return stock.quantity, stock.value


def everything() -> tuple:
    """All that a refusal may not change."""
    stocks = list(Stock.objects.order_by("pk").values_list("quantity", "value"))
    return stocks, StockMove.objects.count(), list(Batch.objects.order_by("pk").values_list("quantity")), Slip.objects.aggregate(Sum("pk"))


@pytest.fixture
def room(cast) -> StoreRoom:
    return StoreRoom(cast)


@pytest.fixture
def stores(room) -> list[Store]:
    return [room.main, room.other]

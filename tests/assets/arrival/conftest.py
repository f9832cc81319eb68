"""A purchase of computers, chairs, chalk and paper, a ledger, and a store where the chalk lies."""

from decimal import Decimal

import pytest

from assets.item.models import Item, ItemKind
from assets.store.models import Store
from tests.conftest import NOW
from tests.finance.acceptance.conftest import Delivery, make_order

GOODS = (  # name, unit, quantity, price, destination
    ("台式计算机", "台", "3", "4320.00", "asset"),
    ("会议摄像机", "台", "1", "2600.00", "asset"),
    ("粉笔", "盒", "40", "3.50", "store"),
    ("安装", "次", "1", "200.00", "service"),
)


class Arrivals(Delivery):
    def __init__(self, cast, goods=GOODS):
        self.cast, self.order = cast, make_order(cast, goods=goods)
        self.members = [cast.keeper, cast.storekeeper]

    def line(self, name: str):
        return self.order.acceptances.get(reverses=None).lines.select_related("order_line__request_line").get(order_line__request_line__name=name)


@pytest.fixture
def store(cast) -> Store:
    return Store.objects.create(name="总务库房", keeper=cast.storekeeper, created_by=cast.storekeeper, created_at=NOW)


@pytest.fixture
def chalk(cast, store) -> Item:
    kind = ItemKind.objects.get_or_create(name="教学用品")[0]
    return Item.objects.create(name="粉笔", unit="盒", kind=kind, minimum=Decimal(5), created_by=cast.storekeeper, created_at=NOW)


@pytest.fixture
def arrivals(cast, ledger, chalk) -> Arrivals:
    """The ledger has a computer already, so that the class of computers is known."""
    ledger.computer()
    return Arrivals(cast)

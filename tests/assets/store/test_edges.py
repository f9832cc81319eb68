"""Numbers and days that no store room has: refused with a sentence, nothing half written."""

from datetime import date
from decimal import Decimal

import pytest

from assets.public import receive
from assets.slip.rules import save_slip
from assets.store.models import Stock, StockMove
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.conftest import NOW
from tests.records import store_makers as makers

pytestmark = pytest.mark.requirement("STK-01")


@pytest.fixture
def school(cast, rooms):
    from tests.records.makers import School

    return School(cast, rooms, None)


@pytest.mark.parametrize(("quantity", "amount"), [(Decimal(900_000_000), Decimal(1)), (Decimal(1), Decimal("99999999999.99"))])
def test_a_stock_beyond_its_columns_is_refused(school, quantity, amount):
    where, what = makers.store(school, 1), makers.item(school, 1)
    given = {"store": where, "item": what, "quantity": quantity, "amount": amount, "document": Ref("assets.slip", 0)}
    receive(actor=school.cast.storekeeper, at=NOW, **given)
    with pytest.raises(RuleViolation, match="太大"):
        receive(actor=school.cast.storekeeper, at=NOW, **given)
    assert StockMove.objects.count() == 1 and Stock.objects.get().quantity == quantity


def test_a_year_of_a_slipped_finger_is_refused(school):
    where = makers.store(school, 1)
    for day in (date(1, 1, 1), date(2009, 12, 31), date(9999, 12, 31)):
        with pytest.raises(RuleViolation, match="日期"):
            save_slip(actor=school.cast.storekeeper, at=NOW, kind="receipt", store=where, on=day)


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "1900-01"])
def test_months_far_away_are_a_sentence(school, client, month):
    makers.stock(school, 1)
    client.force_login(school.cast.accountant)
    assert client.get("/assets/cost/", {"until": month}).status_code == 200
    assert client.get("/assets/cost/excel/", {"until": month}).status_code < 500
    answer = client.post("/assets/close/new/", {"store": makers.Store.objects.get().pk, "month": month})
    assert answer.status_code == 422 and "年份" in answer.content.decode()

"""What runs out becomes a draft request in one click (STK-05, FIN-02)."""

from decimal import Decimal

import pytest
from django.test import Client

from assets.store.models import Store
from assets.store.purchases import buy_wanted
from finance.public import PurchaseRequest, requests_from
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("STK-05", "FIN-02")]


@pytest.fixture
def low(room):
    """Three left of an item of which ten should be there, and thirty may."""
    room.receive(50, "900")
    item = room.item("抹布", unit="块", minimum=Decimal(10), maximum=Decimal(30))
    room.receive(3, "4.50", item)
    return item


def test_every_item_under_its_least_is_a_line_for_the_store(low, cast):
    made = buy_wanted(actor=cast.storekeeper, at=NOW)
    (line,) = made.lines.all()
    assert (line.name, line.quantity, line.price, line.destination) == ("抹布", 27, Decimal("1.50"), "store")
    assert made.department == cast.storekeeper.department
    assert list(requests_from(ref(Store.objects.first()))) == [made]
    assert buy_wanted(actor=cast.storekeeper, at=NOW) == made, "the draft that stands is not written twice"
    assert made.lines.count() == 1


def test_nothing_is_drafted_when_all_is_there_or_by_who_does_not_keep_the_store(room, low, cast):
    with pytest.raises(NotAllowed):
        buy_wanted(actor=cast.teacher, at=NOW)
    room.receive(20, "30", low)
    with pytest.raises(RuleViolation, match="不用请购"):
        buy_wanted(actor=cast.storekeeper, at=NOW)
    assert not PurchaseRequest.objects.exists()


def test_the_button_leads_to_the_draft_and_others_have_none(low, cast):
    client = Client()
    client.force_login(cast.storekeeper)
    assert "起草请购单" in client.get("/assets/wanted/").content.decode()
    assert "已经有请购在路上" not in client.get("/assets/wanted/").content.decode()
    answer = client.post("/assets/wanted/", follow=True)
    assert "已经有请购在路上" in client.get("/assets/wanted/").content.decode()
    assert answer.redirect_chain[0][0] == f"/finance/purchase/{PurchaseRequest.objects.get().pk}/edit/"
    assert "抹布" in answer.content.decode()
    client.force_login(cast.principal)
    assert "起草请购单" not in client.get("/assets/wanted/").content.decode()

"""A van at the gate: weighed, papers photographed, three names on three phones, and it lies in the store (CAN-02, CAN-04)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from canteen.delivery.models import Delivery, DeliveryState
from canteen.ingredient.rules import save_ingredient
from canteen.order.models import FoodOrder
from canteen.order.rules import add_line, place_order, save_order
from canteen.pantry.models import PantryBatch
from canteen.supplier.rules import save_supplier
from logistics.platform.partners.models import FirmPaper, Partner
from tests.e2e.conftest import Windows, act
from tests.e2e.test_acceptance import sign_with

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "phone"


@pytest.fixture
def order(cast) -> FoodOrder:
    """Greens and pork are ordered for today of a supplier whose papers are in order."""
    now = timezone.now()
    today = timezone.localdate(now)
    firm = Partner.objects.create(name="绿源配送", kinds=",food,", created_by=cast.buyer, created_at=now)
    for kind in ("licence", "food", "contract"):
        FirmPaper.objects.create(partner=firm, kind=kind, expires_on=today + timedelta(days=90), created_by=cast.buyer, created_at=now)
    supplier = save_supplier(actor=cast.canteen, at=now, partner=firm, goods="蔬菜", chosen_by="公开比选", chosen_on=today, contact="李强")
    greens = save_ingredient(actor=cast.canteen, at=now, name="青菜", group="vegetable", papers="produce")
    order = save_order(actor=cast.canteen, at=now, supplier=supplier, on=today, deliver_on=today)
    add_line(actor=cast.canteen, at=now, record=order, ingredient=greens, quantity=Decimal(50), price=Decimal("4.2"))
    place_order(actor=cast.canteen, at=now, record=order)
    return FoodOrder.objects.get()


def send(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=label, exact=True).click()


@pytest.mark.requirement("CAN-02", "CAN-04")
def test_a_delivery_with_three_signatures_on_the_phone(windows: Windows, cast, order, photo):
    page = windows.open(cast.buyer, PHONE)
    page.goto(f"/canteen/order/{order.pk}/")
    page.get_by_role("link", name="收货").first.click()
    page.get_by_label("过秤数量").first.fill("49.6")
    page.locator("input[type=file]").first.set_input_files(photo)
    send(page, "保存")
    expect(page.get_by_text("缺 青菜：承诺达标合格证")).to_be_visible()
    page.get_by_role("link", name="缺 青菜：承诺达标合格证").click()
    page.locator("input[type=file]").first.set_input_files(photo)
    send(page, "登记证票")
    delivery = Delivery.objects.get()
    for person, label in ((cast.buyer, "签数量"), (cast.cashier, "签数量")):
        page = windows.open(person, PHONE)
        page.goto(f"/canteen/delivery/{delivery.pk}/")
        act(page, PHONE, label).click()
        sign_with(page, PHONE)
        send(page, label)
        expect(page.get_by_text("还差")).to_be_visible()
    assert not PantryBatch.objects.exists()
    page = windows.open(cast.chef, PHONE)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=re.compile("收货等您签字")).first.click()
    act(page, PHONE, "验质量").click()
    page.get_by_text("都合格", exact=True).click()
    sign_with(page, PHONE)
    send(page, "验质量")
    expect(page.get_by_text("已入库").first).to_be_visible()
    assert Delivery.objects.get().state == DeliveryState.POSTED
    assert PantryBatch.objects.get().quantity == Decimal("49.6")

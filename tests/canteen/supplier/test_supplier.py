"""Suppliers: whose papers are missing or expired brings nothing, unless somebody lets it pass by name (CAN-01)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from canteen.delivery.models import Delivery
from canteen.order.models import FoodOrder, OrderState
from canteen.order.rules import place_order
from canteen.supplier.models import Supplier, SupplierException
from canteen.supplier.queries import shortcomings, standing
from canteen.supplier.rules import end_exception, let_pass, move_to, save_supplier, stop_supplier
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.partners.models import FirmPaper, Partner
from tests.canteen.buying_kit import TODAY, delivery_of, firm_of, order_of, supplier_of
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CAN-01")]


@pytest.mark.parametrize(("papers", "words"), [({"food": -1}, "食品经营许可证已在"), ({"licence": None}, "没有登记营业执照"), ({"contract": -2}, "的合同在")])
def test_a_supplier_without_valid_papers_gets_no_order_and_delivers_nothing(cast, papers, words):
    supplier = supplier_of(cast, **papers)
    with pytest.raises(RuleViolation, match=words) as order:
        order_of(cast, supplier=supplier)
    with pytest.raises(RuleViolation, match="第五十三条") as delivery:
        delivery_of(cast, supplier=supplier)
    assert "放行" in order.value.message
    assert delivery.value.field == "supplier"
    assert not FoodOrder.objects.exists()
    assert not Delivery.objects.exists()


def test_an_order_drafted_before_the_licence_ran_out_is_not_placed(cast):
    order = order_of(cast, placed=False)
    FirmPaper.objects.filter(partner=order.supplier.partner, kind="food").update(expires_on=TODAY - timedelta(days=1))
    with pytest.raises(RuleViolation, match="食品经营许可证已在"):
        place_order(actor=cast.canteen, at=NOW, record=order)
    assert FoodOrder.objects.get().state == OrderState.DRAFT


def pass_on(cast, supplier, **given):
    usual = {"last_on": TODAY + timedelta(days=3), "reason": "换证已受理，三天内拿到", "answers": cast.canteen}
    return let_pass(actor=cast.vice, at=NOW, record=supplier, **usual | given)


def test_a_leader_lets_one_pass_by_name_and_takes_it_back(cast):
    supplier = supplier_of(cast, food=-1)
    passed = pass_on(cast, supplier)
    assert (passed.created_by.name, passed.answers.name) == (cast.vice.name, cast.canteen.name)
    order = order_of(cast, supplier=supplier)
    assert order.state == OrderState.PLACED
    assert "放行" in Event.objects.get(action="place").note
    assert "食品经营许可证" in Event.objects.get(action="let_pass").note
    end_exception(actor=cast.vice, at=NOW, record=supplier)
    with pytest.raises(RuleViolation, match="食品经营许可证"):
        delivery_of(cast, supplier=supplier)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "急"}, "reason"),
        ({"last_on": TODAY + timedelta(days=8)}, "last_on"),
        ({"last_on": TODAY - timedelta(days=1)}, "last_on"),
        ({"answers": None}, "answers"),
    ],
)
def test_letting_pass_needs_days_a_reason_and_a_name(cast, given, field):
    supplier = supplier_of(cast, food=-1)
    with pytest.raises(RuleViolation) as refusal:
        pass_on(cast, supplier, **given)
    assert refusal.value.field == field
    assert not SupplierException.objects.exists()


def test_who_buys_lets_nobody_pass_and_a_stopped_one_never_passes(cast):
    supplier = supplier_of(cast, food=-1)
    with pytest.raises(NotAllowed):
        let_pass(actor=cast.canteen, at=NOW, record=supplier, last_on=TODAY, reason="急着用菜先收", answers=cast.canteen)
    stop_supplier(actor=cast.canteen, at=NOW, record=supplier, reason="换供应商")
    with pytest.raises(RuleViolation, match="停用"):
        pass_on(cast, Supplier.objects.get())


def test_the_list_warns_thirty_days_ahead(cast):
    supplier = supplier_of(cast, food=30)
    assert standing(supplier, TODAY) == ("食品经营许可证还有 30 天", "wait")
    assert standing(supplier, TODAY - timedelta(days=1))[1] == "done"
    assert standing(supplier, TODAY + timedelta(days=31)) == ("食品经营许可证过期", "late")
    assert not shortcomings(supplier, TODAY)


def test_a_clean_record_names_the_day_it_was_looked_up(cast):
    with pytest.raises(RuleViolation) as refusal:
        save_supplier(actor=cast.canteen, at=NOW, partner=firm_of(cast), goods="菜", chosen_by="比选", chosen_on=TODAY, is_clean=True)
    assert refusal.value.field == "clean_checked_on"
    assert not Supplier.objects.exists()


def test_two_cards_of_one_firm_become_one_supplier(cast):
    one, other = supplier_of(cast, "甲配送"), supplier_of(cast, "乙配送")
    delivery = delivery_of(cast, supplier=one)
    move_to(one.partner, other.partner)
    assert Delivery.objects.get(pk=delivery.pk).supplier == other
    assert Supplier.objects.get(pk=one.pk).state == "stopped"
    third = Partner.objects.create(name="丙", kinds=",food,", created_by=cast.buyer, created_at=NOW)
    move_to(other.partner, third)
    assert Supplier.objects.get(pk=other.pk).partner == third


def test_the_database_holds_a_stopped_supplier_to_its_reason(cast):
    supplier = supplier_of(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supplier.objects.filter(pk=supplier.pk).update(state="stopped")

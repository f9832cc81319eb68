"""Deliveries: three names, certificates, what is sent back; only then it lies in the store (CAN-02, CAN-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from canteen.delivery.models import CertKind, Delivery, DeliveryLine, DeliverySignature, DeliveryState
from canteen.delivery.queries import officer_presence, waiting_for
from canteen.delivery.rules import add_paper, call_off, change_line, receive, recount
from canteen.delivery.signing import let_in, send_back, sign_officer, sign_quality, sign_quantity
from canteen.ingredient.models import Ingredient
from canteen.order.models import FoodOrder, OrderState
from canteen.pantry.models import PantryBatch
from canteen.supplier.rules import stop_supplier
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.canteen.buying_kit import (
    PHOTO,
    PORK,
    TODAY,
    all_papers,
    delivery_of,
    good,
    ingredient_of,
    name_of,
    order_of,
    pork_of,
    posted,
    quantities,
    signed,
    supplier_of,
)
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("CAN-04")
def test_it_lies_in_the_store_with_the_third_name_and_not_before(cast):
    order = order_of(cast)
    row = {"ingredient": ingredient_of(cast), "weighed": Decimal("49.6")}
    delivery = receive(actor=cast.buyer, at=NOW, order=order, driver="李强", lines=[row], photos=[PHOTO])
    all_papers(cast, delivery)
    quantities(cast, delivery)
    assert not PantryBatch.objects.exists()
    sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=good(delivery), signature=name_of(cast.chef))
    batch = PantryBatch.objects.get()
    assert (batch.quantity, batch.price, batch.moves.get().amount) == (Decimal("49.6"), Decimal("4.2"), Decimal("208.32"))
    assert Delivery.objects.get().state == DeliveryState.POSTED
    assert FoodOrder.objects.get().state == OrderState.ARRIVED
    assert Ingredient.objects.get().last_price == Decimal("4.2")


@pytest.mark.requirement("CAN-04")
def test_one_person_signs_one_column(cast):
    delivery = delivery_of(cast)
    sign_quantity(actor=cast.canteen, at=NOW, record=delivery, signature=name_of(cast.canteen))
    with pytest.raises(RuleViolation, match="已经签过一栏"):
        sign_quantity(actor=cast.canteen, at=NOW, record=delivery, signature=name_of(cast.canteen))
    with pytest.raises(RuleViolation, match="已经签过了"):
        sign_quantity(actor=cast.buyer, at=NOW, record=delivery, signature=name_of(cast.buyer))
    with pytest.raises(NotAllowed):
        sign_quality(actor=cast.buyer, at=NOW, record=delivery, findings=good(delivery), signature=name_of(cast.buyer))
    with pytest.raises(NotAllowed):
        sign_quantity(actor=cast.teacher, at=NOW, record=delivery, signature=name_of(cast.teacher))
    assert DeliverySignature.objects.count() == 1


@pytest.mark.requirement("CAN-04")
def test_the_database_lets_nobody_sign_twice(cast):
    delivery = delivery_of(cast)
    given = {"delivery": delivery, "user": cast.buyer, "signed_at": NOW}
    DeliverySignature.objects.create(role="buyer", **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliverySignature.objects.create(role="finance", **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliverySignature.objects.create(role="buyer", delivery=delivery, user=cast.canteen, signed_at=NOW)


@pytest.mark.requirement("CAN-02")
def test_pork_without_one_of_its_certificates_is_held_until_it_comes(cast):
    delivery = delivery_of(cast, pork_of(cast), made_on=TODAY)
    all_papers(cast, delivery, but=(CertKind.MEAT,))
    assert signed(cast, delivery).state == DeliveryState.HELD
    assert not PantryBatch.objects.exists()
    add_paper(actor=cast.buyer, at=NOW, record=delivery, kind=CertKind.MEAT, photos=[PHOTO], number="RP1")
    assert Delivery.objects.get().state == DeliveryState.POSTED
    assert PantryBatch.objects.get().expires_on == TODAY + timedelta(days=3)


@pytest.mark.requirement("CAN-02")
def test_a_leader_who_has_not_signed_lets_it_in_by_name_with_a_reason(cast):
    delivery = delivery_of(cast, pork_of(cast), made_on=TODAY)
    signed(cast, delivery)
    with pytest.raises(RuleViolation, match="写清楚"):
        let_in(actor=cast.vice, at=NOW, record=delivery, reason="急")
    with pytest.raises(NotAllowed):
        let_in(actor=cast.buyer, at=NOW, record=delivery, reason="厂家今天下午补来")
    let_in(actor=cast.vice, at=NOW, record=delivery, reason="厂家今天下午补来原件")
    now = Delivery.objects.get()
    assert (now.state, now.exempt_by.name) == (DeliveryState.POSTED, cast.vice.name)
    assert all(kind.label in now.missing for kind in PORK)


@pytest.mark.requirement("CAN-02")
def test_a_certificate_needs_its_photo(cast):
    delivery = delivery_of(cast)
    with pytest.raises(RuleViolation) as refusal:
        add_paper(actor=cast.buyer, at=NOW, record=delivery, kind=CertKind.PRODUCE, photos=[])
    assert refusal.value.field == "photos"
    assert delivery.papers.count() == 1  # the invoice


@pytest.mark.requirement("CAN-04")
def test_what_is_sent_back_is_recorded_and_not_paid(cast):
    delivery = delivery_of(cast)
    all_papers(cast, delivery)
    bad = good(delivery, bad=["look"], rejected=Decimal(8), reason="外叶腐烂")
    quantities(cast, delivery)
    with pytest.raises(RuleViolation, match="怎么处理") as refusal:
        sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=bad, signature=name_of(cast.chef))
    assert refusal.value.field == "remedy"
    assert not DeliveryLine.objects.filter(rejected__gt=0).exists()
    sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=bad, signature=name_of(cast.chef), remedy="当场退回")
    assert PantryBatch.objects.get().quantity == 42
    assert Delivery.objects.get().amount == Decimal("176.40")


@pytest.mark.requirement("CAN-04")
@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"bad": ["smell"]}, "请写拒收多少"),
        ({"rejected": Decimal(5)}, "请写原因"),
        ({"rejected": Decimal(51), "reason": "坏"}, "不能比这多"),
        ({"rejected": Decimal(-1), "reason": "坏"}, "不能小于零"),
        ({"bad": ["dates"], "rejected": Decimal(5), "reason": "过期"}, "第三十四条"),
    ],
)
def test_the_chef_says_everything_or_nothing(cast, found, words):
    delivery = delivery_of(cast)
    with pytest.raises(RuleViolation, match=words):
        sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=good(delivery, **found), signature=name_of(cast.chef), remedy="退回")
    assert not DeliverySignature.objects.exists()
    assert DeliveryLine.objects.get().look == ""


@pytest.mark.requirement("CAN-04")
def test_what_is_past_its_day_is_refused_whole(cast):
    delivery = delivery_of(cast, ingredient_of(cast, "豆腐", group="bean", papers="packed", shelf_days=2), made_on=TODAY - timedelta(days=5))
    with pytest.raises(RuleViolation, match="已经过了，按《食品安全法》第三十四条要全部拒收"):
        sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=good(delivery), signature=name_of(cast.chef))
    whole = good(delivery, bad=["dates"], rejected=Decimal(50), reason="过期")
    assert signed(cast, delivery, findings=whole, remedy="退回").state == DeliveryState.REFUSED
    assert not PantryBatch.objects.exists()


@pytest.mark.requirement("CAN-04")
def test_warm_meat_needs_a_word_and_cold_needs_a_thermometer(cast):
    delivery = delivery_of(cast, pork_of(cast), made_on=TODAY)
    with pytest.raises(RuleViolation, match="请量中心温度"):
        sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=good(delivery, temperature=None), signature=name_of(cast.chef))
    warm = good(delivery, temperature=Decimal("9.5"))
    with pytest.raises(RuleViolation, match=r"9\.5 ℃，高于 8 ℃") as refusal:
        sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=warm, signature=name_of(cast.chef))
    assert refusal.value.field == "opinion"
    sign_quality(actor=cast.chef, at=NOW, record=delivery, findings=warm, signature=name_of(cast.chef), opinion="刚宰杀的热鲜肉")


@pytest.mark.requirement("CAN-04")
def test_weights_are_put_right_before_a_name_and_by_a_recount_after(cast):
    delivery = delivery_of(cast)
    line = delivery.lines.get()
    change_line(actor=cast.buyer, at=NOW, record=delivery, row=line, weighed=Decimal(48), price=Decimal("4.2"))
    sign_quantity(actor=cast.buyer, at=NOW, record=delivery, signature=name_of(cast.buyer))
    with pytest.raises(RuleViolation, match="重新过秤"):
        change_line(actor=cast.buyer, at=NOW, record=delivery, row=line, weighed=Decimal(40), price=Decimal("4.2"))
    recount(actor=cast.buyer, at=NOW, record=delivery, reason="秤没有归零")
    assert DeliverySignature.objects.get().void_at == NOW
    change_line(actor=cast.buyer, at=NOW, record=delivery, row=line, weighed=Decimal(47), price=Decimal("4.2"))
    assert DeliveryLine.objects.get().amount == Decimal("197.40")


@pytest.mark.requirement("CAN-02")
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"weighed": "-3"}, "大于零"),
        ({"weighed": "abc"}, "数字"),
        ({"made_on": TODAY + timedelta(days=1)}, "比到货还晚"),
        ({"price": "-1"}, "单价要在"),
        ({"price": "1.23456"}, "四位小数"),
    ],
)
def test_nonsense_is_refused_at_the_lines(cast, row, words):
    with pytest.raises(RuleViolation, match=words) as refusal:
        delivery_of(cast, **row)
    assert refusal.value.field in ("lines", None)
    assert not Delivery.objects.exists()


@pytest.mark.requirement("CAN-02")
def test_what_keeps_has_its_date(cast):
    with pytest.raises(RuleViolation, match="生产日期或者保质期"):
        delivery_of(cast, pork_of(cast))


@pytest.mark.requirement("CAN-04")
def test_written_late_carries_both_times_and_too_late_is_refused(cast):
    row = {"ingredient": ingredient_of(cast), "weighed": Decimal(5), "price": Decimal(4)}
    given = {"actor": cast.buyer, "at": NOW, "supplier": supplier_of(cast), "driver": "李强", "lines": [row]}
    delivery = receive(happened_at=NOW - timedelta(hours=3), **given)
    assert "补记" in delivery.late
    assert delivery.created_at == NOW
    with pytest.raises(RuleViolation, match="最多补 3 天前"):
        receive(happened_at=NOW - timedelta(days=5), **given)
    with pytest.raises(RuleViolation, match="不能晚于现在"):
        receive(happened_at=NOW + timedelta(minutes=1), **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(happened_at=NOW + timedelta(hours=1))


@pytest.mark.requirement("CAN-04")
def test_the_officers_presence_is_counted_by_week(cast):
    delivery = delivery_of(cast)
    delivery_of(cast, ingredient_of(cast, "菠菜"))
    assert officer_presence(TODAY - timedelta(days=2)) == (2, 0)
    sign_officer(actor=cast.foodsafety, at=NOW, record=delivery, signature=name_of(cast.foodsafety))
    assert officer_presence(TODAY - timedelta(days=2)) == (2, 1)
    with pytest.raises(RuleViolation, match="到货当天"):
        sign_officer(
            actor=cast.foodsafety, at=NOW + timedelta(days=1), record=Delivery.objects.exclude(pk=delivery.pk).get(), signature=name_of(cast.foodsafety)
        )


@pytest.mark.requirement("CAN-04")
def test_each_sees_what_waits_for_their_name(cast):
    delivery = delivery_of(cast)
    assert set(waiting_for(cast.chef)) == {delivery}
    quantities(cast, delivery)
    assert set(waiting_for(cast.buyer)) == set(waiting_for(cast.canteen)) == set()
    assert set(waiting_for(cast.chef)) == {delivery}


def test_a_called_off_delivery_counts_for_nothing(cast):
    delivery = delivery_of(cast)
    with pytest.raises(NotAllowed):
        call_off(actor=cast.chef, at=NOW, record=delivery, reason="写错了")
    call_off(actor=cast.buyer, at=NOW, record=delivery, reason="写错了")
    with pytest.raises(RuleViolation, match="已撤回"):
        sign_quantity(actor=cast.buyer, at=NOW, record=Delivery.objects.get(), signature=name_of(cast.buyer))
    with pytest.raises(RuleViolation):
        call_off(actor=cast.buyer, at=NOW, record=posted(cast).line.delivery, reason="写错了")


@pytest.mark.requirement("CAN-02")
def test_held_goods_whose_papers_never_come_are_sent_back_whole(cast):
    delivery = delivery_of(cast, pork_of(cast), made_on=TODAY)
    all_papers(cast, delivery, but=(CertKind.MEAT,))
    with pytest.raises(RuleViolation, match="等证票"):
        send_back(actor=cast.chef, at=NOW, record=delivery, reason="没有证", remedy="退回")
    signed(cast, delivery)
    with pytest.raises(NotAllowed):
        send_back(actor=cast.teacher, at=NOW, record=delivery, reason="没有证", remedy="退回")
    with pytest.raises(RuleViolation) as refusal:
        send_back(actor=cast.chef, at=NOW, record=delivery, reason="检疫证明没有补来", remedy=" ")
    assert refusal.value.field == "remedy"
    send_back(actor=cast.chef, at=NOW, record=delivery, reason="肉品检验证没有补来", remedy="退回供应商")
    now, line = Delivery.objects.get(), DeliveryLine.objects.get()
    assert (now.state, now.remedy, line.accepted, line.amount) == (DeliveryState.REFUSED, "退回供应商", 0, 0)
    assert not PantryBatch.objects.exists()


@pytest.mark.requirement("CAN-02")
def test_a_supplier_stopped_in_between_keeps_the_goods_out_and_not_the_certificate(cast):
    delivery = delivery_of(cast, pork_of(cast), made_on=TODAY)
    all_papers(cast, delivery, but=(CertKind.MEAT,))
    signed(cast, delivery)
    stop_supplier(actor=cast.canteen, at=NOW, record=delivery.supplier, reason="证票总是不全")
    add_paper(actor=cast.buyer, at=NOW, record=delivery, kind=CertKind.MEAT, photos=[PHOTO], number="RP1")
    assert delivery.papers.filter(kind=CertKind.MEAT).exists()
    assert Delivery.objects.get().state == DeliveryState.HELD

"""Shop and vending machines: who may sell, what never, what came in (CAN-18)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from canteen.shop import rules
from canteen.shop.forbidden import Most, forbidden_goods, too_much
from canteen.shop.models import LOOKED_AT, Goods, GoodsIntake, Outlet, OutletState
from canteen.shop.queries import late_outlets, shop_todos
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.partners.models import FirmPaper, Partner
from logistics.platform.places.models import Place
from tests.canteen.buying_kit import PHOTO, TODAY, firm_of
from tests.conftest import NOW, make_place

MOST = Most(sugar=Decimal(15), drink_sugar=Decimal(5), sodium=Decimal(600), fat=Decimal(20))
MILK = {"name": "纯牛奶", "spec": "250 毫升", "maker": "乳业", "price": Decimal(3), "is_food": True, "is_drink": True}
FIGURES = {"sugar": Decimal("4.8"), "sodium": Decimal(52), "fat": Decimal("3.6")}


def place() -> Place:
    return Place.objects.filter(name="食堂东侧").first() or make_place("食堂东侧", None, "room")


def outlet_of(cast, firm=None, **given) -> Outlet:
    given = {"name": "小卖部", "kind": "shop", "place": place(), "why": "寄宿学生周末不出校", "decided_on": TODAY} | given
    return rules.save_outlet(actor=cast.canteen, at=NOW, firm=firm or firm_of(cast, "便民食品"), **given)


def goods_of(cast, outlet, **given) -> Goods:
    return rules.save_goods(actor=cast.canteen, at=NOW, outlet=outlet, **({"supplier": outlet.firm} | MILK | FIGURES | given))


def take_in(cast, goods, **given) -> GoodsIntake:
    given = {"quantity": Decimal(20), "made_on": TODAY, "expires_on": TODAY + timedelta(days=60), "certificate": "HG1"} | given
    return rules.receive_goods(actor=cast.foodsafety, at=NOW, record=goods, **given)


@pytest.mark.requirement("CAN-18")
@pytest.mark.parametrize("name", ["中南海香烟", "雪 花啤酒", "口味王槟榔", "红牛", "可口可乐", "大面筋辣条", "薯片", "散装瓜子", "电子烟 烟弹"])
def test_what_no_school_sells_is_known_by_name(name):
    assert "校内不能卖。依据：" in forbidden_goods(name)


@pytest.mark.parametrize("name", ["纯牛奶", "全麦面包", "酒精湿巾", "无糖汽水", "作业本", "苹果"])
def test_ordinary_goods_pass(name):
    assert forbidden_goods(name) == ""


@pytest.mark.requirement("CAN-18")
@pytest.mark.parametrize(
    ("figures", "is_drink", "field"),
    [
        ({"sugar": Decimal("15.1")}, False, "sugar"),
        ({"sugar": Decimal("5.1")}, True, "sugar"),
        ({"sodium": Decimal("600.1")}, False, "sodium"),
        ({"fat": Decimal("20.1")}, False, "fat"),
        ({"sugar": Decimal(15), "sodium": Decimal(600), "fat": Decimal(20)}, False, ""),
        ({"sugar": Decimal(5)}, True, ""),
    ],
)
def test_the_label_decides_at_its_exact_figure(figures, is_drink, field):
    found, words = too_much(MOST, is_drink=is_drink, **{"sugar": Decimal(0), "sodium": Decimal(0), "fat": Decimal(0)} | figures)
    assert found == field
    assert bool(words) == bool(field)


@pytest.mark.requirement("CAN-18")
def test_a_shop_needs_a_licence_in_date_and_a_permit_to_sell(cast):
    with pytest.raises(RuleViolation, match=r"食品经营许可证.*到期"):
        outlet_of(cast, firm_of(cast, "过期商店", food=-1))
    maker = firm_of(cast, "只能生产", food=None)
    FirmPaper.objects.create(partner=maker, kind="production", number="SC1", created_by=cast.buyer, created_at=NOW)
    with pytest.raises(RuleViolation, match="没有有效的食品经营许可证") as refused:
        outlet_of(cast, maker)
    assert refused.value.field == "firm"
    assert not Outlet.objects.exists()
    assert outlet_of(cast).state == OutletState.OPEN


@pytest.mark.requirement("CAN-18")
@pytest.mark.parametrize(
    ("given", "field"), [({"name": "可乐"}, "name"), ({"sugar": Decimal(12)}, "sugar"), ({"fat": None}, "fat"), ({"is_food": False}, "is_food")]
)
def test_forbidden_or_unlabelled_goods_are_not_listed(cast, given, field):
    outlet = outlet_of(cast)
    with pytest.raises(RuleViolation) as refused:
        goods_of(cast, outlet, **given)
    assert refused.value.field == field
    assert not Goods.objects.exists()


@pytest.mark.requirement("CAN-18")
def test_what_comes_in_is_in_date_proven_and_from_somebody_with_papers(cast):
    outlet = outlet_of(cast)
    goods = goods_of(cast, outlet)
    for given, field in (
        ({"expires_on": TODAY}, "expires_on"),
        ({"made_on": TODAY + timedelta(days=1)}, "made_on"),
        ({"certificate": ""}, "certificate"),
    ):
        with pytest.raises(RuleViolation) as refused:
            take_in(cast, goods, **given)
        assert refused.value.field == field
    FirmPaper.objects.filter(partner=outlet.firm, kind="food").update(expires_on=TODAY - timedelta(days=1))
    with pytest.raises(RuleViolation, match="到期"):
        take_in(cast, goods)
    assert not GoodsIntake.objects.exists()
    assert late_outlets(cast.foodsafety, NOW)[0].count == 1
    FirmPaper.objects.filter(partner=outlet.firm, kind="food").update(expires_on=TODAY)
    row = take_in(cast, goods, certificate="", photos=[PHOTO], expires_on=TODAY + timedelta(days=3))
    assert row.supplier_id == outlet.firm_id
    assert [todo.title for todo in shop_todos(cast.foodsafety, NOW)] == ["查小卖部和售货机 1 处", "1 批商品到期或快到期"]
    with pytest.raises(IntegrityError), transaction.atomic():
        GoodsIntake.objects.create(
            goods=goods,
            supplier=outlet.firm,
            quantity=1,
            made_on=TODAY,
            expires_on=TODAY - timedelta(days=1),
            happened_at=NOW,
            created_at=NOW,
            created_by=cast.chef,
        )


@pytest.mark.requirement("CAN-18")
def test_goods_taken_off_come_back_only_if_they_may_be_sold(cast):
    goods = goods_of(cast, outlet_of(cast))
    off = rules.withdraw_goods(actor=cast.foodsafety, at=NOW, record=goods, reason="包装破损")
    with pytest.raises(RuleViolation, match="已经下架"):
        take_in(cast, off)
    Goods.objects.filter(pk=goods.pk).update(sugar=Decimal(9))
    with pytest.raises(RuleViolation, match="高糖"):
        rules.sell_again(actor=cast.canteen, at=NOW, record=goods)
    Goods.objects.filter(pk=goods.pk).update(sugar=Decimal(4))
    assert rules.sell_again(actor=cast.canteen, at=NOW, record=goods).state == "sold"


@pytest.mark.requirement("CAN-18")
def test_the_weekly_look_makes_a_task_and_a_closed_shop_needs_none(cast):
    outlet = outlet_of(cast)
    fix = {"problem": "面包过期", "measure": "下架", "owner": cast.chef, "due_on": TODAY}
    answers = dict.fromkeys(LOOKED_AT, "ok") | {"fresh": "bad"}
    assert rules.check_outlet(actor=cast.foodsafety, at=NOW, record=outlet, answers=answers, **fix).fault.problem == "面包过期"
    with pytest.raises(NotAllowed):
        rules.check_outlet(actor=cast.teacher, at=NOW, record=outlet, answers=answers, **fix)
    closed = rules.close_outlet(actor=cast.canteen, at=NOW, record=outlet, reason="合同到期")
    with pytest.raises(RuleViolation, match="停业"):
        rules.check_outlet(actor=cast.foodsafety, at=NOW, record=closed, answers=answers, **fix)
    with pytest.raises(RuleViolation, match="已经停业，不能登记商品"):
        goods_of(cast, closed)
    assert rules.open_outlet(actor=cast.canteen, at=NOW, record=closed).state_reason == ""


@pytest.mark.requirement("CAN-18")
def test_goods_that_become_food_need_a_supplier_of_food(cast):
    outlet = outlet_of(cast)
    plain_firm = Partner.objects.create(name="文具批发", kinds=",supplier,", created_by=cast.buyer, created_at=NOW)
    FirmPaper.objects.create(partner=plain_firm, kind="licence", number="1", expires_on=TODAY + timedelta(days=9), created_by=cast.buyer, created_at=NOW)
    pen = goods_of(cast, outlet, name="中性笔", is_food=False, is_drink=False, supplier=plain_firm)
    with pytest.raises(RuleViolation) as refused:
        rules.save_goods(actor=cast.canteen, at=NOW, record=pen, is_food=True, supplier=plain_firm, **FIGURES)
    assert refused.value.field == "supplier"
    assert not Goods.objects.get(pk=pen.pk).is_food

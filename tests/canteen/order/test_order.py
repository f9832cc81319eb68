"""Orders out of the menu, and the daily report that publishes itself (CAN-03)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from canteen.ingredient.models import Ingredient
from canteen.ingredient.rules import remove_ingredient, save_ingredient
from canteen.menu.queries import DayNeeds, Need
from canteen.order import queries
from canteen.order.models import FoodOrder, OrderState, PurchaseReport
from canteen.order.report_rules import publish_missing, publish_report
from canteen.order.rules import add_line, cancel_order, change_line, draft_orders, place_order, save_order
from logistics.platform.board.models import BoardPost, PostState
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.canteen.buying_kit import TODAY, delivery_of, ingredient_of, order_of, posted, stock, supplier_of
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CAN-03")]
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def menu(cast, monkeypatch):
    """Tomorrow's menu asks for 85 kg of greens net, of which 85 % are used; today's for nothing."""
    greens = ingredient_of(cast, usable=85, supplier=supplier_of(cast))
    asked = {TOMORROW: [Need(greens, Decimal(85_000))]}
    monkeypatch.setattr(queries, "needs_of", lambda day: DayNeeds(day, asked.get(day, []), Counter(), [] if day in asked else ["没有批准的菜谱。"]))
    return greens


def test_the_plan_is_the_menu_less_stock_and_twice_adds_nothing(cast, menu):
    stock(cast, menu, 20)
    (order,) = draft_orders(actor=cast.canteen, at=NOW, on=TOMORROW)
    line = order.lines.get()
    assert (line.needed, line.in_stock, line.quantity) == (100, 20, 80)
    with pytest.raises(RuleViolation, match="够用"):
        draft_orders(actor=cast.canteen, at=NOW, on=TOMORROW)
    assert order.lines.get().quantity == 80


def test_what_expires_before_the_day_is_no_stock(cast, menu):
    stock(cast, menu, 20, days=0)
    assert draft_orders(actor=cast.canteen, at=NOW, on=TOMORROW)[0].lines.get().quantity == 100


def test_goods_without_a_supplier_are_named_and_nothing_is_drafted(cast, menu):
    Ingredient.objects.filter(pk=menu.pk).update(supplier=None)
    with pytest.raises(RuleViolation, match="还没有定向谁买：青菜"):
        draft_orders(actor=cast.canteen, at=NOW, on=TOMORROW)
    assert not FoodOrder.objects.exists()


def test_a_forbidden_ingredient_is_refused_by_name_and_reason(cast):
    order = order_of(cast, placed=False)
    beans = ingredient_of(cast, "四季豆", forbidden="《学校食品安全与营养健康管理规定》，高风险食品")
    with pytest.raises(RuleViolation, match="「四季豆」学校食堂不能用：《学校食品安全") as refusal:
        add_line(actor=cast.canteen, at=NOW, record=order, ingredient=beans, quantity=Decimal(1))
    assert refusal.value.field == "ingredient"
    assert order.lines.count() == 1


def test_an_ingredient_forbidden_after_it_was_drafted_is_not_ordered(cast):
    order = order_of(cast, placed=False)
    Ingredient.objects.update(forbidden="高风险食品")
    with pytest.raises(RuleViolation, match="不能用"):
        place_order(actor=cast.canteen, at=NOW, record=order)
    assert FoodOrder.objects.get().number == ""


def test_the_unit_stands_once_something_was_ordered_in_it(cast):
    order = order_of(cast, placed=False)
    greens = order.lines.get().ingredient
    with pytest.raises(RuleViolation) as refusal:
        save_ingredient(actor=cast.canteen, at=NOW, record=greens, unit="箱")
    assert refusal.value.field == "unit"
    with pytest.raises(RuleViolation, match="用过"):
        remove_ingredient(actor=cast.canteen, at=NOW, record=greens)
    assert Ingredient.objects.get().unit == "千克"


def test_placed_is_numbered_and_fixed(cast):
    order = order_of(cast)
    assert order.number == "SC-2026-0001"
    with pytest.raises(RuleViolation, match="不能再改"):
        change_line(actor=cast.canteen, at=NOW, record=order, row=order.lines.get(), quantity=Decimal(9))
    with pytest.raises(RuleViolation, match="为什么取消"):
        cancel_order(actor=cast.canteen, at=NOW, record=order, reason=" ")
    cancel_order(actor=cast.canteen, at=NOW, record=order, reason="改了菜谱")
    assert FoodOrder.objects.get().state == OrderState.CANCELLED


@pytest.mark.parametrize("quantity", ["0", "-1", "1.2345", "NaN", "1e12"])
def test_a_quantity_is_above_zero_with_three_places(cast, quantity):
    order = order_of(cast, placed=False)
    with pytest.raises(RuleViolation) as refusal:
        change_line(actor=cast.canteen, at=NOW, record=order, row=order.lines.get(), quantity=quantity)
    assert refusal.value.field == "quantity"
    assert order.lines.get().quantity == 50


def test_nobody_orders_for_yesterday(cast):
    with pytest.raises(RuleViolation, match="过去"):
        save_order(actor=cast.canteen, at=NOW, supplier=supplier_of(cast), on=TODAY - timedelta(days=1), deliver_on=TODAY)


def test_the_daily_report_publishes_itself_and_again_when_something_is_added(cast):
    posted(cast)
    delivery_of(cast)  # not signed: not bought yet
    (report,) = publish_missing(at=NOW)
    assert (report.amount, len(report.rows)) == (Decimal("210.00"), 1)
    assert "青菜" in report.post.content
    assert cast.chef.name in report.post.content
    assert publish_missing(at=NOW + timedelta(minutes=1)) == []
    posted(cast, ingredient_of(cast, "菠菜"), Decimal(10))
    (second,) = publish_missing(at=NOW + timedelta(hours=1))
    assert (second.version, second.amount) == (2, Decimal("252.00"))
    assert BoardPost.objects.get(pk=report.post_id).state == PostState.WITHDRAWN
    assert PurchaseReport.objects.count() == 2


def test_a_day_without_purchases_has_no_report_and_strangers_publish_none(cast):
    assert publish_report(actor=cast.canteen, at=NOW, on=TODAY) is None
    with pytest.raises(NotAllowed):
        publish_report(actor=cast.teacher, at=NOW, on=TODAY)

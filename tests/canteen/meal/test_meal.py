from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from canteen.ingredient.models import Ingredient
from canteen.meal.models import Leftover, Meal, MealDish, MealState, WasteHandover
from canteen.meal.pages import detail_context
from canteen.meal.queries import costs_of, dishes_served, leftovers_trend
from canteen.meal.rules import add_dish, eat_heads, end_meal, not_served, open_meal, plan_heads, void_meal
from canteen.meal.waste_rules import hand_over_waste, weigh_leftover
from canteen.menu.publishing import substitute
from canteen.sample.rules import record_sample
from logistics.platform.audit.models import Event
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.partners.models import FirmPaperKind
from logistics.platform.partners.rules import save_firm_paper, save_partner
from tests.canteen.menu_kit import TODAY, approved, dish_of, pupils, row_of
from tests.canteen.safety_kit import fridge_of
from tests.conftest import NOW

NOON, DONE = NOW.replace(hour=12), NOW.replace(hour=13, minute=10)


def opened(cast, at=NOW, **given) -> Meal:
    return open_meal(actor=cast.chef, at=at, **{"on": TODAY, "kind": "lunch", "starts": time(11, 50), "ends": time(12, 50)} | given)


@pytest.fixture
def meal(cast, rooms) -> Meal:
    pupils(30)
    approved(cast)
    return opened(cast)


def ate(cast, meal, count: int) -> None:
    eat_heads(actor=cast.chef, at=DONE, record=meal, counts={f"c{row.school_class_id}": count for row in meal.heads.all()})


@pytest.mark.requirement("CAN-08")
def test_a_meal_takes_its_dishes_from_the_menu_and_its_people_from_the_lists(meal):
    assert [str(row) for row in dishes_served(TODAY, "lunch")] == ["米饭", "土豆牛肉"]
    assert [row.planned for row in meal.heads.all()] == [30]


def test_one_meal_of_a_kind_a_day(cast, meal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meal.objects.create(on=TODAY, kind="lunch", starts_at=NOON, ends_at=DONE, created_by=cast.chef, created_at=NOW)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "没有批准的菜谱"),
        ({"on": date(2026, 11, 20), "note": "试"}, "最早提前一天"),
        ({"on": date(2026, 11, 14), "note": "试"}, "最多补 3 天"),
        ({"ends": time(11, 50), "note": "试"}, "晚于开餐"),
    ],
)
def test_a_meal_that_cannot_be_is_refused(cast, given, words):
    with pytest.raises(RuleViolation, match=words):
        opened(cast, **given)
    assert not Meal.objects.exists()


def test_a_meal_written_down_the_next_day_carries_the_mark(cast):
    late = opened(cast, at=NOW + timedelta(days=1), note="当天停电")
    assert late.late == "补记，2026年11月19日 09:00 填写"
    assert opened(cast, kind="dinner", starts=time(17), ends=time(18), note="临时加开").late == ""


def test_what_was_not_served_and_what_came_instead_stand_with_their_reasons(cast, meal):
    row = MealDish.objects.get(meal=meal, dish__name="米饭")
    not_served(actor=cast.chef, at=NOW, record=meal, row=row, reason="蒸箱坏了")
    add_dish(actor=cast.chef, at=NOW, record=meal, dish=dish_of(cast, "面条", "staple", (("面粉", 100),)), reason="代替米饭")
    assert [str(one) for one in dishes_served(TODAY, "lunch")] == ["土豆牛肉", "面条"]
    assert set(MealDish.objects.exclude(reason="").values_list("reason", flat=True)) == {"蒸箱坏了", "代替米饭"}


def test_a_substitute_on_the_menu_reaches_the_open_meal(cast, meal):
    menu = meal.dishes.first().menu_dish.menu
    substitute(actor=cast.chef, at=NOW, record=menu, row=row_of(menu, "土豆牛肉"), dish=dish_of(cast, "鸡蛋羹", "half", (("鸡蛋", 50),)), reason="退货")
    assert [str(one) for one in dishes_served(TODAY, "lunch")] == ["米饭", "鸡蛋羹"]


def test_a_meal_ends_when_everybody_is_counted(cast, meal):
    with pytest.raises(RuleViolation, match="还没有开餐"):
        eat_heads(actor=cast.chef, at=NOW, record=meal, counts={})
    with pytest.raises(RuleViolation, match="七年级（1）班"):
        end_meal(actor=cast.chef, at=DONE, record=meal)
    ate(cast, meal, 28)
    meal = end_meal(actor=cast.chef, at=DONE, record=meal)
    assert meal.state == MealState.ENDED
    with pytest.raises(RuleViolation, match="不能再改"):
        plan_heads(actor=cast.chef, at=DONE, record=meal, counts={"staff": 5})


def test_people_are_whole_numbers_within_reason(cast, meal):
    for count in (-1, 10_000, "7"):
        with pytest.raises(RuleViolation):
            plan_heads(actor=cast.chef, at=NOW, record=meal, counts={"staff": count})
    with pytest.raises(RuleViolation, match="没有这个班"):
        plan_heads(actor=cast.chef, at=NOW, record=meal, counts={"c99999": 1})
    assert meal.heads.count() == 1


def test_a_meal_that_did_not_take_place_frees_its_day(cast, meal):
    void_meal(actor=cast.chef, at=NOW, record=meal, reason="停水")
    assert dishes_served(TODAY, "lunch") == []
    assert opened(cast).dishes.count() == 2


@pytest.mark.requirement("CAN-21")
def test_leftovers_are_weighed_struck_and_counted_per_head(cast, meal):
    ate(cast, meal, 25)
    first = weigh_leftover(actor=cast.chef, at=DONE, meal=meal, kind="plate", kg=Decimal("2.5"))
    weigh_leftover(actor=cast.chef, at=DONE, meal=meal, kind="pot", kg=Decimal("0.5"))
    strike(actor=cast.chef, at=DONE, record=first, reason="秤没归零")
    (row,) = leftovers_trend(TODAY)
    assert (row.kg, row.each) == (Decimal("0.500"), Decimal("20.0"))


@pytest.mark.requirement("CAN-21")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kg": Decimal(-1)}, "大于零"),
        ({"kg": Decimal(5001)}, "小数点"),
        ({"happened_at": NOW}, "还没有开餐"),
        ({"happened_at": DONE + timedelta(hours=1)}, "不能晚于现在"),
    ],
)
def test_a_weight_or_time_that_cannot_be_is_refused(cast, meal, given, words):
    with pytest.raises(RuleViolation, match=words):
        weigh_leftover(actor=cast.chef, at=DONE, meal=meal, kind="plate", **{"kg": Decimal(1)} | given)
    assert not Leftover.objects.exists()


def collector(cast, until: date):
    firm = save_partner(actor=cast.director, at=NOW, name="净城餐厨收运公司", kinds=["waste"], contact="老李", phone="13800000000")
    for kind in (FirmPaperKind.LICENCE, FirmPaperKind.WASTE):
        save_firm_paper(actor=cast.director, at=NOW, partner=firm, kind=kind, number="X1", issued_on=date(2025, 1, 1), expires_on=until)
    return firm


HANDOVER = {"kind": "food", "kg": Decimal(60), "collector_person": "老李", "plate": "苏a12345", "purpose": "市餐厨垃圾处理厂"}


@pytest.mark.requirement("CAN-21")
def test_waste_goes_only_to_a_collector_with_papers_or_by_a_named_exception(cast):
    firm = collector(cast, until=date(2026, 11, 1))
    with pytest.raises(RuleViolation, match="第四十二条"):
        hand_over_waste(actor=cast.foodsafety, at=NOW, collector=firm, **HANDOVER)
    with pytest.raises(RuleViolation, match="食品安全员"):
        hand_over_waste(actor=cast.chef, at=NOW, collector=firm, exception="天热，先清走", **HANDOVER)
    assert not WasteHandover.objects.exists()
    row = hand_over_waste(actor=cast.foodsafety, at=NOW, collector=firm, exception="天热，先清走", **HANDOVER)
    assert (row.plate, row.exception) == ("苏A12345", "天热，先清走")
    assert Event.objects.filter(action="exception", actor_id=cast.foodsafety.pk, note="天热，先清走").exists()


@pytest.mark.requirement("CAN-21")
def test_the_book_of_waste_is_only_added_to(cast):
    row = hand_over_waste(actor=cast.foodsafety, at=NOW, collector=collector(cast, until=date(2027, 11, 1)), exception="不用", **HANDOVER)
    assert row.exception == ""
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        WasteHandover.objects.update(kg=1)


def test_nothing_issued_costs_nothing_and_strangers_record_nothing(cast, meal):
    assert costs_of([meal]) == {}
    with pytest.raises(NotAllowed):
        end_meal(actor=cast.teacher, at=DONE, record=meal)


def test_a_struck_sample_does_not_keep_a_meal_that_never_was(cast, meal):
    given = {"grams": 130, "container": "1", "fridge": fridge_of(cast)}
    sample = record_sample(actor=cast.chef, at=NOON, dish=meal.dishes.first(), **given)
    with pytest.raises(RuleViolation, match="是供过餐的"):
        void_meal(actor=cast.chef, at=NOON, record=meal, reason="停水")
    strike(actor=cast.chef, at=NOON, record=sample, reason="点错了")
    assert void_meal(actor=cast.chef, at=NOON, record=meal, reason="停水").state == MealState.VOID


def test_a_dish_off_the_menu_says_what_may_harm_and_holds_nothing_forbidden(cast, meal):
    add_dish(actor=cast.chef, at=NOW, record=meal, dish=dish_of(cast, "鸡蛋羹", "half", (("鸡蛋", 50),)), reason="加菜")
    (row,) = [row for row in detail_context(meal, cast.chef)["dishes"] if str(row) == "鸡蛋羹"]
    assert row.allergens == "蛋类"
    banned, retired = dish_of(cast, "青菜汤", "soup", (("青菜", 50),)), dish_of(cast, "白菜汤", "soup", (("白菜", 50),), is_active=False)
    Ingredient.objects.filter(name="青菜").update(forbidden="疫区")
    for dish, words in ((banned, "疫区"), (retired, "停用")):
        with pytest.raises(RuleViolation, match=words):
            add_dish(actor=cast.chef, at=NOW, record=meal, dish=dish, reason="加菜")
    assert meal.dishes.count() == 3


def test_the_usual_hours_come_by_themselves(cast):
    morning = open_meal(actor=cast.chef, at=NOW, on=TODAY, kind="breakfast", note="试")
    assert [timezone.localtime(one).time() for one in (morning.starts_at, morning.ends_at)] == [time(6, 50), time(7, 30)]
    opened(cast, on=TODAY, starts=time(12), ends=time(13), note="试")
    again = open_meal(actor=cast.chef, at=NOW, on=TODAY + timedelta(days=1), kind="lunch", note="试")
    assert timezone.localtime(again.starts_at).time() == time(12)


@pytest.mark.requirement("CAN-21")
def test_trimmings_are_nobodys_leftovers(cast, meal):
    ate(cast, meal, 25)
    weigh_leftover(actor=cast.chef, at=DONE, meal=meal, kind="prep", kg=Decimal(9))
    assert leftovers_trend(TODAY) == []
    weigh_leftover(actor=cast.chef, at=DONE, meal=meal, kind="pot", kg=Decimal("0.5"))
    assert [row.kg for row in leftovers_trend(TODAY)] == [Decimal("0.500")]

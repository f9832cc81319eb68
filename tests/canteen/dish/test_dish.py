from decimal import Decimal

import pytest

from canteen.dish.bands import AgeBand, band_of
from canteen.dish.forbidden import forbidden_in
from canteen.dish.models import Dish, RecipeLine
from canteen.dish.rules import save_dish, set_ingredient
from canteen.menu.models import MenuPart
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.canteen.menu_kit import dish_of, ingredient_of, menu_of
from tests.canteen.safety_kit import dish_of as served
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("CAN-08")


@pytest.mark.parametrize("name", ["干煸四季豆", "鲜黄花菜炒肉", "野生菌汤", "发芽土豆", "白切鸡", "三文鱼刺身", "裱花蛋糕", "四 季 豆"])
def test_forbidden_foods_are_refused_by_name_with_the_basis(name):
    assert "不得制售" in forbidden_in(name)
    assert "《" in forbidden_in(name)


@pytest.mark.parametrize("name", ["黄花菜排骨汤", "土豆牛肉", "蒜蓉豆角尖", "凉拌黄瓜", "蛋糕"])
def test_what_only_sounds_like_it_is_not(name):
    assert forbidden_in(name) == ""


@pytest.mark.parametrize(
    ("grade", "band"),
    [("一年级", "g6"), ("三年级", "g6"), ("四年级", "g9"), ("六年级", "g9"), ("七年级", "g12"), ("初二", "g12"), ("高一", "g15"), ("十二年级", "g15"), ("3年级", "g6"),
     ("高三", "g15"), ("初中三年级", "g12"), ("10年级", "g15")],
)  # fmt: skip
def test_a_grade_tells_the_age_band(grade, band):
    assert band_of(grade) == band


@pytest.mark.parametrize("grade", ["学前班", "", "国际部", "十三年级"])
def test_a_grade_that_says_no_age_is_none(grade):
    assert band_of(grade) is None


def test_a_forbidden_dish_is_not_saved(cast):
    with pytest.raises(RuleViolation, match="《学校食品安全与营养健康管理规定》") as refusal:
        save_dish(actor=cast.canteen, at=NOW, name="干煸四季豆", kind="green")
    assert refusal.value.field == "name"
    assert not Dish.objects.exists()


def test_an_ingredient_the_school_may_not_use_never_enters_a_recipe(cast):
    dish = dish_of(cast, "土豆牛肉")
    bad = ingredient_of(cast, "鲜金针菜", forbidden="高风险食品")
    with pytest.raises(RuleViolation, match="不能用"):
        set_ingredient(actor=cast.canteen, at=NOW, record=dish, ingredient=bad, g12=Decimal(10))
    assert dish.lines.count() == 1


@pytest.mark.parametrize("grams", [Decimal(-1), Decimal(0), Decimal("2000.01"), Decimal("1.234"), Decimal("NaN"), None])
def test_grams_that_are_no_portion_are_refused(cast, grams):
    dish, food = dish_of(cast, "土豆牛肉"), ingredient_of(cast, "土豆")
    with pytest.raises(RuleViolation):
        set_ingredient(actor=cast.canteen, at=NOW, record=dish, ingredient=food, g12=grams)
    assert RecipeLine.objects.count() == 1


def test_grown_ups_get_the_largest_band_where_nobody_said(cast):
    line = RecipeLine(g9=Decimal(80), g12=Decimal(90))
    assert (line.grams(AgeBand.STAFF), line.grams(AgeBand.LOWER), RecipeLine(g12=1, adult=7).grams(AgeBand.STAFF)) == (90, None, 7)


def test_a_recipe_changed_later_leaves_menus_alone(cast):
    menu_of(cast)
    dish = Dish.objects.get(name="土豆牛肉")
    set_ingredient(actor=cast.canteen, at=NOW, record=dish, ingredient=ingredient_of(cast, "牛肉"), g12=Decimal(99))
    assert MenuPart.objects.get(ingredient__name="牛肉").g12 == 50


def test_a_teacher_reads_dishes_and_changes_none(cast):
    with pytest.raises(NotAllowed):
        save_dish(actor=cast.teacher, at=NOW, name="红烧肉", kind="main")


def test_what_was_served_keeps_its_name_and_never_turns_into_a_seasoning(cast):
    dish = served(cast, "红烧鸡块").dish
    for change, words in (({"name": "清蒸鱼"}, "改名"), ({"kind": "seasoning"}, "调味品")):
        with pytest.raises(RuleViolation, match=words):
            save_dish(actor=cast.canteen, at=NOW, record=dish, **change)
    assert save_dish(actor=cast.canteen, at=NOW, record=dish, kind="half", note="少油").name == "红烧鸡块"

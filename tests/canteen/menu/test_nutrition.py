from datetime import timedelta
from decimal import Decimal

import pytest

from canteen.dish.bands import PUPILS, AgeBand
from canteen.ingredient.models import FoodGroup
from canteen.menu.models import MenuPart
from canteen.menu.nutrition import TABLE, check
from canteen.menu.queries import dishes_of
from canteen.menu.rules import add_dishes
from tests.canteen.menu_kit import MONDAY, TODAY, dish_of, menu_of
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("CAN-08")


def test_the_table_is_that_of_the_standard():
    """WS/T 554-2017, the figures of the four bands, group by group."""
    said = {
        group: [(int(low) if low == int(low) else float(low), int(high) if high == int(high) else float(high)) for low, high in row.values()]
        for group, row in TABLE.items()
    }
    assert said[FoodGroup.GRAIN] == [(100, 120), (120, 140), (140, 160), (140, 160)]
    assert said[FoodGroup.VEGETABLE] == [(120, 140), (140, 160), (160, 180), (180, 200)]
    assert said[FoodGroup.FISH] == [(12, 16), (16, 20), (20, 24), (20, 24)]
    assert said[FoodGroup.SALT] == [(2, 2), (2, 2), (2, 2), (2.5, 2.5)]
    assert all(list(row) == list(PUPILS) for row in TABLE.values())


def measures(menu):
    report = check(dishes_of(menu), [AgeBand.MIDDLE], TODAY)
    return {row.group: row for row in report.measures}, report


def test_averages_are_over_the_days_that_serve_lunch(cast):
    menu = menu_of(cast)
    add_dishes(actor=cast.canteen, at=NOW, record=menu, on=MONDAY, meal="lunch", dishes=[dish_of(cast, "米饭")])
    found, report = measures(menu)
    assert (found[FoodGroup.GRAIN].average, found[FoodGroup.GRAIN].verdict) == (Decimal("165.0"), "")  # (145+40 and 145) of 140 to 160, within a tenth
    assert (found[FoodGroup.MEAT].average, found[FoodGroup.VEGETABLE].verdict, found[FoodGroup.OIL].verdict) == (Decimal("25.0"), "低", "")
    assert any("周三午餐只有四类食物中的 2 类" in words for words in report.warnings)


def test_a_snack_counts_with_lunch(cast):
    menu = menu_of(cast)
    add_dishes(actor=cast.canteen, at=NOW, record=menu, on=TODAY, meal="snack", dishes=[dish_of(cast, "水煮蛋", "snack", (("鸡蛋", 30),))])
    assert measures(menu)[0][FoodGroup.EGG].average == 30


def test_too_much_salt_is_told_and_too_little_not(cast):
    menu = menu_of(cast)
    part = MenuPart.objects.filter(menu_dish__menu=menu).select_related("ingredient").first()
    part.ingredient.group = FoodGroup.SALT
    part.ingredient.save()
    for grams, verdict in ((Decimal(1), ""), (Decimal("2.2"), ""), (Decimal("2.3"), "高")):
        MenuPart.objects.filter(pk=part.pk).update(g12=grams)
        assert measures(menu)[0][FoodGroup.SALT].verdict == verdict


def test_fried_food_three_times_a_week_is_told(cast):
    menu = menu_of(cast, dishes=False)
    fried = dish_of(cast, "炸鸡排", is_fried=True)
    for n in range(3):
        add_dishes(actor=cast.canteen, at=NOW, record=menu, on=MONDAY + timedelta(days=n), meal="lunch", dishes=[fried])
    assert any("油炸食品 3 次" in words for words in measures(menu)[1].warnings)


def test_an_empty_menu_has_no_report(cast):
    report = check([], [AgeBand.MIDDLE], TODAY)
    assert (report.measures, report.warnings) == ([], [])

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from canteen.dish.models import Dish
from canteen.meal.rules import eat_heads, end_meal, open_meal
from canteen.menu.models import MenuDish, MenuState, WeekMenu
from canteen.menu.publishing import publish_menu, reopen_menu, submit_menu, substitute, void_menu, withdraw_menu
from canteen.menu.queries import needs_of
from canteen.menu.rules import add_dishes, copy_week, remove_dish, save_menu, set_grams
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.board.models import BoardPost
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.canteen.menu_kit import MONDAY, TODAY, approved, dish_of, fresh, ingredient_of, menu_of, published, pupils, row_of
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("CAN-08")


def test_any_day_of_the_week_names_its_monday_and_a_week_has_one_menu(cast):
    menu = save_menu(actor=cast.canteen, at=NOW, monday=TODAY)
    assert menu.monday == MONDAY
    with pytest.raises(IntegrityError), transaction.atomic():
        WeekMenu.objects.create(monday=MONDAY, created_by=cast.canteen, created_at=NOW)


def test_a_day_outside_the_week_is_refused(cast):
    menu = menu_of(cast)
    with pytest.raises(RuleViolation, match="不在这一周"):
        add_dishes(actor=cast.canteen, at=NOW, record=menu, on=MONDAY + timedelta(days=7), meal="lunch", dishes=[Dish.objects.first()])
    assert menu.dishes.count() == 2


def test_a_dish_without_grams_for_a_band_of_the_school_is_not_sent(cast, rooms):
    menu = menu_of(cast)
    add_dishes(actor=cast.canteen, at=NOW, record=menu, on=TODAY, meal="lunch", dishes=[dish_of(cast, "白开水", "other", ())])
    load_usual_chains(actor=cast.director, at=NOW)
    with pytest.raises(RuleViolation, match="「白开水」没有用料"):
        submit_menu(actor=cast.canteen, at=NOW, record=menu)
    assert fresh(menu).state == MenuState.DRAFT


def test_approved_and_published_it_stands_on_the_board_for_everybody(cast, rooms):
    menu = published(cast)
    assert menu.state == MenuState.PUBLISHED
    assert menu.post.state == "published"
    assert (menu.post.audience, menu.post.category, menu.post.withdraw_on) == ("everyone", "menu", MONDAY + timedelta(days=6))
    assert "周三（11月18日）午餐：米饭；土豆牛肉。" in menu.post.content


def test_a_week_that_is_over_is_not_published(cast, rooms):
    menu = approved(cast)
    with pytest.raises(RuleViolation, match="已经过去"):
        publish_menu(actor=cast.canteen, at=NOW + timedelta(days=6), record=menu)
    assert fresh(menu).state == MenuState.APPROVED
    assert not BoardPost.objects.exists()


def test_what_is_published_changes_no_more(cast, rooms):
    menu = published(cast)
    with pytest.raises(RuleViolation, match="换菜"):
        remove_dish(actor=cast.canteen, at=NOW, record=menu, row=row_of(menu, "米饭"))
    with pytest.raises(RuleViolation):
        reopen_menu(actor=cast.canteen, at=NOW, record=menu, reason="改")
    assert menu.dishes.count() == 2


def test_an_approved_menu_can_go_back_to_draft_and_needs_its_approval_anew(cast, rooms):
    menu = reopen_menu(actor=cast.canteen, at=NOW, record=approved(cast), reason="牛肉涨价")
    assert (menu.state, menu.approved_at) == (MenuState.DRAFT, None)


def test_taken_back_from_its_approvers_it_is_a_draft(cast, rooms):
    menu = menu_of(cast)
    load_usual_chains(actor=cast.director, at=NOW)
    submit_menu(actor=cast.canteen, at=NOW, record=menu)
    assert withdraw_menu(actor=cast.canteen, at=NOW, record=fresh(menu)).state == MenuState.DRAFT


@pytest.mark.requirement("CAN-15")
def test_a_dish_replaced_on_the_day_keeps_its_row_and_the_board_says_why(cast, rooms):
    menu = published(cast)
    old, first = row_of(menu, "土豆牛肉"), menu.post_id
    menu = substitute(actor=cast.chef, at=NOW, record=menu, row=old, dish=dish_of(cast, "鸡蛋羹", "half", (("鸡蛋", 50),)), reason="牛肉退了货")
    old.refresh_from_db()
    assert (old.reason, old.dropped_by_id, old.replaced_by.dish.name) == ("牛肉退了货", cast.chef.pk, "鸡蛋羹")
    menu = fresh(menu)
    assert menu.post_id != first
    assert BoardPost.objects.get(pk=first).state == "withdrawn"
    assert "鸡蛋羹（含蛋类），原定土豆牛肉，牛肉退了货" in menu.post.content
    assert {need.ingredient.name for need in needs_of(TODAY, {"lunch": Counter(g12=10)})} == {"大米", "鸡蛋"}


@pytest.mark.parametrize(("days", "reason", "words"), [(1, "没货", "已经过去"), (0, "", "为什么换")])
def test_no_substitute_for_yesterday_or_without_a_reason(cast, rooms, days, reason, words):
    menu = published(cast)
    with pytest.raises(RuleViolation, match=words):
        substitute(actor=cast.chef, at=NOW + timedelta(days=days), record=menu, row=row_of(menu, "米饭"), dish=None, reason=reason)
    assert not MenuDish.objects.exclude(dropped_at=None).exists()


def test_a_meal_that_is_over_keeps_its_dishes(cast, rooms):
    menu = published(cast)
    pupils(3)
    meal = open_meal(actor=cast.chef, at=NOW, on=TODAY, kind="lunch", starts=NOW.time(), ends=NOW.replace(hour=10).time())
    key = f"c{meal.heads.get().school_class_id}"
    eat_heads(actor=cast.chef, at=NOW, record=meal, counts={key: 3})
    end_meal(actor=cast.chef, at=NOW, record=meal)
    with pytest.raises(RuleViolation, match="已经结束"):
        substitute(actor=cast.chef, at=NOW, record=menu, row=row_of(menu, "米饭"), dish=None, reason="没货")
    with pytest.raises(RuleViolation, match="供过餐"):
        void_menu(actor=cast.canteen, at=NOW, record=menu, reason="重来")


def test_only_who_may_publishes(cast, rooms):
    menu = approved(cast)
    with pytest.raises(NotAllowed):
        publish_menu(actor=cast.chef, at=NOW, record=menu)
    assert not BoardPost.objects.exists()


@pytest.mark.requirement("CAN-03")
def test_a_day_needs_grams_times_heads_by_age(cast, rooms):
    pupils(30)
    approved(cast)
    needs = {need.ingredient.name: need for need in needs_of(TODAY)}
    assert {name: need.grams for name, need in needs.items()} == {"大米": 145 * 30, "牛肉": 50 * 30, "土豆": 40 * 30}
    assert needs["大米"].uses == [("lunch", "米饭", Decimal(4350))]


@pytest.mark.requirement("CAN-03")
def test_what_cannot_be_counted_is_said_and_never_guessed(cast, rooms):
    pupils(20)
    pupils(10, "国际班", "国际部")
    pupils(5, "高一（1）班", "高一")
    approved_menu = menu_of(cast)
    WeekMenu.objects.filter(pk=approved_menu.pk).update(state="approved")
    found = needs_of(TODAY)
    assert any("10 人" in gap for gap in found.gaps)
    assert any("15–17 岁" in gap for gap in found.gaps)
    assert {need.ingredient.name: need.grams for need in found}["大米"] == 145 * 20


def test_no_menu_is_said(db):
    assert needs_of(TODAY).gaps == ["11月18日没有批准的菜谱。"]


def test_a_week_is_copied_with_its_grams_and_refuses_what_is_forbidden_since(cast, rooms):
    first = menu_of(cast)
    set_grams(actor=cast.canteen, at=NOW, record=first, row=row_of(first, "米饭"), ingredient=ingredient_of(cast, "大米"), g12=Decimal(150))
    second = menu_of(cast, MONDAY + timedelta(days=7), dishes=False)
    copy_week(actor=cast.canteen, at=NOW, record=second, source=first)
    rice = row_of(second, "米饭")
    assert (rice.on, rice.parts.get().g12) == (TODAY + timedelta(days=7), 150)
    third = menu_of(cast, MONDAY + timedelta(days=14), dishes=False)
    food = ingredient_of(cast, "牛肉")
    food.forbidden = "疫区"
    food.save()
    with pytest.raises(RuleViolation, match="疫区"):
        copy_week(actor=cast.canteen, at=NOW, record=third, source=first)
    assert not third.dishes.exists()


def test_two_people_publish_it_once(cast, rooms):
    menu = approved(cast)
    publish_menu(actor=cast.canteen, at=NOW, record=menu)
    with pytest.raises(RuleViolation):
        publish_menu(actor=cast.director, at=NOW, record=menu)
    assert BoardPost.objects.count() == 1


def test_a_substitute_without_a_recipe_would_hide_what_may_harm(cast, rooms):
    menu = published(cast)
    with pytest.raises(RuleViolation, match="致敏"):
        substitute(actor=cast.chef, at=NOW, record=menu, row=row_of(menu, "土豆牛肉"), dish=dish_of(cast, "神秘汤", "soup", ()), reason="没货")
    assert not MenuDish.objects.exclude(dropped_at=None).exists()


def test_a_dish_replaced_before_publishing_can_be_planned_again(cast, rooms):
    menu = approved(cast)
    substitute(actor=cast.chef, at=NOW, record=menu, row=row_of(menu, "土豆牛肉"), reason="没货")
    menu = reopen_menu(actor=cast.canteen, at=NOW, record=fresh(menu), reason="牛肉来了")
    add_dishes(actor=cast.canteen, at=NOW, record=menu, on=TODAY, meal="lunch", dishes=[Dish.objects.get(name="土豆牛肉")])
    assert row_of(menu, "土豆牛肉").parts.count() == 2


def test_a_retired_dish_is_not_copied(cast, rooms):
    first, second = menu_of(cast), menu_of(cast, MONDAY + timedelta(days=7), dishes=False)
    Dish.objects.filter(name="米饭").update(is_active=False)
    with pytest.raises(RuleViolation, match="停用"):
        copy_week(actor=cast.canteen, at=NOW, record=second, source=first)
    assert not second.dishes.exists()

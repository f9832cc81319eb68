from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.dish.models import Dish, DishKind
from canteen.menu.models import MenuPart, WeekMenu
from canteen.menu.reading import day_in, dish_name, grams_in, ingredient_in, starts_a_day
from logistics.platform.imports import rules
from logistics.platform.imports.models import ImportRun, RunState
from logistics.platform.imports.targets import target_for
from tests.canteen.menu_kit import MONDAY, ingredient_of, menu_of
from tests.conftest import NOW
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("CAN-08")
HEAD = ["日期", "类别", "品名", "主配料", "克重(生重/g)"]
LUNCH = 1  # the meal in the number of the choice


@pytest.mark.parametrize(
    ("text", "day"),
    [("周二", 17), ("星期日", 22), ("星期天", 22), ("11月18日", 18), ("2026-11-19", 19), ("2026.11.19", 19), ("11.20", 20), ("2025-11-19", None), ("二", None),
     ("周八", None), ("11月25日", None), ("2月30日", None)],
)  # fmt: skip
def test_a_day_is_named_or_not_known(text, day):
    assert day_in(text, MONDAY) == (date(2026, 11, day) if day else None)


@pytest.mark.parametrize(
    ("text", "name", "band", "grams"),
    [
        ("大米", "大米", None, None),
        ("1-3年级:大米75g", "大米", "g6", 75),
        ("4－6年级：大米 80 克", "大米", "g9", 80),
        ("  香蕉  ", "香蕉", None, None),
        ("大米75g", "大米", None, 75),
    ],
)
def test_a_cell_of_ingredients(text, name, band, grams):
    cell = ingredient_in(text)
    assert (cell.name, cell.band, cell.grams, cell.problem) == (name, band, grams, "")


@pytest.mark.parametrize("text", ["10g、盐2.5g、酱油3g、糖5g蚝油5g,", "1-3年级:大米饭70g,小米5", "土豆、牛肉", "2-5年级:大米75g", "大米70g小米5g"])
def test_a_cell_that_holds_several_or_no_band_is_a_problem(text):
    assert ingredient_in(text).problem


@pytest.mark.parametrize(
    ("text", "grams"),
    [("75", 75), ("75g", 75), ("7.5 克", Decimal("7.5")), ("７５", 75), ("1块", None), ("适量", None), ("", None), ("-3", None), ("75kg", None)],
)
def test_grams_are_a_figure_or_not_known(text, grams):
    assert grams_in(text) == grams


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_no_text_upsets_the_reading(text):
    ingredient_in(text), grams_in(text), day_in(text, MONDAY), dish_name(text)


def test_going_back_to_the_staple_begins_a_day():
    assert starts_a_day(DishKind.SEASONING, DishKind.STAPLE)
    assert starts_a_day(DishKind.GREEN, DishKind.STAPLE)
    assert not starts_a_day(DishKind.STAPLE, DishKind.MAIN)
    assert not starts_a_day(DishKind.GREEN, DishKind.SOUP)


@pytest.fixture
def load(cast, rooms):
    for name in ("大米", "牛肉", "土豆", "菠菜", "鸡蛋"):
        ingredient_of(cast, name)
    menu = menu_of(cast, dishes=False)
    target, into = target_for("canteen-menu"), menu.pk * 10 + LUNCH
    return lambda *rows: rules.start_run(actor=cast.canteen, at=NOW, target=target, name="食谱.xlsx", content=xlsx([HEAD, *rows]), into=into)


GOOD = (
    ["周二", "主食", "米饭+", "大米", "145"],
    ["", "大荤", "土豆牛肉", "土豆", "40"],
    ["", "", "", "牛肉", "55g"],
    ["周三", "主食", "米饭", "大米", "145"],
)


def test_a_published_menu_fills_the_draft_and_makes_its_dishes(cast, load):
    run = load(*GOOD)
    assert found(run) == {}
    rules.commit_run(actor=cast.canteen, at=NOW, run=run)
    parts = MenuPart.objects.order_by("menu_dish__on", "pk").values_list(
        "menu_dish__on__day", "menu_dish__meal", "menu_dish__dish__name", "ingredient__name", "g12"
    )
    assert list(parts) == [
        (17, "lunch", "米饭", "大米", 145), (17, "lunch", "土豆牛肉", "土豆", 40), (17, "lunch", "土豆牛肉", "牛肉", 55), (18, "lunch", "米饭", "大米", 145),
    ]  # fmt: skip
    assert [line.g12 for line in Dish.objects.get(name="土豆牛肉").lines.all()] == [40, 55]


def test_it_is_taken_back_with_its_dishes(cast, load):
    run = rules.commit_run(actor=cast.canteen, at=NOW, run=load(*GOOD))
    rules.undo_run(actor=cast.canteen, at=NOW, run=ImportRun.objects.get(pk=run.pk))
    assert ImportRun.objects.get(pk=run.pk).state == RunState.UNDONE
    assert not WeekMenu.objects.get().dishes.exists()


def test_every_doubt_stands_at_its_row_and_nothing_is_imported(cast, load):
    run = load(
        ["", "主食", "米饭", "大米", "145"],  # 2: no day
        ["周二", "大荤", "土豆牛肉", "牛肉", "1块"],  # 3: no weight
        ["", "素菜", "炒菠菜", "菠菜菜", "100"],  # 4: unknown
        ["", "小荤", "炒蛋", "鸡蛋", ""],  # 5: no grams
        ["", "调味品", "10g、盐2.5g、酱油3g、糖5g", "", ""],  # 6: four in one
        ["", "主食", "米饭", "大米", "145"],  # 7: looks like a new day
        ["", "大菜", "土豆", "土豆", "20"],  # 8: no kind
        ["周四", "素菜", "干煸四季豆", "菠菜", "20"],  # 9: forbidden
        ["", "", "", "1-3年级:大米75g", "80"],  # 10: two weights
    )
    told = found(run)
    assert {row for row, _ in told} == set(range(2, 11))
    assert "不是重量" in told[3, "grams"]
    assert "食材目录里没有" in told[4, "ingredient"]
    assert "一格里有 4 样" in told[6, "dish"]
    assert "新的一天" in told[7, "day"]
    assert "不得制售" in told[9, "dish"]
    assert "对不上" in told[10, "grams"]
    with pytest.raises(Exception, match="一行也没有导入"):
        rules.commit_run(actor=cast.canteen, at=NOW, run=run)
    assert not MenuPart.objects.exists()


def test_the_same_file_twice_is_refused(cast, load):
    rules.commit_run(actor=cast.canteen, at=NOW, run=load(*GOOD))
    assert all("已经有" in words for words in found(load(*GOOD[:1], ["周三", "主食", "米饭", "大米", "145"])).values())


def test_the_suggested_day_mends_the_row(cast, load):
    run = load(["周二", "主食", "米饭", "大米", "145"], ["", "大荤", "土豆牛肉", "牛肉", "55"], ["", "主食", "米饭", "大米", "145"])
    rules.fix_cell(actor=cast.canteen, at=NOW, run=run, row="0:4", column="day", text="周三")
    assert found(ImportRun.objects.get(pk=run.pk)) == {}


def test_a_retired_dish_and_a_name_too_long_are_told_and_not_cut(cast, load):
    Dish.objects.create(name="炒菠菜", kind="green", is_active=False, created_by=cast.canteen, created_at=NOW)
    told = found(load(["周二", "素菜", "炒菠菜", "菠菜", "100"], ["", "大荤", "长" * 41, "牛肉", "55"]))
    assert "停用" in told[2, "dish"]
    assert "最多 40 个字" in told[3, "dish"]

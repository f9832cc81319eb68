"""A plan filled from a list as schools write them: prose amounts, 万元 and 元, merged places (REP-10)."""

from decimal import Decimal

import pytest

from logistics.platform.imports import rules as imports
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from repairs.plan import rules
from repairs.plan.importing import estimate, product_in, sum_in
from tests.conftest import NOW
from tests.platform.imports_kit import found, noted
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("REP-10")
HEAD = ["地点", "项目名称", "数量", "单位", "预算", "工程描述", "负责人"]


@pytest.fixture
def load(cast, plan):
    def upload(*rows, head=HEAD, who=None, **kwargs):
        content = xlsx([head, *rows], **kwargs)
        return imports.start_run(actor=who or cast.director, at=NOW, target=target_for("plan-items"), name="计划.xlsx", content=content, into=plan.pk)

    return upload


def test_a_tidy_list_goes_in_and_comes_out_again(cast, load, plan, rooms):
    run = load(["教学楼A座 305", "更换日光灯", 12, "盏", 1200, "换成 LED", cast.keeper.name], ["西围墙外", "修排水沟", "30米", "", "5,000.00", "", ""])
    assert found(run) == {}
    assert "照文字记" in noted(run)[3, "place"][0]
    imports.commit_run(actor=cast.director, at=NOW, run=run)
    first, second = plan.items.all()
    assert (first.place, first.content, first.quantity, first.unit, first.estimate, first.owner) == (
        rooms.room, "更换日光灯：换成 LED", Decimal(12), "盏", Decimal(1200), cast.keeper,
    )  # fmt: skip
    assert (second.place, second.place_text, second.quantity, second.unit, second.estimate) == (None, "西围墙外", Decimal(30), "米", Decimal(5000))
    imports.undo_run(actor=cast.director, at=NOW, run=run)
    assert not plan.items.exists()


def test_amounts_in_prose_are_reported_with_what_they_probably_mean(load):
    run = load(["食堂", "吊顶", "", "", "约1.2万元", "", ""], ["食堂", "地面", "", "", "1-2万", "", ""], ["食堂", "墙面", "", "", "一万", "", ""])
    assert set(found(run)) == {(2, "estimate"), (3, "estimate"), (4, "estimate")}
    assert "约数" in found(run)[2, "estimate"]
    fixed = imports.fix_cell(actor=run.created_by, at=NOW, run=run, row="0:2", column="estimate", text="1.2万元")
    assert (2, "estimate") not in found(fixed)


def test_an_amount_in_ten_thousands_without_saying_so_is_seen_by_the_words_beside_it(cast, load, plan):
    run = load(["食堂", "吊顶", "", "", 1.6, "数量:80平方米。单价:200元/平.总计:1.6万元。", ""], ["食堂", "地面重做", "", "", 30, "", ""])
    assert "1.6万元" in found(run)[2, "estimate"]
    assert "万元" in found(run)[3, "estimate"]
    with pytest.raises(RuleViolation):
        imports.commit_run(actor=cast.director, at=NOW, run=run)
    mapping = {key: dict(chosen) for key, chosen in run.mapping.items()} | {"预算": {"column": "estimate", "unit": "万元"}}
    run = imports.set_mapping(actor=cast.director, at=NOW, run=run, mapping=mapping, constants={})
    assert found(run) == {}
    imports.commit_run(actor=cast.director, at=NOW, run=run)
    assert [item.estimate for item in plan.items.all()] == [Decimal(16000), Decimal(300000)]


def test_a_product_that_does_not_fit_is_a_remark(load):
    run = load(["校门", "屋顶防水", "", "", "0.5万元", "数量:50平方米。单价:90元/平。总计:0.45万", ""])
    assert found(run) == {}
    assert "0.45万" in noted(run)[2, "estimate"][0]


def test_merged_places_count_for_all_their_rows_and_totals_are_no_works(cast, load, plan):
    rows = [["食堂", "吊顶", "", "", 100, "", ""], ["", "地面", "", "", 200, "", ""], ["合计", "", "", "", 300, "", ""]]
    run = load(*rows, merges=["A2:A3"])
    imports.commit_run(actor=cast.director, at=NOW, run=run)
    assert [(item.where, item.content) for item in plan.items.all()] == [("食堂", "吊顶"), ("食堂", "地面")]


def test_the_same_list_does_not_go_in_twice(cast, load, plan):
    row = ["食堂", "吊顶", "", "", 100, "", ""]
    imports.commit_run(actor=cast.director, at=NOW, run=load(row))
    assert "已经有了" in found(load(row))[2, "place"]
    assert plan.items.count() == 1


def test_only_into_a_plan_that_is_being_written_and_only_by_who_manages_plans(cast, load, plan, add):
    add()
    with pytest.raises(NotAllowed):
        load(["食堂", "吊顶", "", "", 100, "", ""], who=cast.teacher)
    run = load(["食堂", "吊顶", "", "", 100, "", ""])
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    with pytest.raises(RuleViolation):
        imports.commit_run(actor=cast.director, at=NOW, run=run)
    with pytest.raises(RuleViolation, match="请先选计划"):
        load(["食堂", "吊顶", "", "", 100, "", ""])
    assert plan.items.count() == 1


@pytest.mark.parametrize(
    ("cell", "value", "suggest"),
    [
        (1200, Decimal(1200), ""),
        ("1.2万元", Decimal(12000), ""),
        ("约1.2万元", None, "1.2万元"),
        ("3万左右", None, "3万"),
        ("大约5000元", None, "5000元"),
        ("待定", None, ""),
        ("-5", None, ""),
    ],
)
def test_an_estimate_as_people_write_it(cell, value, suggest):
    reading = estimate(cell)
    assert (reading.value, reading.suggest, bool(reading.problem)) == (value, suggest, value is None)


def test_sums_in_words():
    assert sum_in("2.数量:80平方米。3.单价:200元/平.总计:1.6万元。") == (Decimal(16000), "1.6万元")
    assert product_in("2.数量:50平方米。3.单价:90元/平。") == Decimal(4500)
    assert (sum_in("更换门"), product_in("更换门")) == (None, None)

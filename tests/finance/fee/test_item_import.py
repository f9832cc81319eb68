"""Fee items from Excel: a list, or the table by grade whose sums are checked (FIN-08)."""

from decimal import Decimal

import pytest

from finance.fee.models import FeeItem
from finance.fee.queries import public_items
from logistics.platform.access.rules import has
from logistics.platform.imports import rules as imports
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.finance.fee.conftest import TODAY
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("FIN-08")
LIST_HEAD = ["收费项目名称", "收费性质", "计费单位", "收费标准（元）", "年级", "收费依据", "批准机关", "执行日期"]
LIST = [
    ["伙食费", "服务性收费", "元/生·学期", "９７０", "", "教基〔2024〕7号", "区教育局", "2026-09-01"],
    ["教辅资料费", "代收费", "元/生·学期", "91.2", "八年级", "家委会纪要", "家长委员会", "2026年9月1日"],
]
TABLE = [
    ["一、收费项目及标准:（单位:元）"],
    ["年级", "教辅资料费", "报刊代办征订费", "在校 就餐费", "校服", "合计"],
    ["七", None, 60, 970, 403, 1430],
    ["八", 91.2, 60, 970, None, 1121.2],
    ["注1:自愿"],
]


def start(fees, key, rows, **given):
    return imports.start_run(actor=fees.cast.accountant, at=NOW, target=target_for(key), name="收费.xlsx", content=xlsx(rows), **given)


def test_a_list_becomes_drafts_that_wait_for_their_approval(fees, cast):
    run = start(fees, "finance-fee-items", [LIST_HEAD, *LIST])
    assert found(run) == {}
    imports.commit_run(actor=cast.accountant, at=NOW, run=run)
    rows = FeeItem.objects.filter(state="draft").order_by("pk").values_list("name", "kind", "period", "amount", "grades")
    assert list(rows) == [("伙食费", "service", "term", 970, ""), ("教辅资料费", "agency", "term", Decimal("91.20"), "八年级")]
    assert {item.name for item in public_items(TODAY)} == {"校服", "住宿费"}
    imports.undo_run(actor=cast.accountant, at=NOW, run=run)
    assert not FeeItem.objects.filter(state="draft").exists()


@pytest.mark.parametrize(("column", "value"), [(1, "乱收费"), (2, "每天"), (3, "三百"), (3, "10000000000000"), (4, "长" * 10_000), (5, ""), (7, "去年")])
def test_a_wrong_cell_is_told_and_nothing_is_kept(fees, column, value):
    run = start(fees, "finance-fee-items", [LIST_HEAD, [value if n == column else cell for n, cell in enumerate(LIST[0])]])
    assert len(found(run)) == 1
    assert FeeItem.objects.count() == 2


def test_the_table_by_grade_is_added_up_and_told_apart_by_amount(fees, cast):
    like = fees.draft("首项", "agency", 1)
    FeeItem.objects.filter(pk=fees.uniform.pk).update(state="retired")
    right = start(fees, "finance-fee-table", [*TABLE[:2], ["七", None, 60, 970, 403, 1433], *TABLE[3:]], into=like.pk)
    wrong = start(fees, "finance-fee-table", TABLE, into=like.pk)
    told = found(wrong)
    assert list(told) == [(3, "total")]
    assert "1,433.00" in told[3, "total"]
    with pytest.raises(RuleViolation, match="还有 1 行要改"):
        imports.commit_run(actor=cast.accountant, at=NOW, run=wrong)
    assert FeeItem.objects.count() == 3
    assert found(right) == {}
    imports.commit_run(actor=cast.accountant, at=NOW, run=right)
    made = FeeItem.objects.filter(state="draft").exclude(pk=like.pk).order_by("pk")
    assert [(one.name, one.kind, one.amount, one.grades) for one in made] == [
        ("教辅资料费", "agency", Decimal("91.20"), "八年级"), ("报刊代办征订费", "agency", 60, "七年级、八年级"),
        ("就餐费", "service", 970, "七年级、八年级"), ("校服", "agency", 403, "七年级"),
    ]  # fmt: skip
    assert {(one.document, one.authority, one.valid_from) for one in made} == {(like.document, like.authority, like.valid_from)}


def test_a_table_that_repeats_a_grade_or_an_item_leaves_nothing(fees, cast):
    like = fees.draft("首项", "agency", 1)
    assert list(found(start(fees, "finance-fee-table", [*TABLE[1:2], ["七", None, 60], ["7年级", None, 60], ["十", None, 5]], into=like.pk))) == [
        (3, "grade"), (4, "grade"),
    ]  # fmt: skip
    fees.draft("报刊代办征订费", "agency", 50)
    run = start(fees, "finance-fee-table", [*TABLE[1:2], ["七", 91.2, 60, None, None, 151.2]], into=like.pk)
    with pytest.raises(RuleViolation, match="报刊代办征订费（七年级）"):
        imports.commit_run(actor=cast.accountant, at=NOW, run=run)
    assert not FeeItem.objects.filter(name="教辅资料费").exists()
    assert not has(cast.cashier, "finance.fee.manage")
    with pytest.raises(NotAllowed):
        imports.start_run(actor=cast.cashier, at=NOW, target=target_for("finance-fee-items"), name="收费.xlsx", content=xlsx([LIST_HEAD, *LIST]))

"""The school's own messy Excel ledger comes in whole or not at all, and goes out again whole (AST-14)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.card.change_rules import move_card
from assets.card.models import AssetCard, AssetEntry, Status
from assets.card.statement import statement
from assets.category.models import LifeClass
from assets.category.rules import save_class
from logistics.platform.imports import rules
from logistics.platform.imports.models import RunState
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.platform.imports_kit import found, loader, noted, work_seconds

TODAY = date(2026, 11, 18)
HEAD = ["资产编号", "资产名称", "国标分类代码", "规格型号", "数量", "单价", "原值", "购置日期", "存放地点", "使用人"]
DESK = ["ZC-1", "学生课桌", "A05010203", "单人", "40张", 168, 6720, 2019.9, "教学楼A座305", "产某"]
pytestmark = pytest.mark.requirement("AST-14")


@pytest.fixture
def load(ledger):
    bring = loader(ledger.cast.keeper, NOW)
    return lambda *rows, head=HEAD, above=(): bring("assets", [*above, head, *rows])


def commit(ledger, run):
    return rules.commit_run(actor=ledger.cast.keeper, at=NOW, run=run)


def row(number: str, **cells) -> list:
    """A row like the desk's with other cells, by heading."""
    values = dict(zip(HEAD, DESK, strict=True)) | {"资产编号": number} | cells
    return [values[heading] for heading in HEAD]


@pytest.mark.parametrize(
    ("typed", "meant"), [(2019.9, date(2019, 9, 1)), ("2019年9月", date(2019, 9, 1)), (43709, date(2019, 9, 1)), ("２０１９．０９．０５", date(2019, 9, 5))]
)
def test_dates_and_quantities_as_schools_write_them(ledger, load, typed, meant):
    run = commit(ledger, load(row("ZC-1", 购置日期=typed)))
    card = AssetCard.objects.get()
    assert run.state == RunState.DONE
    assert (card.quantity, card.unit, card.cost, card.acquired_on) == (40, "张", Decimal("6720.00"), meant)
    assert (card.place, card.custodian, card.number) == (ledger.rooms.room, ledger.cast.keeper, "ZC-1")


def test_the_ledger_opens_with_what_is_depreciated_by_now(ledger, load):
    commit(ledger, load(DESK))
    card = AssetCard.objects.get()
    assert (card.months_done, card.depreciation, card.next_month) == (86, Decimal("37.33") * 86, date(2026, 11, 1))
    assert statement(by="class", until=date(2019, 12, 31), today=TODAY).total.after.cost == Decimal("6720.00")


def test_what_cannot_be_read_is_refused_at_its_cell_with_a_suggestion(ledger, load):
    run = load(
        row("ZC-1", 存放地点="教学楼A座 309教室"),
        row("ZC-2", 使用人="查无此人"),
        row("ZC-3", 国标分类代码="2010104"),
        row("ZC-4", 原值=7000),
        row("ZC-4"),
        row("ZC-6", 购置日期="去年"),
    )
    problems = found(run)
    assert set(problems) == {(2, "place"), (3, "custodian"), (4, "asset_class"), (5, "cost"), (6, "number"), (7, "acquired_on")}
    assert "GB/T 14885-2010" in problems[4, "asset_class"] and "不能照搬" in problems[4, "asset_class"]
    with pytest.raises(RuleViolation):
        commit(ledger, run)
    assert not AssetCard.objects.exists() and not AssetEntry.objects.exists()


def test_a_code_of_another_scheme_that_the_school_keeps_stays_of_that_scheme(ledger, load):
    life = LifeClass.objects.get(name="家具")
    save_class(actor=ledger.cast.keeper, at=NOW, scheme="gb2010", code="6010201", name="课桌", life=life)
    run = load(row("ZC-1", 国标分类代码="6010201"))
    assert found(run) == {} and "2010" in noted(run)[2, "asset_class"][0]
    commit(ledger, run)
    assert AssetCard.objects.get().asset_class.scheme == "gb2010"


def test_a_sum_line_that_does_not_add_up_is_told_and_is_no_card(ledger, load):
    run = load(DESK, row("ZC-2"), ["合计", "", "", "", 80, "", 13000, "", "", ""])
    words = noted(run)[3, "cost"][0]
    assert "13,000.00" in words and "13,440.00" in words and "合计" not in noted(run)[3, "quantity"][0]
    commit(ledger, run)
    assert AssetCard.objects.count() == 2


def test_new_cards_and_changes_in_one_file_with_the_differences_shown(ledger, load):
    commit(ledger, load(DESK))
    run = load(row("ZC-1", 存放地点="教学楼A座306", 规格型号="双人"), row("ZC-2"))
    assert run.counts["new"] == 1 and run.counts["change"] == 1
    assert "305" in noted(run)[2, "place"][0] and "单人" in noted(run)[2, "model"][0]
    commit(ledger, run)
    card = AssetCard.objects.get(number="ZC-1")
    assert (card.place, card.model) == (ledger.rooms.other, "双人")
    assert [entry.kind for entry in card.entries.order_by("pk")] == ["opening", "move", "move"]


def test_the_value_of_a_known_card_is_not_changed_by_a_file(ledger, load):
    commit(ledger, load(DESK))
    run = load(row("ZC-1", 单价=170, 原值=6800))
    assert "6,720.00" in found(run)[2, "cost"]


def test_the_same_file_once_more_does_not_double_the_ledger(ledger, load):
    bare = row("")
    commit(ledger, load(bare))
    assert "已有的卡片" in found(load(bare))[2, "name"]
    assert AssetCard.objects.get().number == "A05010203-2019-0001"


def test_the_whole_import_is_taken_back_and_can_come_again(ledger, load):
    run = commit(ledger, load(DESK, row("ZC-2")))
    run = rules.undo_run(actor=ledger.cast.keeper, at=NOW + timedelta(hours=1), run=run)
    assert (run.state, run.report) == (RunState.UNDONE, [])
    assert set(AssetCard.objects.values_list("status", "quantity", "cost")) == {(Status.VOID, 0, Decimal("0.00"))}
    assert statement(by="class", until=TODAY, today=TODAY).rows == []
    assert commit(ledger, load(DESK)).state == RunState.DONE
    assert AssetCard.objects.exclude(status=Status.VOID).get().number == "ZC-1"


def test_a_card_that_moved_since_stays_when_the_import_is_taken_back(ledger, load):
    run = commit(ledger, load(DESK, row("ZC-2")))
    card = AssetCard.objects.get(number="ZC-2")
    move_card(actor=ledger.cast.keeper, at=NOW, record=card, on=TODAY, place=ledger.rooms.other, department=None, custodian=None)
    run = rules.undo_run(actor=ledger.cast.keeper, at=NOW, run=run)
    assert len(run.report) == 1 and "ZC-2" in run.report[0]
    assert list(AssetCard.objects.exclude(status=Status.VOID)) == [card]


def test_taking_back_locks_the_books_before_the_cards_like_every_other_rule(ledger, load):
    """The other way round two people could wait for each other for ever."""
    run = commit(ledger, load(DESK))
    with CaptureQueriesContext(connection) as asked:
        rules.undo_run(actor=ledger.cast.keeper, at=NOW, run=run)
    statements = [one["sql"] for one in asked]
    books = next(n for n, sql in enumerate(statements) if sql.startswith('UPDATE "assets_numbercounter"'))
    assert books < next(n for n, sql in enumerate(statements) if '"assets_assetcard"' in sql)


def test_two_thousand_rows_cost_little(ledger, load):
    before = work_seconds()
    run = commit(ledger, load(*(row(f"ZC-{n}", 存放地点="教学楼A座305" if n % 2 else "教学楼A座 306教室") for n in range(1, 2001))))
    assert run.counts["new"] == 2000 and AssetEntry.objects.count() == 2000
    assert work_seconds() - before < 15


def test_a_supplier_on_the_list_of_firms_is_that_firm(ledger, load):
    common = {"kinds": ",supplier,", "created_by": ledger.cast.buyer, "created_at": NOW}
    firm = Partner.objects.create(name="青禾市晨光文具有限公司", short_name="晨光文具", **common)
    Partner.objects.create(name="晨光文具老店", state="merged", merged_into=firm, **common)
    names = ("青禾市晨光文具有限公司", "晨光文具", "晨光文具老店", "路边小店")
    rows = [[*row(f"ZC-{n}", 规格型号=f"{n}"), name] for n, name in enumerate(names)]
    run = load(*rows, head=[*HEAD, "供应商"])
    assert commit(ledger, run).state == RunState.DONE
    kept = AssetCard.objects.order_by("number").values_list("partner", "supplier")
    assert list(kept) == [(firm.pk, ""), (firm.pk, ""), (firm.pk, ""), (None, "路边小店")]
    assert load([*row("ZC-0", 规格型号="0"), "晨光文具"], head=[*HEAD, "供应商"]).counts["same"] == 1

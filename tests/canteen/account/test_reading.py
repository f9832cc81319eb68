"""The month's table as schools have it: read word for word, and every figure that does not add up is told with its difference (CAN-13)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.account.models import AccountStatement
from canteen.account.prints import STATEMENT_SHEET
from canteen.account.reading import amount_of, figure_in, read_statement
from canteen.account.statement_rules import create_statement, file_statement, read_file, send_statement, sign_statement, void_statement
from logistics.platform.imports.grid import Grid
from logistics.platform.kernel.errors import RuleViolation
from tests.canteen.account_kit import JANUARY, LATER, MONTH, TABLE, draft, entry, explained, grid, table
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("CAN-13")
OCTOBER = date(2026, 10, 1)


def doubts(rows: list[list]) -> list[tuple]:
    """(where, what the table says, what it comes to, the difference)"""
    return [(one["where"], one["says"], one["counted"], one["difference"]) for one in read_statement([grid(rows)])[1]["doubts"]]


def test_a_table_that_adds_up_has_no_doubts():
    month, content = read_statement([grid(TABLE)])
    assert (month, content["doubts"]) == (OCTOBER, [])
    assert [row["name"] for row in content["rows"]] == ["粮食", "荤食", "蔬菜", "人员经费"]
    assert content["total"]["actual"] == "8390.75"
    pupil, staff = content["books"]
    assert [pupil[name] for name in ("opening", "income", "spent", "surplus", "balance", "rate", "total_rate")] == [
        "50.00", "8500.00", "8390.75", "109.25", "159.25", "1.29", "1.87",
    ]  # fmt: skip
    assert (staff["spent"], staff["balance"]) == ("1284.50", "95.50")


@pytest.mark.parametrize(
    ("cells", "where", "told"),
    [
        ({"F4": 1010.5}, "第 4 行「粮 食」", ("1,010.50", "1,000.50", "+10.00")),
        ({"F8": 8380.75}, "小计「实际支出」", ("8,380.75", "8,390.75", "−10.00")),
        ({"B6": 8400}, "A4", ("8,400.00", "8,500.00", "−100.00")),
        ({"A4": "40人*10.5元/天*20天+2人*5元/天*10天=8400+200=8600"}, "A4", ("8,600.00", "8,500.00", "+100.00")),
        ({"B8": 110.25}, "学生伙食「本月结余」", ("110.25", "109.25", "+1.00")),
        ({"B9": 160.25}, "学生伙食「累计结余」", ("160.25", "159.25", "+1.00")),
        ({"I8": 90.5}, "教职工伙食「累计结余」", ("90.50", "95.50", "−5.00")),
        ({"B10": "1.20%"}, "盈亏率", ("1.20%", "1.29%", "−0.09")),
        ({"C7": "手续费2"}, "第 7 行", ("", "", "")),
        ({"F5": "四千三"}, "F5", ("", "", "")),
        ({"E5": 4300.005}, "E5", ("", "", "")),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_told_and_not_corrected(cells, where, told):
    assert (where, *told) in doubts(table(**cells))


def test_a_per_cent_cell_holds_a_fraction():
    assert doubts(table(B10=0.0129)) == []
    assert doubts(table(B10=0.0187)) == [], "the cumulative rate is as good"


def test_a_table_without_its_sum_says_so():
    rows = [row for row in TABLE if "小 计" not in row]
    assert "支出表" in [one[0] for one in doubts(rows)]


@pytest.mark.parametrize(
    ("rows", "sentence"), [([["姓名", "电话"], ["张三", 1]], "没有认出收支明细表"), ([["伙食收支明细表"], *TABLE[1:]], "没有写是哪年哪月"), ([], "没有认出")]
)
def test_another_table_is_refused_with_words(rows, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        read_statement([Grid("1", [(n, row) for n, row in enumerate(rows, 1)])])


@settings(max_examples=40)
@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers(), st.floats()), max_size=9), max_size=12))
def test_no_cells_upset_the_reading(more):
    assert read_statement([grid([*TABLE[:4], *more])])[0] == OCTOBER


def test_figures_are_read_or_not():
    assert [figure_in(text) for text in ("1,044.00", "５２８０元", "-12.5", "约5", "1e9", "", "9" * 30)] == [
        Decimal("1044.00"), Decimal(5280), Decimal("-12.5"), None, None, None, None,
    ]  # fmt: skip
    assert amount_of("161人*10.5元/天*19天+2人*3.4元/天*19天") == Decimal("32248.70")
    assert amount_of("十人*3") is None


def csv_of(rows: list[list]) -> SimpleUploadedFile:
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return SimpleUploadedFile("伙食.csv", text.encode())


def read_in(cast, rows: list[list], at=NOW) -> AccountStatement:
    return read_file(actor=cast.accountant, at=at, record=create_statement(actor=cast.accountant, at=at, month=OCTOBER), file=csv_of(rows))


def test_what_does_not_add_up_needs_a_word_before_it_is_filed_or_published(cast):
    made = read_in(cast, table(F4=1010.5))
    for rule in (file_statement, send_statement):
        with pytest.raises(RuleViolation, match="对不上"):
            rule(actor=cast.accountant, at=NOW, record=made)
    explained(cast, made)
    file_statement(actor=cast.accountant, at=NOW, record=made)
    kept = AccountStatement.objects.get(pk=made.pk)
    assert (kept.state, kept.content["rows"][0]["actual"]) == ("filed", "1010.50"), "as the table says"
    assert "十月" not in str(STATEMENT_SHEET.context(kept, cast.accountant)["heading"])


def test_the_next_month_goes_on_from_the_table(cast):
    file_statement(actor=cast.accountant, at=NOW, record=read_in(cast, TABLE))
    with pytest.raises(RuleViolation, match="2026年10月的伙食收支表已经存档"):
        entry(cast, on=date(2026, 10, 31))
    entry(cast, "pupil_fee", "1000")
    following = send_statement(actor=cast.accountant, at=LATER, record=draft(cast))
    pupil, staff = following.content["books"]
    assert (pupil["opening"], pupil["balance"], staff["opening"]) == ("159.25", "1159.25", "95.50")


def test_a_table_from_a_file_is_signed_and_published_as_it_is(cast):
    made = send_statement(actor=cast.accountant, at=NOW, record=read_in(cast, TABLE))
    done = sign_statement(actor=cast.director, at=NOW, record=made)
    assert done.state == "signed"
    assert "学生伙食账：上月累计结余 50.00，本月收入 8,500.00，本月支出 8,390.75" in done.post.content


def test_a_table_of_another_month_is_refused_and_the_draft_stays(cast):
    made = create_statement(actor=cast.accountant, at=LATER, month=MONTH)
    with pytest.raises(RuleViolation, match="文件里是2026年10月的表"):
        read_file(actor=cast.accountant, at=LATER, record=made, file=csv_of(TABLE))
    assert AccountStatement.objects.get(pk=made.pk).content == {}


def test_a_filed_table_is_voided_only_while_nothing_follows_it(cast):
    made = read_in(cast, TABLE)
    file_statement(actor=cast.accountant, at=NOW, record=made)
    following = draft(cast)
    with pytest.raises(RuleViolation, match="接着它的月份"):
        void_statement(actor=cast.accountant, at=LATER, record=made, reason="选错文件")
    void_statement(actor=cast.accountant, at=JANUARY, record=following, reason="先改上个月")
    void_statement(actor=cast.accountant, at=JANUARY, record=made, reason="选错文件")
    assert entry(cast, on=date(2026, 10, 31)).pk


def test_no_entry_is_left_out_of_the_statements(cast):
    """A file does not speak for a month that is kept here, and a first month does not pass over an earlier entry."""
    made = read_in(cast, TABLE)
    early = entry(cast, on=date(2026, 9, 30))
    with pytest.raises(RuleViolation, match="2026年9月账上有收支"):
        file_statement(actor=cast.accountant, at=NOW, record=made)
    void_statement(actor=cast.accountant, at=NOW, record=made, reason="先做九月")
    entry(cast, on=OCTOBER)
    with pytest.raises(RuleViolation, match="已经记了 1 笔"):
        read_in(cast, TABLE)
    assert early.pk


def test_what_a_table_does_not_say_is_not_made_up(cast):
    done = send_statement(actor=cast.accountant, at=NOW, record=read_in(cast, table(A7="", B7="")))
    done = sign_statement(actor=cast.director, at=NOW, record=done)
    assert "上月累计结余 （表上没有写）" in done.post.content

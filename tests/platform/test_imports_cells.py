"""Reading single cells: what is read, what is noted, what is refused, and that nothing is guessed silently (AST-14)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.platform.imports import cells, days, figures
from logistics.platform.imports.cells import Reading
from logistics.platform.imports.grid import Moment, Unread
from logistics.platform.imports.school_targets import day_span, parsers

pytestmark = pytest.mark.requirement("AST-14")
YUAN, COUNT, DAY, MONTH = figures.yuan(), figures.whole(above=0), days.day(), days.day(exact="month")


# Figures


@pytest.mark.parametrize(
    ("cell", "value", "noted"),
    [
        ("1,284.50", "1284.50", False),
        (" ¥1284.5 ", "1284.50", False),
        ("１２８４．５", "1284.50", True),
        ("50000元", "50000.00", True),
        ("1.2万元", "12000.00", True),
        ("1.2万", "12000.00", True),
        ("２００元整", "200.00", True),
        ("人民币 500 元", "500.00", True),
        (1284.5, "1284.50", False),
        (0.1 + 0.2, "0.30", False),
        (12.345, "12.35", True),
        ("5角", "0.50", True),
    ],
)
def test_amounts_are_read_in_yuan(cell, value, noted):
    reading = YUAN(cell, "")
    assert reading.value == Decimal(value)
    assert not reading.problem
    assert bool(reading.note) is noted


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("一百二", "汉字"),
        ("6-8", "范围"),
        ("约200", "约数"),
        ("80元左右", "约数"),
        ("手续费2", "不是数字"),
        ("1,23", "不是数字"),
        ("161人*10.5元/天", "不是数字"),
        ("第一标90.7万元", "不是数字"),
        ("10.5元/天", "不是一回事"),
        ("3m²", "不是一回事"),
        ("5%", "不是一回事"),
        ("=1+1", "公式"),
        ("=cmd|' /C calc'!A0", "公式"),
        ("@SUM(A1)", "公式"),
        (True, "不是数字"),
        (date(2019, 1, 1), "日期"),
        ("-3", "不能小于 0"),
        ("(1,200.00)", "不能小于 0"),
        (1e14, "太大"),
        ("9" * 40, "太大"),
        (1e300, "太大"),
        (Unread("是公式"), "公式"),
    ],
)
def test_what_is_no_amount_says_why(cell, words):
    reading = YUAN(cell, "")
    assert reading.value is None
    assert words in reading.problem


def test_the_unit_of_the_heading_counts_unless_the_cell_has_its_own():
    assert YUAN(30, "万元").value == Decimal("300000.00")
    assert "万元" in YUAN(30, "万元").note
    assert YUAN("30元", "万元").value == Decimal("30.00")


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("单价（元）", "元"),
        ("金额/万元", "万元"),
        ("克重(生重/g)", "g"),
        ("面积(㎡)", "m2"),
        ("支出 单位:元 / 名称", "元"),
        ("单位", ""),
        ("规格 / 长", ""),
        ("标准12个班", ""),
    ],
)
def test_the_unit_in_a_heading_is_found(heading, unit):
    assert figures.unit_in(heading) == unit


def test_the_money_unit_of_a_title_is_found():
    assert figures.money_unit_in(["某校台账", "单位：万元　2026年"]) == "万元"
    assert figures.money_unit_in(["填报单位：总务处"]) == ""


def test_counts_take_a_measure_word_off_and_keep_it():
    reading = COUNT("１２台", "")
    assert (reading.value, reading.unit) == (12, "台")
    assert "台" in reading.note
    assert COUNT("3 m²", "").unit == "m2"


def test_counts_never_lose_what_multiplies():
    assert COUNT("1.2万册", "").value == 12000
    assert "不是一回事" in COUNT("3打", "").problem
    assert "不是一回事" in COUNT("5%", "").problem
    assert "整数" in COUNT("1.5", "").problem
    assert "大于 0" in COUNT("-1", "").problem


def test_units_of_one_family_are_converted():
    weight = figures.number(unit="kg", places=3)
    assert weight("500克", "").value == Decimal("0.500")
    assert weight("3斤", "").value == Decimal("1.500")
    assert "不是一回事" in weight("3米", "").problem


# Dates


@pytest.mark.parametrize(
    ("cell", "on", "noted"),
    [
        ("2019-9-1", date(2019, 9, 1), False),
        ("2019年9月1日", date(2019, 9, 1), False),
        ("２０１９.９.１", date(2019, 9, 1), False),
        ("2019/9/1 0:00:00", date(2019, 9, 1), False),
        ("2019-09-01T00:00:00", date(2019, 9, 1), False),
        ("20190901", date(2019, 9, 1), False),
        (20190901, date(2019, 9, 1), False),
        (date(2019, 9, 1), date(2019, 9, 1), False),
        (datetime(2019, 9, 1, 8, 30), date(2019, 9, 1), True),  # noqa: DTZ001  a cell has no zone
        ("2019-09-01 08:30", date(2019, 9, 1), True),
        (43709, date(2019, 9, 1), True),
        ("43709", date(2019, 9, 1), True),
        (43709.5, date(2019, 9, 1), True),
        ("民国108年9月1日", date(2019, 9, 1), True),
        ("二〇一九年九月十一日", date(2019, 9, 11), True),
        ("二○一九年十月二十日", date(2019, 10, 20), True),
        ("13/9/2019", date(2019, 9, 13), True),
    ],
)
def test_days_are_read(cell, on, noted):
    reading = DAY(cell, "")
    assert (reading.value, reading.precision, reading.problem) == (on, "day", "")
    assert bool(reading.note) is noted


@pytest.mark.parametrize("cell", ["2019.9", "2019年9月", "2019年9月份", 2019.9, "201909", 201909, "民國108.9"])
def test_a_month_stands_for_its_first_day_and_says_so(cell):
    reading = MONTH(cell, "")
    assert (reading.value, reading.precision) == (date(2019, 9, 1), "month")
    assert "1 日" in reading.note
    assert "只写到月" in DAY(cell, "").problem


def test_text_2019_10_is_october_but_the_number_2019_1_is_asked_about():
    assert MONTH("2019.10", "").value == date(2019, 10, 1)
    assert MONTH(2019.12, "").value == date(2019, 12, 1)
    asked = MONTH(2019.1, "")
    assert asked.value is None
    assert "10 月" in asked.problem


def test_a_year_is_enough_only_where_the_column_says_so():
    assert days.day(exact="year")("2019年", "").value == date(2019, 1, 1)
    assert "只写到年" in MONTH(2019, "").problem


@pytest.mark.parametrize(
    ("cell", "words", "suggest"),
    [
        ("2021.13.5", "没有 13 月", ""),
        ("2021.2.30", "没有 30 日", ""),
        ("19.9.1", "四位", "2019-09-01"),
        ("99年9月", "四位", "1999-09"),
        ("108.9.1", "民国", "2019-09-01"),
        ("9/1/2019", "分不清", "2019-09-01"),
        ("9月1日", "没有年份", ""),
        ("2019年上半年", "不是日期", ""),
        ("昨天", "不是日期", ""),
        (1.5, "不是日期", ""),
        (-1, "不是日期", ""),
        (True, "不是日期", ""),
        ("0000", "年份", ""),
    ],
)
def test_doubtful_dates_are_problems_with_the_likelier_one_suggested(cell, words, suggest):
    reading = days.day(exact="year")(cell, "")
    assert reading.value is None
    assert words in reading.problem
    assert reading.suggest == suggest


@pytest.mark.requirement("ORG-03")
@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2026-10-01至2026-10-07", date(2026, 10, 1), date(2026, 10, 7)),
        ("2026年10月1日-7日", date(2026, 10, 1), date(2026, 10, 7)),
        ("2026年10月1日至7日", date(2026, 10, 1), date(2026, 10, 7)),
        ("2026.9.30～10.8", date(2026, 9, 30), date(2026, 10, 8)),
        (date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 1)),
        ("2026-10-07至2026-10-01", None, None),
        ("2026年10月", None, None),
        ("2026-01-01至2027-01-01", None, None),
    ],
)
def test_spans_of_days(cell, first, last):
    reading = day_span(cell, "")
    assert reading.value == ((first, last) if first else None)
    assert bool(reading.problem) is (first is None)


# Words, numbers used as names, yes and no, phones


def test_names_lose_the_blanks_that_spread_them():
    assert cells.name(50)("张　三", "") == Reading("张三", note="去掉了字中间的空格")
    assert cells.name(50)("Ann Lee", "").value == "Ann Lee"


def test_codes_are_narrow_and_whole():
    assert cells.code(30)("Ｇ１２３ ４", "").value == "G1234"
    assert cells.code(30)(20230001.0, "").value == "20230001"
    assert "15 位" in cells.code(30)(330102199001011234.0, "").problem
    assert "科学记数" in cells.code(30)("1.38E+10", "").problem
    assert "最多 30" in cells.code(30)("x" * 31, "").problem


def test_text_that_excel_made_a_date_is_told_with_the_likely_original():
    reading = cells.text(20)(date(2024, 1, 2), "")
    assert (reading.value, reading.suggest) == (None, "1-2")
    assert "当成了日期" in reading.problem


def test_text_keeps_chinese_punctuation_and_joins_lines():
    assert cells.text(20)("三（１）班\n靠窗", "") == Reading("三（1）班 靠窗", note="全角数字和字母改成半角")
    assert "最多 3 个" in cells.text(3)("四个字啊", "").problem


def test_dashes_and_strokes_are_blanks_and_noted():
    for cell in ("/", "—", "-"):
        reading = YUAN(cell, "")
        assert (reading.value, reading.problem) == (None, "")
        assert "空格" in reading.note
    assert YUAN("", "") == YUAN(None, "") == Reading()


def test_yes_and_no_in_the_words_of_the_column():
    boards = cells.yes_no(("住校", "住宿"), ("走读",))
    assert [boards(cell, "").value for cell in ("是", "√", "住校", "Y", True, 1)] == [True] * 6
    assert [boards(cell, "").value for cell in ("否", "×", "走读", "无", False, 0)] == [False] * 6
    assert "看不出" in boards("也许", "").problem


def test_choices_tell_what_may_be_written():
    sex = cells.choice({"男": "m", "男生": "m", "女": "f"})
    assert sex("男生", "").value == "m"
    assert sex("未知", "").problem == "「未知」不在可选的里面。可以填：男、女。"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("１３８００００１２３４", "13800001234"),
        (13800001234, "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("+86-138-0000-1234", "13800001234"),
        ("(0571)82601103", "0571-82601103"),
    ],
)
def test_phones_are_read(cell, value):
    assert cells.phone()(cell, "").value == value


@pytest.mark.parametrize(
    ("cell", "words"),
    [("1.38E+10", "科学记数"), ("1380000123", "11 位，这里是 10 位"), ("13800001234/13900001234", "两个号码"), ("abc", "不是电话"), ("12345", "不是电话")],
)
def test_wrong_phones_say_what_is_wrong(cell, words):
    assert words in cells.phone()(cell, "").problem


# Anything at all

ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.text(alphabet="0123456789.,-/年月日元万%（）()+ ¥民国约一二十Ee:", max_size=24),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.builds(Moment, st.text(max_size=6)),
    st.builds(Unread, st.text(max_size=6)),
)
PARSERS = parsers() | {"yuan": YUAN, "count": COUNT, "kg": figures.number(unit="kg"), "text": cells.text(10, lines=True), "year": days.day(exact="year")}


@settings(max_examples=400)
@given(st.sampled_from(sorted(PARSERS)), ANYTHING, st.sampled_from(["", "万元", "kg", "?"]))
def test_every_parser_answers_any_cell_with_a_value_or_a_sentence(name, cell, unit):
    reading = PARSERS[name](cell, unit)
    assert isinstance(reading, Reading)
    assert not (reading.problem and reading.value is not None)
    if reading.problem:
        assert reading.problem.endswith("。")


@settings(max_examples=200)
@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_written_in_any_usual_way_is_the_same_amount(amount):
    for written in (f"{amount}", f"{amount:,}", f"¥{amount:,}", f"{amount}元", f" {amount} "):
        assert YUAN(written, "").value == amount


@settings(max_examples=200)
@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_written_in_any_usual_way_is_the_same_day(on):
    serial = on.toordinal() - date(1899, 12, 30).toordinal()
    for written in (
        f"{on}",
        f"{on.year}.{on.month}.{on.day}",
        f"{on.year}年{on.month}月{on.day}日",
        f"{on:%Y%m%d}",
        int(f"{on:%Y%m%d}"),
        serial,
        f"民国{on.year - 1911}年{on.month}月{on.day}日",
    ):
        assert DAY(written, "").value == on

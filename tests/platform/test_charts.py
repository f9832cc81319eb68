"""Charts as SVG: fit for page and paper, nothing overlaps, no data and bad numbers included."""

from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from logistics.platform.charts import Bar, bars, grouped, hbars, heat, lines, stacked, tiles
from logistics.platform.charts.frame import thirds, ticks
from logistics.platform.charts.hbars import wrapped
from logistics.platform.charts.lines import spread
from logistics.platform.charts.svg import shown, text_width

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [f"{month}月" for month in range(1, 13)]
SAMPLES = {
    "bars": bars(["9", "10", "11", "12周"], [31, 28, 36, 22], over=[1, 0, 3, 2], title="第 12 周 22 件，2 件超时"),
    "bars crowded": bars([f"{day}日" for day in range(1, 32)], [1000 + day * 37 % 50 * 100 for day in range(31)], title="每日用电"),
    "bars long": bars(["教学楼A座", "实验楼", "一号宿舍楼", "二号宿舍楼", "食堂"], [8642, 4306, 1486, 1582, 5214], title="各楼用电"),
    "bars below zero": bars(["一", "二", "三"], [12.5, -8, None], title="结余", highlight=None),
    "bars wide": bars(MONTHS, [Decimal("34218.5") + 100 * n for n in range(12)], title="每月用电", unit="度", wide=True),
    "grouped": grouped(MONTHS, [("2026年", [46.1] * 12), ("2025年", [48, None] * 6)], title="两年用电", unit="千度"),
    "stacked": stacked(["水暖", "电工"], [("按时", [30, 22]), ("返工", [Decimal(3), 1.5]), ("退回", [-2, 0])], title="各类报修", wide=False),
    "lines": lines(MONTHS, [("今年", [10, 12, None, *[11] * 9]), ("去年", [11] * 12), ("前年", [11] * 12)], title="用水", target=("目标", 11), wide=True),
    "hbars": hbars(
        [Bar("二号宿舍楼", 763, 545, "比去年 +40.0%", late=True), ("国家级示范性综合实践基地北侧附属用房（原职工浴室）三层东", 98), ("水电", -50)], title="用水"
    ),
    "tiles": tiles(["早餐", "午餐"], list("一二三"), [[("g", "6 样")] * 3, [("l", "漏 1 样"), ("w", "进行中"), ("z", "未到")]], title="留样"),
    "heat": heat(["周一", "周二"], [f"{hour}时" for hour in range(24)], [list(range(24)), [None] * 23 + [5]], title="夜间流量", unit="吨"),
}


def parsed(svg: str):
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def boxes(svg: str) -> list[tuple[str, float, float, float, float]]:
    """(words, left, top, right, bottom) of every text, by the same estimate of width for all."""
    found = []
    for node in parsed(svg).iter(f"{SVG}text"):
        size, x, y = (float(node.get(name)) for name in ("font-size", "x", "y"))
        width = text_width(node.text, size)
        left = x - width * {"start": 0, "middle": 0.5, "end": 1}[node.get("text-anchor")]
        found.append((node.text, left, y - size * 0.8, left + width, y + size * 0.1))
    return found


def touching(svg: str) -> list[tuple[str, str]]:
    return [(a[0], b[0]) for a, b in combinations(boxes(svg), 2) if a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5 and a[2] < b[4] - 0.5 and b[2] < a[4] - 0.5]


@pytest.mark.parametrize("svg", SAMPLES.values(), ids=SAMPLES)
def test_a_chart_says_its_conclusion_and_obeys_the_content_policy(svg):
    root = parsed(svg)
    assert root.get("role") == "img" and root.get("aria-label")
    for node in root.iter():
        assert not {"style", "onclick", "href"} & set(node.attrib)
        if node.get("class") and node is not root:
            assert set(node.get("class").split()) <= {"a", "b", "w", "l", "g", "z", "la", "lb", "t", "grid"}
        if node.tag in (f"{SVG}rect", f"{SVG}text", f"{SVG}circle", f"{SVG}path", f"{SVG}polyline"):
            assert node.get("fill"), "paper has no style sheet for it"


@pytest.mark.parametrize("svg", SAMPLES.values(), ids=SAMPLES)
def test_no_two_words_overlap_and_none_leaves_the_picture(svg):
    assert touching(svg) == []
    width, height = map(float, parsed(svg).get("viewBox").split()[2:])
    for words, left, top, right, bottom in boxes(svg):
        assert left > -3 and right < width + 3 and top >= 0 and bottom <= height, words


@pytest.mark.parametrize("svg", SAMPLES.values(), ids=SAMPLES)
def test_no_mark_has_a_negative_size_or_leaves_the_picture(svg):
    root = parsed(svg)
    width, height = map(float, root.get("viewBox").split()[2:])
    for node in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(node.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= -0.1 and y >= 0 and x + w <= width + 0.1 and y + h <= height + 0.1


EMPTY = [
    bars([], [], title="用水"),
    bars(["一月"], [None], title="用水", wide=True),
    grouped([], [("今年", [])], title="用水"),
    stacked(["一月"], [("今年", [None])], title="用水"),
    lines([], [], title="用水"),
    lines(["一月"], [("今年", [None])], title="用水", target=("目标", 3)),
    hbars([], title="用水"),
    hbars([("食堂", None)], title="用水"),
    tiles([], [], [], title="用水"),
    heat(["周一"], ["1时"], [[None]], title="用水"),
]


@pytest.mark.parametrize("svg", EMPTY)
def test_without_data_it_says_so(svg):
    assert "还没有数据" in [box[0] for box in boxes(svg)]
    assert parsed(svg).get("aria-label") == "用水：还没有数据"


def test_all_zeros_are_data():
    svg = bars(["一", "二"], [0, 0], title="停机次数")
    assert [box[0] for box in boxes(svg)].count("0") == 2 and "还没有数据" not in svg


def test_what_people_typed_stays_text():
    svg = hbars([Bar("<script>alert(1)</script>", 3, note='"&')], title='a"b<c>')
    assert "<script>" not in svg
    assert parsed(svg).get("aria-label") == 'a"b<c>'


def test_marks_tell_their_numbers_to_the_mouse():
    tips = [node.text for node in parsed(SAMPLES["bars"]).iter(f"{SVG}title")]
    assert "12周：22，其中超时 2" in tips and "10：28" in tips
    assert "一月 今年：1,234.5 度" in lines(["一月"], [("今年", [1234.5])], title="x", unit="度")


def test_the_highlighted_bar_alone_is_in_full_colour():
    marks = [node.get("class") for node in parsed(bars(["一", "二", "三"], [1, 2, 3], highlight=1, title="x")).iter(f"{SVG}rect")]
    assert marks == ["b", "a", "b"]


def test_too_many_bars_name_the_highest_and_the_latest_in_words():
    assert "最高 28日 5,900　31日 2,000" in [box[0] for box in boxes(SAMPLES["bars crowded"])]
    below = [box[0] for box in boxes(SAMPLES["bars crowded"]) if box[0].endswith("日") and "最高" not in box[0]]
    assert "31日" in below and len(below) < 16


def test_a_gap_in_a_line_stays_a_gap():
    assert len(list(parsed(lines(MONTHS[:5], [("今年", [1, 2, None, 4, 5])], title="x")).iter(f"{SVG}polyline"))) == 2


def test_names_at_line_ends_keep_their_distance():
    placed = spread([(50, "a", True), (51, "b", False), (128, "c", False), (129, "d", False)], 10, 130)
    heights = [y for y, _, _ in placed]
    assert all(later - earlier >= 13 for earlier, later in pairwise(heights)) and max(heights) <= 130


def test_a_long_name_is_broken_evenly_and_never_cut():
    name = "国家级示范性综合实践基地北侧附属用房（原职工浴室）三层东"
    parts = wrapped(name, 150)
    assert "".join(parts) == name and len(parts) > 1 and max(map(text_width, parts)) < 170
    assert wrapped("水龙头、阀门、管道漏水", 100)[1][0] != "、"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1284, "1,284"), (0, "0"), (-0.001, "0"), (-6.8, "−6.8"), (Decimal("12840.50"), "12,840.5"), (2.675, "2.67"), (None, "—"), (1e9, "1,000,000,000")],
)
def test_numbers_are_written_as_people_read_them(value, words):
    assert shown(value) == words


def test_units_stand_off_and_percent_does_not():
    assert (shown(5, "吨"), shown(5, "%")) == ("5 吨", "5%")


numbers = st.floats(min_value=-1e9, max_value=1e9).map(lambda value: round(value, 2))


@given(numbers, numbers)
def test_scales_hold_every_value_and_zero(one, two):
    low, high = min(one, two), max(one, two)
    for steps in (ticks(low, high), thirds(low, high)):
        hair = 1e-8 * (abs(low) + abs(high))
        assert steps[0] <= min(low, 0) + hair and steps[-1] >= max(high, 0) - hair
        assert 2 <= len(steps) <= 9 and steps == sorted(set(steps))


@given(st.lists(st.one_of(st.none(), numbers), min_size=1, max_size=40), st.booleans())
def test_any_numbers_make_a_sound_chart(values, wide):
    labels = [str(n) for n in range(len(values))]
    for svg in (
        bars(labels, values, title="x", wide=wide),
        lines(labels, [("今年", values), ("去年", values[::-1])], title="x", wide=wide),
        hbars(list(zip(labels, values, strict=True)), title="x", wide=wide),
        stacked(labels, [("甲", values), ("乙", values[::-1])], title="x", wide=wide),
    ):
        parsed(svg)
        assert "nan" not in svg and "inf" not in svg
    assert touching(bars(labels, values, title="x", wide=wide)) == []

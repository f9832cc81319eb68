"""The arithmetic of scores, rankings and stars, without a database (DOR-04)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dorms.score.ranking import Level, Look, by_building, by_class, by_room, differences, starred, tally, told

pytestmark = pytest.mark.requirement("DOR-04")
ITEMS = [
    {"name": "内务", "points": 40, "faults": [["被子没叠", 5]]},
    {"name": "卫生", "points": 40, "faults": [["地脏", 30], ["垃圾没倒", 20]]},
    {"name": "纪律", "points": 20, "faults": []},
]


def test_ticks_take_points_off_and_no_item_falls_below_nothing():
    lines, total = tally(ITEMS, ["内务:被子没叠", "卫生:地脏", "卫生:垃圾没倒", "内务:被子没叠"], [("纪律", 3, "串寝")])
    assert [line["points"] for line in lines] == [35, 0, 17]
    assert total == 52
    assert told(lines) == "内务：被子没叠 −5；卫生：地脏 −30、垃圾没倒 −20；纪律：串寝 −3"
    assert tally(ITEMS, [])[1] == 100
    with pytest.raises(KeyError):
        tally(ITEMS, ["内务:地脏"])


def look(room: int, points: int, *, low=False, heads=(("一班", 1),), building="一号楼") -> Look:
    return Look(f"{room}", building, points, low, heads, room)


def test_equals_share_a_place_and_a_mixed_room_counts_by_heads():
    looks = [look(1, 90), look(1, 100), look(2, 95, heads=(("一班", 1), ("二班", 3))), look(3, 80, low=True, heads=(("二班", 1),), building="二号楼")]
    assert [(row.place, row.name, row.average, row.looks, row.low) for row in by_room(looks)] == [
        (1, "1", Decimal("95.0"), 2, 0), (1, "2", Decimal("95.0"), 1, 0), (3, "3", Decimal("80.0"), 1, 1),
    ]  # fmt: skip
    assert [(row.name, row.average) for row in by_class(looks)] == [("一班", Decimal("95.0")), ("二班", Decimal("91.3"))]
    assert [(row.name, row.average) for row in by_building(looks)] == [("一号楼", Decimal("95.0")), ("二号楼", Decimal("80.0"))]


def test_a_room_gets_the_highest_star_whose_every_mark_it_reaches():
    levels = [Level("三星", 3, Decimal(90), 2, 1, 0), Level("五星", 5, Decimal(96), 2, 0, 0), Level("一星", 1, Decimal(60), 1, 9, 9)]
    rooms = by_room([look(1, 98), look(1, 96), look(2, 99), look(3, 92), look(3, 92, low=True), look(4, 100), look(4, 100)])
    assert [(room.name, level.name) for room, level in starred(rooms, {4: 1}, levels)] == [("1", "五星"), ("3", "三星"), ("4", "一星"), ("2", "一星")]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 100), st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_the_average_of_a_class_is_that_of_its_sleepers_one_by_one(rows):
    looks = [look(room, points, heads=(("一班", one), *((("二班", two),) if two else ()))) for room, points, one, two in rows]
    each = [points for _, points, one, _ in rows for _ in range(one)]
    found = next(row for row in by_class(looks) if row.name == "一班")
    assert abs(Fraction(found.average) - Fraction(sum(each), len(each))) <= Fraction(1, 20)


def test_what_stands_otherwise_than_published_is_named_and_nothing_else():
    rooms = [[1, "101", "96.0", 4, 0, "一号楼"], [2, "102", "95.0", 4, 0, "一号楼"], [3, "103", "90.0", 4, 0, "一号楼"]]
    before = {"rooms": rooms, "classes": [], "buildings": [], "stars": [[*rooms[0], "五星宿舍", 5]]}
    after = {"rooms": [rooms[0], [1, "102", "96.0", 4, 0, "一号楼"], [1, "201", "96.0", 4, 0, "一号楼"]], "classes": [], "buildings": [], "stars": []}
    assert differences(before, before) == []
    assert differences(before, after) == [
        ("星级", "一号楼 101", "五星宿舍", "没有"),
        ("宿舍", "一号楼 102", "第 2 名，95.0 分", "第 1 名，96.0 分"),
        ("宿舍", "一号楼 201", "没有", "第 1 名，96.0 分"),
        ("宿舍", "一号楼 103", "第 3 名，90.0 分", "没有"),
    ]

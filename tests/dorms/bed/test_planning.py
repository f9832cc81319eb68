"""Proposing beds: sex always, the room's grade first, classes together (DOR-01)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dorms.bed.planning import Pupil, Space, propose

pytestmark = pytest.mark.requirement("DOR-01")


def room(pk: int, sex: str = "f", beds: int = 4, grade: str = "", **lived) -> Space:
    return Space(pk, sex, grade, list(range(1, beds + 1)), **lived)


def pupils(n: int, school_class: int, sex: str = "f", grade: str = "七年级", start: int = 0) -> list[Pupil]:
    return [Pupil(start + k, sex, grade, school_class) for k in range(n)]


def test_a_class_stays_together_and_goes_where_its_grade_lives():
    rooms = [room(1, grade="八年级"), room(2), room(3, classes={7}, grades={"七年级"}, beds=2)]
    placed, left = propose(pupils(5, 7), rooms)
    assert not left and [one.room for one in placed].count(3) == 2 and {one.room for one in placed} == {2, 3}
    assert not any(one.grade_differs or one.mixed for one in placed)


def test_another_grades_room_comes_last_and_is_said():
    placed, left = propose(pupils(3, 7), [room(1, grade="八年级", beds=2), room(2, beds=1)])
    assert not left and placed[0].room == 2 and [one.grade_differs for one in placed] == [False, True, True]


def test_who_finds_no_bed_is_named_and_mixed_rooms_are_said():
    placed, left = propose(pupils(2, 1) + pupils(2, 2, start=10) + pupils(1, 3, sex="m", start=20), [room(1, beds=3)])
    assert len(left) == 2 and {one.sex for one in left} == {"m", "f"} and all(one.mixed for one in placed)


people = st.lists(st.tuples(st.sampled_from("mf"), st.integers(1, 4)), max_size=30)
spaces = st.lists(st.tuples(st.sampled_from("mf"), st.sampled_from(["", "七年级", "八年级"]), st.integers(0, 6)), max_size=8)


@settings(max_examples=40, deadline=None)
@given(people, spaces)
def test_nobody_sleeps_twice_nor_with_the_other_sex_and_no_bed_stays_empty_for_want_of_trying(some, rooms):
    known = [Pupil(n, sex, "七年级", school_class) for n, (sex, school_class) in enumerate(some)]
    places = [room(n, sex, beds, grade) for n, (sex, grade, beds) in enumerate(rooms)]
    placed, left = propose(known, places)
    assert {one.pupil.pk for one in placed} | {one.pk for one in left} == {one.pk for one in known} and len(placed) + len(left) == len(known)
    assert len({(one.room, one.bed) for one in placed}) == len(placed)
    assert all(places[one.room].sex == one.pupil.sex for one in placed)
    for sex in "mf":
        beds, wanting = sum(len(one.free) for one in places if one.sex == sex), sum(one.sex == sex for one in known)
        assert sum(one.pupil.sex == sex for one in placed) == min(beds, wanting)
    assert (placed, left) == propose(reversed(known), reversed(places))

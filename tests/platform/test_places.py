"""Places as a tree (ORG-02)."""

import re
from contextlib import suppress
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.platform.audit.models import Event
from logistics.platform.audit.saving import BadRows
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department, SchoolClass
from logistics.platform.places import queries, rules
from logistics.platform.places.models import Level, Place, PlaceKind

pytestmark = pytest.mark.requirement("ORG-02")


@pytest.fixture
def keeper(person):
    return person("周建平", "platform.places.manage")


@pytest.fixture
def make(keeper, at):
    def make(level: Level, name: str, parent: Place | None = None, **values) -> Place:
        if parent:
            parent.refresh_from_db()
        return rules.save_place(actor=keeper, at=at, level=level, name=name, parent=parent, **values)

    return make


@pytest.fixture
def tree(make):
    """One campus: building A with floor 3 and rooms 305 and 306, building B."""
    campus = make(Level.CAMPUS, "本部")
    a, b = make(Level.BUILDING, "教学楼A座", campus), make(Level.BUILDING, "教学楼B座", campus)
    floor = make(Level.FLOOR, "3层", a)
    rooms = [make(Level.ROOM, name, floor, kind=PlaceKind.CLASSROOM) for name in ("305教室", "306教室")]
    return {"campus": campus, "a": a, "b": b, "floor": floor, "305": rooms[0], "306": rooms[1]}


def names() -> list[str]:
    return sorted(Place.objects.values_list("full_name", flat=True))


def check_tree() -> None:
    """Every derived column follows from the parents, wherever a place was moved."""
    places = {place.pk: place for place in Place.objects.all()}
    show = sum(place.level == Level.CAMPUS for place in places.values()) > 1
    for place in places.values():
        above = [place]
        while above[0].parent_id:
            above.insert(0, places[above[0].parent_id])
        shown = [one.name for one in above if one is place or show or one.level != Level.CAMPUS]
        assert place.full_name == " ".join(shown)
        assert place.path == "".join(f"/{one.pk}" for one in above) + "/"
        assert place.building_id == next((one.pk for one in above if one.level == Level.BUILDING), None)


# The tree


def test_a_place_has_its_full_name_path_and_building(tree):
    room = Place.objects.get(pk=tree["305"].pk)
    assert room.full_name == "教学楼A座 3层 305教室"
    assert room.path == f"/{tree['campus'].pk}/{tree['a'].pk}/{tree['floor'].pk}/{room.pk}/"
    assert room.building == tree["a"]
    assert Place.objects.get(pk=tree["a"].pk).building == tree["a"]
    check_tree()


def test_a_second_campus_puts_the_campus_into_every_full_name_and_leaves_with_it(tree, make, keeper, at):
    south = make(Level.CAMPUS, "南校区")
    assert Place.objects.get(pk=tree["305"].pk).full_name == "本部 教学楼A座 3层 305教室"
    check_tree()
    rules.save_place(actor=keeper, at=at, record=south, level=Level.BUILDING)
    assert Place.objects.get(pk=tree["305"].pk).full_name == "教学楼A座 3层 305教室"
    check_tree()


def test_a_moved_floor_takes_its_rooms_along(tree, keeper, at):
    rules.save_place(actor=keeper, at=at, record=tree["floor"], parent=tree["b"])
    room = Place.objects.get(pk=tree["305"].pk)
    assert (room.full_name, room.building) == ("教学楼B座 3层 305教室", tree["b"])
    assert Event.objects.last().changes == {"上级": ["教学楼A座", "教学楼B座"]}
    check_tree()


def test_a_renamed_building_renames_what_is_inside(tree, keeper, at):
    rules.save_place(actor=keeper, at=at, record=tree["a"], name="博学楼")
    assert Place.objects.get(pk=tree["306"].pk).full_name == "博学楼 3层 306教室"
    check_tree()


def test_no_place_goes_into_itself(tree, keeper, at):
    before = names()
    for inside in ("floor", "305", "a"):
        with pytest.raises(RuleViolation) as refusal:
            rules.save_place(actor=keeper, at=at, record=tree["a"], parent=tree[inside])
        assert refusal.value.field == "parent"
    assert names() == before
    check_tree()


@pytest.mark.parametrize(
    ("level", "parent"),
    [
        (Level.CAMPUS, "campus"),
        (Level.BUILDING, "a"),
        (Level.FLOOR, "campus"),
        (Level.FLOOR, None),
        (Level.ROOM, "305"),
        (Level.BUILDING, "305"),
        ("tower", "a"),
    ],
)
def test_a_level_goes_only_where_it_fits(tree, make, level, parent):
    before = names()
    with pytest.raises(RuleViolation):
        make(level, "不合适", tree[parent] if parent else None)
    assert names() == before


def test_a_playground_may_stand_on_the_campus_itself(tree, make):
    field = make(Level.ROOM, "操场", tree["campus"], kind=PlaceKind.SPORTS)
    assert (field.full_name, field.building) == ("操场", None)
    check_tree()


def test_the_level_stays_once_something_is_inside(tree, keeper, at):
    with pytest.raises(RuleViolation, match="层级"):
        rules.save_place(actor=keeper, at=at, record=tree["a"], level=Level.CAMPUS, parent=None)
    assert Place.objects.get(pk=tree["a"].pk).level == Level.BUILDING


def test_two_places_side_by_side_have_two_names(tree, make):
    before = names()
    for level, name, parent in [(Level.ROOM, "305教室", tree["floor"]), (Level.ROOM, "３０５教室", tree["floor"]), (Level.CAMPUS, "本部", None)]:
        with pytest.raises(ValidationError):
            make(level, name, parent)
    assert names() == before


def test_a_full_name_that_fits_no_column_is_refused(make, keeper, at):
    building = make(Level.BUILDING, "楼" * 60)
    floor = make(Level.FLOOR, "层" * 60, building)
    with pytest.raises(ValidationError):
        make(Level.ROOM, "室" * 61, floor)
    assert len(make(Level.ROOM, "室" * 60, floor).full_name) == 182
    campus = make(Level.CAMPUS, "校" * 60)
    make(Level.CAMPUS, "分校")
    with pytest.raises(RuleViolation, match="太长"):
        rules.save_place(actor=keeper, at=at, record=building, parent=campus)
    assert Place.objects.get(pk=building.pk).parent is None
    check_tree()


# Codes


def test_a_place_gets_a_short_code_that_cannot_be_misread(tree):
    codes = list(Place.objects.values_list("code", flat=True))
    assert len(set(codes)) == 6
    assert all(re.fullmatch(r"P[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)


def test_a_printed_code_never_changes(tree, keeper, at):
    code = tree["305"].code
    with pytest.raises(RuleViolation, match="门牌"):
        rules.save_place(actor=keeper, at=at, record=tree["305"], code="R305")
    rules.save_place(actor=keeper, at=at, record=tree["305"], code=code.lower(), name="305室")
    rules.save_place(actor=keeper, at=at, record=tree["305"], code="", name="305教室")
    assert Place.objects.get(pk=tree["305"].pk).code == code


def test_a_code_of_ones_own_is_kept_and_is_nobody_elses(make):
    assert make(Level.BUILDING, "宿舍楼", code=" ｓs-01 ").code == "SS-01"
    with pytest.raises(ValidationError):
        make(Level.BUILDING, "另一栋", code="SS-01")
    for wrong in ("有中文", "A B", "A", "/x", "X" * 21):
        with pytest.raises(RuleViolation) as refusal:
            make(Level.BUILDING, "另一栋", code=wrong)
        assert refusal.value.field == "code"
    assert Place.objects.count() == 1


# Closing


def test_closing_a_building_closes_what_is_inside_one_entry_each(tree, keeper, at):
    rules.deactivate_place(actor=keeper, at=at, record=tree["a"])
    assert set(Place.objects.filter(is_active=True)) == {tree["campus"], tree["b"]}
    closed = Event.objects.filter(changes={"在用": ["是", "否"]}).values_list("record_id", flat=True)
    assert sorted(closed) == sorted(tree[name].pk for name in ("a", "floor", "305", "306"))


def test_a_room_a_class_uses_is_not_closed(tree, keeper, at):
    SchoolClass.objects.create(name="七1班", grade="七年级", room=tree["305"])
    with pytest.raises(RuleViolation, match="七1班"):
        rules.deactivate_place(actor=keeper, at=at, record=tree["a"])
    assert not Place.objects.filter(is_active=False).exists()


def test_a_room_opens_only_in_an_open_building(tree, keeper, at):
    rules.deactivate_place(actor=keeper, at=at, record=tree["a"])
    with pytest.raises(RuleViolation, match="上级"):
        rules.save_place(actor=keeper, at=at, record=tree["305"], is_active=True)
    assert not Place.objects.get(pk=tree["305"].pk).is_active
    rules.save_place(actor=keeper, at=at, record=tree["a"], is_active=True)
    rules.save_place(actor=keeper, at=at, record=tree["floor"], is_active=True)
    rules.save_place(actor=keeper, at=at, record=tree["305"], is_active=True)


def test_a_leaver_minds_no_place_and_a_closed_department_uses_none(tree, keeper, person, at):
    gone = person("已离职")
    gone.is_active = False
    closed = Department.objects.create(name="旧部门", is_active=False)
    for values, field in [({"responsible": gone}, "responsible"), ({"department": closed}, "department")]:
        with pytest.raises(RuleViolation) as refusal:
            rules.save_place(actor=keeper, at=at, record=tree["305"], **values)
        assert refusal.value.field == field
    room = Place.objects.get(pk=tree["305"].pk)
    assert (room.responsible, room.department) == (None, None)


# Finding


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("305", ["305"]),
        ("a座305", ["305"]),
        ("教学楼 ３０６", ["306"]),
        ("A座 3层", ["floor", "305", "306"]),
        ("教学楼", ["a", "b", "floor", "305", "306"]),
        ("没有的楼", []),
        ("  ", []),
        ("%", []),
    ],
)
def test_a_place_is_found_by_parts_of_its_name(tree, typed, found):
    assert set(queries.places_for(typed)) == {tree[name] for name in found}


def test_closed_places_are_not_offered_but_their_code_still_answers(tree, keeper, at):
    rules.deactivate_place(actor=keeper, at=at, record=tree["305"])
    assert not queries.places_for("305").exists()
    assert queries.place_by_code(f" {tree['305'].code.lower()} ") == tree["305"]
    assert queries.place_by_code("P00000") is None
    assert queries.place_by_code("") is None


def test_one_place_is_matched_or_a_sentence_says_why_not(tree):
    for typed in ("a座305", "教学楼A座 3层 305教室", tree["305"].code.lower(), f"id:{tree['305'].pk}"):
        assert queries.match_place(typed) == tree["305"]
    assert queries.match_place("教学楼A座") == tree["a"]
    with pytest.raises(ValidationError, match="没有找到「游泳馆」"):
        queries.match_place("游泳馆")
    with pytest.raises(ValidationError, match="不止一个"):
        queries.match_place("3层")
    for nonsense in ("id:99999999999999999999", "id:0", "x" * 5000, "\x00", "1 " * 3000):
        with pytest.raises(ValidationError):
            queries.match_place(nonsense)


def test_descendants_are_the_place_and_everything_inside(tree):
    assert set(queries.descendants(Place.objects.get(pk=tree["a"].pk))) == {tree[name] for name in ("a", "floor", "305", "306")}
    loose = Place.objects.create(level=Level.ROOM, name="未整理", code="X1")
    assert list(queries.descendants(loose)) == [loose]


def test_whoever_minds_a_building_minds_its_rooms_and_a_head_teacher_the_classroom(tree, keeper, person, at, django_assert_num_queries):
    minder, teacher = person("陈楼长"), person("赵老师")
    rules.save_place(actor=keeper, at=at, record=tree["floor"], responsible=minder)
    SchoolClass.objects.create(name="七1班", grade="七年级", room=tree["306"], head_teacher=teacher)
    SchoolClass.objects.create(name="毕业班", grade="九年级", room=tree["305"], head_teacher=teacher, is_active=False)
    Place.objects.create(level=Level.ROOM, name="未整理", code="X1", responsible=person("别人"))
    with django_assert_num_queries(1):
        assert set(queries.places_in_charge(minder)) == {tree["floor"], tree["305"], tree["306"]}
    assert list(queries.places_in_charge(teacher)) == [tree["306"]]
    assert not queries.places_in_charge(keeper).exists()


# Batches


def test_a_school_is_imported_level_by_level(keeper, at):
    (campus,) = rules.save_places(actor=keeper, at=at, rows=[{"level": Level.CAMPUS, "name": "本部"}])
    buildings = rules.save_places(actor=keeper, at=at, rows=[{"level": Level.BUILDING, "name": f"{n}号楼", "parent": campus} for n in range(20)])
    rooms = rules.save_places(actor=keeper, at=at, rows=[{"level": Level.ROOM, "name": f"{n}", "parent": one} for one in buildings for n in range(100)])
    assert rooms[0].full_name == "0号楼 0"
    assert (rooms[0].path, rooms[0].building_id) == (f"/{campus.pk}/{buildings[0].pk}/{rooms[0].pk}/", buildings[0].pk)
    check_tree()
    assert Event.objects.filter(action="create").count() == 2021
    rules.save_places(actor=keeper, at=at, rows=[{"level": Level.CAMPUS, "name": "南校区", "code": "nx"}])
    assert Place.objects.get(pk=rooms[0].pk).full_name == "本部 0号楼 0"
    check_tree()


def test_a_batch_with_one_bad_place_adds_none(tree, keeper, at):
    before, events = names(), Event.objects.count()
    rows = [
        {"level": Level.ROOM, "name": "307教室", "parent": tree["floor"]},
        {"level": Level.ROOM, "name": "307教室", "parent": tree["floor"]},
        {"level": Level.ROOM, "name": "305教室", "parent": tree["floor"]},
        {"level": Level.FLOOR, "name": "4层", "parent": None},
        {"level": Level.ROOM, "name": "", "parent": tree["floor"]},
        {"level": Level.ROOM, "name": "308教室", "parent": tree["floor"], "code": "不行"},
        {"level": Level.ROOM, "name": "309教室", "parent": tree["floor"], "code": tree["305"].code},
        {"level": Level.ROOM, "name": "310教室", "parent": tree["floor"], "kind": "cave"},
        {"level": Level.CAMPUS, "name": "本部"},
    ]
    with pytest.raises(BadRows) as refusal:
        rules.save_places(actor=keeper, at=at, rows=rows)
    assert sorted(refusal.value.rows) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert names() == before
    assert Event.objects.count() == events


# The database is the last guard


@pytest.mark.parametrize("nested", [True, False])
def test_the_database_itself_refuses_a_name_twice(tree, nested):
    values = {"parent": tree["floor"], "name": "305教室"} if nested else {"parent": None, "name": "本部"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(level=Level.ROOM, code="X9", **values)
    assert not Place.objects.filter(code="X9").exists()


# Whatever the order of changes


steps_of_a_day = st.lists(st.tuples(st.sampled_from(list(Level)), st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=14)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps_of_a_day)
def test_creating_moving_and_renaming_in_any_order_leaves_a_right_tree(keeper, at, steps):
    with transaction.atomic():
        for n, (level, which, under, is_new) in enumerate(steps):
            known = list(Place.objects.order_by("pk"))
            record = None if is_new or not known else known[which % len(known)]
            values = {"name": f"地{n}", "level": level if record is None else record.level, "parent": known[under] if under < len(known) else None}
            with suppress(RuleViolation):
                rules.save_place(actor=keeper, at=at, record=record, **values)
        check_tree()
        transaction.set_rollback(True)


def test_two_moves_at_once_never_put_two_places_inside_one_another(together, make, keeper, at):
    north, south = make(Level.CAMPUS, "北校区"), make(Level.CAMPUS, "南校区")
    buildings = [make(Level.BUILDING, f"{n}号楼", north) for n in range(4)]
    floors = [make(Level.FLOOR, f"{n}层", building) for n, building in enumerate(buildings)]
    outcomes = together(
        *(partial(rules.save_place, actor=keeper, at=at, record=building, parent=south) for building in buildings),
        *(partial(rules.save_place, actor=keeper, at=at, record=floor, parent=buildings[n - 1]) for n, floor in enumerate(floors)),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not Place.objects.filter(level=Level.BUILDING).exclude(parent=south).exists()
    check_tree()


# Rights


@pytest.mark.parametrize(
    ("act", "values"),
    [
        (rules.save_place, {"level": Level.CAMPUS, "name": "本部"}),
        (rules.save_places, {"rows": []}),
        (rules.deactivate_place, {"record": Place(pk=1)}),
    ],
)
def test_who_has_no_right_changes_nothing(person, at, act, values):
    with pytest.raises(NotAllowed, match="没有"):
        act(actor=person("路人"), at=at, **values)
    assert not (Place.objects.exists() or Event.objects.exists())

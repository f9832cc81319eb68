"""床位: who may sleep where, from when to when, and who may change it (DOR-01)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dorms.bed import move_rules, rules, stay_rules
from dorms.bed.figures import bedless, building_counts, gone, head_counts, proposal, room_maps
from dorms.bed.importing import BED_LIST
from dorms.bed.models import Bed, DormRoom, HandSheet, MoveState, RoomMove, Stay
from dorms.bed.naming import bed_called
from dorms.bed.plan_rules import confirm_plan
from dorms.bed.queries import buildings_visible_to, free_beds, moves_to_decide, room_of, rooms_visible_to, sleepers_on, stays_visible_to
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.audit.saving import BadRows
from logistics.platform.imports.targets import Row
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import Student
from tests.conftest import NOW
from tests.dorms.bed_kit import make_dorm

pytestmark = pytest.mark.requirement("DOR-01")
TODAY = timezone.localdate(NOW)


@pytest.fixture
def dorm(cast):
    return make_dorm(cast)


def give(cast, pupil, bed, who=None, since=TODAY) -> Stay:
    return stay_rules.allocate(actor=who or cast.dormkeeper, at=NOW, student=pupil, bed=bed, since=since)


def signed(pupil) -> list:
    return [typed_signature(pupil.name, signer=pupil.name)]


def test_a_keeper_gives_a_bed_and_the_map_knows_it(cast, dorm):
    pupil = dorm.pupil("A1")
    stay = give(cast, pupil, dorm.bed(dorm.girls, 2))
    assert [one.pk for one in sleepers_on([dorm.girls], TODAY)[dorm.girls.pk]] == [stay.pk]
    assert room_of(pupil, TODAY) == dorm.girls and room_of(pupil, TODAY - timedelta(days=1)) is None
    assert free_beds(TODAY, sex="f").filter(room=dorm.girls).count() == 3
    assert not bedless(TODAY).filter(pk=pupil.pk).exists() and head_counts(TODAY)[dorm.seven.pk] == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"sex": "m"}, "男生"), ({"is_boarder": False}, "不是住校生"), ({"is_active": False}, "不在校"), ({"sex": ""}, "没有登记性别")],
)
def test_whoever_does_not_fit_gets_no_bed(cast, dorm, fields, words):
    with pytest.raises(RuleViolation, match=words):
        give(cast, dorm.pupil("A1", **fields), dorm.bed(dorm.girls, 1))
    assert not Stay.objects.filter(bed__room=dorm.girls).exists()


def test_the_table_itself_knows_no_boy_in_a_girls_room(cast, dorm):
    stay = give(cast, dorm.pupil("A1"), dorm.bed(dorm.girls, 1))
    for changed in ({"student_sex": "m"}, {"left_on": TODAY - timedelta(days=1), "why_left": "x"}, {"left_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stay.objects.filter(pk=stay.pk).update(**changed)


def test_one_bed_holds_one_and_one_student_has_one(cast, dorm):
    first, second = dorm.pupil("A1"), dorm.pupil("A2")
    give(cast, first, dorm.bed(dorm.girls, 1))
    with pytest.raises(Conflict, match="学生A1"):
        give(cast, second, dorm.bed(dorm.girls, 1))
    with pytest.raises(Conflict, match="调换"):
        give(cast, first, dorm.bed(dorm.girls, 2))
    later = TODAY + timedelta(days=5)
    give(cast, second, dorm.bed(dorm.girls, 2), since=later)
    with pytest.raises(Conflict):  # who is to come holds the bed, too
        give(cast, dorm.pupil("A3"), dorm.bed(dorm.girls, 2))
    with pytest.raises(RuleViolation, match="年份"):
        give(cast, dorm.pupil("A4"), dorm.bed(dorm.girls, 3), since=date(2062, 9, 1))


def test_many_at_once_is_all_or_nothing(cast, dorm):
    pupils = [dorm.pupil(f"A{n}") for n in range(3)]
    rows = [{"student": pupil, "bed": dorm.bed(dorm.girls, min(n + 1, 2))} for n, pupil in enumerate(pupils)]
    with pytest.raises(BadRows) as refusal:
        stay_rules.allocate_many(actor=cast.dormkeeper, at=NOW, rows=rows)
    assert list(refusal.value.rows) == [2] and not Stay.objects.filter(bed__room=dorm.girls).exists()


def test_a_keeper_works_in_the_own_buildings_only(cast, dorm):
    other = make_dorm(cast, "六号宿舍楼")
    rules.save_building(actor=cast.director, at=NOW, record=other.building, keepers=[])
    with pytest.raises(NotAllowed, match="不归您管"):
        give(cast, other.pupil("B1"), other.bed(other.girls, 1))
    stay = give(cast, other.pupil("B2"), other.bed(other.girls, 1), who=cast.director)
    assert list(buildings_visible_to(cast.dormkeeper)) == [dorm.building]
    with pytest.raises(NotAllowed):
        stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="转学")
    with pytest.raises(NotAllowed):
        rules.set_bed(actor=cast.dormkeeper, at=NOW, record=other.bed(other.girls, 2), is_active=False, note="坏")


def test_a_head_teacher_sees_the_own_class_and_its_rooms(cast, dorm):
    mine = give(cast, dorm.pupil("A1"), dorm.bed(dorm.girls, 1))
    give(cast, dorm.pupil("A2", school_class=dorm.eight), dorm.bed(dorm.girls, 2))
    give(cast, dorm.pupil("A3", "m", school_class=dorm.eight), dorm.bed(dorm.boys, 1))
    assert list(stays_visible_to(cast.headteacher)) == [mine]
    assert list(rooms_visible_to(cast.headteacher)) == [dorm.girls]
    assert not stays_visible_to(cast.stranger).exists() and rooms_visible_to(cast.director).filter(building=dorm.building).count() == 2
    with pytest.raises(NotAllowed):
        give(cast, dorm.pupil("A4"), dorm.bed(dorm.girls, 3), who=cast.headteacher)


def test_leaving_frees_the_bed_the_same_night_and_keeps_the_past(cast, dorm):
    pupil = dorm.pupil("A1")
    stay = give(cast, pupil, dorm.bed(dorm.girls, 1), since=TODAY - timedelta(days=10))
    items = [{"name": "钥匙", "state": "好"}, {"name": "椅子", "state": "损坏"}]
    with pytest.raises(RuleViolation, match="怎么回事"):
        stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="毕业", items=items, signature=signed(pupil))
    with pytest.raises(RuleViolation, match="签名"):
        stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="毕业", items=items, note="腿断了")
    with pytest.raises(RuleViolation, match="今天"):
        stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="毕业", left_on=TODAY + timedelta(days=1))
    stay.refresh_from_db()
    assert stay.left_on is None and not HandSheet.objects.filter(stay=stay).exists()
    stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="毕业", items=items, signature=signed(pupil), note="腿断了")
    assert [row["name"] for row in HandSheet.objects.get(stay=stay).bad] == ["椅子"]
    assert room_of(pupil, TODAY) is None and room_of(pupil, TODAY - timedelta(days=1)) == dorm.girls
    give(cast, dorm.pupil("A2"), dorm.bed(dorm.girls, 1))
    with pytest.raises(RuleViolation, match="已经退宿"):
        stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="毕业")


def test_a_hand_over_is_written_once_and_never_changed(cast, dorm):
    pupil = dorm.pupil("A1")
    stay = give(cast, pupil, dorm.bed(dorm.girls, 1))
    given = {"items": [{"name": "钥匙", "state": "好"}], "signature": signed(pupil)}
    stay_rules.hand_over(actor=cast.dormkeeper, at=NOW, record=stay, **given)
    with pytest.raises(RuleViolation, match="已经登记"):
        stay_rules.hand_over(actor=cast.dormkeeper, at=NOW, record=stay, **given)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        HandSheet.objects.filter(stay=stay).update(note="改")


def test_a_move_is_decided_by_another_and_done_at_once(cast, dorm):
    pupil = dorm.pupil("A1")
    give(cast, pupil, dorm.bed(dorm.girls, 1), since=TODAY - timedelta(days=3))
    given = {"student": pupil, "to_bed": dorm.bed(dorm.girls, 3), "wish": "parent", "reason": "上铺换下铺"}
    with pytest.raises(RuleViolation, match="男生"):
        move_rules.ask_move(actor=cast.headteacher, at=NOW, **(given | {"to_bed": dorm.bed(dorm.boys, 1)}))
    with pytest.raises(NotAllowed):
        move_rules.ask_move(actor=cast.stranger, at=NOW, **given)
    own = move_rules.ask_move(actor=cast.dormkeeper, at=NOW, **given)
    with pytest.raises(NotAllowed, match="另一位"):
        move_rules.approve_move(actor=cast.dormkeeper, at=NOW, record=own)
    with pytest.raises(NotAllowed):
        move_rules.approve_move(actor=cast.headteacher, at=NOW, record=own)
    move_rules.approve_move(actor=cast.director, at=NOW, record=own)
    assert RoomMove.objects.get(pk=own.pk).state == MoveState.DONE
    assert Stay.objects.get(student=pupil, left_on=None).bed.number == 3 and Stay.objects.filter(student=pupil).count() == 2
    with pytest.raises(RuleViolation):
        move_rules.approve_move(actor=cast.director, at=NOW, record=own)


def test_two_change_beds_and_what_changed_meanwhile_is_refused(cast, dorm):
    one, two = dorm.pupil("A1"), dorm.pupil("A2")
    first, second = give(cast, one, dorm.bed(dorm.girls, 1)), give(cast, two, dorm.bed(dorm.girls, 2))
    asked = move_rules.ask_move(actor=cast.headteacher, at=NOW, student=one, to_bed=second.bed, wish="teacher", reason="吵")
    assert asked.other == two
    move_rules.approve_move(actor=cast.dormkeeper, at=NOW, record=asked)
    now = dict(Stay.objects.filter(left_on=None, bed__room=dorm.girls).values_list("student", "bed__number"))
    assert now == {one.pk: 2, two.pk: 1}  # moved on the day they came: no night lost, none twice
    assert len(sleepers_on([dorm.girls], TODAY)[dorm.girls.pk]) == 2
    stale = move_rules.ask_move(actor=cast.headteacher, at=NOW, student=one, to_bed=first.bed, wish="teacher", reason="再换")
    stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=Stay.objects.get(student=two, left_on=None), why="转学")
    with pytest.raises(Conflict, match="变了"):
        move_rules.approve_move(actor=cast.dormkeeper, at=NOW, record=stale)


def test_rooms_and_beds_with_people_stay_as_they_are(cast, dorm):
    give(cast, dorm.pupil("A1"), dorm.bed(dorm.girls, 1))
    for changed, words in (({"sex": "m"}, "不能改男女"), ({"is_active": False}, "不能停用")):
        with pytest.raises(RuleViolation, match=words):
            rules.save_room(actor=cast.director, at=NOW, record=dorm.girls, **changed)
    with pytest.raises(RuleViolation, match="不能停用"):
        rules.save_building(actor=cast.director, at=NOW, record=dorm.building, is_active=False)
    with pytest.raises(RuleViolation, match="另一种性别"):
        rules.save_building(actor=cast.director, at=NOW, record=dorm.building, sex="f")
    with pytest.raises(RuleViolation, match="还有人"):
        rules.set_bed(actor=cast.dormkeeper, at=NOW, record=dorm.bed(dorm.girls, 1), is_active=False, note="坏了")
    rules.set_bed(actor=cast.dormkeeper, at=NOW, record=dorm.bed(dorm.girls, 2), is_active=False, note="坏了")
    with pytest.raises(RuleViolation, match="不能用"):
        give(cast, dorm.pupil("A2"), dorm.bed(dorm.girls, 2))
    assert DormRoom.objects.get(pk=dorm.girls.pk).sex == "f"


def test_a_place_becomes_a_building_or_a_room_once(cast, dorm):
    with pytest.raises(RuleViolation, match="已经登记成宿舍楼了"):
        rules.save_building(actor=cast.director, at=NOW, place=dorm.building.place, sex="", is_active=True)
    with pytest.raises(RuleViolation, match="已经登记成宿舍了"):
        rules.save_room(actor=cast.director, at=NOW, building=dorm.building, place=dorm.girls.place, sex="f", is_active=True)
    assert rules.save_room(actor=cast.director, at=NOW, record=dorm.girls, place=dorm.girls.place, grade="七年级").grade == "七年级"


def test_a_building_becomes_rooms_in_one_go(cast, dorm):
    made = rules.make_rooms(actor=cast.director, at=NOW, record=dorm.building, sex="f", beds=6)
    assert [room.place.name for room in made] == ["103室"] and Bed.objects.filter(room=made[0]).count() == 6
    with pytest.raises(RuleViolation, match="没有还没登记"):
        rules.make_rooms(actor=cast.director, at=NOW, record=dorm.building, sex="f", beds=6)
    count = next(one for one in building_counts(buildings_visible_to(cast.director), TODAY) if one.building == dorm.building)
    assert (count.rooms, count.beds, count.free) == (3, 14, 14)


def test_whoever_left_school_still_in_a_bed_is_named(cast, dorm):
    pupil = dorm.pupil("A1")
    give(cast, pupil, dorm.bed(dorm.girls, 1))
    assert not gone(stays_visible_to(cast.dormkeeper)).exists()
    pupil.is_boarder = False
    pupil.save()
    assert gone(stays_visible_to(cast.dormkeeper)).count() == 1


def test_a_proposal_changes_nothing_until_confirmed_and_a_stale_one_is_refused(cast, dorm):
    pupils = [dorm.pupil(f"A{n}") for n in range(3)]
    found = proposal(cast.dormkeeper, TODAY, grade="七年级", buildings=[dorm.building])
    mine = [line for line in found.lines if line.student in pupils]
    assert len(mine) == 3 and {line.bed.room for line in mine} == {dorm.girls} and not Stay.objects.filter(bed__room=dorm.girls).exists()
    give(cast, dorm.pupil("A9", school_class=dorm.eight), dorm.bed(dorm.girls, 2))
    given = {"grade": "七年级", "buildings": [dorm.building]}
    with pytest.raises(Conflict, match="新的方案"):
        confirm_plan(actor=cast.dormkeeper, at=NOW, seen=found.digest, **given)
    assert Stay.objects.filter(bed__room=dorm.girls).count() == 1
    found = proposal(cast.dormkeeper, TODAY, grade="七年级", buildings=[dorm.building])
    assert len(confirm_plan(actor=cast.dormkeeper, at=NOW, seen=found.digest, **given)) == len(found.lines) == 3


@pytest.mark.parametrize("text", ["五号宿舍楼 101 3号床", "五号宿舍楼101室3号", "5号宿舍楼 101-3", "五号宿舍楼 1层 101室 3 号床"])
def test_a_bed_is_found_as_people_write_it(cast, dorm, text):
    assert bed_called(text) == dorm.bed(dorm.girls, 3)
    assert bed_called("五号宿舍楼 101") is None and bed_called("五号宿舍楼 109 1号床") is None


def test_the_list_in_excel_is_checked_line_by_line(cast, dorm):
    dorm.pupil("A1"), dorm.pupil("A2"), dorm.pupil("A3", "m")
    known = give(cast, dorm.pupil("A4"), dorm.bed(dorm.girls, 4))
    given = [("A1", 1), ("A2", 1), ("A3", 2), ("A4", 4), ("XX", 3), ("A2", 9)]
    rows = [Row(str(n), "表", n, values={"number": number, "building": "五号宿舍楼", "room": "101", "bed": bed}) for n, (number, bed) in enumerate(given, 2)]
    BED_LIST.resolve(rows, user=cast.dormkeeper)
    wrong = [" ".join(words for words, _ in row.problems.values()) for row in rows]
    assert not wrong[0] and "同一张床" in wrong[1] and "男生" in wrong[2] and not wrong[3] and "XX" in wrong[4] and "没有 9 号床" in wrong[5]
    assert rows[3].existing == known and not rows[3].values
    made = BED_LIST.create(actor=cast.dormkeeper, at=NOW, rows=[rows[0].values])
    assert [(one.student.number, one.bed.number) for one in made] == [("A1", 1)]
    BED_LIST.resolve(again := [Row("x", "表", 2, values={"number": "A2", "building": "五号宿舍楼", "room": "101", "bed": 2})], user=cast.headteacher)
    assert "不归您管" in again[0].problems["room"][0]


def test_a_first_night_still_ahead_can_be_called_off_and_the_bed_is_free_at_once(cast, dorm):
    pupil, later = dorm.pupil("A1"), TODAY + timedelta(days=30)
    stay = give(cast, pupil, dorm.bed(dorm.girls, 1), since=later)
    stay_rules.check_out(actor=cast.dormkeeper, at=NOW, record=stay, why="不来了")
    stay.refresh_from_db()
    assert stay.left_on == later and room_of(pupil, later) is None
    assert free_beds(TODAY, sex="f").filter(room=dorm.girls).count() == 4 and bedless(TODAY).filter(pk=pupil.pk).exists()
    assert not any(spot.stay for spot in room_maps([dorm.girls], TODAY, cast.director)[0].spots)
    give(cast, dorm.pupil("A2"), dorm.bed(dorm.girls, 1))
    assert give(cast, pupil, dorm.bed(dorm.girls, 2)).left_on is None


def test_a_move_before_the_first_night_frees_the_first_bed(cast, dorm):
    pupil = dorm.pupil("A1")
    give(cast, pupil, dorm.bed(dorm.girls, 1), since=TODAY + timedelta(days=30))
    asked = move_rules.ask_move(actor=cast.headteacher, at=NOW, student=pupil, to_bed=dorm.bed(dorm.girls, 2), wish="teacher", reason="近")
    move_rules.approve_move(actor=cast.dormkeeper, at=NOW, record=asked)
    assert [bed.number for bed in free_beds(TODAY, sex="f").filter(room=dorm.girls)] == [1, 3, 4]


def test_whoever_is_asked_about_a_move_can_decide_it(cast, dorm):
    other = make_dorm(cast, "六号宿舍楼")
    rules.save_building(actor=cast.director, at=NOW, record=other.building, keepers=[])
    give(cast, dorm.pupil("A1"), dorm.bed(dorm.girls, 1))
    own = move_rules.ask_move(
        actor=cast.dormkeeper, at=NOW, student=Student.objects.get(number="A1"), to_bed=dorm.bed(dorm.girls, 2), wish="keeper", reason="漏雨"
    )
    assert cast.director in move_rules.deciders_of(own) and cast.dormkeeper not in move_rules.deciders_of(own)
    move_rules.withdraw_move(actor=cast.dormkeeper, at=NOW, record=own)
    away = move_rules.ask_move(
        actor=cast.headteacher, at=NOW, student=Student.objects.get(number="A1"), to_bed=other.bed(other.girls, 2), wish="teacher", reason="近"
    )
    assert cast.dormkeeper not in move_rules.deciders_of(away) and cast.director in move_rules.deciders_of(away)
    assert not moves_to_decide(cast.dormkeeper).exists() and list(moves_to_decide(cast.director)) == [away]


def test_who_sleeps_in_another_bed_is_not_learnt_from_a_refusal(cast, dorm):
    mine, other = dorm.pupil("A1"), dorm.pupil("A2", school_class=dorm.eight)
    give(cast, mine, dorm.bed(dorm.girls, 1)), give(cast, other, dorm.bed(dorm.girls, 2))
    other.is_boarder = False
    other.save()
    with pytest.raises(RuleViolation, match="对换不了") as refusal:
        move_rules.ask_move(actor=cast.headteacher, at=NOW, student=mine, to_bed=dorm.bed(dorm.girls, 2), wish="teacher", reason="吵")
    assert other.name not in refusal.value.message


@pytest.mark.parametrize(("changed", "field"), [({"area": -5}, "area"), ({"area": 0}, "area"), ({"beds": 3}, "beds")])
def test_a_room_has_a_size_and_keeps_its_beds(cast, dorm, changed, field):
    with pytest.raises(RuleViolation) as refusal:
        rules.save_room(actor=cast.director, at=NOW, record=dorm.girls, **changed)
    assert refusal.value.field == field and Bed.objects.filter(room=dorm.girls).count() == 4


def test_the_preview_of_a_list_says_who_stands_in_it_twice_and_which_day_cannot_be(cast, dorm):
    dorm.pupil("A1"), dorm.pupil("A2")
    given = [{"name": "学生A1", "bed": 1}, {"name": "学生A1", "bed": 2}, {"number": "A2", "bed": 3, "since": date(2062, 9, 1)}]
    rows = [Row(str(n), "表", n, values={"building": "五号宿舍楼", "room": "101", **one}) for n, one in enumerate(given, 2)]
    BED_LIST.resolve(rows, user=cast.dormkeeper)
    assert not rows[0].problems and "已经有一行" in rows[1].problems["name"][0] and "年份" in rows[2].problems["since"][0]
    assert give(cast, dorm.pupil("A3"), dorm.bed(dorm.girls, 4), since=TODAY - timedelta(days=1000)).pk  # a list taken over

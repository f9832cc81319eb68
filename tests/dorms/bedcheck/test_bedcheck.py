"""查寝: prepared once, exceptions only, leave subtracts itself, who is missing is told of until there is a result (DOR-02)."""

from datetime import time, timedelta

import pytest

from dorms.bed.models import Bed, Stay
from dorms.bedcheck import missing_rules, rules
from dorms.bedcheck.figures import month_of_nights
from dorms.bedcheck.leaders import leaders_at
from dorms.bedcheck.models import BedCheck, CheckTime, Missing, MissingState, NightMark, RoomCheck
from dorms.bedcheck.nights import is_planned, starts_on
from dorms.bedcheck.queries import came_after, checks_visible_to, kept_on_phone, missing_visible_to, unprepared
from dorms.leave.models import DormLeave, LeaveState
from dorms.leave.rules import take_back, void_leave
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.terms.calendar import SchoolCalendar
from tests.dorms.check_kit import TODAY, TOMORROW, a_leave, a_night, at, look, room, system, told
from tests.dorms.score_kit import dorm_of, sleeper
from tests.platform.duties_kit import moment

pytestmark = pytest.mark.requirement("DOR-02")


@pytest.fixture
def night(cast):
    return a_night(cast, sheet=False)


def test_a_school_night_is_before_a_school_day_and_the_morning_belongs_to_the_night_before():
    days = SchoolCalendar()
    thursday, friday = TOMORROW, TODAY + timedelta(days=2)
    assert is_planned(thursday, "school", days) and not is_planned(friday, "school", days) and is_planned(friday, "term", days)
    assert starts_on(TODAY, time(6, 30)) == moment(TOMORROW, "06:30") and starts_on(TODAY, time(21, 40)) == at(0)


def test_checks_are_made_once_a_building_and_night_with_the_rooms_that_are_lived_in(cast, night):
    dorm, check = night
    assert check.starts_at == at(0) and check.due_at == at(10) and list(check.rooms.values_list("room", flat=True)) == [dorm.rooms[0].pk, dorm.rooms[1].pk]
    assert rules.prepare_checks(actor=system(), at=moment(TODAY, "12:00")) == 0 and BedCheck.objects.count() == 1
    sleeper(cast, dorm.rooms[2], dorm.classes[0], "S9", 1)
    rules.prepare_checks(actor=system(), at=moment(TODAY, "13:00"))
    assert check.rooms.count() == 3


def test_the_last_obligatory_time_stays_in_use(cast, night):
    only = CheckTime.objects.get()
    for change in ({"is_active": False}, {"is_obligatory": False}):
        with pytest.raises(RuleViolation):
            rules.save_time(actor=cast.director, at=at(0), record=only, **change)
    with pytest.raises(NotAllowed):
        rules.save_time(actor=cast.dormkeeper, at=at(0), record=only, begins_at=time(22))
    assert CheckTime.objects.get().begins_at == time(21, 40)


def test_whoever_is_not_touched_is_in_bed_and_the_last_room_ends_the_check(cast, night):
    dorm, check = night
    one = look(cast, room(check, dorm), dorm.students[:2])
    assert (one.people, one.present, one.marks.count()) == (2, 2, 0)
    look(cast, room(check, dorm, 1), dorm.students[2:], minutes=3)
    check.refresh_from_db()
    assert check.finished_at == at(3) and not check.was_late and not Missing.objects.exists()


def test_leave_subtracts_itself_also_when_given_after_the_page_was_read(cast, night):
    dorm, check = night
    away = dorm.students[0]
    a_leave(cast, away)
    one = look(cast, room(check, dorm), dorm.students[:2], marks={away.pk: "absent"})
    assert (one.people, one.leave, one.absent, one.present) == (2, 1, 0, 1) and not Missing.objects.exists()


def test_a_leave_that_was_taken_back_makes_the_keeper_look_again(cast, night):
    dorm, check = night
    leave = a_leave(cast, dorm.students[0])
    void_leave(actor=cast.headteacher, at=at(-20), record=leave, reason="不走了")
    with pytest.raises(Conflict, match="请看一眼"):
        look(cast, room(check, dorm), dorm.students[:2], shown_away=[dorm.students[0].pk])
    assert room(check, dorm).state == "todo" and not NightMark.objects.exists()


def test_a_new_boarder_the_page_did_not_ask_about_is_a_conflict(cast, night):
    dorm, check = night
    sleeper(cast, dorm.rooms[0], dorm.classes[0], "S9", 5)
    with pytest.raises(Conflict, match="多了"):
        look(cast, room(check, dorm), dorm.students[:2])


def test_nobody_is_written_on_leave_without_a_note_or_elsewhere_without_a_place(cast, night):
    dorm, check = night
    for mark, words in (("leave", "没有假条"), ("elsewhere", "在哪里"), ("asleep", "选一项")):
        with pytest.raises(RuleViolation, match=words):
            look(cast, room(check, dorm), dorm.students[:2], marks={dorm.students[0].pk: mark})
    assert room(check, dorm).state == "todo"


def test_absent_without_leave_tells_head_teacher_keeper_and_leaders_at_once_and_again(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2], marks={dorm.students[0].pk: "absent"})
    found = Missing.objects.get()
    first = {cast.headteacher.pk, cast.dormkeeper.pk, cast.vice.pk, cast.safety.pk}
    assert first <= told(f"dorms.missing.first:{found.pk}") and cast.principal.pk not in told(f"dorms.missing.first:{found.pk}")
    for minutes in (5, 12, 13, 33, 40):
        missing_rules.watch_nights(actor=system(), at=at(minutes))
    assert first <= told(f"dorms.missing.second:{found.pk}") and cast.principal.pk in told(f"dorms.missing.third:{found.pk}")
    assert OutboxMessage.objects.filter(key__startswith="dorms.missing").count() == 3


def test_the_result_is_written_with_its_minutes_and_the_first_entry_stays(cast, night):
    dorm, check = night
    pupil = dorm.students[0]
    look(cast, room(check, dorm), dorm.students[:2], marks={pupil.pk: "absent"})
    found = Missing.objects.get()
    missing_rules.add_step(actor=cast.headteacher, at=at(6), record=found, words="已打电话给家长")
    with pytest.raises(RuleViolation) as refusal:
        missing_rules.settle_missing(actor=cast.headteacher, at=at(9), record=found, outcome="hospital")
    assert refusal.value.field == "words"
    done = missing_rules.settle_missing(actor=cast.headteacher, at=at(15), record=found, outcome="back")
    one = room(check, dorm)
    assert (done.minutes(at(60)), one.absent, one.late, one.present) == (13, 0, 1, 2)
    assert list(one.marks.values_list("mark", "stands")) == [("absent", False), ("late", True)]
    with pytest.raises(RuleViolation):
        missing_rules.settle_missing(actor=cast.dormkeeper, at=at(20), record=found, outcome="found", words="操场")
    assert missing_rules.watch_nights(actor=system(), at=at(60)) == 0


def test_only_those_concerned_see_and_follow_a_search(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2], marks={dorm.students[0].pk: "absent"})
    found = Missing.objects.get()
    assert list(missing_visible_to(cast.headteacher)) == [found] and not checks_visible_to(cast.headteacher).exists()
    assert not missing_visible_to(cast.teacher).exists()
    with pytest.raises(NotAllowed):
        missing_rules.add_step(actor=cast.teacher, at=at(5), record=found, words="看见了")


def test_found_in_bed_at_the_next_check_ends_the_search(cast, night):
    dorm, check = night
    pupil = dorm.students[0]
    rules.save_time(actor=cast.director, at=at(-600), name="熄灯查寝", begins_at=time(22, 20), nights="school", is_obligatory=False, is_active=True)
    rules.prepare_checks(actor=system(), at=at(-300))
    look(cast, room(check, dorm), dorm.students[:2], marks={pupil.pk: "absent"})
    later = RoomCheck.objects.get(check_of__time__name="熄灯查寝", room=dorm.rooms[0])
    look(cast, later, dorm.students[:2], minutes=42, marks={pupil.pk: "in"})
    assert Missing.objects.get().outcome == "back" and room(check, dorm).late == 1 and RoomCheck.objects.get(pk=later.pk).present == 2


def test_who_lies_in_bed_has_come_back_from_leave(cast, night):
    dorm, check = night
    leave = a_leave(cast, dorm.students[0])
    look(cast, room(check, dorm), dorm.students[:2], shown_away=[dorm.students[0].pk], marks={dorm.students[0].pk: "in"})
    leave.refresh_from_db()
    assert leave.state == LeaveState.BACK and room(check, dorm).present == 2


def test_a_correction_adds_an_entry_and_ends_or_opens_a_search(cast, night):
    dorm, check = night
    pupil = dorm.students[0]
    one = look(cast, room(check, dorm), dorm.students[:2], marks={pupil.pk: "absent"})
    with pytest.raises(RuleViolation):
        rules.correct_mark(actor=cast.dormkeeper, at=at(4), record=one, student=pupil, mark="in", note="")
    with pytest.raises(RuleViolation, match="不住这间"):
        rules.correct_mark(actor=cast.dormkeeper, at=at(4), record=one, student=dorm.students[3], mark="absent", note="看错")
    rules.correct_mark(actor=cast.dormkeeper, at=at(4), record=one, student=pupil, mark="in", note="在上铺睡着了")
    assert Missing.objects.get().outcome == "mistake" and room(check, dorm).present == 2
    rules.correct_mark(actor=cast.dormkeeper, at=at(5), record=one, student=dorm.students[1], mark="absent", note="漏点了")
    assert Missing.objects.filter(state=MissingState.OPEN).count() == 1 and room(check, dorm).absent == 1


def test_a_room_of_another_keeper_too_early_or_too_late_is_refused(cast, night):
    dorm, check = night
    other = dorm_of(cast, name="二号宿舍楼", keeper=cast.guard, prefix="X", sheet=False)
    rules.prepare_checks(actor=system(), at=at(-60))
    theirs = RoomCheck.objects.get(room=other.rooms[0])
    with pytest.raises(NotAllowed):
        look(cast, theirs, other.students[:2])
    for minutes in (-60, 21 * 60):
        with pytest.raises(RuleViolation):
            look(cast, room(check, dorm), dorm.students[:2], minutes=minutes)
    assert not RoomCheck.objects.exclude(state="todo").exists()


def test_rooms_nobody_saw_in_time_are_named_once(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2])
    for minutes in (9, 11, 12):
        missing_rules.watch_nights(actor=system(), at=at(minutes))
    row = OutboxMessage.objects.get(key=f"dorms.check.late:{check.pk}")
    assert row.payload["body"] == "102" and {cast.dormkeeper.pk, cast.vice.pk} <= set(row.payload["recipients"])


def test_written_without_network_counts_when_it_was_seen(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2], minutes=90, seen_at=at(4))
    look(cast, room(check, dorm, 1), dorm.students[2:], minutes=91, seen_at=at(6))
    check.refresh_from_db()
    assert check.finished_at == at(6) and not check.was_late and room(check, dorm).done_at == at(90)


def test_the_phone_keeps_every_room_and_a_leave_makes_them_new(cast, night, monkeypatch):
    dorm, check = night
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(0))
    before = dict(kept_on_phone(cast.dormkeeper))
    assert f"/dorms/room-check/{room(check, dorm).pk}/check/" in before and len(before) == 4
    a_leave(cast, dorm.students[0])
    after = dict(kept_on_phone(cast.dormkeeper))
    assert before.keys() == after.keys() and all(before[url] != after[url] for url in before)


def test_the_room_page_shows_leave_and_posts_the_whole_room(cast, night, client, monkeypatch):
    dorm, check = night
    one, pupil = room(check, dorm), dorm.students[1]
    a_leave(cast, dorm.students[0])
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(1))
    client.force_login(cast.dormkeeper)
    page = client.get(f"/dorms/room-check/{one.pk}/check/")
    assert page.status_code == 200 and "请假" in page.content.decode()
    given = {"seen": "todo", "asked": f"{dorm.students[0].pk} {pupil.pk}", "away": f"{dorm.students[0].pk}", f"mark_{pupil.pk}": "elsewhere"}
    assert client.post(f"/dorms/room-check/{one.pk}/check/", given).status_code == 422
    answer = client.post(f"/dorms/room-check/{one.pk}/check/", given | {f"note_{pupil.pk}": "在医务室"})
    assert answer.status_code == 302 and answer.url == f"/dorms/room-check/{room(check, dorm, 1).pk}/check/"
    one.refresh_from_db()
    assert (one.leave, one.elsewhere, one.present) == (1, 1, 0)
    for address in (f"/dorms/check/{check.pk}/", "/dorms/tonight/", f"/dorms/check/figures/?month={TODAY:%Y-%m}", f"/dorms/room-check/{one.pk}/"):
        assert client.get(address).status_code == 200


def test_a_months_figures_count_searches_and_their_minutes(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2], marks={dorm.students[0].pk: "absent"})
    look(cast, room(check, dorm, 1), dorm.students[2:], minutes=20)
    missing_rules.settle_missing(actor=cast.dormkeeper, at=at(12), record=Missing.objects.get(), outcome="back")
    (building,), (one,) = month_of_nights(cast.director, TODAY.replace(day=1), TODAY, at(60))
    assert (building.checks, building.in_time, building.people, building.late, building.absent) == (1, 0, 5, 1, 0)
    assert (one.missing, one.average, one.marks["late"]) == (1, 10, 1)


def test_leaders_come_from_the_duty_roster():
    assert leaders_at(at(0)) == []


def late_check(dorm, begins=time(22, 20)) -> RoomCheck:
    """Another check of the same night, its first room."""
    rules.save_time(actor=dorm.building.created_by, at=at(-600), name="熄灯查寝", begins_at=begins, nights="school", is_obligatory=False, is_active=True)
    rules.prepare_checks(actor=system(), at=at(-300))
    return RoomCheck.objects.get(check_of__time__name="熄灯查寝", check_of__on=TODAY, room=dorm.rooms[0])


def test_who_is_found_in_a_later_night_stays_absent_in_the_one_before(cast, night):
    dorm, check = night
    pupil, ask = dorm.students[0], dorm.students[:2]
    look(cast, room(check, dorm), ask, marks={pupil.pk: "absent"})
    rules.prepare_checks(actor=system(), at=at(600))
    next_night = RoomCheck.objects.get(check_of__on=TOMORROW, room=dorm.rooms[0])
    look(cast, next_night, ask, minutes=24 * 60 + 2, marks={pupil.pk: "in"})
    assert Missing.objects.get().outcome == "back" and room(check, dorm).absent == 1 and room(check, dorm).late == 0


def test_a_search_of_two_nights_ends_in_both(cast, night):
    dorm, check = night
    pupil, ask = dorm.students[0], dorm.students[:2]
    look(cast, room(check, dorm), ask, marks={pupil.pk: "absent"})
    rules.prepare_checks(actor=system(), at=at(600))
    next_night = look(cast, RoomCheck.objects.get(check_of__on=TOMORROW, room=dorm.rooms[0]), ask, minutes=24 * 60 + 2)
    assert next_night.absent == 1
    missing_rules.settle_missing(actor=cast.dormkeeper, at=at(24 * 60 + 20), record=Missing.objects.get(), outcome="hospital", words="在市一院，母亲陪着")
    for one in (room(check, dorm), RoomCheck.objects.get(pk=next_night.pk)):
        assert (one.absent, one.elsewhere) == (0, 1)


def test_an_old_page_that_arrives_late_neither_ends_nor_begins_a_search(cast, night):
    dorm, check = night
    gone, came = dorm.students[:2]
    later = late_check(dorm)
    look(cast, later, [gone, came], minutes=42, marks={gone.pk: "absent"})
    one = look(cast, room(check, dorm), [gone, came], minutes=90, seen_at=at(3), marks={came.pk: "absent"})
    assert Missing.objects.get().student == gone and Missing.objects.get().state == MissingState.OPEN
    assert (one.absent, one.late, one.present) == (0, 1, 2)


def test_what_arrives_the_next_morning_counts_from_when_it_was_seen(cast, night):
    dorm, check = night
    pupil, away = dorm.students[:2]
    leave = a_leave(cast, away)
    look(cast, room(check, dorm), [pupil, away], minutes=9 * 60, seen_at=at(5), shown_away=[away.pk], marks={pupil.pk: "absent", away.pk: "in"})
    leave.refresh_from_db()
    assert Missing.objects.get().noticed_at == at(5) and leave.back_at == at(5) and not leave.is_away(TODAY)


def test_a_room_written_before_the_time_is_refused_whenever_it_arrives(cast, night):
    dorm, check = night
    with pytest.raises(RuleViolation, match="还没到时间"):
        look(cast, room(check, dorm), dorm.students[:2], minutes=5, seen_at=at(-400))
    assert room(check, dorm).state == "todo"


def test_back_after_midnight_is_counted_at_the_check_after(cast, night):
    dorm, check = night
    later, pupil = late_check(dorm, time(0, 30)), dorm.students[0]
    leave = a_leave(cast, pupil)
    assert look(cast, room(check, dorm), dorm.students[:2], shown_away=[pupil.pk]).leave == 1
    take_back(actor=cast.dormkeeper, at=moment(TOMORROW, "00:10"), record=leave)
    with pytest.raises(Conflict, match="请看一眼"):
        look(cast, later, dorm.students[:2], minutes=171, shown_away=[pupil.pk])
    assert look(cast, later, dorm.students[:2], minutes=172).leave == 0


def test_in_bed_ends_every_leave_that_has_begun(cast, night):
    dorm, check = night
    pupil, sunday = dorm.students[0], TODAY - timedelta(days=3)
    a_leave(cast, pupil, moment(sunday, "16:00"), first_on=sunday, back_by=moment(sunday + timedelta(days=1), "18:00"))
    a_leave(cast, pupil, back_by=moment(TODAY + timedelta(days=3), "18:00"))
    look(cast, room(check, dorm), dorm.students[:2], shown_away=[pupil.pk], marks={pupil.pk: "in"})
    assert not DormLeave.objects.filter(state=LeaveState.GRANTED).exists()


def test_corrected_to_in_bed_ends_the_leave_and_nobody_on_leave_is_looked_for(cast, night):
    dorm, check = night
    pupil = dorm.students[0]
    leave = a_leave(cast, pupil, back_by=moment(TODAY + timedelta(days=3), "18:00"))
    one = look(cast, room(check, dorm), dorm.students[:2], shown_away=[pupil.pk])
    with pytest.raises(RuleViolation, match="有假条"):
        rules.correct_mark(actor=cast.dormkeeper, at=at(4), record=one, student=pupil, mark="absent", note="床空着")
    rules.correct_mark(actor=cast.dormkeeper, at=at(5), record=one, student=pupil, mark="in", note="在床上")
    leave.refresh_from_db()
    assert leave.state == LeaveState.BACK and not Missing.objects.exists()


def test_the_last_room_emptied_ends_the_check(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2])
    Stay.objects.filter(bed__room=dorm.rooms[1]).update(left_on=TODAY, why_left="调换宿舍")
    rules.prepare_checks(actor=system(), at=at(5))
    check.refresh_from_db()
    assert check.finished_at == at(2)


def test_who_moves_into_a_room_already_looked_at_is_named(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2])
    moved = dorm.students[2]
    assert came_after(check) == []
    Stay.objects.filter(student=moved).update(left_on=TODAY, why_left="调换宿舍")
    bed = Bed.objects.create(room=dorm.rooms[0], number=7)
    Stay.objects.create(student=moved, bed=bed, since=TODAY, student_sex="m", room_sex="m", created_by=cast.director, created_at=at(4))
    assert [stay.student for stay in came_after(check)] == [moved]


def test_a_check_that_was_never_made_is_said_and_one_nobody_walked_counts(cast, night):
    dorm, _ = night
    (building,), _ = month_of_nights(cast.director, TODAY.replace(day=1), TODAY, at(60))
    assert (building.checks, building.in_time, building.open) == (1, 0, 1)
    assert unprepared(cast.director, at(60)) == []
    RoomCheck.objects.all().delete()
    BedCheck.objects.all().delete()
    assert unprepared(cast.director, at(60)) == [f"{dorm.building}晚点名"] and unprepared(cast.headteacher, at(60)) == []


def test_a_room_of_six_asks_no_more_than_a_room_of_two(cast, night, django_assert_max_num_queries):
    dorm, check = night
    for n in range(3, 7):
        dorm.students.append(sleeper(cast, dorm.rooms[0], dorm.classes[0], f"S9{n}", n))
    people = [*dorm.students[:2], *dorm.students[5:]]
    with django_assert_max_num_queries(28):
        assert look(cast, room(check, dorm), people).people == 6

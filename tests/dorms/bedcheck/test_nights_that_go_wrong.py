"""Nights that do not go as planned: a search nobody ended, a leave void too late, times that move, work that stood still (DOR-02, DOR-03)."""

from datetime import time, timedelta

import pytest

from dorms.bedcheck import missing_rules, rules
from dorms.bedcheck.figures import month_of_nights
from dorms.bedcheck.models import BedCheck, CheckTime, Missing, NightMark, RoomCheck
from dorms.bedcheck.night_pages import tabs
from dorms.bedcheck.queries import without_leave
from dorms.leave.rules import take_back, void_leave
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.home import late_for, todos_for
from tests.dorms.check_kit import TODAY, TOMORROW, a_leave, a_night, at, look, room, system, told
from tests.platform.duties_kit import moment

pytestmark = pytest.mark.requirement("DOR-02", "DOR-03")


@pytest.fixture
def night(cast):
    return a_night(cast, sheet=False)


def test_absent_in_a_second_night_is_told_anew_while_nobody_wrote_a_result(cast, night):
    dorm, check = night
    pupil, ask = dorm.students[0], dorm.students[:2]
    look(cast, room(check, dorm), ask, marks={pupil.pk: "absent"})
    rules.prepare_checks(actor=system(), at=at(600))
    look(cast, RoomCheck.objects.get(check_of__on=TOMORROW, room=dorm.rooms[0]), ask, minutes=24 * 60 + 2)
    search = Missing.objects.get()
    assert {cast.headteacher.pk, cast.dormkeeper.pk, cast.vice.pk, cast.principal.pk} <= told(f"dorms.missing.{TOMORROW:%m%d}:{search.pk}")


def test_a_leave_void_after_the_room_was_done_sends_somebody_to_the_bed(cast, night):
    dorm, check = night
    pupil = dorm.students[0]
    leave = a_leave(cast, pupil)
    one = look(cast, room(check, dorm), dorm.students[:2], shown_away=[pupil.pk])
    missing_rules.watch_nights(actor=system(), at=at(3))
    assert without_leave(BedCheck.objects.all()) == []
    void_leave(actor=cast.headteacher, at=at(4), record=leave, reason="看错人了")
    missing_rules.watch_nights(actor=system(), at=at(5))
    (mark,) = without_leave(BedCheck.objects.all())
    assert {cast.headteacher.pk, cast.dormkeeper.pk} <= told(f"dorms.check.leave:{mark.pk}")
    rules.correct_mark(actor=cast.dormkeeper, at=at(6), record=one, student=pupil, mark="absent", note="床空着")
    assert Missing.objects.get().student == pupil and without_leave(BedCheck.objects.all()) == []


def test_who_came_back_and_was_signed_off_is_not_asked_about_again(cast, night):
    dorm, check = night
    pupil = dorm.students[0]
    leave = a_leave(cast, pupil)
    look(cast, room(check, dorm), dorm.students[:2], shown_away=[pupil.pk])
    take_back(actor=cast.dormkeeper, at=at(30), record=leave)
    assert without_leave(BedCheck.objects.all()) == []


def test_what_has_not_begun_follows_its_time_and_a_night_that_became_free(cast, night, monkeypatch):
    _, check = night
    rules.save_time(actor=cast.director, at=at(-300), record=check.time, begins_at=time(22))
    rules.prepare_checks(actor=system(), at=at(-290))
    check.refresh_from_db()
    assert (check.starts_at, check.due_at) == (at(20), at(30)) and check.rooms.count() == 2
    rules.save_time(actor=cast.director, at=at(10), record=check.time, begins_at=time(23))
    rules.prepare_checks(actor=system(), at=at(11))  # the keeper may have begun
    check.refresh_from_db()
    assert check.starts_at == at(20)
    rules.prepare_checks(actor=system(), at=at(600))
    monkeypatch.setattr(rules, "is_planned", lambda *_: False)
    rules.prepare_checks(actor=system(), at=at(605))
    assert list(BedCheck.objects.values_list("on", flat=True)) == [TODAY]


def test_nobody_is_corrected_to_leave_or_to_nonsense(cast, night):
    dorm, check = night
    one = look(cast, room(check, dorm), dorm.students[:2])
    for mark in ("leave", "asleep", ""):
        with pytest.raises(RuleViolation) as refusal:
            rules.correct_mark(actor=cast.dormkeeper, at=at(4), record=one, student=dorm.students[0], mark=mark, note="看错")
        assert refusal.value.field == "mark"
    assert not NightMark.objects.exists()


def test_a_leave_that_is_over_and_not_signed_off_is_pointed_out_at_the_bed(cast, night, client, monkeypatch):
    dorm, check = night
    monday = TODAY - timedelta(days=2)
    a_leave(cast, dorm.students[0], moment(monday, "16:00"), first_on=monday, back_by=moment(TODAY, "18:00"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(1))
    client.force_login(cast.dormkeeper)
    page = client.get(f"/dorms/room-check/{room(check, dorm).pk}/check/").content.decode()
    assert page.count("假到期，还没销假") == 1


def test_the_first_page_names_the_rooms_and_the_child_before_everything_else(cast, night):
    dorm, check = night
    look(cast, room(check, dorm), dorm.students[:2], marks={dorm.students[0].pk: "absent"})
    for person in (cast.dormkeeper, cast.director):
        search, rooms = late_for(person, at(11))[:2]
        assert (search.detail, search.count) == (dorm.students[0].name, 1) and (rooms.detail, rooms.count) == ("102", 1)
        assert todos_for(person, at(11))[0].url == f"/dorms/missing/{Missing.objects.get().pk}/"


def test_four_nights_without_the_timed_work_are_counted_as_not_made(cast, night):
    """Sunday's, Monday's, Tuesday's and Thursday's, before a school day; Friday's and Saturday's are not."""
    CheckTime.objects.update(created_at=moment(TODAY - timedelta(days=3), "08:00"))
    sunday = TODAY + timedelta(days=4)
    (building,), _ = month_of_nights(cast.director, TODAY.replace(day=1), TODAY.replace(day=30), moment(sunday, "09:00"))
    assert (building.checks, building.unmade) == (1, 4)
    assert month_of_nights(cast.headteacher, TODAY.replace(day=1), TODAY.replace(day=30), moment(sunday, "09:00"))[0] == []


def test_a_head_teacher_is_not_led_to_lists_that_stay_empty(cast, night):
    assert [label for label, _ in tabs(cast.headteacher)] == ["今晚", "没归寝", "住宿请假"]
    assert {"查寝记录", "宿舍点名", "统计"} <= {label for label, _ in tabs(cast.dormkeeper)}


def test_the_menu_marks_the_nearest_page_only(cast, night, client):
    client.force_login(cast.dormkeeper)
    menu = client.get("/dorms/tonight/").content.decode()
    assert 'href="/dorms/tonight/" aria-current="page"' in menu and 'href="/dorms/" aria-current' not in menu

"""Reminders, escalation, substitutes, what a moved holiday moves, the personal calendar (SAF-02, GEN-02)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.audit.models import Event
from logistics.platform.duties.doing_rules import complete_occurrence
from logistics.platform.duties.feed import duty_feed
from logistics.platform.duties.holidays import preview_change
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.queries import MANAGE, calendar_entries, doers_of, duty_todos, occurrences_visible_to
from logistics.platform.duties.rules import add_substitute, save_duty, void_substitutes
from logistics.platform.duties.watch_rules import watch
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.queries import belongings_of
from logistics.platform.org.rules import remove_post
from logistics.platform.terms.models import CalendarDay
from logistics.platform.terms.queries import calendar
from logistics.platform.terms.rules import remove_calendar_day, save_calendar_day, save_calendar_span, save_term
from tests.conftest import NOW

from .duties_kit import CANCELLED, DAILY, OPEN, TODAY, a_duty, a_post, in_days, moment, on_day, times_of

WORKING = DAILY | {"days": "working"}


def told() -> list[tuple[str, list[int]]]:
    """(title, recipients) of everything promised, in order."""
    return [(message.payload["title"], message.payload["recipients"]) for message in OutboxMessage.objects.filter(topic="notice").order_by("pk")]


# Reminders and the ladder


@pytest.mark.requirement("GEN-02", "AST-14")
def test_the_doer_is_reminded_once_before_it_is_due(cast):
    duty = a_duty(cast, remind_minutes=30)
    watch(at=moment(in_days(1), "07:59"))
    assert told() == []
    for clock in ("08:00", "08:00", "08:05", "08:29"):
        watch(at=moment(in_days(1), clock))
    assert told() == [("每日巡视，08:30 前要做", [cast.guard.pk])]
    assert Occurrence.objects.filter(duty=duty, told=1).count() == 1


@pytest.mark.requirement("GEN-02")
def test_each_step_of_the_ladder_is_told_once_however_often_the_clock_runs(cast):
    ladder = [[30, "supervisor"], [90, "role:vice"], [300, f"person:{cast.principal.pk}"]]
    duty = a_duty(cast, supervisor=cast.safety, ladder=ladder)
    for clock in ("09:00", "10:00", "10:30", "13:30"):
        for _ in range(10):
            watch(at=moment(in_days(1), clock))
    assert [people for _, people in told()] == [[cast.safety.pk], [cast.vice.pk], [cast.principal.pk]]
    assert [title for title, _ in told()] == ["每日巡视超时还没有做", "每日巡视超时还没有做", "每日巡视没有做"]
    assert Event.objects.filter(action="escalate", record_id=on_day(duty, in_days(1)).pk).count() == 3
    assert Event.objects.filter(action="miss").count() == 1


@pytest.mark.requirement("GEN-02")
def test_steps_passed_while_nothing_ran_are_told_when_it_runs_again(cast):
    a_duty(cast, supervisor=cast.safety, remind_minutes=10, ladder=[[0, "supervisor"], [60, "role:vice"]])
    watch(at=moment(in_days(1), "10:00"))
    assert [people for _, people in told()] == [[cast.safety.pk], [cast.vice.pk]], "a reminder after the deadline reminds of nothing"


@pytest.mark.requirement("GEN-02")
def test_what_is_done_is_told_to_nobody(cast):
    duty = a_duty(cast, supervisor=cast.safety, remind_minutes=30, ladder=[[30, "supervisor"]])
    complete_occurrence(actor=cast.guard, at=moment(in_days(1), "07:40"), record=on_day(duty, in_days(1)))
    watch(at=moment(in_days(1), "23:00"))
    assert told() == []


@pytest.mark.requirement("GEN-02")
def test_a_step_without_people_goes_to_those_who_keep_the_duties(cast):
    a_duty(cast, ladder=[[30, "supervisor"]])
    watch(at=moment(in_days(1), "09:00"))
    assert set(told()[0][1]) == {person.pk for person in holders_of(MANAGE)} >= {cast.director.pk, cast.safety.pk}


@pytest.mark.requirement("GEN-02")
def test_two_clocks_at_once_tell_each_step_once(together):
    from logistics.platform.org.models import User
    from tests.conftest import make_cast

    cast = make_cast()
    a_duty(cast, supervisor=cast.safety, ladder=[[30, "supervisor"]])
    User.objects.system()
    outcomes = together(*[lambda: watch(at=moment(in_days(1), "11:00"))] * 2)
    assert sum(missed for missed, _ in outcomes) == 1
    assert [people for _, people in told()] == [[cast.safety.pk]]
    assert Event.objects.filter(action="escalate").count() == 1


@pytest.mark.requirement("SAF-02")
def test_what_is_not_in_order_is_told_to_the_supervisor(cast):
    duty = a_duty(cast, supervisor=cast.safety)
    answers = [{"text": "大门", "value": "正常", "ok": True, "note": ""}, {"text": "围墙", "value": "不正常", "ok": False, "note": "东侧有缺口"}]
    complete_occurrence(actor=cast.guard, at=moment(in_days(1), "08:00"), record=on_day(duty, in_days(1)), answers=answers)
    assert on_day(duty, in_days(1)).bad == 1
    assert told() == [("每日巡视有 1 项不正常", [cast.safety.pk])]


# Standing in


@pytest.mark.requirement("SAF-02")
def test_a_substitute_sees_does_and_is_reminded_on_those_days_only(cast):
    duty = a_duty(cast, remind_minutes=30)
    assert not occurrences_visible_to(cast.teacher).exists()
    add_substitute(actor=cast.director, at=NOW, record=duty, person=cast.teacher, first_on=in_days(2), last_on=in_days(3), reason="培训")
    assert [f"{row.on}" for row in occurrences_visible_to(cast.teacher).order_by("on")] == [f"{in_days(2)}", f"{in_days(3)}"]
    assert duty_todos(cast.teacher, moment(in_days(1), "08:00")) == []
    assert len(duty_todos(cast.teacher, moment(in_days(2), "08:00"))) == 1
    watch(at=moment(in_days(1), "08:00"))
    watch(at=moment(in_days(2), "08:00"))
    assert [people for _, people in told()] == [[cast.guard.pk], [cast.teacher.pk]]
    complete_occurrence(actor=cast.teacher, at=moment(in_days(2), "08:00"), record=on_day(duty, in_days(2)))
    with pytest.raises(NotAllowed):
        complete_occurrence(actor=cast.teacher, at=moment(in_days(4), "08:00"), record=on_day(duty, in_days(4)))


def test_two_substitutes_for_the_same_day_are_refused_and_one_can_be_sent_home(cast):
    duty = a_duty(cast)
    given = {"first_on": TODAY, "last_on": in_days(3)}
    add_substitute(actor=cast.director, at=NOW, record=duty, person=cast.teacher, **given)
    with pytest.raises(RuleViolation):
        add_substitute(actor=cast.director, at=NOW, record=duty, person=cast.nurse, first_on=in_days(3), last_on=in_days(4))
    with pytest.raises(RuleViolation):
        add_substitute(actor=cast.director, at=NOW, record=duty, person=cast.nurse, first_on=in_days(-3), last_on=in_days(-1))
    void_substitutes(actor=cast.director, at=moment(in_days(2), "09:00"), record=duty)
    rows = [on_day(duty, in_days(n)) for n in (1, 2)]
    assert [[person.username for person in doers_of(rows)[row.pk]] for row in rows] == [["teacher"], ["guard"]]
    with pytest.raises(RuleViolation):
        void_substitutes(actor=cast.director, at=moment(in_days(2), "09:00"), record=duty)


@pytest.mark.requirement("ORG-01")
def test_nobody_leaves_and_no_post_goes_while_a_duty_hangs_on_them(cast):
    post = a_post(cast)
    a_duty(cast, "门卫的")
    a_duty(cast, "岗位的", post=post)
    assert [str(one) for one in belongings_of(cast.guard)] == ["定时任务（门卫的）"]
    with pytest.raises(RuleViolation, match="定时任务"):
        remove_post(actor=cast.director, at=NOW, record=post)
    assert type(post).objects.filter(pk=post.pk).exists()


# A moved holiday


def shift_of_holiday(on: date, kind: str = "holiday"):
    from logistics.cockpit.setup.calendar_moves import with_days

    before = calendar()
    return preview_change(before, with_days(before, added=[(on, kind, "校运会")]), NOW)


@pytest.mark.requirement("SAF-02")
def test_a_new_holiday_shows_what_goes_and_then_takes_it_away(cast):
    duty = a_duty(cast, rhythm=WORKING)
    shift = shift_of_holiday(in_days(2))
    assert [(move.at, move.title) for move in shift.gone] == [(moment(in_days(2), "07:30"), "每日巡视")]
    assert shift.new == ()
    assert shift.words == "取消 1 次"
    day = save_calendar_day(actor=cast.director, at=NOW, on=in_days(2), kind="holiday", name="校运会")
    row = on_day(duty, in_days(2))
    assert (row.state, row.cancelled_by) == (CANCELLED, None)
    assert "校运会" in row.reason
    remove_calendar_day(actor=cast.director, at=NOW, record=day)
    assert on_day(duty, in_days(2)).state == OPEN
    assert Occurrence.objects.filter(duty=duty, on=in_days(2)).count() == 1


@pytest.mark.requirement("SAF-02")
def test_a_make_up_day_brings_what_a_weekend_had_not(cast):
    duty = a_duty(cast, rhythm=WORKING)
    saturday = in_days(3)
    assert [f"{move.at:%m-%d}" for move in shift_of_holiday(saturday, "makeup").new] == ["11-21"]
    save_calendar_day(actor=cast.director, at=NOW, on=saturday, kind="makeup", name="调休")
    assert on_day(duty, saturday).state == OPEN


@pytest.mark.requirement("SAF-02")
def test_a_longer_holiday_moves_what_comes_before_it(cast):
    duty = a_duty(cast, rhythm={"kind": "before_holiday", "before": 2, "times": ["14:00"], "minutes": 120})
    save_calendar_day(actor=cast.director, at=NOW, on=date(2026, 11, 27), kind="holiday", name="校庆")
    assert times_of(duty, OPEN) == ["11-25 14:00"]
    save_calendar_span(actor=cast.director, at=NOW, first_on=date(2026, 11, 26), last_on=date(2026, 11, 26), kind="holiday", name="校庆")
    assert times_of(duty, OPEN) == ["11-24 14:00"]
    assert times_of(duty, CANCELLED) == ["11-25 14:00"]


@pytest.mark.requirement("SAF-02")
def test_what_has_opened_stays_when_a_day_becomes_a_holiday(cast):
    duty = a_duty(cast, rhythm=WORKING)
    at = moment(in_days(1), "07:40")
    save_calendar_day(actor=cast.director, at=at, on=in_days(1), kind="holiday", name="停课")
    assert on_day(duty, in_days(1)).state == OPEN


def test_a_new_term_brings_what_belongs_to_teaching_days(cast):
    duty = a_duty(cast, rhythm=DAILY | {"days": "teaching"})
    assert times_of(duty) == []
    save_term(actor=cast.director, at=NOW, name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    assert times_of(duty, OPEN)[:3] == ["11-19 07:30", "11-20 07:30", "11-23 07:30"]


@pytest.mark.requirement("SAF-02")
def test_the_page_asks_before_it_saves_a_day_that_moves_something(cast, client):
    now = timezone.now()
    a_duty(cast, rhythm=WORKING, at=now)
    client.force_login(cast.director)
    soon, other, third = (calendar().add_working_days(timezone.localdate(now), n) for n in (3, 5, 7))
    typed = {"on": f"{soon}", "kind": "holiday", "name": "校运会"}
    quiet = client.post("/setup/calendar/new/", typed | {"on": f"{soon + timedelta(days=800)}"})
    assert quiet.status_code == 302, "nothing moves, nothing is asked"
    asked = client.post("/setup/calendar/new/", typed)
    assert asked.status_code == 200
    page = asked.content.decode()
    assert "还没有保存" in page and "定时任务取消 1 次" in page and 'value="校运会"' in page
    assert not CalendarDay.objects.filter(on=soon).exists()
    again = client.post("/setup/calendar/new/", typed | {"confirmed": "1", "again": "1"})
    assert again.status_code == 200 and 'value="校运会"' in again.content.decode()
    assert not CalendarDay.objects.filter(on=soon).exists()
    assert client.post("/setup/calendar/new/", typed | {"confirmed": "1"}).status_code == 302
    day = CalendarDay.objects.get(on=soon)
    assert "多出 1 次" in client.get(f"/setup/calendar/{day.pk}/remove/").content.decode()
    moved = client.post(f"/setup/calendar/{day.pk}/edit/", typed | {"on": f"{other}"}).content.decode()
    assert "取消 1 次" in moved and "多出 1 次" in moved
    span = client.post("/setup/calendar/span/", {"first_on": third, "last_on": third, "kind": "holiday", "name": "秋假"}).content.decode()
    assert "取消 1 次" in span


# The personal calendar


def test_the_feed_names_each_time_once_and_only_to_those_who_do_it(cast):
    duty = a_duty(cast, post=a_post(cast, cast.guard), basis="学校制度")
    entries = calendar_entries(cast.guard, TODAY, in_days(2))
    assert [(entry.title, entry.start, entry.end, entry.text) for entry in entries] == [
        ("每日巡视", moment(in_days(n), "07:30"), moment(in_days(n), "08:30"), "学校制度") for n in (1, 2)
    ]
    before = [entry.uid for entry in duty_feed(cast.guard, TODAY, in_days(2))]
    assert before == [entry.uid for entry in entries]
    save_duty(actor=cast.director, at=NOW, record=duty, title="校园巡视")
    assert [entry.uid for entry in calendar_entries(cast.guard, TODAY, in_days(2))] == before
    assert calendar_entries(cast.director, TODAY, in_days(2)) == []

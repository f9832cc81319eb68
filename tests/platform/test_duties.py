"""Recurring duties: setting up, planning each time exactly once, doing, missing (SAF-02)."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from logistics.platform.audit.models import Event
from logistics.platform.duties import planning_rules
from logistics.platform.duties.doing_rules import cancel_occurrence, complete_occurrence
from logistics.platform.duties.models import Duty, DutySubstitute, Occurrence, PlanningRun
from logistics.platform.duties.queries import AHEAD
from logistics.platform.duties.rules import save_duty, start_duty, stop_duty
from logistics.platform.duties.watch_rules import watch
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from tests.conftest import NOW

from .duties_kit import CANCELLED, DAILY, LATE, MISSED, OPEN, TODAY, a_duty, a_post, everything, in_days, moment, on_day, run_at, state_of, times_of

PROBE = os.path.join(os.path.dirname(__file__), "probe_planning.py")  # noqa: PTH118, PTH120


# Planning


@pytest.mark.requirement("SAF-02")
def test_a_new_duty_is_planned_two_weeks_ahead_with_its_numbers(cast):
    duty = a_duty(cast, supervisor=cast.safety, remind_minutes=30)
    assert times_of(duty, OPEN)[0] == "11-19 07:30", "this morning was over when it was set up"
    assert len(times_of(duty)) == AHEAD
    row = on_day(duty, in_days(1))
    assert (row.opens_at, row.due_at) == (moment(in_days(1), "07:30"), moment(in_days(1), "08:30"))
    assert row.closes_at == moment(in_days(1), "10:30")
    assert (row.owner_person, row.owner_words, row.supervisor) == (cast.guard, cast.guard.name, cast.safety)
    assert row.next_tell_at == moment(in_days(1), "08:00")


@pytest.mark.requirement("SAF-02")
def test_running_again_makes_nothing_and_journals_nothing(cast):
    duty = a_duty(cast)
    before, events = times_of(duty), Event.objects.count()
    assert [run_at(NOW) for _ in range(3)] == [0, 0, 0]
    assert (times_of(duty), Event.objects.count()) == (before, events)
    assert run_at(NOW + timedelta(days=1)) == 1


@pytest.mark.requirement("SAF-02")
def test_five_thousand_in_one_run_are_one_journal_entry_and_few_queries(cast, django_assert_max_num_queries):
    times = [f"{n:02d}:00" for n in range(6, 18)]
    for n in range(28):
        a_duty(cast, f"巡视{n}", rhythm={"kind": "daily", "times": times, "minutes": 30})
    Occurrence.objects.all().delete()
    Duty.objects.update(made_until=TODAY)
    events = Event.objects.count()
    with django_assert_max_num_queries(120):  # SQLite takes no more than 999 values in a statement
        made = run_at(NOW)
    assert made == 28 * 12 * AHEAD == Occurrence.objects.count()
    assert Event.objects.count() == events + 1
    assert Event.objects.latest("id").text.startswith(f"排出 {made} 次任务")


@pytest.mark.requirement("SAF-02")
def test_after_three_days_off_the_missed_ones_say_so(cast):
    duty = a_duty(cast)
    Occurrence.objects.filter(duty=duty).delete()
    Duty.objects.filter(pk=duty.pk).update(made_until=TODAY)  # the last run was today
    back = moment(in_days(3), "12:00")
    run_at(back)
    assert times_of(duty, MISSED) == ["11-19 07:30", "11-20 07:30", "11-21 07:30"]
    rows = Occurrence.objects.filter(duty=duty, state=MISSED)
    assert all(row.was_made_late and row.next_tell_at is None for row in rows)
    assert times_of(duty, OPEN)[0] == "11-22 07:30"
    assert PlanningRun.objects.latest("id").missed == 3
    assert "其中 3 次已经过了时间，记为没做" in Event.objects.latest("id").text
    assert run_at(back) == 0


@pytest.mark.requirement("SAF-02")
def test_a_window_that_is_still_open_after_a_standstill_can_be_done(cast):
    duty = a_duty(cast)
    Occurrence.objects.filter(duty=duty).delete()
    Duty.objects.filter(pk=duty.pk).update(made_until=TODAY)
    run_at(moment(in_days(1), "09:00"))
    row = on_day(duty, in_days(1))
    assert (row.state, row.was_made_late) == (OPEN, False)
    complete_occurrence(actor=cast.guard, at=moment(in_days(1), "09:30"), record=row)
    assert state_of(row) == LATE


@pytest.mark.requirement("SAF-02")
def test_a_run_that_breaks_in_the_middle_leaves_nothing_and_the_next_makes_all(cast, monkeypatch):
    duties = [a_duty(cast, f"巡视{n}") for n in range(3)]
    Occurrence.objects.all().delete()
    Duty.objects.update(made_until=TODAY)
    before, real = everything(), planning_rules._insert

    def half(rows):
        real(rows[:20])
        raise ConnectionError("gone")

    monkeypatch.setattr(planning_rules, "_insert", half)
    with pytest.raises(ConnectionError):
        run_at(NOW)
    assert everything() == before
    monkeypatch.undo()
    assert run_at(NOW) == 3 * AHEAD
    assert [len(times_of(duty)) for duty in duties] == [AHEAD] * 3


@pytest.mark.requirement("SAF-02")
def test_a_worker_killed_in_the_middle_of_planning_loses_nothing(transactional_db, tmp_path):
    from tests.conftest import make_cast

    cast = make_cast()
    duty = a_duty(cast)
    Occurrence.objects.all().delete()
    Duty.objects.update(made_until=TODAY)
    environment = os.environ | {"AT": NOW.isoformat(), "DJANGO_SETTINGS_MODULE": "logistics.settings.test", "PYTHONPATH": os.getcwd()}  # noqa: PTH109
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and ("memory" in name or not name):
        copy = tmp_path / "school.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        ended = subprocess.run([sys.executable, PROBE, str(copy)], env=environment, capture_output=True, timeout=60)
    else:
        ended = subprocess.run([sys.executable, PROBE, name], env=environment, capture_output=True, timeout=60)
    assert ended.returncode == -9, ended.stderr.decode()
    assert b"half" in ended.stdout
    assert times_of(duty) == []
    assert run_at(NOW) == AHEAD
    assert len(set(times_of(duty))) == AHEAD


@pytest.mark.requirement("SAF-02")
def test_two_runs_at_once_make_each_time_once(together):
    from tests.conftest import make_cast

    cast = make_cast()
    duties = [a_duty(cast, f"巡视{n}") for n in range(4)]
    Occurrence.objects.all().delete()
    Duty.objects.update(made_until=TODAY)
    User.objects.system()
    outcomes = together(*[lambda: run_at(NOW)] * 3)
    assert sorted(outcomes) == [0, 0, 4 * AHEAD]
    assert [len(times_of(duty)) for duty in duties] == [AHEAD] * 4
    assert Occurrence.objects.count() == 4 * AHEAD


@pytest.mark.requirement("SAF-02")
def test_two_people_who_finish_at_once_finish_it_once(together):
    from tests.conftest import make_cast

    cast = make_cast()
    duty = a_duty(cast, post=a_post(cast, cast.guard, cast.dormkeeper))
    row, at = on_day(duty, in_days(1)), moment(in_days(1), "08:00")
    outcomes = together(*[lambda person=person: complete_occurrence(actor=person, at=at, record=row) for person in (cast.guard, cast.dormkeeper)])
    assert sum(isinstance(outcome, Occurrence) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, RuleViolation) for outcome in outcomes) == 1
    assert row.entries.count() == 1


@pytest.mark.requirement("SAF-02")
def test_an_interval_counts_from_the_day_it_was_done_and_one_waits_at_a_time(cast):
    duty = a_duty(cast, "电梯维护", rhythm={"kind": "interval", "every": 15, "times": ["08:00"], "minutes": 2 * 1440}, starts_on=in_days(1))
    assert times_of(duty) == ["11-19 08:00"]
    assert run_at(moment(in_days(2), "09:00")) == 0
    complete_occurrence(actor=cast.guard, at=moment(in_days(2), "10:00"), record=on_day(duty, in_days(1)))
    run_at(moment(in_days(4), "09:00"))
    assert times_of(duty, OPEN) == ["12-05 08:00"]
    watch(at=moment(in_days(20), "09:00"))
    run_at(moment(in_days(20), "09:00"))
    assert times_of(duty, MISSED) == ["12-05 08:00"]
    assert times_of(duty, OPEN) == ["12-20 08:00"]


@pytest.mark.requirement("SAF-02")
def test_an_interval_goes_on_after_one_that_a_person_cancelled(cast):
    duty = a_duty(cast, "电梯维护", rhythm={"kind": "interval", "every": 5, "times": ["08:00"], "minutes": 1440}, starts_on=in_days(1))
    cancel_occurrence(actor=cast.director, at=NOW, record=on_day(duty, in_days(1)), reason="维保单位改期")
    run_at(NOW)
    assert times_of(duty, OPEN) == ["11-24 08:00"]
    save_duty(actor=cast.director, at=NOW, record=duty, basis="特种设备安全法")
    assert (times_of(duty, OPEN), times_of(duty, CANCELLED)) == (["11-24 08:00"], ["11-19 08:00"])
    complete_occurrence(actor=cast.guard, at=moment(in_days(6), "09:00"), record=on_day(duty, in_days(6)))
    run_at(moment(in_days(6), "10:00"))
    assert times_of(duty, OPEN) == ["11-29 08:00"]


# Changing a duty


@pytest.mark.requirement("SAF-02")
def test_a_changed_rhythm_moves_what_has_not_opened_and_nothing_else(cast):
    duty = a_duty(cast)
    tomorrow = moment(in_days(1), "08:00")
    opened = on_day(duty, in_days(1))
    save_duty(actor=cast.director, at=tomorrow, record=duty, rhythm=DAILY | {"times": ["07:45"]})
    assert state_of(opened) == OPEN
    assert times_of(duty, CANCELLED)[0] == "11-20 07:30"
    assert times_of(duty, OPEN)[:2] == ["11-19 07:30", "11-20 07:45"]
    assert Occurrence.objects.filter(state=CANCELLED).first().reason == "任务改了"
    save_duty(actor=cast.director, at=tomorrow, record=duty, rhythm=DAILY)
    assert times_of(duty, OPEN)[:2] == ["11-19 07:30", "11-20 07:30"], "moved back, the same rows are open again"
    assert Occurrence.objects.filter(duty=duty).values("key").distinct().count() == Occurrence.objects.filter(duty=duty).count()


def test_a_new_owner_takes_over_what_has_not_opened(cast):
    duty = a_duty(cast)
    at = moment(in_days(1), "08:00")
    save_duty(actor=cast.director, at=at, record=duty, owner_person=cast.dormkeeper)
    assert on_day(duty, in_days(1)).owner_person == cast.guard
    assert on_day(duty, in_days(2)).owner_person == cast.dormkeeper


def test_a_stopped_duty_plans_nothing_and_a_restarted_one_does_not_make_up(cast):
    duty = a_duty(cast)
    stop_duty(actor=cast.director, at=NOW, record=duty, reason="放假")
    assert not times_of(duty, OPEN)
    assert run_at(moment(in_days(5), "12:00")) == 0
    start_duty(actor=cast.director, at=moment(in_days(5), "12:00"), record=duty)
    assert not times_of(duty, MISSED)
    assert times_of(duty, OPEN)[0] == "11-24 07:30"


def test_a_duty_stopped_and_restarted_while_a_window_is_open_has_that_time_once(cast):
    duty = a_duty(cast)
    stop_duty(actor=cast.director, at=moment(in_days(1), "08:00"), record=duty, reason="点错了")
    start_duty(actor=cast.director, at=moment(in_days(1), "08:10"), record=duty)
    assert times_of(duty, OPEN)[:2] == ["11-19 07:30", "11-20 07:30"]
    assert len(set(times_of(duty))) == len(times_of(duty))


def test_what_a_person_cancelled_stays_cancelled(cast):
    duty = a_duty(cast)
    row = on_day(duty, in_days(2))
    cancel_occurrence(actor=cast.director, at=NOW, record=row, reason="校运会")
    save_duty(actor=cast.director, at=NOW, record=duty, basis="学校制度")
    save_duty(actor=cast.director, at=NOW, record=duty, owner_person=cast.dormkeeper)
    assert state_of(row) == CANCELLED
    assert Occurrence.objects.filter(duty=duty, key=row.key).count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"owner_person": None}, "owner_person"),
        ({"rhythm": {"kind": "weekly"}}, "weekdays"),
        ({"producer": "nobody"}, "producer"),
        ({"ladder": [[-1, "supervisor"]]}, "ladder"),
        ({"ladder": [[5, "everybody"]]}, "ladder"),
        ({"ladder": [[5, "supervisor"], [5, "role:director"]]}, "ladder"),
        ({"checklist": [{"text": "", "photo": False, "low": None, "high": None, "unit": ""}]}, "checklist"),
        ({"grace_minutes": 99999}, "grace_minutes"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field_and_nothing_is_written(cast, values, field):
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        a_duty(cast, **values)
    assert refusal.value.field == field
    assert everything() == before


# What the database holds


def broken(**values) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.filter(pk=Occurrence.objects.latest("pk").pk).update(**values)


@pytest.mark.requirement("SAF-02")
def test_constraints_hold_whatever_writes(cast):
    duty = a_duty(cast)
    row = on_day(duty, in_days(1))
    broken(key=row.key)
    broken(due_at=moment(TODAY, "00:00"))
    broken(closes_at=moment(TODAY, "00:00"))
    broken(owner_person=None)
    broken(owner_post=a_post(cast))
    broken(state="done")
    broken(done_at=NOW)
    broken(state="late", done_at=moment(in_days(1), "00:00"), done_by=cast.guard)
    broken(state="cancelled")
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.update(owner_person=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        DutySubstitute.objects.create(duty=duty, person=cast.guard, first_on=TODAY, last_on=in_days(-1), created_by=cast.director, created_at=NOW)

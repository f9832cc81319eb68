"""Rounds and the clock: run twice, stood still for three days, died in the middle, month ends, holidays moved (SAF-02)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.duties.watch_rules import watch
from logistics.platform.terms.rules import save_calendar_day, save_term
from safety.patrol import rules
from safety.patrol.models import Round, Visit
from safety.patrol.queries import tallies
from tests.conftest import NOW
from tests.platform.duties_kit import moment
from tests.safety.patrol_kit import START, TODAY, a_round, a_route, planned

pytestmark = pytest.mark.requirement("SAF-02")


def prepare(cast, at) -> int:
    return rules.prepare_rounds(actor=cast.safety, at=at)


def test_run_twice_makes_each_round_once(cast, rooms):
    found = a_round(cast, rooms.room, rooms.other)
    assert [prepare(cast, START) for _ in range(3)] == [0, 0, 0]
    assert (Round.objects.filter(occurrence=found.occurrence).count(), found.visits.count()) == (1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.create(occurrence=found.occurrence, route=found.route, points=1)


def test_two_workers_at_once_make_one(cast, together):
    from tests.conftest import make_rooms

    rooms = make_rooms(cast)
    planned(cast, a_route(cast, rooms.room), at=START - timedelta(days=3))
    together(*[lambda: prepare(cast, START)] * 2)
    assert Round.objects.filter(occurrence__on=TODAY).count() == 1
    assert Visit.objects.filter(round__occurrence__on=TODAY).count() == 1


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half(cast, rooms, monkeypatch):
    planned(cast, a_route(cast, rooms.room), at=START - timedelta(days=3))
    before = Round.objects.count()
    real = rules._prepare

    def dies(*args):
        real(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rules, "_prepare", dies)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            prepare(cast, START)
    assert Round.objects.count() == before
    assert prepare(cast, START) == 1


def test_three_days_without_the_job_are_missed_and_say_so(cast, rooms):
    duty = planned(cast, a_route(cast, rooms.room))
    back = START + timedelta(days=18)  # planned ahead were fourteen days; the last ones appear only now, as missed
    make_by_clock(at=back)
    watch(at=back)
    assert prepare(cast, back) == 1
    by_route, _ = tallies(TODAY, TODAY + timedelta(days=17), back)
    assert [(row.total, row.missed) for row in by_route] == [(18, 18)]
    days = list(Occurrence.objects.filter(duty=duty, on__gte=TODAY).values_list("on", flat=True))
    assert len(days) == len(set(days))
    assert not Occurrence.objects.filter(duty=duty, state="open", closes_at__lte=back).exists()


def test_the_last_day_of_a_month_and_of_february(cast, rooms):
    january = moment(date(2027, 1, 20), "08:00")
    duty = planned(cast, a_route(cast, rooms.room, at=january), at=january, rhythm={"kind": "monthly", "day": 31, "times": ["08:00"], "minutes": 600})
    for at in (january, moment(date(2027, 1, 30), "09:00"), moment(date(2027, 2, 20), "08:00"), moment(date(2027, 2, 27), "09:00")):
        make_by_clock(at=at)
        prepare(cast, at)
    assert list(Round.objects.filter(occurrence__duty=duty).order_by("pk").values_list("occurrence__on", flat=True)) == [date(2027, 1, 31), date(2027, 2, 28)]


def test_a_holiday_moved_over_a_prepared_round_takes_it_out_and_back(cast, rooms):
    save_term(actor=cast.admin, at=START, name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    duty = planned(cast, a_route(cast, rooms.room), rhythm={"kind": "daily", "times": ["07:30"], "minutes": 60, "days": "teaching"})
    found = Round.objects.get(occurrence__duty=duty, occurrence__on=TODAY)
    day = save_calendar_day(actor=cast.admin, at=START, on=TODAY, kind="holiday", name="校庆")
    assert Occurrence.objects.get(pk=found.occurrence_id).state == "cancelled"
    save_calendar_day(actor=cast.admin, at=START, record=day, on=TODAY + timedelta(days=5), kind="holiday", name="校庆")
    assert Occurrence.objects.get(pk=found.occurrence_id).state == "open"
    prepare(cast, START)
    assert Round.objects.filter(occurrence__duty=duty, occurrence__on=TODAY).count() == 1
    assert NOW > START

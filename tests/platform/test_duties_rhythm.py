"""When a duty comes round: every kind of rhythm, month ends, holidays, and what holds for all of them (SAF-02)."""

import itertools
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from logistics.platform.duties.rhythm import Days, Kind, Rhythm, describe, rhythm_of
from logistics.platform.duties.slots import free_runs, occurrences
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.terms.calendar import ZONE, SchoolCalendar, SpecialDay
from logistics.platform.terms.models import DayKind

from .duties_kit import CALENDAR, SPECIAL, TERM

PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much]  # a busy machine draws slowly
AUTUMN = (date(2026, 9, 1), date(2026, 10, 31))


def days_of(plain: dict, first: date = AUTUMN[0], last: date = AUTUMN[1], calendar: SchoolCalendar = CALENDAR) -> list[str]:
    return [f"{slot.on:%m-%d}" for slot in occurrences(rhythm_of(plain), first, last, calendar)]


def windows_of(plain: dict, on: date, calendar: SchoolCalendar = CALENDAR) -> list[str]:
    return [f"{slot.start:%d %H:%M}–{slot.due:%d %H:%M}" for slot in occurrences(rhythm_of(plain), on, on, calendar)]


@pytest.mark.requirement("SAF-02", "SAF-01")
def test_three_times_a_day_on_teaching_days():
    plain = {"kind": "daily", "times": ["07:30", "12:30", "17:00"], "minutes": 60, "days": "teaching"}
    assert windows_of(plain, date(2026, 9, 2)) == ["02 07:30–02 08:30", "02 12:30–02 13:30", "02 17:00–02 18:00"]
    assert windows_of(plain, date(2026, 9, 5)) == []  # a Saturday
    assert len(windows_of(plain, date(2026, 9, 20))) == 3  # a Sunday worked for National Day
    assert windows_of(plain, date(2026, 10, 1)) == []
    assert windows_of(plain, date(2026, 8, 28)) == []  # a working day before the term
    assert describe(rhythm_of(plain)) == "每个上课日 07:30、12:30、17:00 开始，1 小时内办完。"


@pytest.mark.requirement("SAF-02")
def test_a_night_belongs_to_the_day_on_which_it_begins():
    plain = {"kind": "night", "times": ["22:00"], "until": "06:00", "every": 2, "minutes": 120}
    assert windows_of(plain, date(2026, 9, 30)) == ["30 22:00–01 00:00", "01 00:00–01 02:00", "01 02:00–01 04:00", "01 04:00–01 06:00"]
    assert {slot.on for slot in occurrences(rhythm_of(plain), date(2026, 9, 30), date(2026, 9, 30), CALENDAR)} == {date(2026, 9, 30)}
    assert describe(rhythm_of(plain)) == "每天夜里 22:00 至 06:00，每 2 小时一次，2 小时内办完。"


@pytest.mark.requirement("SAF-02")
@pytest.mark.parametrize(
    ("plain", "days"),
    [
        ({"kind": "monthly", "day": 31}, ["01-31", "02-28", "03-31", "04-30"]),
        ({"kind": "monthly", "day": 29}, ["01-29", "02-28", "03-29", "04-29"]),
        ({"kind": "nth", "nth": 1, "weekdays": [0]}, ["01-05", "02-02", "03-02", "04-06"]),
        ({"kind": "nth", "nth": -1, "weekdays": [4]}, ["01-30", "02-27", "03-27", "04-24"]),
    ],
)
def test_month_ends(plain, days):
    assert days_of(plain, date(2026, 1, 1), date(2026, 4, 30), SchoolCalendar()) == days


def test_the_29th_of_february_of_a_leap_year():
    assert days_of({"kind": "monthly", "day": 31}, date(2028, 2, 1), date(2028, 2, 29), SchoolCalendar()) == ["02-29"]


@pytest.mark.requirement("SAF-02")
@pytest.mark.parametrize(
    ("plain", "days"),
    [
        ({"kind": "monthly", "day": 1, "days": "working"}, ["09-01", "10-08"]),  # put off by the holiday
        ({"kind": "weekly", "weekdays": [0], "days": "working"}, ["09-07", "09-14", "09-21", "09-28", "10-12", "10-19", "10-26"]),  # left out
        ({"kind": "term_week", "every": 4, "nth": 2, "weekdays": [2]}, ["09-09", "10-07"]),
        ({"kind": "term_week", "every": 4, "nth": 2, "weekdays": [2], "days": "teaching"}, ["09-09", "10-08"]),
        ({"kind": "term_week", "every": 4, "weekdays": [0]}, ["09-28", "10-26"]),  # the first week's Monday lies before the term
        ({"kind": "before_holiday", "before": 3}, ["09-22", "09-28"]),
        ({"kind": "seasonal", "months": [4, 10], "day": 20}, ["10-20"]),
        ({"kind": "interval", "every": 15, "since": "2026-09-03"}, ["09-03", "09-18", "10-03", "10-18"]),
        ({"kind": "interval", "every": 15, "since": "2026-09-03", "days": "working"}, ["09-03", "09-18", "10-08", "10-19"]),
    ],
)
def test_rhythms_of_an_autumn(plain, days):
    assert days_of(plain) == days


@pytest.mark.requirement("SAF-02")
def test_a_week_before_the_term_is_moved_to_the_working_day_before():
    plain = {"kind": "before_term", "before": 3, "minutes": 5 * 24 * 60, "days": "working"}
    before = (date(2026, 8, 1), date(2026, 9, 1))
    assert days_of(plain, *before) == ["08-28"]  # the 29th is a Saturday
    assert days_of(plain | {"days": "all"}, *before) == ["08-29"]
    slot = occurrences(rhythm_of(plain), *before, CALENDAR)[0]
    assert slot.due.date() == date(2026, 9, 1), "the window ends when the term begins"


def test_the_day_before_a_holiday_is_never_before_the_end_of_the_one_before():
    assert days_of({"kind": "before_holiday", "before": 10}) == ["09-14", "09-28"]
    assert free_runs(CALENDAR)[-1] == (date(2026, 10, 1), date(2026, 10, 7))


@pytest.mark.parametrize(
    ("plain", "field"),
    [
        ({"kind": "hourly"}, "rhythm"),
        ({"kind": "daily", "days": "sometimes"}, "rhythm"),
        ({"kind": "daily", "times": ["25:00"]}, "rhythm"),
        ({"kind": "daily", "times": []}, "times"),
        ({"kind": "daily", "minutes": 1}, "lasts"),
        ({"kind": "daily", "times": ["08:00", "08:30"], "minutes": 40}, "lasts"),
        ({"kind": "daily", "times": ["08:00"], "minutes": 2000}, "lasts"),
        ({"kind": "weekly"}, "weekdays"),
        ({"kind": "weekly", "weekdays": [7]}, "weekdays"),
        ({"kind": "weekly", "weekdays": [0, 1], "minutes": 3000}, "lasts"),
        ({"kind": "monthly"}, "day"),
        ({"kind": "monthly", "day": 32}, "day"),
        ({"kind": "nth", "nth": 5, "weekdays": [1]}, "nth"),
        ({"kind": "nth", "nth": 1, "weekdays": [1, 2]}, "weekdays"),
        ({"kind": "term_week", "weekdays": [1]}, "every"),
        ({"kind": "night", "every": 2}, "until"),
        ({"kind": "night", "every": 3, "times": ["22:00"], "until": "23:00"}, "until"),
        ({"kind": "night", "every": 1, "times": ["22:00"], "until": "06:00", "minutes": 90}, "lasts"),
        ({"kind": "before_term"}, "before"),
        ({"kind": "before_holiday", "before": 3, "days": "teaching"}, "days"),
        ({"kind": "seasonal", "day": 1}, "months"),
        ({"kind": "interval"}, "every"),
        ({}, "rhythm"),
    ],
)
def test_a_rhythm_that_does_not_fit_is_refused_at_its_field(plain, field):
    with pytest.raises(RuleViolation) as refusal:
        rhythm_of(plain)
    assert refusal.value.field == field
    assert refusal.value.message.endswith("。")


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@st.composite
def rhythms(draw) -> Rhythm:
    """Any rhythm the rule would keep."""
    kind = draw(st.sampled_from(list(Kind)))
    one_weekday = kind in (Kind.NTH, Kind.TERM_WEEK)
    plain = {
        "kind": kind,
        "times": draw(st.lists(clocks, min_size=1, max_size=1 if kind == Kind.NIGHT else 3, unique=True)),
        "minutes": draw(st.sampled_from([5, 30, 60, 120, 600, 1440, 7 * 1440, 28 * 1440])),
        "days": draw(st.sampled_from(list(Days))),
        "weekdays": draw(st.lists(st.integers(0, 6), min_size=1, max_size=1 if one_weekday else 7)),
        "day": draw(st.integers(1, 31)),
        "nth": draw(st.sampled_from([-1, 1, 2, 3, 4]) if kind == Kind.NTH else st.integers(0, 10)),
        "every": draw(st.integers(1, 12)),
        "before": draw(st.integers(1, 10)),
        "months": draw(st.lists(st.integers(1, 12), min_size=1)),
        "until": f"{draw(clocks):%H:%M}",
        "since": date(2026, 8, 15) + timedelta(days=draw(st.integers(-20, 60))),
    }
    try:
        return rhythm_of(plain)
    except RuleViolation:
        assume(False)
        raise


@st.composite
def calendars(draw) -> SchoolCalendar:
    """The term with holidays and make-up days thrown about."""
    days = draw(st.dictionaries(st.dates(date(2026, 8, 20), date(2026, 11, 20)), st.sampled_from(list(DayKind)), max_size=25))
    return SchoolCalendar(terms=(TERM,), special={on: SpecialDay(kind, "假") for on, kind in days.items()} or SPECIAL)


starts = st.integers(0, 60).map(lambda n: date(2026, 8, 25) + timedelta(days=n))


@settings(max_examples=200, suppress_health_check=PATIENT)
@given(rhythms(), calendars(), starts, st.integers(0, 70), st.integers(0, 70))
@pytest.mark.requirement("SAF-02")
def test_two_halves_of_a_period_give_what_the_whole_gives(rhythm, calendar, first, one, other):
    middle = first + timedelta(days=one)
    last = middle + timedelta(days=other)
    halves = occurrences(rhythm, first, middle, calendar) + occurrences(rhythm, middle + timedelta(days=1), last, calendar)
    assert occurrences(rhythm, first, last, calendar) == halves


@settings(max_examples=200, suppress_health_check=PATIENT)
@given(rhythms(), calendars(), starts, st.integers(0, 120))
@pytest.mark.requirement("SAF-02")
def test_windows_follow_each_other_and_never_overlap(rhythm, calendar, first, length):
    last = first + timedelta(days=length)
    slots = occurrences(rhythm, first, last, calendar)
    for slot in slots:
        assert first <= slot.on <= last
        assert slot.start < slot.due <= slot.start + timedelta(minutes=rhythm.minutes)
        assert slot.start.astimezone(ZONE).utcoffset() == timedelta(hours=8)
        if rhythm.kind != Kind.NIGHT:
            assert slot.start.date() == slot.on
            assert slot.start.time() in rhythm.times
    for earlier, later in itertools.pairwise(slots):
        assert earlier.due <= later.start
    assert len({slot.key for slot in slots}) == len(slots)


@settings(max_examples=150, suppress_health_check=PATIENT)
@given(rhythms())
def test_a_rhythm_survives_being_stored_and_has_one_sentence(rhythm):
    assert rhythm_of(rhythm.stored()) == rhythm
    said = describe(rhythm)
    assert said.endswith("。")
    assert said.count("。") == 1
    assert "None" not in said


@settings(max_examples=100, suppress_health_check=PATIENT)
@given(rhythms(), calendars(), starts)
def test_only_days_that_count_are_used(rhythm, calendar, first):
    if rhythm.days == Days.ALL or rhythm.kind == Kind.BEFORE_HOLIDAY:
        return
    for slot in occurrences(rhythm, first, first + timedelta(days=60), calendar):
        assert calendar.is_working_day(slot.on)
        assert rhythm.days == Days.WORKING or calendar.term_of(slot.on)


def test_midnight_is_a_beginning_like_any_other():
    plain = {"kind": "daily", "times": [time(0)], "minutes": 30}
    assert windows_of(plain, date(2026, 12, 31)) == ["31 00:00–31 00:30"]
    assert windows_of(plain | {"times": ["23:45"]}, date(2026, 12, 31)) == ["31 23:45–01 00:15"]

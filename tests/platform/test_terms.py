"""The school calendar: working days, working minutes, teaching weeks, public holidays (ORG-03)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.platform.terms.models import CalendarDay, DayKind, Term, WorkingHours
from logistics.platform.terms.public_holidays import known_years, public_days
from logistics.platform.terms.queries import SchoolCalendar, SpecialDay, calendar

pytestmark = pytest.mark.requirement("ORG-03")
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
MINUTE = timedelta(minutes=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def of_2026() -> SchoolCalendar:
    autumn = Term(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 20))
    spring = Term(name="春季学期", year="2025-2026", start_on=date(2026, 3, 2), end_on=date(2026, 7, 3))
    return SchoolCalendar(terms=(spring, autumn), special={on: SpecialDay(kind, name) for on, kind, name in public_days(2026)})


# Days


def test_without_setup_monday_to_friday_are_worked():
    days = [SchoolCalendar().is_working_day(MONDAY + timedelta(days=n)) for n in range(7)]
    assert days == [True] * 5 + [False] * 2


def test_a_holiday_is_off_and_a_makeup_weekend_is_worked():
    year = of_2026()
    assert not year.is_working_day(date(2026, 10, 1))  # Thursday
    assert year.is_working_day(date(2026, 10, 10))  # Saturday


def test_three_working_days_from_a_friday_is_the_wednesday():
    assert SchoolCalendar().add_working_days(date(2026, 3, 6), 3) == date(2026, 3, 11)


def test_working_days_skip_national_day_and_count_the_makeup_saturday():
    assert of_2026().add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_next_working_day_is_never_the_day_itself():
    assert SchoolCalendar().next_working_day(MONDAY) == date(2026, 3, 3)
    assert SchoolCalendar().next_working_day(date(2026, 3, 7)) == date(2026, 3, 9)


def test_adding_no_days_stays_even_on_a_sunday():
    assert SchoolCalendar().add_working_days(date(2026, 3, 8), 0) == date(2026, 3, 8)


# Minutes


def test_half_an_hour_at_the_end_of_friday_runs_into_monday_morning():
    assert SchoolCalendar().add_working_minutes(moment("2026-03-06 17:10"), 30) == moment("2026-03-09 08:10")


def test_a_deadline_that_fills_the_day_is_that_evening_and_not_the_next_morning():
    assert SchoolCalendar().add_working_minutes(moment("2026-03-02 08:00"), 450) == moment("2026-03-02 17:30")


def test_lunch_is_not_working_time():
    assert SchoolCalendar().working_minutes_between(moment("2026-03-02 11:50"), moment("2026-03-02 14:10")) == 20


def test_moments_of_other_zones_are_read_at_the_school():
    start = datetime(2026, 3, 2, 0, 0, tzinfo=ZoneInfo("UTC"))  # 08:00 in Shanghai
    assert SchoolCalendar().working_minutes_between(start, start + timedelta(hours=1)) == 60
    assert SchoolCalendar().add_working_minutes(start, 60) == moment("2026-03-02 09:00")


def test_no_working_time_passes_backwards():
    assert SchoolCalendar().working_minutes_between(moment("2026-03-03 10:00"), moment("2026-03-02 10:00")) == 0


def test_naive_moments_and_negative_minutes_are_refused():
    with pytest.raises(ValueError, match="aware"):
        SchoolCalendar().working_minutes_between(moment("2026-03-02 09:00").replace(tzinfo=None), moment("2026-03-02 10:00"))
    with pytest.raises(ValueError, match="negative"):
        SchoolCalendar().add_working_minutes(moment("2026-03-02 10:00"), -1)


def test_end_of_day_is_the_clock_asked_for_or_the_end_of_work():
    assert SchoolCalendar().end_of_day(MONDAY, time(18)) == moment("2026-03-02 18:00")
    assert SchoolCalendar().end_of_day(MONDAY) == moment("2026-03-02 17:30")


@st.composite
def calendars(draw):
    """Any four days around a weekend made holidays or make-up days, any spans that do not overlap."""
    days = st.dates(MONDAY, MONDAY + timedelta(days=20))
    kinds = st.sampled_from(DayKind).map(lambda kind: SpecialDay(kind, "某日"))
    special = draw(st.dictionaries(days, kinds, max_size=8))
    edges = sorted(draw(st.sets(st.integers(0, 24 * 12 - 1), min_size=2, max_size=6).filter(lambda found: len(found) % 2 == 0)))
    clocks = [time(edge // 12, edge % 12 * 5) for edge in edges]
    return SchoolCalendar(special=special, hours=tuple(zip(clocks[::2], clocks[1::2], strict=True)))


moments = st.integers(0, 9 * 24 * 60).map(lambda n: datetime(2026, 3, 2, tzinfo=SHANGHAI) + n * MINUTE)


def is_worked(known: SchoolCalendar, at: datetime) -> bool:
    day = known.special.get(at.date())
    works = day.kind == DayKind.MAKEUP if day else at.weekday() < 5
    return works and any(start <= at.time() < end for start, end in known.hours)


def minutes_one_by_one(known: SchoolCalendar, start: datetime, end: datetime) -> int:
    return sum(is_worked(known, start + n * MINUTE) for n in range(int((end - start) / MINUTE)))


@given(calendars(), moments, st.integers(0, 4 * 24 * 60))
def test_minutes_between_equal_counting_every_minute(known, start, length):
    end = start + length * MINUTE
    assert known.working_minutes_between(start, end) == minutes_one_by_one(known, start, end)


@given(calendars(), moments, st.integers(1, 900))
def test_added_minutes_are_the_first_moment_by_which_they_have_passed(known, start, minutes):
    end = known.add_working_minutes(start, minutes)
    assert known.working_minutes_between(start, end) == minutes
    assert known.working_minutes_between(start, end - MINUTE) == minutes - 1


@given(calendars(), moments, st.integers(0, 59), st.integers(0, 3000), st.integers(0, 3000))
def test_minutes_of_two_parts_add_up_to_the_whole_but_for_the_cut_minute(known, start, seconds, first, second):
    start += timedelta(seconds=seconds)
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    parts = known.working_minutes_between(start, middle) + known.working_minutes_between(middle, end)
    assert 0 <= known.working_minutes_between(start, end) - parts <= 1


@given(calendars(), st.dates(MONDAY, MONDAY + timedelta(days=20)), st.integers(-30, 30))
def test_counting_working_days_undoes_adding_them(known, on, days):
    assert known.working_days_between(on, known.add_working_days(on, days)) == days


@given(calendars(), st.dates(MONDAY, MONDAY + timedelta(days=20)), st.integers(1, 30))
def test_the_day_reached_is_a_working_day_and_none_was_skipped(known, on, days):
    reached = known.add_working_days(on, days)
    between = [on + timedelta(days=n) for n in range(1, (reached - on).days + 1)]
    assert sum(known.is_working_day(day) for day in between) == days
    assert known.is_working_day(reached)


# Terms and weeks


def test_week_one_is_the_week_that_holds_the_first_day():
    year = of_2026()
    assert year.week_of(date(2026, 9, 1)) == 1  # a Tuesday
    assert year.week_of(date(2026, 9, 6)) == 1
    assert year.week_of(date(2026, 9, 7)) == 2
    assert year.week_of(date(2026, 11, 20)) == 12


def test_there_is_no_week_between_terms():
    year = of_2026()
    assert year.term_of(date(2026, 8, 3)) is None
    assert year.week_of(date(2026, 8, 31)) is None


def test_the_weeks_of_a_term_run_from_monday_to_sunday_and_hold_its_first_and_last_day():
    year = of_2026()
    weeks = year.term_weeks(year.terms[1])
    assert [week.number for week in weeks] == list(range(1, 22))
    assert (weeks[0].monday, weeks[0].sunday) == (date(2026, 8, 31), date(2026, 9, 6))
    assert weeks[-1].monday <= date(2027, 1, 20) <= weeks[-1].sunday


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 20), "秋季学期第 12 周 星期五"),
        (date(2026, 10, 2), "国庆节放假"),
        (date(2026, 10, 10), "秋季学期第 6 周 星期六（国庆节调休上班）"),
        (date(2026, 8, 3), "星期一"),
    ],
)
def test_a_day_is_described_in_words(on, words):
    assert of_2026().describe_day(on) == words


def test_a_break_whose_name_says_so_is_not_said_twice():
    known = SchoolCalendar(special={MONDAY: SpecialDay(DayKind.HOLIDAY, "寒假")})
    assert known.describe_day(MONDAY) == "寒假"


@pytest.mark.django_db
def test_the_calendar_is_loaded_in_three_queries(django_assert_num_queries):
    Term.objects.create(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 20))
    CalendarDay.objects.create(on=date(2026, 10, 1), kind=DayKind.HOLIDAY, name="国庆节")
    WorkingHours.objects.create(start=time(13), end=time(17))
    WorkingHours.objects.create(start=time(8, 30), end=time(12))
    with django_assert_num_queries(3):
        known = calendar()
        assert known.describe_day(date(2026, 10, 1)) == "国庆节放假"
        assert known.week_of(date(2026, 9, 7)) == 2
    assert known.hours == ((time(8, 30), time(12)), (time(13), time(17)))


@pytest.mark.django_db
def test_an_empty_setup_has_the_usual_hours():
    assert calendar() == SchoolCalendar()


# Public holidays


@pytest.mark.parametrize(("year", "off", "worked"), [(2025, 28, 5), (2026, 33, 6)])
def test_each_known_year_has_the_days_of_the_state_council(year, off, worked):
    kinds = [kind for _, kind, _ in public_days(year)]
    assert (kinds.count(DayKind.HOLIDAY), kinds.count(DayKind.MAKEUP)) == (off, worked)


def test_only_weekends_are_worked_to_make_up():
    for year in known_years():
        assert all(on.weekday() >= 5 for on, kind, _ in public_days(year) if kind == DayKind.MAKEUP)


def test_a_year_has_no_day_twice():
    for year in known_years():
        days = [on for on, _, _ in public_days(year)]
        assert len(days) == len(set(days))

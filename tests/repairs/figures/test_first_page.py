"""What the figures put on the first page (GEN-05)."""

from datetime import date, datetime, timedelta

import pytest

from logistics.platform.access.models import Scope
from logistics.platform.terms.calendar import ZONE
from logistics.platform.terms.models import Term
from repairs.figures.home import charts_for, figures_for, weeks_until
from repairs.ticket.models import State, Ticket
from tests.repairs.figures.kit import AT, person

TODAY = datetime(2026, 11, 20, 8, tzinfo=ZONE)


@pytest.mark.requirement("GEN-05")
def test_open_new_same_day_and_rating(school, django_assert_num_queries):
    yesterday, earlier = TODAY - timedelta(days=1), datetime(2026, 10, 30, 9, tzinfo=ZONE)
    Ticket.objects.bulk_create(
        [
            school.ticket(TODAY),
            school.ticket(TODAY, after=60),
            school.ticket(yesterday, after=60, stars=4),
            school.ticket(yesterday, after=1500, stars=5),  # signed only tomorrow
            school.ticket(earlier, after=60, stars=1),  # another month
            school.ticket(TODAY, state=State.CANCELLED),
        ]
    )
    user = person()
    with django_assert_num_queries(2):  # the grants, the counts
        shown = figures_for(user, AT)
    assert [(one.label, one.value, one.unit, one.note) for one in shown] == [
        ("在修", "2", "件", "其中待验收 1 件"),
        ("今日新报", "3", "件", "昨天 2 件"),
        ("当天修好", "50", "%", "本月报修 4 件"),
        ("本月评分", "4.0", "分", "1 件，100% 满意"),
    ]
    assert shown[1].url == "/repairs/ticket/?since=2026-11-20&until=2026-11-20"


def test_on_the_first_of_a_month_yesterday_still_counts(school):
    Ticket.objects.bulk_create([school.ticket(datetime(2026, 10, 31, 9, tzinfo=ZONE), after=60, stars=5)])
    shown = figures_for(person(), datetime(2026, 11, 1, 9, tzinfo=ZONE))
    assert [(one.value, one.note) for one in shown] == [("0", "都没到验收"), ("0", "昨天 1 件"), ("—", "本月报修 0 件"), ("5.0", "1 件，100% 满意")]


@pytest.mark.parametrize("user", [{"permissions": ()}, {"scope": Scope.OWN}])
def test_who_does_not_see_the_whole_school_gets_neither(school, user):
    someone = person(**user)
    assert (figures_for(someone, AT), charts_for(someone, AT)) == ([], [])


@pytest.mark.requirement("GEN-05")
def test_reports_of_each_week_with_what_was_late(school, django_assert_num_queries):
    Term.objects.create(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 20))
    Ticket.objects.bulk_create(
        [school.ticket(TODAY), school.ticket(TODAY - timedelta(days=1), due_at=TODAY), school.ticket(TODAY - timedelta(days=7), after=60)]
    )
    user = person()
    figures_for(user, AT)
    with django_assert_num_queries(3):
        (title, svg, legend), (kinds_title, kinds_svg, _) = charts_for(user, AT)
    assert (title, legend) == ("每周报修", [("late", "超时")])
    assert "第 12 周 2 件，其中超时 1 件" in svg
    assert "12 周" in svg
    assert (kinds_title, "最多，3 件" in kinds_svg) == ("本月各类报修", True)


def test_weeks_have_their_teaching_number_in_a_term_only(db):
    assert [week.number for week in weeks_until(date(2026, 8, 10))] == [0] * 8
    assert weeks_until(date(2026, 8, 10))[-1].sunday == date(2026, 8, 16)
    Term.objects.create(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 20))
    assert [week.number for week in weeks_until(date(2026, 9, 15))] == [1, 2, 3]
    assert [week.number for week in weeks_until(date(2026, 11, 20))] == list(range(5, 13))

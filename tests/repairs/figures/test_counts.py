"""Every number against a count done by hand, in Python, on the same tickets (REP-09)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from logistics.platform.access.models import Scope
from logistics.platform.places.models import Place
from repairs.figures.queries import Asked, figures, spans, tickets_counted_for
from repairs.figures.tallies import frozen, thawed
from repairs.ticket.models import Signature, State, Ticket
from tests.repairs.figures.kit import AT, TERM, ByHand, person


@pytest.mark.requirement("REP-09")
@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 9, 1), date(2026, 11, 20)),
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2025, 1, 1), date(2025, 3, 1)),
    ],
)
def test_every_sum_equals_a_count_by_hand(term, since, until):
    asked = Asked(since, until)
    found = figures(Ticket.objects.all(), asked, at=AT)
    by_hand = ByHand(term.all, asked, AT)
    by_hand.check(found.total)
    by_hand.check_times(found.total)


@pytest.mark.requirement("REP-09")
def test_every_table_equals_a_count_by_hand(term):
    found = figures(Ticket.objects.all(), TERM, at=AT)
    tables = {"kinds": lambda t: t.kind_id, "buildings": lambda t: t.place.building_id or 0, "repairers": lambda t: t.repairer_id or 0}
    for name, key in tables.items():
        rows = getattr(found, name)
        assert {row.key for row in rows} == {key(t) for t in term.all}
        for row in rows:
            by_hand = ByHand([t for t in term.all if key(t) == row.key], TERM, AT)
            by_hand.check(row.tally)
            by_hand.check_times(row.tally)
        assert sum(row.tally.reported for row in rows) == found.total.reported
    for row in found.places:
        ByHand([t for t in term.all if t.place_id == row.key], TERM, AT).check(row.tally)
    assert [row.name for row in found.repairers if not row.key] == ["还没有派工"]
    assert [row.name for row in found.buildings if not row.key] == ["室外和其他"]


@pytest.mark.requirement("REP-09")
def test_a_class_has_its_room_and_what_its_pupils_broke_elsewhere(term):
    first, second = term.classes
    rows = {row.key: row for row in figures(Ticket.objects.all(), TERM, at=AT).classes}

    def owner(ticket):
        return ticket.damage_class_id or {first.room_id: first.pk, second.room_id: second.pk}.get(ticket.place_id)

    assert set(rows) == {first.pk, second.pk}
    for key, row in rows.items():
        mine = [t for t in term.all if owner(t) == key]
        ByHand(mine, TERM, AT).check(row.tally)
        ByHand(mine, TERM, AT).check(figures(Ticket.objects.all(), replace(TERM, school_class=key), at=AT).total)


@pytest.mark.requirement("REP-09")
@pytest.mark.parametrize("asked", [TERM, Asked(date(2026, 10, 8), date(2026, 11, 20)), Asked(date(2026, 8, 15), date(2026, 11, 3))])
def test_weeks_and_months_add_up_to_the_period(term, asked):
    found = figures(Ticket.objects.all(), asked, at=AT)
    for span, tally in found.times:
        by_hand = ByHand(term.all, Asked(span.since, span.until), AT)
        by_hand.check(tally)
        by_hand.check_times(tally)
    assert sum(tally.finished for _, tally in found.times) == found.total.finished
    assert found.times[-1][1].unfinished == found.total.unfinished


def test_short_periods_are_cut_by_week_long_ones_by_month():
    assert [(s.since.day, s.until.day, s.name) for s in spans(date(2026, 10, 30), date(2026, 11, 9))] == [(30, 1, "10-30"), (2, 8, "11-02"), (9, 9, "11-09")]
    months = spans(date(2025, 12, 15), date(2026, 3, 1))
    assert [(s.since, s.until, s.name) for s in months] == [
        (date(2025, 12, 15), date(2025, 12, 31), "2025年12月"),
        (date(2026, 1, 1), date(2026, 1, 31), "1月"),
        (date(2026, 2, 1), date(2026, 2, 28), "2月"),
        (date(2026, 3, 1), date(2026, 3, 1), "3月"),
    ]


@pytest.mark.parametrize(
    ("name", "pick"),
    [
        ("kind", lambda s: (s.kinds[1].pk, lambda t: t.kind_id == s.kinds[1].pk)),
        ("building", lambda s: (s.buildings[1].pk, lambda t: t.place.building_id == s.buildings[1].pk)),
        ("repairer", lambda s: (s.repairers[2].pk, lambda t: t.repairer_id == s.repairers[2].pk)),
        ("department", lambda s: (s.department.pk, lambda t: t.reported_by_id == s.teacher.pk)),
        ("place", lambda s: (s.buildings[0], lambda t: t.place.building_id == s.buildings[0].pk)),
        ("place", lambda s: (s.rooms[3], lambda t: t.place_id == s.rooms[3].pk)),
    ],
)
def test_a_filter_narrows_every_number(term, name, pick):
    value, belongs = pick(term)
    asked = replace(TERM, **{name: value})
    found = figures(Ticket.objects.all(), asked, at=AT)
    by_hand = ByHand([t for t in term.all if belongs(t)], asked, AT)
    by_hand.check(found.total)
    by_hand.check_times(found.total)
    assert found.total.reported


def test_frozen_figures_come_back_as_they_were(term):
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert thawed(frozen(found)) == found


def test_nothing_reported_gives_zeros_and_no_shares(school):
    total = figures(Ticket.objects.all(), TERM, at=AT).total
    assert (total.reported, total.finished, total.cost) == (0, 0, 0)
    assert (total.late_share, total.rating, total.response, total.satisfaction) == (None, None, None, None)


def test_days_are_the_schools_own(school):
    """Reported at 23:30 and mended at 00:10 is another day here, though the same day in London."""
    evening = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
    Ticket.objects.bulk_create([school.ticket(evening, after=40), school.ticket(evening, after=29), school.ticket(evening + timedelta(minutes=45), after=600)])
    total = figures(Ticket.objects.all(), Asked(date(2026, 10, 5), date(2026, 10, 5)), at=AT).total
    assert (total.reported, total.same_day, total.finished) == (2, 1, 1)


def test_rework_rating_and_satisfaction(school):
    day = datetime(2026, 10, 5, 1, tzinfo=UTC)
    Ticket.objects.bulk_create(
        [
            school.ticket(day, after=60, stars=5),
            school.ticket(day, after=60, stars=4, rework=1),
            school.ticket(day, after=60, stars=1),
            school.ticket(day, after=60, state=State.CLOSED),
        ]
    )
    total = figures(Ticket.objects.all(), TERM, at=AT).total
    assert (total.rework_share, total.rating, total.satisfaction, total.closed, total.rated) == (0.25, 3.3, 0.6667, 4, 3)


def test_words_of_the_dissatisfied_are_told_newest_first(school):
    day = datetime(2026, 10, 5, 1, tzinfo=UTC)
    good, bad, redone = Ticket.objects.bulk_create([school.ticket(day, after=60, stars=5), school.ticket(day, after=60, stars=2), school.ticket(day, after=60)])
    sign = {"by": school.teacher, "name": "王老师"}
    Signature.objects.create(ticket=good, is_accepted=True, at=day, reason="很快", **sign)
    Signature.objects.create(ticket=bad, is_accepted=True, at=day + timedelta(hours=1), reason="还有点响", **sign)
    Signature.objects.create(ticket=redone, is_accepted=False, at=day + timedelta(hours=2), reason="没修好", **sign)
    Signature.objects.create(ticket=redone, is_accepted=True, at=day + timedelta(hours=3), reason="电话问过", on_behalf=True, **sign)
    Signature.objects.create(ticket=redone, is_accepted=False, at=day - timedelta(days=60), reason="上学期的", **sign)
    found = figures(Ticket.objects.all(), TERM, at=AT).callback
    assert (found.accepted, found.refused, found.proxied) == (2, 1, 1)
    assert [(word.said, word.rating) for word in found.words] == [("电话问过", None), ("没修好", None), ("还有点响", 2)]
    only_kind = figures(Ticket.objects.all(), replace(TERM, kind=school.kinds[3].pk), at=AT).callback
    assert (only_kind.accepted, only_kind.words) == (0, [])


@pytest.mark.parametrize(("scope", "seen"), [(Scope.ALL, 4), (Scope.OWN, 1), (Scope.DEPARTMENT, 2), (Scope.BUILDING, 2)])
def test_a_narrower_grant_counts_only_its_own(school, scope, seen):
    user = person(scope=scope, department=school.department)
    Place.objects.filter(pk=school.buildings[1].pk).update(responsible=user)
    at, keeper = AT - timedelta(days=1), school.keeper
    Ticket.objects.bulk_create(
        [
            school.ticket(at, reported_by=user, place=school.yard),
            school.ticket(at),
            school.ticket(at, reported_by=keeper, place=school.rooms[2]),
            school.ticket(at, reported_by=keeper),
        ]
    )
    assert figures(tickets_counted_for(user), TERM, at=AT).total.reported == seen


def test_without_the_permission_nothing_is_counted(term):
    assert not tickets_counted_for(person(permissions=())).exists()


def test_figures_take_seven_queries_however_many_tickets(term, django_assert_num_queries):
    with django_assert_num_queries(7):
        figures(Ticket.objects.all(), TERM, at=AT)

"""Figures of repairs: every number against a count done by hand, in Python, on the same tickets (REP-09, REP-12)."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.places.models import Place
from repairs.figures import sql
from repairs.figures.queries import VIEW, Asked, figures, spans, tickets_counted_for
from repairs.figures.tallies import Times, frozen, thawed
from repairs.kind.models import FaultKind, Repairer, Trade
from repairs.ticket.models import UNDONE, Signature, State, Ticket

AT = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)  # 10:15 in the school
TERM = Asked(date(2026, 9, 1), date(2026, 11, 20))
_numbers = count(1)


class School:
    """Two buildings with four rooms, two classes, three repairers, four kinds of fault."""

    def __init__(self):
        self.trade = Trade.objects.create(name="水电")
        self.kinds = [FaultKind.objects.create(name=name, trade=self.trade, order=n) for n, name in enumerate(("水暖", "电", "门窗", "多媒体"))]
        self.department = Department.objects.create(name="数学组")
        self.teacher = User.objects.create(username="t1", name="王老师", department=self.department)
        self.keeper = User.objects.create(username="t2", name="孙玉梅")
        self.repairers = [User.objects.create(username=f"r{n}", name=name, pinyin=name) for n, name in enumerate(("周建平", "赵启明", "吴永康"))]
        for user in self.repairers[:2]:
            Repairer.objects.create(user=user).trades.add(self.trade)
        self.buildings = [self.place(name, "building") for name in ("教学楼A座", "三号宿舍楼")]
        self.rooms = [self.place(name, "room", building) for building in self.buildings for name in ("305教室", "306教室")]
        self.yard = self.place("操场", "room")
        self.classes = [SchoolClass.objects.create(name=f"七（{n}）班", grade="七年级", room=room, order=n) for n, room in enumerate(self.rooms[:2], 1)]

    def place(self, name: str, level: str, inside: Place | None = None) -> Place:
        place = Place.objects.create(
            name=name, level=level, parent=inside, code=f"P{next(_numbers)}", full_name=f"{inside.full_name} {name}" if inside else name
        )
        place.path = f"{inside.path if inside else '/'}{place.pk}/"
        place.building = place if level == "building" else inside
        place.save()
        return place

    def ticket(self, reported_at: datetime, **values) -> Ticket:
        """An unsaved ticket, finished when `after` minutes are given and signed when `stars` are."""
        after, arrive, stars = values.pop("after", None), values.pop("arrive", None), values.pop("stars", None)
        number = next(_numbers)
        values = {
            "place": self.rooms[0],
            "kind": self.kinds[0],
            "reported_by": self.teacher,
            "due_at": reported_at + timedelta(hours=8),
            "state": State.NEW,
        } | values
        ticket = Ticket(number=f"BX-{number}", title=f"报修{number}", description="坏了", reporter_name="王老师", reported_at=reported_at, **values)
        if arrive is not None:
            ticket.arrived_at = reported_at + timedelta(minutes=arrive)
        if after is not None:
            ticket.finished_at = reported_at + timedelta(minutes=after)
            ticket.state = State.CLOSED if stars or ticket.state == State.CLOSED else State.FINISHED
            ticket.repairer = ticket.repairer or self.repairers[0]
        if ticket.state == State.CLOSED:
            ticket.closed_at, ticket.rating = ticket.finished_at + timedelta(hours=20), stars
        return ticket

    def chance(self, dice: random.Random, since: date, days: int) -> Ticket:
        """A ticket of any state, at any time of those days, with odd seconds."""
        reported_at = sql.midnight(since) + timedelta(seconds=dice.randrange(days * 86400), microseconds=dice.randrange(10**6))
        values = {
            "place": dice.choice([*self.rooms, self.yard]),
            "kind": dice.choice(self.kinds),
            "repairer": dice.choice(self.repairers),
            "reported_by": dice.choice([self.teacher, self.keeper]),
            "thing": dice.choice(["", "投影仪", "水龙头", "门锁"]),
            "due_at": reported_at + timedelta(hours=dice.choice([2, 8, 30])),
            "damage_class": dice.choice([None, None, None, *self.classes]),
        }
        state = dice.choice([*State, State.CLOSED, State.CLOSED, State.CLOSED])
        if state in (State.FINISHED, State.CLOSED):
            after = dice.choice([dice.randrange(5, 300), dice.randrange(300, 6000)])
            values |= {"after": after, "arrive": dice.choice([None, dice.randrange(after)]), "waited_minutes": dice.choice([0, 0, 30, 4000])}
            values |= {"rework": dice.choice([0, 0, 0, 1, 2]), "minutes": dice.randrange(10, 200), "material_cost": Decimal(dice.randrange(9000)) / 100}
            values |= {
                "labour_cost": Decimal(dice.choice([0, 0, 5000])) / 100,
                "stars": dice.choice([None, 1, 2, 3, 4, 5, 5]) if state == State.CLOSED else None,
            }
            values |= {"state": state}
        else:
            values |= {"state": state, "wait_reason": "parts" if state == State.WAITING else ""}
            if state == State.NEW:
                values["repairer"] = None
        return self.ticket(reported_at, **values)


@pytest.fixture
def school(db):
    return School()


@pytest.fixture
def term(school):
    """600 tickets of the term and of the months before it."""
    dice = random.Random(11)  # noqa: S311  the same tickets every time
    tickets = [school.chance(dice, date(2026, 7, 1), 143) for _ in range(600)]
    for ticket in tickets:
        if ticket.state == State.MERGED:
            ticket.state = State.CANCELLED
    Ticket.objects.bulk_create(tickets)
    school.all = list(Ticket.objects.select_related("place"))
    return school


def person(*, scope=Scope.ALL, permissions=(VIEW,), **values) -> User:
    number = next(_numbers)
    user = User.objects.create(username=f"p{number}", name=f"某{number}", **values)
    role = Role.objects.create(key=f"r{number}", name=f"角色{number}")
    role.holders.add(user)
    Grant.objects.bulk_create(Grant(role=role, permission=code, scope=scope) for code in permissions)
    return user


def local_day(moment: datetime) -> date:
    return timezone.localdate(moment)


class ByHand:
    """The same figures counted one ticket at a time."""

    def __init__(self, tickets, asked: Asked, at: datetime):
        def inside(moment):
            return moment is not None and asked.since <= local_day(moment) <= asked.until

        done = [t for t in tickets if t.state in (State.FINISHED, State.CLOSED)]
        self.reported = [t for t in tickets if inside(t.reported_at)]
        self.valid = [t for t in self.reported if t.state not in (State.CANCELLED, State.MERGED)]
        self.late = [t for t in self.valid if (t.finished_at and t.finished_at > t.due_at) or (t.state in UNDONE and t.due_at < at)]
        self.same_day = [t for t in self.valid if t.finished_at and local_day(t.finished_at) == local_day(t.reported_at)]
        self.finished = [t for t in done if inside(t.finished_at)]
        self.closed = [t for t in done if inside(t.closed_at)]
        going = [t for t in tickets if t.state not in (State.CANCELLED, State.MERGED) and local_day(t.reported_at) <= asked.until]
        self.unfinished = [t for t in going if t not in done or local_day(t.finished_at) > asked.until]

    def check(self, tally) -> None:
        assert (tally.reported, tally.valid, tally.late, tally.same_day) == (len(self.reported), len(self.valid), len(self.late), len(self.same_day))
        assert (tally.finished, tally.reworked) == (len(self.finished), sum(t.rework > 0 for t in self.finished))
        assert (tally.materials, tally.labour) == (sum(t.material_cost for t in self.finished), sum(t.labour_cost for t in self.finished))
        assert tally.worked == sum(t.minutes for t in self.finished)
        assert (tally.closed, tally.unfinished) == (len(self.closed), len(self.unfinished))
        stars = Counter(t.rating for t in self.closed)
        assert tally.stars == [stars[n] for n in (1, 2, 3, 4, 5)]

    def check_times(self, tally) -> None:
        assert tally.response == by_counting([whole_minutes(t.arrived_at, t.reported_at) for t in self.valid if t.arrived_at])
        assert tally.repair == by_counting([max(0, whole_minutes(t.finished_at, t.reported_at) - t.waited_minutes) for t in self.finished])


def whole_minutes(last: datetime, first: datetime) -> int:
    return (int(last.timestamp()) - int(first.timestamp()) + 30) // 60


def by_counting(values: list[int]) -> Times | None:
    """The percentiles by their definition: try every value until enough are not above it."""

    def enough(percent):
        return min(v for v in values if sum(other <= v for other in values) * 100 >= percent * len(values))

    return Times(len(values), enough(50), enough(90)) if values else None


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


# ---------- repeated failures and advice ----------


def projector(school, days: int, **values) -> Ticket:
    return school.ticket(AT - timedelta(days=days), **{"thing": "投影仪", "kind": school.kinds[3], "after": 90, "material_cost": Decimal(155)} | values)


@pytest.mark.requirement("REP-12")
def test_the_same_thing_three_times_in_half_a_year_is_named_with_its_cost(school):
    Ticket.objects.bulk_create([projector(school, days) for days in (10, 40, 90, 170)] + [projector(school, 181)])
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert found.advice == ["教学楼A座 305教室的投影仪半年坏了 4 次，花了 620.00 元，建议整体检修或更换。"]
    (trouble,) = found.repeated
    assert (trouble.place_name, trouble.thing, trouble.times, trouble.cost) == ("教学楼A座 305教室", "投影仪", 4, Decimal("620.00"))
    assert [(one.thing, one.cost) for one in found.heavy] == [("投影仪", Decimal("620.00"))]
    assert [(thing.name, thing.times) for thing in found.things] == [("投影仪", 2)]  # of this term


@pytest.mark.requirement("REP-12")
def test_twice_in_half_a_year_is_no_repeated_failure_unless_it_came_back_soon(school):
    first, second = Ticket.objects.bulk_create([projector(school, 40, material_cost=0), projector(school, 20, material_cost=0)])
    assert figures(Ticket.objects.all(), TERM, at=AT).repeated == []
    Ticket.objects.filter(pk=second.pk).update(repeat_of=first)
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert [(one.times, one.repeats) for one in found.repeated] == [(2, 1)]
    assert found.advice == ["教学楼A座 305教室的投影仪修好不久又坏了 1 次，建议换人复查，查清原因再修。"]


@pytest.mark.requirement("REP-12")
def test_different_things_of_one_kind_are_checked_together(school):
    Ticket.objects.bulk_create([projector(school, n * 5, thing=thing, material_cost=0) for n, thing in enumerate(("投影仪", "音箱", "话筒", ""), 1)])
    assert figures(Ticket.objects.all(), TERM, at=AT).advice == ["教学楼A座 305教室半年报修「多媒体」4 次，建议派人把这里全面查一遍。"]


@pytest.mark.requirement("REP-12")
def test_a_dear_thing_is_weighed_before_the_next_repair(school):
    Ticket.objects.bulk_create(
        [
            projector(school, 10, material_cost=Decimal(900)),
            projector(school, 50, material_cost=Decimal(300)),
            projector(school, 5, place=school.rooms[2], thing="灯", material_cost=Decimal(800)),
        ]
    )
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert found.advice == ["教学楼A座 305教室的投影仪半年花了 1,200.00 元，占全部维修费的 60%，再修以前先比一比换新的价钱。"]
    assert [one.cost for one in found.heavy] == [Decimal(1200), Decimal(800)]


@pytest.mark.requirement("REP-12")
def test_maintenance_ahead_and_withdrawn_reports_are_no_failures(school):
    Ticket.objects.bulk_create(
        [projector(school, days, origin_kind="repairs.preventive", origin_id=1) for days in (10, 20, 30)]
        + [school.ticket(AT - timedelta(days=days), thing="投影仪", kind=school.kinds[3], state=State.CANCELLED) for days in (11, 21, 31)]
    )
    found = figures(Ticket.objects.all(), TERM, at=AT)
    assert (found.repeated, found.heavy, found.advice, found.things) == ([], [], [], [])


def test_a_thing_is_the_same_however_it_is_typed(school):
    Ticket.objects.bulk_create([projector(school, n, thing=thing) for n, thing in enumerate(("LED屏", "led 屏", "ＬＥＤ屏"), 1)])
    assert [one.times for one in figures(Ticket.objects.all(), TERM, at=AT).repeated] == [3]


# ---------- whose figures ----------


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

"""A small school with repairs of every kind, and the figures of it counted one ticket at a time."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.places.models import Place
from repairs.figures import sql
from repairs.figures.queries import VIEW, Asked
from repairs.figures.tallies import Times
from repairs.kind.models import FaultKind, Repairer, Trade
from repairs.ticket.models import UNDONE, State, Ticket

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

    def chance(self, dice: random.Random, since: date) -> Ticket:
        """A ticket of any state, at any time from that day to now, with odd seconds; what would be finished later is still in work."""
        start = sql.midnight(since)
        reported_at = start + timedelta(seconds=dice.randrange(int((AT - start).total_seconds())), microseconds=dice.randrange(10**6))
        values = {
            "place": dice.choice([*self.rooms, self.yard]),
            "kind": dice.choice(self.kinds),
            "repairer": dice.choice(self.repairers),
            "reported_by": dice.choice([self.teacher, self.keeper]),
            "thing": dice.choice(["", "投影仪", "水龙头", "门锁"]),
            "due_at": reported_at + timedelta(hours=dice.choice([2, 8, 30])),
            "damage_class": dice.choice([None, None, None, *self.classes]),
            "state": dice.choice([*State, State.CLOSED, State.CLOSED, State.CLOSED]),
        }
        done = self.work(dice, values["state"])
        if values["state"] in (State.FINISHED, State.CLOSED) and reported_at + timedelta(minutes=done["after"]) > AT:
            values["state"] = State.WORKING
        elif values["state"] in (State.FINISHED, State.CLOSED):
            values |= done
        elif values["state"] in (State.NEW, State.WAITING):
            values |= {"repairer": None} if values["state"] == State.NEW else {"wait_reason": "parts"}
        return self.ticket(reported_at, **values)

    def work(self, dice: random.Random, state: str) -> dict:
        after = dice.choice([dice.randrange(5, 300), dice.randrange(300, 6000)])
        return {
            "after": after,
            "arrive": dice.choice([None, dice.randrange(after)]),
            "waited_minutes": dice.choice([0, 0, 30, 4000]),
            "rework": dice.choice([0, 0, 0, 1, 2]),
            "minutes": dice.randrange(10, 200),
            "material_cost": Decimal(dice.randrange(9000)) / 100,
            "labour_cost": Decimal(dice.choice([0, 0, 5000])) / 100,
            "stars": dice.choice([None, 1, 2, 3, 4, 5, 5]) if state == State.CLOSED else None,
        }


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

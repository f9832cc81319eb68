"""Whose runs a person sees, who is on board, riders against fees, what the bus earns (BUS-03, BUS-04)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import full_moment
from safety.vehicle.models import VehicleEntry, VehicleKind

from .models import BusFee, BusLine, BusRider, BusRun, BusStop, Ride, RunState
from .rights import MANAGE, MONEY, RUN, VIEW

MINUTES, NET = "safety.bus.minutes", "safety.bus.net"
ON_BOARD = Q(on_at__isnull=False, off_at=None)
TO_COME = Q(on_at=None, absent_reason="")
NOT_ON = Q(on_at=None)  # one who was said not to come may come running after all


def lines_visible_to(user) -> QuerySet[BusLine]:
    rows = BusLine.objects.select_related("vehicle", "driver", "attendant")
    if has(user, VIEW) or has(user, MANAGE) or has(user, MONEY):
        return rows
    return rows.filter(Q(driver=user.pk) | Q(attendant=user.pk)) if has(user, RUN) else rows.none()


def runs_visible_to(user) -> QuerySet[BusRun]:
    rows = BusRun.objects.select_related("line", "vehicle", "driver", "attendant", "looked_by", "created_by")
    if has(user, VIEW) or has(user, MANAGE):
        return rows
    return rows.filter(Q(driver=user.pk) | Q(attendant=user.pk)) if has(user, RUN) else rows.none()


def runs_listed(user) -> QuerySet[BusRun]:
    """With how many rode and how many are on board."""
    return runs_visible_to(user).annotate(
        rode=Count("rides", filter=Q(rides__on_at__isnull=False)), aboard=Count("rides", filter=Q(rides__on_at__isnull=False, rides__off_at=None))
    )


def stops_visible_to(user) -> QuerySet[BusStop]:
    return BusStop.objects.filter(line__in=lines_visible_to(user).values("pk")).select_related("line")


def riders_visible_to(user) -> QuerySet[BusRider]:
    rows = BusRider.objects.select_related("stop__line", "student__school_class")
    return rows.filter(stop__line__in=lines_visible_to(user).values("pk"))


def riders_on(line: BusLine, on: date) -> QuerySet[BusRider]:
    """Who rides this line on that day, in the order of the stops."""
    rows = BusRider.objects.filter(stop__line=line, since__lte=on, until__gte=on, student__is_active=True)
    return rows.select_related("stop", "student__school_class").order_by("stop__order", "student__number", "pk")


def active_lines() -> QuerySet[BusLine]:
    return BusLine.objects.filter(is_active=True).select_related("vehicle", "driver", "attendant")


def on_board(run: BusRun) -> int:
    return run.rides.filter(ON_BOARD).count()


@dataclass(frozen=True)
class StopRides:
    stop: BusStop
    rides: list[Ride]


def by_stop(run: BusRun) -> list[StopRides]:
    """The rides of a run, stop by stop; one query."""
    found: dict[int, StopRides] = {}
    for ride in run.rides.select_related("stop", "student__school_class").order_by("stop__order", "student__number", "pk"):
        found.setdefault(ride.stop_id, StopRides(ride.stop, [])).rides.append(ride)
    return list(found.values())


def refuel_guard(vehicle) -> str:
    """Why this vehicle may not be refuelled now."""
    if Ride.objects.filter(ON_BOARD, run__vehicle=vehicle, run__state=RunState.RUNNING).exists():
        return "车上还有学生，不能加油。依据：《校车安全管理条例》第四十一条。"
    return ""


@dataclass(frozen=True)
class WeekLine:
    """One line in one week: who is on the list, who rode, who has paid."""

    line: BusLine
    listed: int
    rode: int
    paid: int
    unpaid: list[str]  # rode without a fee that covers the week
    unseen: list[str]  # paid and never rode


def week_of(on: date) -> tuple[date, date]:
    first = on - timedelta(days=on.weekday())
    return first, first + timedelta(days=6)


def week_lines(since: date, until: date) -> list[WeekLine]:
    """Riders against fees, line by line; four queries."""
    lines = list(BusLine.objects.order_by("name", "pk"))
    names: dict[int, str] = {}
    listed: dict[int, set[int]] = {line.pk: set() for line in lines}
    rode: dict[int, set[int]] = {line.pk: set() for line in lines}
    paid: dict[int, set[int]] = {line.pk: set() for line in lines}
    in_week = BusRider.objects.filter(since__lte=until, until__gte=since).values_list("stop__line", "student", "student__name", "student__school_class__name")
    rides = Ride.objects.filter(on_at__isnull=False, run__on__gte=since, run__on__lte=until).values_list(
        "run__line", "student", "student__name", "student__school_class__name"
    )
    fees = BusFee.objects.filter(struck_at=None, since__lte=until, until__gte=since).values_list(
        "line", "student", "student__name", "student__school_class__name"
    )
    for found, rows in ((listed, in_week), (rode, rides.distinct().order_by()), (paid, fees)):
        for line, student, name, school_class in rows:
            found[line].add(student)
            names[student] = f"{name}（{school_class}）"
    return [
        WeekLine(
            line, len(listed[line.pk]), len(rode[line.pk]), len(paid[line.pk]),
            sorted(names[one] for one in rode[line.pk] - paid[line.pk]), sorted(names[one] for one in paid[line.pk] - rode[line.pk]),
        )
        for line in lines if line.is_active or rode[line.pk] or paid[line.pk]
    ]  # fmt: skip


@dataclass(frozen=True)
class Income:
    fees: Decimal
    costs: Decimal
    wanted: int  # per cent of the fees

    @property
    def net(self) -> Decimal:
        return self.fees - self.costs

    @property
    def percent(self) -> Decimal | None:
        return (self.net * 100 / self.fees).quantize(Decimal("0.1")) if self.fees else None

    @property
    def is_enough(self) -> bool:
        return self.percent is not None and self.percent >= self.wanted


def income(since: date, until: date) -> Income:
    """Fees taken and what buses cost over these days, as they were paid."""
    fees = BusFee.objects.filter(struck_at=None, happened_at__date__gte=since, happened_at__date__lte=until).aggregate(all=Sum("money"))["all"]
    costs = VehicleEntry.objects.filter(vehicle__kind=VehicleKind.BUS, struck_at=None, happened_at__date__gte=since, happened_at__date__lte=until)
    return Income(fees or Decimal(0), costs.aggregate(all=Sum("money"))["all"] or Decimal(0), limit_shown(NET, until))


def open_runs(at: datetime) -> QuerySet[BusRun]:
    """Running longer than the school's minutes; nobody has taken the last look."""
    minutes = limit_shown(MINUTES, timezone.localdate(at))
    rows = BusRun.objects.filter(state=RunState.RUNNING, created_at__lte=at - timedelta(minutes=minutes))
    return rows.select_related("line", "attendant", "driver").order_by("created_at", "pk")


def bus_todos(user, at: datetime) -> list[Todo]:
    """The run one is on."""
    if not has(user, RUN):
        return []
    mine = BusRun.objects.filter(state=RunState.RUNNING).filter(Q(attendant=user.pk) | Q(driver=user.pk)).select_related("line")
    return [
        Todo(
            f"{run}还没有收车",
            "下完车走到最后一排，扫后排标签",
            f"/safety/bus-run/{run.pk}/",
            "点名和收车",
            "bus",
            run.created_at + timedelta(minutes=limit_shown(MINUTES, run.on)),
        )
        for run in mine.order_by("created_at")[:5]
    ]


def bus_late(user, at: datetime) -> list[Late]:
    if not has(user, MANAGE):
        return []
    late = list(open_runs(at)[:50])
    return [Late("校车没有收车", f"{late[0]}，{full_moment(late[0].created_at)}发车", len(late), "/safety/bus-run/?state=running")] if late else []

"""Reading the rooms' bookings: who sees which, the week, what was used how much (AST-10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.terms.calendar import WEEKDAYS, SchoolCalendar

from .models import RoomUse, SpecialRoom, UseState

VIEW, MANAGE = "assets.room.view", "assets.room.manage"
JOINS = ("room__place", "room__keeper", "person", "school_class", "noted_by", "created_by")
NOON, EVENING = time(12), time(18)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def is_room_keeper(user, room: SpecialRoom) -> bool:
    return has(user, MANAGE) or (user.pk == room.keeper_id and has(user, VIEW))


def rooms_visible_to(user) -> QuerySet[SpecialRoom]:
    """Everybody sees the rooms that are open; who manages them, and their keepers, the closed ones, too."""
    rows = SpecialRoom.objects.select_related("place", "place__building", "keeper")
    if has(user, MANAGE):
        return rows
    return rows.filter(Q(is_active=True) | Q(keeper=user.pk)) if has(user, VIEW) else rows.none()


def uses_visible_to(user) -> QuerySet[RoomUse]:
    """One's own, those of one's class and of the rooms one keeps; all for whoever sees every room."""
    rows, scope = RoomUse.objects.select_related(*JOINS), scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    own = Q(person=user.pk) | Q(room__keeper=user.pk) | Q(school_class__head_teacher=user.pk)
    return rows.filter(own) if scope else rows.none()


def over(now: datetime) -> Q:
    """Booked uses whose time has passed."""
    here = timezone.localtime(now)
    return Q(state=UseState.BOOKED) & (Q(on__lt=here.date()) | Q(on=here.date(), end__lte=here.time()))


def use_counts(user, now: datetime) -> dict[str, int]:
    """One query."""
    today = timezone.localdate(now)
    return (
        uses_visible_to(user)
        .order_by()
        .aggregate(
            today=Count("pk", filter=Q(on=today) & ~Q(state=UseState.CANCELLED)),
            waiting=Count("pk", filter=over(now)),
            problem=Count("pk", filter=Q(left="problem")),
            mine=Count("pk", filter=Q(person=user.pk, state=UseState.BOOKED, on__gte=today)),
        )
    )


def clash(room: SpecialRoom, on: date, start: time, end: time) -> RoomUse | None:
    """The first use that overlaps."""
    rows = RoomUse.objects.filter(room=room.pk, on=on, start__lt=end, end__gt=start).exclude(state=UseState.CANCELLED)
    return rows.select_related("person", "school_class").order_by("start").first()


@dataclass
class Day:
    """One day of a room's week; `parts` are morning, afternoon and evening."""

    on: date
    name: str
    off: str = ""
    is_today: bool = False
    parts: Sequence[list] = field(default_factory=lambda: ([], [], []))


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def week_of(room: SpecialRoom, monday: date, calendar: SchoolCalendar, now: datetime) -> list[Day]:
    """Seven days with what is booked and was used. One query."""
    today = timezone.localdate(now)
    days = {}
    for n in range(7):
        on = monday + timedelta(days=n)
        special = calendar.special.get(on)
        days[on] = Day(on, WEEKDAYS[n], special.name if special else "", on == today)
    rows = RoomUse.objects.filter(room=room.pk, on__range=(monday, monday + timedelta(days=6))).exclude(state=UseState.CANCELLED)
    for use in rows.select_related("person", "school_class", "room__place").order_by("on", "start"):
        use.tone, use.state_words = use.tone_at(now), use.words_at(now)
        days[use.on].parts[0 if use.start < NOON else 1 if use.start < EVENING else 2].append(use)
    return list(days.values())


@dataclass
class RoomFigures:
    """How much one room was used in a month."""

    room: SpecialRoom
    uses: int = 0
    minutes: int = 0
    people: int = 0
    problems: int = 0
    waiting: int = 0

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def month_uses(room: SpecialRoom | None, month: date) -> QuerySet[RoomUse]:
    """Uses of the month that took place or should have, in order."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    rows = RoomUse.objects.filter(on__gte=month, on__lt=after).exclude(state=UseState.CANCELLED)
    rows = rows.filter(room=room.pk) if room else rows
    return rows.select_related("person", "school_class", "noted_by").order_by("on", "start", "pk")


def figures_of(rooms: Sequence[SpecialRoom], month: date, now: datetime) -> list[RoomFigures]:
    """Every room's month. One query."""
    found = {room.pk: RoomFigures(room) for room in rooms}
    for use in month_uses(None, month):
        if (row := found.get(use.room_id)) is None:
            continue
        row.waiting += use.is_waiting(now)
        if use.state == UseState.DONE:
            row.uses += 1
            row.minutes += minutes_of(use)
            row.people += use.people or 0
            row.problems += use.left == "problem"
    return list(found.values())


def minutes_of(use: RoomUse) -> int:
    return (use.end.hour - use.start.hour) * 60 + use.end.minute - use.start.minute

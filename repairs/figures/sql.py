"""The few expressions that SQLite and PostgreSQL write differently, and the conditions every figure is counted by.

Everything is counted inside the database in whole seconds and by the school's clock, so both give the same numbers.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest
from django.db.models.lookups import Exact
from django.utils import timezone

from repairs.ticket.models import OPEN, UNDONE, State, Ticket
from repairs.ticket.queries import late_q

VOID = (State.CANCELLED, State.MERGED)
DONE = (State.FINISHED, State.CLOSED)
GOING = (*UNDONE, State.WAITING, State.REFERRED)
EAST = 8 * 3600  # the school's clock is eight hours ahead the year round
DAY = 24 * 3600


class Seconds(Func):
    """Whole seconds since 1970 of a moment."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)", **extra)

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint", **extra)


def minutes_between(first: str, last: str):
    """Minutes from one moment of the row to the other, rounded to the nearest."""
    return (Seconds(F(last)) - Seconds(F(first)) + 30) / 60


def school_day(moment: str):
    """The number of the school's day that a moment of the row falls on."""
    return (Seconds(F(moment)) + EAST) / DAY


def response():
    return minutes_between("reported_at", "arrived_at")


def repair():
    return Greatest(minutes_between("reported_at", "finished_at") - F("waited_minutes"), Value(0), output_field=BigIntegerField())


def midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """The period from its first moment to the first moment after it."""
    return midnight(since), midnight(until + timedelta(days=1))


def was_late(at: datetime) -> Q:
    """Finished after the deadline, or past it now with the clock running."""
    return Q(state__in=DONE, finished_at__gt=F("due_at")) | late_q(at)


def done_same_day() -> Q:
    """Mended on the school's day it was reported."""
    return Q(state__in=DONE) & Q(Exact(school_day("reported_at"), school_day("finished_at")))


def is_valid() -> Q:
    return ~Q(state__in=VOID)


def reported_in(start: datetime, end: datetime) -> Q:
    return Q(reported_at__gte=start, reported_at__lt=end)


def finished_in(start: datetime, end: datetime) -> Q:
    return Q(state__in=DONE, finished_at__gte=start, finished_at__lt=end)


def closed_in(start: datetime, end: datetime) -> Q:
    return Q(state=State.CLOSED, closed_at__gte=start, closed_at__lt=end)


def unfinished_at(end: datetime) -> Q:
    """Not mended by then. A report taken back or merged counts as never made, because when that was is not in its row."""
    return Q(reported_at__lt=end) & (Q(state__in=GOING) | Q(state__in=DONE, finished_at__gte=end))


def touched(start: datetime, end: datetime) -> QuerySet:
    """Keys of every ticket that any figure of the period may count: three looks into an index instead of one through the table.

    Whatever was finished in the period or later is unsigned now or was signed since the period began.
    """
    ways = (reported_in(start, end), Q(state__in=OPEN), Q(closed_at__gte=start))
    first, *others = (Ticket.objects.filter(way).order_by().values("pk") for way in ways)
    return first.union(*others)


def span_of(moment: str, edges: Sequence[datetime]):
    """Which stretch a moment of the row falls into: 0 for the one from edges[0] to edges[1], -1 for none."""
    later = [When(**{f"{moment}__gte": edge}, then=Value(number)) for number, edge in enumerate(edges[:-1])]
    return Case(When(**{f"{moment}__gte": edges[-1]}, then=Value(-1)), *reversed(later), default=Value(-1), output_field=IntegerField())

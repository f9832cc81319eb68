"""Counting repairs over a period (REP-09). All sums are made in the database; single values travel only for the percentiles."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import BigIntegerField, CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import scope_of
from logistics.platform.kernel.money import money
from logistics.platform.org.models import SchoolClass
from logistics.platform.places.models import Place
from logistics.platform.places.queries import places_in_charge
from repairs.ticket.models import Signature, Ticket

from . import sql
from .names import Names, load_names
from .tallies import SATISFIED, STARS, SUMS, WHEN_CLOSED, WHEN_FINISHED, WHEN_REPORTED, Callback, Figures, Line, Row, Span, Tally, Times, Word
from .troubles import history, trouble_rows

VIEW = "repairs.figures.view"
WEEKS_UP_TO = 70  # days; a longer period is drawn by month
MOST_PLACES = 20
MOST_WORDS = 10
NOBODY, NOWHERE = "还没有派工", "室外和其他"


@dataclass(frozen=True)
class Asked:
    """A period, both days included, and what to narrow it to; ids, None for all."""

    since: date
    until: date
    kind: int | None = None
    building: int | None = None
    repairer: int | None = None
    school_class: int | None = None
    department: int | None = None
    place: Place | None = None

    @property
    def is_narrowed(self) -> bool:
        return any((self.kind, self.building, self.repairer, self.school_class, self.department, self.place))


def tickets_counted_for(user) -> QuerySet[Ticket]:
    """The repairs whose figures this person may see: the whole school's, unless a school narrowed the grant."""
    rows, scope = Ticket.objects.order_by(), scope_of(user, VIEW)
    if scope is None:
        return rows.none()
    if scope == Scope.ALL:
        return rows
    own = Q(reported_by=user.pk) | Q(repairer=user.pk)
    if scope == Scope.DEPARTMENT and user.department_id:
        own |= Q(reported_by__department=user.department_id) | Q(place__department=user.department_id)
    if scope in (Scope.CLASS, Scope.BUILDING):
        own |= Q(place__in=places_in_charge(user).values("pk"))
    return rows.filter(own)


def narrowed(rows: QuerySet[Ticket], asked: Asked) -> QuerySet[Ticket]:
    """A class has the faults of its room, and those its pupils caused elsewhere."""
    plain = {"kind": asked.kind, "place__building": asked.building, "repairer": asked.repairer, "reported_by__department": asked.department}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if asked.place:
        rows = rows.filter(place__path__startswith=asked.place.path)
    if asked.school_class:
        room = SchoolClass.objects.filter(pk=asked.school_class).values("room")
        rows = rows.filter(Q(damage_class=asked.school_class) | Q(damage_class=None, place__in=room))
    return rows


def spans(since: date, until: date) -> list[Span]:
    """Weeks from Monday for a short period, months for a longer one, the outer ones cut to the period."""
    by_week, found, on = (until - since).days < WEEKS_UP_TO, [], since
    while on <= until:
        if by_week:
            last, name = on + timedelta(days=6 - on.weekday()), f"{on.month}-{on.day:02d}"
        else:
            last = (on.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            name = f"{on.month}月" if on.year == until.year else f"{on.year}年{on.month}月"
        found.append(Span(on, min(last, until), name))
        on = last + timedelta(days=1)
    return found


def figures(tickets: QuerySet[Ticket], asked: Asked, *, at: datetime, names: Names | None = None) -> Figures:
    """Everything about the period as it is known at `at`, in six queries and one more without `names`."""
    names = names or load_names()
    rows = narrowed(tickets, asked)
    counted = _measured(rows, asked, at)
    past = history(trouble_rows(rows, since=asked.since, until=asked.until, at=at))
    return Figures(
        since=asked.since,
        until=asked.until,
        total=counted.total,
        kinds=_table(counted.kinds, names.kinds),
        buildings=_table(counted.buildings, names.buildings | {0: NOWHERE}),
        repairers=_table(counted.repairers, names.repairers | {0: NOBODY}),
        times=_line(counted, asked),
        places=_most(counted.places, counted.place_names),
        classes=_table(_by_class(counted, names), names.classes),
        things=past.things,
        callback=_callback(rows, asked),
        repeated=past.repeated,
        heavy=past.heavy,
        advice=past.advice,
    )


def time_line(tickets: QuerySet[Ticket], asked: Asked, *, at: datetime) -> Line:
    """The weeks or months of the period alone, in three queries."""
    return _line(_measured(narrowed(tickets, asked), asked, at), asked)


class _Counted:
    """Tallies by each dimension while they are being added up; key 0 is for none."""

    def __init__(self):
        self.total = Tally()
        self.kinds, self.buildings, self.repairers, self.times, self.places, self.causers = (defaultdict(Tally) for _ in range(6))
        self.place_names: dict[int, str] = {}


def _measured(rows: QuerySet[Ticket], asked: Asked, at: datetime) -> _Counted:
    edges = [sql.midnight(span.since) for span in spans(asked.since, asked.until)] + [sql.moments(asked.since, asked.until)[1]]
    rows = rows.filter(pk__in=sql.touched(edges[0], edges[-1]))
    counted = _counted(rows, edges, at)
    _add_times(counted, rows, edges)
    return counted


def _sums(start: datetime, end: datetime, at: datetime) -> dict:
    reported, finished, closed = sql.reported_in(start, end), sql.finished_in(start, end), sql.closed_in(start, end)
    valid, zero = reported & sql.is_valid(), Decimal(0)
    stars = {f"star{n}": Count("pk", filter=closed & Q(rating=n)) for n in range(1, STARS + 1)}
    return {
        "reported": Count("pk", filter=reported),
        "void": Count("pk", filter=reported & Q(state__in=sql.VOID)),
        "late": Count("pk", filter=valid & sql.was_late(at)),
        "same_day": Count("pk", filter=valid & sql.done_same_day()),
        "finished": Count("pk", filter=finished),
        "reworked": Count("pk", filter=finished & Q(rework__gt=0)),
        "worked": Sum("minutes", filter=finished, default=0),
        "materials": Sum("material_cost", filter=finished, default=zero),
        "labour": Sum("labour_cost", filter=finished, default=zero),
        "closed": Count("pk", filter=closed),
        **stars,
        "unfinished": Count("pk", filter=sql.unfinished_at(end)),
    }


def _counted(rows: QuerySet[Ticket], edges: list[datetime], at: datetime) -> _Counted:
    """One statement of three groupings: by kind, building and person; by time; by place and who broke it."""
    start, end = edges[0], edges[-1]
    sums = _sums(start, end, at)
    none, no_name = Value(0, output_field=BigIntegerField()), Value("", output_field=CharField())

    def grouped(number: int, a, b, c, name=no_name) -> QuerySet:
        part = rows.values(part=Value(number), a=a, b=b, c=c, named=name).annotate(**sums)
        return part.values_list("part", "a", "b", "c", "named", *sums)

    parts = [
        grouped(0, F("kind_id"), Coalesce(F("place__building_id"), none), Coalesce(F("repairer_id"), none)),
        grouped(1, *(Cast(sql.span_of(moment, edges), BigIntegerField()) for moment in ("reported_at", "finished_at", "closed_at"))),
        grouped(2, F("place_id"), Coalesce(F("damage_class_id"), none), none, F("place__full_name")),
    ]
    counted = _Counted()
    for part, a, b, c, name, *values in parts[0].union(*parts[1:], all=True):
        (_add_main, _add_time, _add_place)[part](counted, (a, b, c), name, _tally(dict(zip(sums, values, strict=True))))
    return counted


def _tally(values: dict) -> Tally:
    stars = [values.pop(f"star{n}") for n in range(1, STARS + 1)]
    values |= {name: money(values[name]) for name in ("materials", "labour")}
    return Tally(**values, stars=stars)


def _add_main(counted: _Counted, keys: tuple, name: str, tally: Tally) -> None:
    kind, building, repairer = keys
    for into in (counted.total, counted.kinds[kind], counted.buildings[building], counted.repairers[repairer]):
        into.add(tally, SUMS)


def _add_time(counted: _Counted, keys: tuple, name: str, tally: Tally) -> None:
    for key, group in zip(keys, (WHEN_REPORTED, WHEN_FINISHED, WHEN_CLOSED), strict=True):
        if key >= 0:
            counted.times[key].add(tally, group)


def _add_place(counted: _Counted, keys: tuple, name: str, tally: Tally) -> None:
    place, causer, _ = keys
    counted.place_names[place] = name
    counted.places[place].add(tally, SUMS)
    counted.causers[place, causer].add(tally, SUMS)


def _add_times(counted: _Counted, rows: QuerySet[Ticket], edges: list[datetime]) -> None:
    """Half and nine tenths of the response and repair times, for the whole and by kind, building, person and time."""
    start, end = edges[0], edges[-1]
    for name, moment, minutes, within in (
        ("response", "reported_at", sql.response(), sql.reported_in(start, end) & sql.is_valid() & Q(arrived_at__isnull=False)),
        ("repair", "finished_at", sql.repair(), sql.finished_in(start, end)),
    ):
        fields = ("kind_id", Coalesce("place__building_id", 0), Coalesce("repairer_id", 0), sql.span_of(moment, edges), minutes)
        columns = list(zip(*rows.filter(within).values_list(*fields), strict=True))
        if not columns:
            continue
        *dimensions, values = columns
        setattr(counted.total, name, Times.of(values))
        for tallies, keys in zip((counted.kinds, counted.buildings, counted.repairers, counted.times), dimensions, strict=True):
            groups = defaultdict(list)
            for key, value in zip(keys, values, strict=True):
                groups[key].append(value)
            for key, group in groups.items():
                setattr(tallies[key], name, Times.of(group))


def _line(counted: _Counted, asked: Asked) -> Line:
    """What was unfinished at the end of each stretch is reckoned back from the end: less what came in, plus what was finished."""
    line = [(span, counted.times[number]) for number, span in enumerate(spans(asked.since, asked.until))]
    left = counted.total.unfinished
    for _, tally in reversed(line):
        tally.unfinished = left
        left += tally.finished - tally.valid
    return line


def _table(tallies: dict[int, Tally], names: dict[int, str]) -> list[Row]:
    """In order of most reported, those without anything left out."""
    rows = [Row(key, names.get(key, "—"), tally) for key, tally in tallies.items() if not tally.is_empty]
    order = {key: number for number, key in enumerate(names)}
    return sorted(rows, key=lambda row: (-row.tally.reported, -row.tally.finished, order.get(row.key, 0)))


def _most(tallies: dict[int, Tally], names: dict[int, str]) -> list[Row]:
    return [row for row in _table(tallies, dict(sorted(names.items(), key=lambda one: one[1]))) if row.tally.reported][:MOST_PLACES]


def _by_class(counted: _Counted, names: Names) -> dict[int, Tally]:
    """A fault belongs to the class whose pupils caused it, otherwise to the class whose room it is."""
    tallies: dict[int, Tally] = defaultdict(Tally)
    for (place, causer), tally in counted.causers.items():
        owner = causer or names.rooms.get(place)
        if owner:
            tallies[owner].add(tally, SUMS)
    return tallies


def _callback(rows: QuerySet[Ticket], asked: Asked) -> Callback:
    """Two queries: the counts, and the latest words of those who refused, were signed for, or gave few stars."""
    start, end = sql.moments(asked.since, asked.until)
    signatures = Signature.objects.filter(at__gte=start, at__lt=end)
    if asked.is_narrowed or rows.query.where:
        signatures = signatures.filter(ticket__in=rows.values("pk"))
    counts = signatures.aggregate(
        accepted=Count("pk", filter=Q(is_accepted=True, on_behalf=False)),
        refused=Count("pk", filter=Q(is_accepted=False)),
        proxied=Count("pk", filter=Q(on_behalf=True)),
    )
    telling = Q(is_accepted=False) | Q(on_behalf=True) | Q(ticket__rating__lt=SATISFIED)
    told = signatures.filter(telling).exclude(reason="").select_related("ticket").order_by("-at", "-pk")[:MOST_WORDS]
    return Callback(**counts, words=[_word(signature) for signature in told])


def _word(signature: Signature) -> Word:
    ticket = signature.ticket
    return Word(
        ticket=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        said=signature.reason,
        by=signature.name,
        on=timezone.localdate(signature.at),
        is_accepted=signature.is_accepted,
        rating=ticket.rating if signature.is_accepted else None,
    )

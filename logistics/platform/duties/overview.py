"""Many occurrences at a glance: the board of today and this week, the month, the counts of a period. Few queries whatever the rows."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Max, Min, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from logistics.platform.org.models import Post, User
from logistics.platform.terms.calendar import SchoolCalendar

from .models import DutySubstitute, Occurrence, OccurrenceState
from .queries import duties_visible_to, occurrences_visible_to, own_q
from .rhythm import Kind
from .slots import occurrences

DONE, LATE, MISSED, OPEN, CANCELLED = (OccurrenceState[name] for name in ("DONE", "LATE", "MISSED", "OPEN", "CANCELLED"))
LINES_A_DAY = 4
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """Whose occurrences a page shows: those of one post, of one person, or everybody's."""

    post: Post | None = None
    person: User | None = None

    def of(self, rows: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
        if self.post:
            rows = rows.filter(owner_post=self.post)
        return rows.filter(own_q(self.person)) if self.person else rows


def board_rows(user, at: datetime, *, chosen: Chosen, whole_week: bool = False) -> QuerySet[Occurrence]:
    """Today's and what still waits from before, or this week's; late ones first, then what is open, ahead, and done."""
    today = timezone.localdate(at)
    rows = chosen.of(occurrences_visible_to(user)).defer("duty__rhythm", "duty__checklist", "duty__ladder")
    if whole_week:
        monday = today - today.weekday() * DAY
        rows = rows.filter(on__gte=monday, on__lte=monday + 6 * DAY)
    else:
        rows = rows.filter(Q(on=today) | Q(state=OPEN, opens_at__lte=at, on__lt=today))
    rank = Case(
        When(state=OPEN, due_at__lt=at, then=Value(0)),
        When(state=MISSED, then=Value(1)),
        When(state=OPEN, opens_at__lte=at, then=Value(2)),
        When(state=OPEN, then=Value(3)),
        When(state=LATE, then=Value(4)),
        When(state=DONE, then=Value(5)),
        default=Value(6),
    )
    return rows.annotate(rank=rank).order_by("rank", "due_at", "pk")


def board_counts(rows: QuerySet[Occurrence], at: datetime) -> dict[str, int]:
    """How those rows stand, in one query."""
    return rows.order_by().aggregate(
        total=Count("pk", filter=~Q(state=CANCELLED)),
        done=Count("pk", filter=Q(state=DONE)),
        late=Count("pk", filter=Q(state=LATE)),
        missed=Count("pk", filter=Q(state=MISSED) | Q(state=OPEN, due_at__lt=at)),
        now=Count("pk", filter=Q(state=OPEN, opens_at__lte=at, due_at__gte=at)),
        ahead=Count("pk", filter=Q(state=OPEN, opens_at__gt=at)),
    )


@dataclass
class DayLine:
    """One duty on one day: how many times, how many of them done."""

    title: str
    total: int = 0
    done: int = 0
    tone: str = "void"

    @property
    def words(self) -> str:
        return f"{self.title} {self.done}/{self.total}" if self.total > 1 else self.title


@dataclass
class DayCell:
    on: date
    is_out: bool
    is_today: bool
    is_working: bool
    lines: list[DayLine] = field(default_factory=list)

    @property
    def shown(self) -> list[DayLine]:
        return self.lines[:LINES_A_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.lines) - LINES_A_DAY)

    @property
    def tone(self) -> str:
        """The worst of the day."""
        tones = {line.tone for line in self.lines}
        return next((tone for tone in ("late", "wait", "doing", "done") if tone in tones), "")

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)


def month_of(user, first: date, at: datetime, calendar: SchoolCalendar, chosen: Chosen) -> list[list[DayCell]]:
    """The month's weeks, Monday first: what was and what is planned; days not planned yet are computed from the duties. Three queries."""
    weeks, today = Calendar().monthdatescalendar(first.year, first.month), timezone.localdate(at)
    cells = {on: DayCell(on, on.month != first.month, on == today, calendar.is_working_day(on)) for week in weeks for on in week}
    rows = chosen.of(occurrences_visible_to(user)).exclude(state=CANCELLED).filter(on__gte=weeks[0][0], on__lte=weeks[-1][-1])
    counts = rows.order_by().values_list("on", "duty", "duty__title", "state").annotate(n=Count("pk"), opens=Min("opens_at"), due=Min("due_at"))
    lines: dict[tuple[date, int], DayLine] = {}
    for on, duty, title, state, n, opens, due in counts.order_by("on", "opens", "duty"):
        line = lines.get((on, duty))
        if line is None:
            line = lines[on, duty] = DayLine(title)
            cells[on].lines.append(line)
        line.total += n
        line.done += n if state in (DONE, LATE) else 0
        line.tone = worse(line.tone, tone_of(state, opens, due, at))
    _add_plans(cells, user, calendar, chosen)
    return [[cells[on] for on in week] for week in weeks]


def tone_of(state: str, opens_at: datetime, due_at: datetime, at: datetime) -> str:
    if state == OPEN:
        return "late" if due_at < at else "doing" if opens_at <= at else "void"
    return {DONE: "done", LATE: "wait", MISSED: "late"}[OccurrenceState(state)]


def worse(one: str, other: str) -> str:
    order = ("late", "wait", "doing", "done", "void")
    return min(one, other, key=order.index)


def _add_plans(cells: dict[date, DayCell], user, calendar: SchoolCalendar, chosen: Chosen) -> None:
    """What the duties ask for on days after those that are planned already."""
    last = max(cells)
    duties = duties_visible_to(user).filter(is_active=True, made_until__lt=last)
    if chosen.post:
        duties = duties.filter(owner_post=chosen.post)
    if chosen.person:
        stands_in = DutySubstitute.objects.filter(person=chosen.person, is_void=False).values("duty")
        duties = duties.filter(Q(owner_person=chosen.person) | Q(owner_post__in=chosen.person.posts.all()) | Q(pk__in=stands_in))
    for duty in duties:
        if duty.rhythm["kind"] == Kind.INTERVAL:
            continue
        by_day: dict[date, DayLine] = {}
        first = max(min(cells), duty.starts_on, duty.made_until + DAY if duty.made_until else duty.starts_on)
        for slot in occurrences(duty.recurrence, first, last, calendar):
            if slot.on not in by_day:
                by_day[slot.on] = DayLine(duty.title)
                cells[slot.on].lines.append(by_day[slot.on])
            by_day[slot.on].total += 1


@dataclass(frozen=True)
class Tally:
    """One duty or one owner in a period; `total` is what should have been done by now."""

    name: str
    done: int
    late: int
    missed: int
    bad: int
    url: str = ""

    @property
    def total(self) -> int:
        return self.done + self.late + self.missed

    @property
    def trouble(self) -> int:
        return self.late + self.missed

    @property
    def share(self) -> float | None:
        """Done on time, of what should have been."""
        return self.done / self.total if self.total else None


def tallies(user, first: date, last: date, at: datetime, chosen: Chosen) -> tuple[list[Tally], list[Tally], list[Tally]]:
    """(by duty, by owner, by who did it) of those whose time is over, the most trouble first. Three queries."""
    over = Q(state__in=(DONE, LATE, MISSED)) | Q(state=OPEN, due_at__lt=at)
    rows = chosen.of(occurrences_visible_to(user)).filter(over, on__gte=first, on__lte=last).order_by()
    numbers = {
        "done": Count("pk", filter=Q(state=DONE)),
        "late": Count("pk", filter=Q(state=LATE)),
        "missed": Count("pk", filter=Q(state__in=(MISSED, OPEN))),
        "wrong": Sum("bad"),
    }
    by_duty = rows.values_list("duty").annotate(name=Max("duty__title"), **numbers).values_list("name", *numbers, "duty")
    by_owner = rows.values_list("owner_words").annotate(**numbers)
    finished = rows.filter(state__in=(DONE, LATE))
    by_doer = finished.values_list("done_by").annotate(name=Max("done_by__name"), **numbers).values_list("name", *numbers)
    return (
        worst_first(
            Tally(name, done, late, missed, wrong, f"/duties/occurrence/?duty={duty}&since={first}&until={last}")
            for name, done, late, missed, wrong, duty in by_duty
        ),
        worst_first(Tally(*row) for row in by_owner),
        sorted((Tally(*row) for row in by_doer), key=lambda tally: (-tally.total, tally.name)),
    )


def worst_first(rows: Iterable[Tally]) -> list[Tally]:
    return sorted(rows, key=lambda tally: (-tally.missed, -tally.late, -tally.total, tally.name))


def total_of(rows: Iterable[Tally]) -> Tally:
    rows = list(rows)
    return Tally("合计", *(sum(getattr(row, name) for row in rows) for name in ("done", "late", "missed", "bad")))

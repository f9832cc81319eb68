"""What the first page shows a person, gathered from the apps (GEN-02, GEN-05)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from logistics.platform.terms.calendar import SchoolCalendar, SpecialDay
from logistics.platform.terms.models import CalendarDay, Term
from logistics.platform.web.home import Late, Todo, sources, todos_for

SOON = timedelta(hours=24)
ON_FIRST_PAGE = 7
MOST_LATE = 8


@dataclass(frozen=True)
class TodoLine:
    """A to-do with the tone of its deadline: late, wait (within a day) or doing."""

    todo: Todo
    tone: str


@dataclass(frozen=True)
class TodoGroup:
    label: str
    tone: str
    lines: list[TodoLine]


@dataclass(frozen=True)
class LateBoard:
    """What is overdue in this person's field; `has_field` is false for people whom no app tells about others' delays."""

    has_field: bool
    rows: list[Late]

    @property
    def total(self) -> int:
        return sum(row.count for row in self.rows)

    @property
    def first(self) -> list[Late]:
        return self.rows if len(self.rows) <= MOST_LATE + 1 else self.rows[:MOST_LATE]

    @property
    def rest(self) -> list[Late]:
        """What stands folded below the first lines; never a single line."""
        return self.rows[len(self.first) :]


def calendar_of(on: date) -> SchoolCalendar:
    """As much of the school calendar as it takes to describe one day; two queries."""
    special = {day.on: SpecialDay(day.kind, day.name) for day in CalendarDay.objects.filter(on=on)}
    return SchoolCalendar(terms=tuple(Term.objects.filter(start_on__lte=on, end_on__gte=on)), special=special)


def tone_of(due_at: datetime | None, at: datetime) -> str:
    if due_at is None or due_at - at >= SOON:
        return "doing"
    return "late" if due_at < at else "wait"


def todo_lines(user, at: datetime) -> list[TodoLine]:
    return [TodoLine(todo, tone_of(todo.due_at, at)) for todo in todos_for(user, at)]


def todo_groups(user, at: datetime) -> list[TodoGroup]:
    """已经逾期, 今天, 以后; groups without a to-do are left out."""
    today, groups = timezone.localdate(at), {"已经逾期": [], "今天": [], "以后": []}
    for line in todo_lines(user, at):
        due_at = line.todo.due_at
        if line.tone == "late":
            groups["已经逾期"].append(line)
        elif due_at and timezone.localdate(due_at) == today:
            groups["今天"].append(line)
        else:
            groups["以后"].append(line)
    return [TodoGroup(label, "t-late" if label == "已经逾期" else "", lines) for label, lines in groups.items() if lines]


def late_board(user, at: datetime) -> LateBoard:
    told = [late for source in sources.late for late in source(user, at)]
    return LateBoard(bool(told), [late for late in told if late.count])

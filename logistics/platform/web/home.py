"""What the first page and the to-do page show, pulled from every app (GEN-02, GEN-05)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Todo:
    """One thing a person must do. `verb` is what to do, `due_at` may be None. A `pressing` one, such as a missing child, comes before all others."""

    title: str
    detail: str
    url: str
    verb: str
    icon: str
    due_at: datetime | None = None
    pressing: bool = False


@dataclass(frozen=True)
class Late:
    """A count of overdue things in a person's field, with the worst of them in words."""

    label: str
    detail: str
    count: int
    url: str


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    unit: str
    note: str
    url: str


@dataclass(frozen=True)
class Line:
    """One row of a list on the first page; `state` is a word with its `tone` (wait, doing, done, late, void)."""

    title: str
    detail: str
    url: str
    icon: str
    state: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Lines:
    """A short list of a person's own things (我报的修); `url` is the whole list, `empty` the sentence when there are none."""

    title: str
    lines: list[Line]
    url: str
    empty: str


@dataclass
class Sources:
    """Functions (user, at) -> list, one list per kind of block."""

    todos: list[Callable] = field(default_factory=list)
    late: list[Callable] = field(default_factory=list)
    figures: list[Callable] = field(default_factory=list)
    charts: list[Callable] = field(default_factory=list)  # (user, at) -> list of (title, svg, legend)
    lists: list[Callable] = field(default_factory=list)  # (user, at) -> list of Lines


sources = Sources()


def todos_for(user, at: datetime) -> list[Todo]:
    """Everything this person must do, the most pressing first."""
    todos = [todo for source in sources.todos for todo in source(user, at)]
    return sorted(todos, key=lambda todo: (not todo.pressing, todo.due_at is None, todo.due_at or at))


def late_for(user, at: datetime) -> list[Late]:
    return [late for source in sources.late for late in source(user, at) if late.count]


def figures_for(user, at: datetime) -> list[Figure]:
    return [figure for source in sources.figures for figure in source(user, at)]


def charts_for(user, at: datetime) -> list:
    return [chart for source in sources.charts for chart in source(user, at)]


def lists_for(user, at: datetime) -> list[Lines]:
    return [lines for source in sources.lists for lines in source(user, at)]

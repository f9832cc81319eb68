"""Whoever plans by the calendar and lies above it is asked what a change would move, and told when it has happened.

Upper folders register their functions in wiring.py; nothing is imported upward.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from .calendar import SchoolCalendar


class Move(NamedTuple):
    """One planned thing that a change would take away or bring."""

    at: datetime
    title: str
    who: str = ""


@dataclass(frozen=True)
class Shift:
    """What a change of the calendar would do to one kind of thing (`what`), each list in order of time."""

    what: str
    gone: tuple[Move, ...] = ()
    new: tuple[Move, ...] = ()

    def __bool__(self):
        return bool(self.gone or self.new)

    @property
    def words(self) -> str:
        """取消 3 次，多出 2 次."""
        said = [f"{verb} {len(moves)} 次" for verb, moves in (("取消", self.gone), ("多出", self.new)) if moves]
        return "，".join(said)


@dataclass(frozen=True)
class CalendarWatcher:
    """`preview(before, after, at)` gives a Shift without writing; `apply(actor=, at=, why=)` is called inside the rule that changed the calendar."""

    preview: Callable[[SchoolCalendar, SchoolCalendar, datetime], Shift]
    apply: Callable[..., object]


on_calendar_change: list[CalendarWatcher] = []


def shifts_of(before: SchoolCalendar, after: SchoolCalendar, at: datetime) -> list[Shift]:
    """What would move when the calendar became `after`; empty when nothing would."""
    found = [watcher.preview(before, after, at) for watcher in on_calendar_change]
    return [shift for shift in found if shift]


def calendar_changed(*, actor, at: datetime, why: str) -> None:
    """Have every watcher follow the calendar as it now is, in the same transaction."""
    for watcher in on_calendar_change:
        watcher.apply(actor=actor, at=at, why=why)

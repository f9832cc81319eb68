"""Who leads tonight. The app that keeps the duty roster says so (safety); this app lies below it."""

from collections.abc import Callable, Iterable
from datetime import datetime

_sources: list[Callable[[datetime], Iterable]] = []


def register_leaders(source: Callable[[datetime], Iterable]) -> None:
    """Have `source(at)` name the people who lead the duty at a moment; called from an app's wiring."""
    _sources.append(source)


def leaders_at(at: datetime) -> list:
    """The leaders on duty; empty where nobody is on the roster."""
    return [person for source in _sources for person in source(at)]

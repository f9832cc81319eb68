"""The one search box, as every app sees it: hits, and kinds of hits that are no records (records: platform/search)."""

from collections.abc import Callable
from dataclasses import dataclass

from logistics.platform.kernel.text import plain

SHORTEST = 2  # characters, blanks left out
LONGEST = 60
MOST_HITS = 8  # of each kind


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Source:
    """`find(user, words, limit)` gives at most `limit` hits this person may open, the best first, in one or two queries."""

    label: str
    icon: str
    find: Callable[..., list[Hit]]
    order: int = 100


@dataclass(frozen=True)
class Found:
    """The hits of one kind; `is_more` when there are others that are not shown."""

    label: str
    icon: str
    hits: list[Hit]
    is_more: bool


_sources: list[Source] = []


def register(label: str, icon: str, find: Callable[..., list[Hit]], *, order: int = 100) -> None:
    """Add a kind of thing to the search; called from an app's wiring."""
    _sources.append(Source(label, icon, find, order))
    _sources.sort(key=lambda source: source.order)


def all_sources() -> list[Source]:
    return list(_sources)


def is_too_short(words: str) -> bool:
    """Whether there is too little to look for: one character would fit nearly everything."""
    return len(plain(words)) < SHORTEST

"""The one search box: every app says what of its own can be found (number, name, place, person)."""

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


def find_all(user, words: str) -> list[Found]:
    """What fits the words, kind by kind; kinds without hits are left out, nothing for too short a text."""
    if is_too_short(words):
        return []
    words, found = words[:LONGEST], []
    for source in _sources:
        hits = source.find(user, words, MOST_HITS + 1)
        if hits:
            found.append(Found(source.label, source.icon, hits[:MOST_HITS], len(hits) > MOST_HITS))
    return found

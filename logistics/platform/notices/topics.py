"""Who carries out which kind of promise. Apps register theirs in wiring.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Effect(Enum):
    """What a handler touches, which decides what happens when the process dies in the middle.

    DATABASE  only our database, and briefly: runs in one transaction with the mark "done", so exactly once.
    ONCE      the world outside (a mail): marked first, then sent; cut off in the middle it is not sent again.
    AGAIN     long work that may be repeated (a report written over): cut off in the middle it runs again.
    """

    DATABASE = "database"
    ONCE = "once"
    AGAIN = "again"


class Later(Exception):
    """Nothing was sent; the message waits until `moment` and this was no failure."""

    def __init__(self, moment: datetime):
        super().__init__(moment.isoformat())
        self.moment = moment


class Unsure(Exception):
    """Something went out and nobody knows whether it arrived: it is not sent again."""


@dataclass(frozen=True)
class Topic:
    name: str
    handler: Callable  # handler(message, at); Later and Unsure say so themselves, any other exception means "try again"
    effect: Effect
    lanes: bool = False  # the handler claims and settles what waits in the message's lane, and says whether it sent anything


_topics: dict[str, Topic] = {}


def register(name: str, handler: Callable, *, effect: Effect = Effect.DATABASE, lanes: bool = False) -> None:
    """Let `handler(message, at)` carry out the promises of this topic."""
    if name in _topics:
        raise ValueError(f"topic {name} registered twice")
    _topics[name] = Topic(name, handler, effect, lanes)


def topic_for(name: str) -> Topic:
    """Raises LookupError for a topic that nobody registered."""
    if name not in _topics:
        raise LookupError(f"nobody handles the topic {name}")
    return _topics[name]


def all_topics() -> list[Topic]:
    return list(_topics.values())

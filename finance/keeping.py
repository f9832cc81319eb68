"""Answers kept for one page."""

from collections.abc import Callable
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def kept_on(record, name: str, make: Callable[[], T]) -> T:
    """What `make()` answered, kept on this one copy of the record, for a page that asks several times; a rule always asks anew."""
    if getattr(connection, "journal", None) is not None:
        return make()
    if name not in record.__dict__:
        record.__dict__[name] = make()
    return record.__dict__[name]

"""Answers kept for a minute: facts that every page shows and hardly anybody changes."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.core.cache import cache
from django.db import transaction

SECONDS = 60

T = TypeVar("T")


def kept(key: str, make: Callable[[], T]) -> T:
    """What `make()` answered within the last minute. None is not kept, and without a cache every call asks anew.

    Processes with caches of their own may differ for that minute; nothing that decides may be kept.
    """
    try:
        found = cache.get(key)
    except Exception:  # noqa: BLE001  # whatever the cache's client raises, the page must go on
        return make()
    if found is None and (found := make()) is not None:
        with suppress(Exception):
            cache.set(key, found, SECONDS)
    return found


def known(key: str):
    """What `keep` kept within the last minute, None otherwise."""
    with suppress(Exception):
        return cache.get(key)
    return None


def keep(key: str, found) -> None:
    """Keep an answer for a minute."""
    with suppress(Exception):
        cache.set(key, found, SECONDS)


def forget(key: str) -> None:
    """Ask anew from now on, and again once this transaction is visible to others."""
    _drop(key)
    transaction.on_commit(lambda: _drop(key))


def _drop(key: str) -> None:
    with suppress(Exception):
        cache.delete(key)

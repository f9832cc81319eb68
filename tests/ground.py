"""The cast of a folder whose tests all need it, made once a module; each test takes back what it adds itself.

A folder asks for it in its conftest: `from tests.ground import ground, module_cast`. A test with threads or a server gets a cast of its own,
for others must see its rows; such tests come last (pytest-django), so the module's cast is gone by then.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from logistics.platform.approvals.public import load_usual_chains
from tests.conftest import NOW, Cast, make_cast

SEEN_BY_OTHERS = {"transactional_db", "live_server"}


class Ground:
    """People, roles and the usual chains in a transaction that `end` takes back."""

    def __init__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast = make_cast()
        load_usual_chains(actor=self.cast.director, at=NOW)

    def keep(self, build: Callable[[Cast], Any]) -> "Kept":
        """What build(cast) makes, for a fixture of module scope."""
        return Kept(build, self.cast, build(self.cast))

    def end(self) -> None:
        if self.cast:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.cast = None


@dataclass
class Kept:
    """What stands on the ground besides the people, made once a module: each test gets a copy of what is in memory and takes back what it writes."""

    build: Callable[[Cast], Any]
    cast: Cast
    thing: Any

    def copied(self, cast: Cast):
        """As it was when the module began; for a cast of another test's own it is made anew."""
        return deepcopy(self.thing, {id(self.cast): cast}) if cast is self.cast else self.build(cast)


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker) -> Iterator[Ground]:
    with django_db_blocker.unblock():  # for what the folder keeps on it, too
        made = Ground()
        yield made
        made.end()


@pytest.fixture(name="cast")
def module_cast(ground, request) -> Cast:
    marker = request.node.get_closest_marker("django_db")
    if SEEN_BY_OTHERS & set(request.fixturenames) or (marker and marker.kwargs.get("transaction")):
        ground.end()
        request.getfixturevalue("transactional_db")
        return make_cast()
    request.getfixturevalue("db")
    return ground.cast or make_cast()

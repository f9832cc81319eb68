"""The cast of a folder whose tests all need it, made once a module; each test takes back what it adds itself.

A folder asks for it in its conftest: `from tests.ground import ground, module_cast`. A test with threads or a server gets a cast of its own,
for others must see its rows; such tests come last (pytest-django), so the module's cast is gone by then.
"""

from collections.abc import Iterator

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

    def end(self) -> None:
        if self.cast:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.cast = None


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker) -> Iterator[Ground]:
    with django_db_blocker.unblock():
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

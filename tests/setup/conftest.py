"""A database and a site of its own for every test that starts real processes."""

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest

from tests.setup.helpers import Site, on_postgresql, postgresql_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Iterator[str]:
    """A database with all tables, to be copied: the path of an SQLite file or the name of a PostgreSQL database."""
    folder = tmp_path_factory.mktemp("migrated")
    name = f"migrated_{os.getpid()}"
    with contextlib.ExitStack() as stack:
        path = folder / "site.sqlite3"
        url = stack.enter_context(postgresql_database(name)) if on_postgresql() else f"sqlite:///{path}"
        done = Site(folder, url).manage("migrate", "-v0")
        assert done.returncode == 0, done.stderr
        yield name if on_postgresql() else str(path)


@pytest.fixture
def empty_database(tmp_path) -> Iterator[str]:
    """Address of a database without any table, of the kind this run is about."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(postgresql_database(f"empty_{os.getpid()}")) if on_postgresql() else f"sqlite:///{tmp_path / 'site.sqlite3'}"


@pytest.fixture
def own_database(tmp_path, migrated) -> Iterator[str]:
    """Address of a database with all tables and nothing in them."""
    with contextlib.ExitStack() as stack:
        if on_postgresql():
            yield stack.enter_context(postgresql_database(f"own_{os.getpid()}", template=migrated))
        else:
            shutil.copy(migrated, tmp_path / "site.sqlite3")
            yield f"sqlite:///{tmp_path / 'site.sqlite3'}"


@pytest.fixture
def site(tmp_path, own_database) -> Iterator[Site]:
    school = Site(tmp_path, own_database)
    yield school
    school.end_all()


@pytest.fixture
def new_site(tmp_path, empty_database) -> Iterator[Site]:
    school = Site(tmp_path, empty_database)
    yield school
    school.end_all()

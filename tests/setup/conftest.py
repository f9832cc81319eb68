"""A database and a site of its own for every test that starts real processes."""

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest

from tests.databases import kept_tables
from tests.setup.helpers import Site, on_postgresql, postgresql_database


@pytest.fixture(scope="session")
def migrated(django_db_setup) -> str:
    """A database with all tables, to be copied: the path of an SQLite file or the name of a PostgreSQL database."""
    return str(kept_tables().kept)


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

"""The test database: its tables are made by the migrations once, then copied for every process, and on SQLite for every run until a migration changes."""

import ast
import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from logistics.platform.access.rules import install_roles

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("TABLES_FOLDER") or tempfile.gettempdir()) / f"school-tables-{os.getuid()}"


def migrations() -> list[Path]:
    """Every migration of ours, the modules of ours they call, and what those are built on."""
    steps = sorted(path for path in ROOT.glob("**/migrations/0*.py") if ".venv" not in path.parts)
    called = imported_by(steps)
    return [*steps, *sorted(called | imported_by(called))]


def imported_by(paths: Iterable[Path]) -> set[Path]:
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                asked = ROOT.joinpath(*node.module.split("."))
                found |= {file for name in node.names for file in (asked / f"{name.name}.py", asked.with_suffix(".py")) if file.exists()}
            elif isinstance(node, ast.Import):
                found |= {file for name in node.names if (file := ROOT.joinpath(*name.name.split(".")).with_suffix(".py")).exists()}
    return found


def unguarded() -> list[str]:
    """Lists of append-only tables that no migration installs, for example while an app's migrations are being made anew."""
    lists = {path for path in ROOT.glob("**/append_only.py") if (path.parent / "migrations").is_dir() and ".venv" not in path.parts}
    return sorted(f"{path.relative_to(ROOT)}" for path in lists - set(migrations()))


def fingerprint() -> str:
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for path in migrations():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:24]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_whole(begun_with: str) -> None:
    """Tables made while the migrations were changed have some of the old and some of the new, or lack their triggers: nothing is tested on them."""
    if missing := unguarded():
        raise RuntimeError(f"no migration installs {', '.join(missing)}: start the tests again when it is there")
    if fingerprint() != begun_with:
        raise RuntimeError("the migrations were changed while the tables were made: start the tests again")


class SQLite:
    """A copy in the folder for temporary files, one per state of the migrations."""

    def __init__(self):
        self.kept = FOLDER / f"{fingerprint()}.sqlite3"
        self.own = Path(settings.DATABASES["default"]["TEST"]["NAME"])

    def take(self) -> bool:
        if self.kept.exists():
            self.copy(self.kept, self.own)
        return self.own.exists()

    def keep(self) -> None:
        for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-20]:
            old.unlink()
        half = self.kept.with_suffix(".half")
        self.copy(self.own, half)
        half.replace(self.kept)

    def copy(self, source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)


class PostgreSQL:
    """A template in the server, which is there for one run."""

    def __init__(self):
        self.kept = f"tables_{fingerprint()}"
        self.own = settings.DATABASES["default"]["TEST"]["NAME"] or f"test_{settings.DATABASES['default']['NAME']}"

    def take(self) -> bool:
        there = self.ask("SELECT 1 FROM pg_database WHERE datname = %s", self.kept)
        if there:
            self.ask(f'CREATE DATABASE "{self.own}" TEMPLATE "{self.kept}"')
        return bool(there)

    def keep(self) -> None:
        self.ask(f'CREATE DATABASE "{self.kept}" TEMPLATE "{self.own}"')

    def ask(self, words: str, *values):
        known = connection.settings_dict
        with closing(psycopg2.connect(dbname="postgres", user=known["USER"], host=known["HOST"], port=known["PORT"] or None)) as server:
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(words, values)
                return cursor.fetchall() if cursor.description else []


def kept_tables() -> SQLite | PostgreSQL:
    return {"sqlite": SQLite, "postgresql": PostgreSQL}[connection.vendor]()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    """In place of pytest-django's, which runs every migration in every process."""
    tables, begun_with = kept_tables(), fingerprint()
    with django_db_blocker.unblock(), one_at_a_time():
        is_known = tables.take()
        before = setup_databases(verbosity=0, interactive=False, keepdb=is_known, serialized_aliases=())
        if not is_known:
            check_whole(begun_with)
            connection.close()
            tables.keep()
        install_roles()  # seven hundred grants, the same for every test; put back whenever the tables are emptied (tests/conftest.py)
    yield
    with django_db_blocker.unblock():
        teardown_databases(before, verbosity=0)

"""The fixed cast, a small school, and a database that tests may empty although its journal is append-only."""

import gc
import os
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection, connections, transaction

from assets.append_only import LEDGERS as THINGS
from assets.append_only import MORE as FOUND
from canteen.append_only import EVIDENCE
from canteen.append_only import MORE as CANTEEN_MORE
from dorms.append_only import NIGHTS
from finance.append_only import LEDGERS as MONEY
from logistics.platform.access.models import ApiToken, Role
from logistics.platform.access.permissions import ROLES
from logistics.platform.access.rules import install_roles
from logistics.platform.access.tokens import digest_of
from logistics.platform.audit import triggers
from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.utilities.append_only import METERS
from repairs.kind.models import FaultKind, Repairer, Trade
from safety.append_only import RECORDS
from tests.databases import django_db_setup  # noqa: F401  a fixture
from tests.once import runs_with

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop in this thread

# A slow machine is no fault, and the same tree gives the same result; EXPLORE=1 looks for cases nobody has tried.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True, derandomize="EXPLORE" not in os.environ)
hypothesis.settings.load_profile("here")

APPEND_ONLY = (triggers, MONEY, THINGS, FOUND, EVIDENCE, CANTEEN_MORE, METERS, NIGHTS, RECORDS)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE = 100  # seconds for threads that wait for each other
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=SHANGHAI)  # a Wednesday, working hours

# Twelve hundred operations become tests that all belong to the last database: the others need not read them.
collect_ignore = ["api/test_schema.py"] if "NOT_LAST" in os.environ else []


def pytest_collection_modifyitems(config, items):
    """Of several databases each takes its own part; one alone takes everything."""
    part = {"is_first": "NOT_FIRST" not in os.environ, "is_last": "NOT_LAST" not in os.environ}
    own, others = [], []
    for item in items:
        (own if runs_with(item, **part) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = own


def pytest_collection_finish():
    """What is imported and collected by now stays: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _journal_can_be_flushed():
    """Transactional tests empty every table afterwards; the triggers step aside for that moment only.

    Only the tables that hold something are emptied: of several hundred, a test fills a few dozen. The usual roles are put back.
    """
    from django.db.backends.base.operations import BaseDatabaseOperations

    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        tables = [self.quote_name(table) for table in self.connection.introspection.django_table_names()]
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables))
            filled = [table for table, holds in zip(tables, cursor.fetchone(), strict=True) if holds]
            if self.connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger of this transaction's runs, foreign keys' included
                aside = ()
            else:
                aside = APPEND_ONLY
            for books in aside:
                books.run(self.connection, "remove")
            for table in filled:
                cursor.execute(f"DELETE FROM {table}")
            for books in aside:
                books.run(self.connection, "install")
            install_roles()  # they stand in every test database from the start: the next test may be one that makes no cast

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = plain


@pytest.fixture
def now():
    return NOW


class Cast:
    """One person per role, by the role's key: cast.director, cast.plumber, cast.teacher …"""

    def __init__(self, people: dict[str, User]):
        self.people = people

    def __getattr__(self, name):
        try:
            return User.objects.get(pk=self.people[name].pk)  # fresh, so that no cached grants linger
        except KeyError:
            raise AttributeError(name) from None


NAMES = dict(zip(ROLES, "管校副总产仓会出购财维食安厨膳全门宿医司班教督", strict=True))


PASSWORD = make_password("right-horse-9", hasher="md5")


def new_person(key: str, name: str, department=None, **fields) -> User:
    return User(username=key, name=name, department=department, title=ROLES.get(key, ""), password=PASSWORD, **fields)


def make_person(key: str, name: str, *roles: str, department=None, **fields) -> User:
    user = new_person(key, name, department, **fields)
    user.save()
    for role in roles:
        Role.objects.get(key=role).holders.add(user)
    return user


def api_key(person: User, **fields) -> str:
    """A key to the API with all the person's rights, past the rule and its journal."""
    key = secrets.token_hex(20)
    given = {"name": "测试", "reach": "all", "made_at": NOW - timedelta(days=9), "expires_at": datetime(2099, 1, 1, tzinfo=SHANGHAI)} | fields
    ApiToken.objects.create(user=person, digest=digest_of(key), **given)
    return key


def make_cast() -> Cast:
    office = Department.objects.create(name="总务处")
    teaching = Department.objects.create(name="理科组")
    strangers = Department.objects.create(name="文科组")
    cast = [new_person(key, f"{NAMES[key]}某", teaching if key in ("teacher", "headteacher") else office, phone=f"139{n:08d}") for n, key in enumerate(ROLES)]
    cast += [new_person("stranger", "外人", strangers), new_person("nobody", "无角色"), new_person("electrician", "电工甲", office)]
    people = {person.username: person for person in User.objects.bulk_create(cast)}
    roles = {role.key: role for role in Role.objects.filter(key__in=ROLES)}
    held = {key: key for key in ROLES} | {"stranger": "teacher", "electrician": "repairer"}
    Role.holders.through.objects.bulk_create([Role.holders.through(role=roles[role], user=people[key]) for key, role in held.items()])
    people["plumber"] = people["repairer"]
    return Cast(people)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def make_place(name: str, parent: Place | None, level: str, kind: str = PlaceKind.OTHER, **fields) -> Place:
    full = name if parent is None or parent.level == Level.CAMPUS else f"{parent.full_name} {name}"
    place = Place.objects.create(name=name, parent=parent, level=level, kind=kind, full_name=full, **fields)
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    place.building = place if level == Level.BUILDING else parent.building if parent else None
    place.save()
    return place


class Rooms:
    """campus > 教学楼A座 > 3层 > 305教室, 306教室; 宿舍楼."""


def make_rooms(cast: Cast) -> Rooms:
    rooms = Rooms()
    rooms.campus = make_place("本部", None, Level.CAMPUS, code="C1")
    rooms.building = make_place("教学楼A座", rooms.campus, Level.BUILDING, code="B1")
    rooms.floor = make_place("3层", rooms.building, Level.FLOOR, code="F3")
    rooms.room = make_place("305教室", rooms.floor, Level.ROOM, PlaceKind.CLASSROOM, code="R305")
    rooms.other = make_place("306教室", rooms.floor, Level.ROOM, PlaceKind.CLASSROOM, code="R306")
    rooms.dorm = make_place("三号宿舍楼", rooms.campus, Level.BUILDING, PlaceKind.DORM, code="D3")
    rooms.school_class = SchoolClass.objects.create(name="七年级（1）班", grade="七年级", head_teacher=cast.headteacher, room=rooms.room)
    return rooms


@pytest.fixture
def rooms(cast) -> Rooms:
    return make_rooms(cast)


class Kinds:
    """水 for the plumber, 电 for the electrician."""


def make_kinds(cast: Cast) -> Kinds:
    kinds = Kinds()
    water, power = Trade.objects.create(name="水工"), Trade.objects.create(name="电工")
    kinds.water = FaultKind.objects.create(name="水", trade=water, icon="droplet", hint="漏水 堵")
    kinds.power = FaultKind.objects.create(name="电", trade=power, icon="plug", size="large")
    kinds.plumber = Repairer.objects.create(user=cast.plumber)
    kinds.plumber.trades.add(water)
    kinds.electrician = Repairer.objects.create(user=cast.electrician)
    kinds.electrician.trades.add(power)
    return kinds


@pytest.fixture
def kinds(cast) -> Kinds:
    return make_kinds(cast)


@pytest.fixture
def later():
    """Hours after NOW."""
    return lambda hours: NOW + timedelta(hours=hours)


@pytest.fixture
def on_postgresql():
    return connection.vendor == "postgresql"


@pytest.fixture
def together(transactional_db):
    """together(work, work, …) starts all at the same moment in threads of their own; what each returned or raised, in order."""

    def run(*works: Callable) -> list:
        outcomes, start = [None] * len(works), threading.Barrier(len(works))

        def one(n: int, work: Callable) -> None:
            start.wait(PATIENCE)
            try:
                outcomes[n] = work()
            except Exception as refusal:  # noqa: BLE001  # the test looks at it
                outcomes[n] = refusal
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=(n, work), daemon=True) for n, work in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in threads), f"a thread has not ended within {PATIENCE} s"
        return outcomes

    return run

"""Every record type in turn, somebody who keeps it, and its pages."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from rest_framework.test import APIClient

import logistics.api_urls  # noqa: F401  fills the API's router
from logistics.platform.api.records import router
from logistics.platform.web.records import Record, allowed
from logistics.platform.web.registry import all_records
from tests.conftest import api_key, make_cast, make_kinds, make_rooms
from tests.records.makers import MAKERS, School

KEEPERS = ("director", "admin", "principal", "accountant", "cashier", "buyer", "storekeeper", "foodsafety", "nurse")


@pytest.fixture(params=all_records(), ids=lambda record: record.kind, scope="module")
def record(request) -> Record:
    """Each in turn; for the module's sake all tests of one record follow each other."""
    return request.param


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker) -> Iterator[School]:
    """People, rooms and fault kinds, made once for all these tests; each test takes back what it adds itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        yield School(cast, make_rooms(cast), make_kinds(cast))
        transaction.set_rollback(True)


def untouched(ground: School) -> School:
    """A test may change what it holds in its hands, and nobody else's."""
    return School(ground.cast, deepcopy(ground.rooms), deepcopy(ground.kinds))


@pytest.fixture(scope="module")
def sessions(ground) -> dict[int, str]:
    """Everybody of the cast has signed in once: the session's key by the person's number."""
    found = {}
    for person in ground.cast.people.values():
        client = Client()
        client.force_login(person)
        found[person.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@pytest.fixture(scope="module")
def first(record, ground, sessions, request) -> Iterator[list[int]]:
    """The numbers of the record's first rows, made once for all tests of the record in this file: one, or as many as the file's ROWS says."""
    maker = MAKERS.get(record.kind)
    assert maker, f"{record.kind} has no maker: write a function that makes one row and name it in MAKERS of tests/records/makers.py"
    school = untouched(ground)
    with transaction.atomic():
        yield [maker(school, n).pk for n in range(1, getattr(request.module, "ROWS", 1) + 1)]
        transaction.set_rollback(True)


@pytest.fixture
def school(ground, db) -> School:
    return untouched(ground)


@pytest.fixture
def cast(ground, db):
    return ground.cast


@pytest.fixture
def make(record, first, db, request):
    """make() is a row of the record; make(3) brings them to three."""
    made = []

    def one(count: int | None = None):
        if not made:
            rows = record.model._default_manager.in_bulk(first)
            made.extend(rows[pk] for pk in first)
        while len(made) < (count or 1):
            made.append(MAKERS[record.kind](request.getfixturevalue("school"), len(made) + 1))
        return made[-1]

    return one


@pytest.fixture(scope="module")
def keeper_key(record, ground) -> str:
    for key in KEEPERS:
        person = getattr(ground.cast, key)
        if allowed(record.check_view, person) and (not record.create or allowed(record.check_create, person)):
            return key
    pytest.fail(f"none of {KEEPERS} may keep {record.kind}: name somebody who may in tests/records/conftest.py")
    return ""


@pytest.fixture
def keeper(keeper_key, cast):
    """Somebody who may see, make and change this record."""
    return getattr(cast, keeper_key)


@pytest.fixture
def signed_in(sessions, db):
    """signed_in(person) is their browser."""

    def browser(person, **given) -> Client:
        client = Client(**given)
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[person.pk]
        return client

    return browser


@pytest.fixture
def browser(signed_in, keeper):
    """The keeper's."""
    return signed_in(keeper)


@pytest.fixture
def calling():
    """calling(person) is their program at the API."""

    def program(person) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {api_key(person)}")
        return client

    return program


def address(record: Record, page: str, *args) -> str:
    """The address of a page, empty when the record has no such page."""
    try:
        return reverse(f"{record.namespace}-{page}", args=args)
    except NoReverseMatch:
        return ""


def pages_of(record: Record, pk: int) -> dict[str, str]:
    """Every page of the record by its name, those of the row included."""
    pages = {page: address(record, page) for page in ("list", "export", "save-view", "create")}
    pages |= {page: address(record, page, pk) for page in ("detail", "update")}
    for action in record.actions:
        pages[f"action {action.name}"] = address(record, "action", pk, action.name)
        pages[f"bulk {action.name}"] = address(record, "bulk", action.name)
    return {name: url for name, url in pages.items() if url}


def api_address(record: Record) -> str:
    """The address of the record's list in the API."""
    for prefix, viewset, _ in router.registry:
        if viewset.record is record:
            return f"/api/v1/{prefix}/"
    pytest.fail(f"{record.kind} is not in the API: register it in its app's api_urls.py")
    return ""

"""People for tests that need one exact right and nothing else."""

from datetime import UTC, datetime
from itertools import count

import pytest
from django_filters import FilterSet

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.notices import topics
from logistics.platform.notices.topics import Effect, Topic
from logistics.platform.org.models import Department, User
from logistics.platform.web import registry
from logistics.platform.web.records import Record

_numbers = count(1)


@pytest.fixture
def at():
    """The moment the acts of a test claim: 2026-03-04 09:00 in Shanghai, a Wednesday."""
    return datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def person(db):
    """person("周建平", "platform.people.manage") is a member of staff who may do just that, everywhere."""

    def make(name: str, *permissions: str, scope: Scope = Scope.ALL) -> User:
        number = next(_numbers)
        user = User.objects.create(username=f"T{number}", name=name)
        if permissions:
            role = Role.objects.create(key=f"test-{number}", name=f"测试{number}")
            role.holders.add(user)
            Grant.objects.bulk_create(Grant(role=role, permission=code, scope=scope) for code in permissions)
        return user

    return make


@pytest.fixture
def media(settings, tmp_path):
    """The stored files, as a function."""
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture
def office(db):
    return Department.objects.create(name="总务处")


@pytest.fixture
def members_only(monkeypatch):
    """Departments as a record type that only their members see."""
    own = Record(model=Department, namespace="test:department", rows=lambda user: Department.objects.filter(members=user.pk), columns=(), filters=FilterSet)
    monkeypatch.setitem(registry._records, own.kind, own)


@pytest.fixture
def two(person):
    return [person("周建平"), person("王丽萍")]


@pytest.fixture
def handled(monkeypatch):
    """handled("test", function) lets a function carry out a topic during this test."""

    def register(name, handler, effect=Effect.DATABASE):
        monkeypatch.setitem(topics._topics, name, Topic(name, handler, effect))

    return register

"""People for tests that need one exact right and nothing else."""

from datetime import UTC, datetime
from itertools import count

import pytest

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.org.models import User

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

"""People for tests that need one exact right and nothing else."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone
from django_filters import FilterSet

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.notices import robots, subjects, topics
from logistics.platform.notices.robot_rules import save_robot
from logistics.platform.notices.topics import Effect, Topic
from logistics.platform.org.models import Department, User
from logistics.platform.web import registry
from logistics.platform.web.records import Record
from repairs.dispatch import rules as dispatch
from repairs.ticket import rules as tickets
from repairs.ticket.models import Ticket

from .offline_kit import Phone
from .robot_kit import ALARM, NEWS, PRIVATE, FakeVendor

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


@pytest.fixture
def vendor(settings, monkeypatch, at):
    """A stand-in for the three makers of robots on this machine, and subjects to tell it."""
    monkeypatch.setattr(subjects, "_subjects", subjects._subjects | {subject.name: subject for subject in (NEWS, ALARM, PRIVATE)})
    settings.ROBOT_LOOPBACK = True
    fake = FakeVendor(at)
    yield fake
    fake.close()


@pytest.fixture
def robot_keeper(person):
    return person("周建平", robots.MANAGE)


@pytest.fixture
def make_robot(vendor, robot_keeper, at):
    """make_robot("dingtalk") is a robot of that kind that says the news and the alarms; its vendor is the fake one."""

    def make(kind: str = "wecom", **given):
        values = {"name": f"群{kind}", "address": vendor.address(kind), "subjects": [NEWS.name, ALARM.name], "keyword": "", "is_active": True} | given
        return save_robot(actor=robot_keeper, at=at, kind=kind, **values)

    return make


@pytest.fixture
def ticket(cast, rooms, kinds) -> Ticket:
    """A ticket given to the plumber a while ago."""
    at = timezone.now() - timedelta(hours=3)
    filed = tickets.file_ticket(actor=cast.teacher, at=at, place=rooms.room, kind=kinds.water, description="水龙头一直滴水")
    dispatch.assign_ticket(actor=cast.director, at=at, record=filed, repairer=kinds.plumber)
    return dispatch.take_ticket(actor=cast.plumber, at=at, record=filed)


@pytest.fixture
def phone(cast, ticket) -> Phone:
    return Phone(cast.plumber, ticket)

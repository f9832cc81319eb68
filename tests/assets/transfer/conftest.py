"""A term, rooms with somebody who answers for them, and signatures."""

from datetime import date

import pytest

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.org.models import User
from logistics.platform.terms.models import Term


@pytest.fixture
def term(db):
    return Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))


@pytest.fixture
def mark():
    """mark(person) is this person's own name, typed."""
    return lambda person: [typed_signature(person.name, signer=person.name)]


@pytest.fixture
def again():
    """again(record) is the stored one, with nothing kept from before."""
    return lambda record: type(record).objects.get(pk=record.pk)


@pytest.fixture
def clock():
    return User.objects.system

"""A school that has a row of everything, made once a module."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.architecture.addresses import Everything, row_of_everything


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker) -> Iterator[Everything]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield row_of_everything()
        transaction.set_rollback(True)

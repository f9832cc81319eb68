"""A school that has a row of everything, made once a module."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from tests.architecture.addresses import Everything, row_of_everything
from tests.conftest import NOW

LATER = timedelta(days=3)  # after the rows were made, on whatever day the tests run: what may still be done with them follows the clock


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker) -> Iterator[Everything]:
    with time_machine.travel(NOW + LATER), django_db_blocker.unblock(), transaction.atomic():
        yield row_of_everything()
        transaction.set_rollback(True)

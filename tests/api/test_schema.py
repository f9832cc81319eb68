"""Whatever the schema allows, and what it does not, gets an answer of the shape it promises, never a 500."""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

from logistics.platform.web.registry import all_records
from tests.conftest import make_cast, make_kinds, make_rooms
from tests.records.makers import MAKERS, School

EXAMPLES = int(os.environ.get("API_EXAMPLES", "15"))
IS_LONG = "API_EVERY_CASE" in os.environ  # every boundary of every field, too: ten times as many calls

# Read once, before any test: a fixture that reads the schema lazily fails under this pytest.
config = schemathesis.Config()
config.projects.default.phases.coverage.enabled = IS_LONG
schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application(), config=config)
load_all_checks()
PROMISES = [not_a_server_error, CHECKS.get_one("response_schema_conformance")]


@pytest.fixture(scope="module")
def _one_connection():
    """A real WSGI call would close the test's connection when it ends."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def director_s_token(django_db_setup, django_db_blocker, _one_connection) -> Iterator[str]:
    """The director's token, in a school with a row of everything, made once for all calls and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        school = School(cast, make_rooms(cast), make_kinds(cast))
        for record in all_records():
            MAKERS[record.kind](school, 1)
        yield Token.objects.create(user=cast.director).key
        transaction.set_rollback(True)


@pytest.mark.django_db  # each test has a transaction of its own inside the school's, so its calls are forgotten afterwards
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_no_call_is_an_error(case, director_s_token):
    case.call_and_validate(headers={"Authorization": f"Token {director_s_token}"}, checks=PROMISES)

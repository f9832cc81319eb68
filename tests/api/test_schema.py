"""Whatever the schema allows, and what it does not, gets an answer of the shape it promises, never a 500."""

import os

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

from logistics.platform.web.registry import all_records
from tests.records.makers import MAKERS, School

EXAMPLES = int(os.environ.get("API_EXAMPLES", "25"))
IS_LONG = "API_EVERY_CASE" in os.environ  # every boundary of every field, too: ten times as many calls

# Read once, before any test: a fixture that reads the schema lazily fails under this pytest.
config = schemathesis.Config()
config.projects.default.phases.coverage.enabled = IS_LONG
schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application(), config=config)
load_all_checks()
PROMISES = [not_a_server_error, CHECKS.get_one("response_schema_conformance")]


@pytest.fixture
def _one_connection():
    """A real WSGI call would close the test's connection when it ends."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def director_s_token(cast, rooms, kinds, _one_connection) -> str:
    """The director's token, in a school with two rows of everything."""
    school = School(cast, rooms, kinds)
    for record in all_records():
        for n in (1, 2):
            MAKERS[record.kind](school, n)
    return Token.objects.create(user=cast.director).key


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_no_call_is_an_error(case, director_s_token):
    case.call_and_validate(headers={"Authorization": f"Token {director_s_token}"}, checks=PROMISES)

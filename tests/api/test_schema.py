"""Whatever the schema allows, and what it does not, gets an answer of the shape it promises, never a 500."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import schemathesis
from django.conf import settings
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as tried
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

from logistics.platform.api.records import router
from logistics.platform.web.registry import all_records
from repairs.dispatch.rules import assign_ticket
from repairs.work.rules import arrive, finish, refer, wait
from tests.conftest import NOW, api_key, make_cast, make_kinds, make_rooms
from tests.records.makers import MAKERS, School

EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
IS_LONG = "API_EVERY_CASE" in os.environ  # every boundary of every field, too: ten times as many calls

# Read once, before any test: a fixture that reads the schema lazily fails under this pytest. Not by its address, which asks for a login.
config = schemathesis.Config()
config.projects.default.phases.coverage.enabled = IS_LONG
schema = schemathesis.openapi.from_path(settings.ROOT / "docs" / "api-schema.yml", config=config)  # current: tests/architecture/test_reference.py
schema.app = get_wsgi_application()
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


@dataclass(frozen=True)
class Known:
    """The director's token, and the rows a call may name, by the address of their list."""

    token: str
    rows: dict[str, list[int]]

    def row_for(self, case) -> dict:
        """The path's parameters with a row that exists instead of a number out of nowhere."""
        asked = str(case.path_parameters.get("id", ""))
        rows = self.rows.get(case.path.partition("{id}")[0], [])
        return {"id": rows[int(asked) % len(rows)]} if rows and asked.isdecimal() else case.path_parameters


@pytest.fixture(scope="module")
def known(django_db_setup, django_db_blocker, _one_connection) -> Iterator[Known]:
    """A school with a row of everything and tickets on their way, made once for all calls and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        school = School(cast, make_rooms(cast), make_kinds(cast))
        served = {viewset.record.kind: f"/api/v1/{prefix}/" for prefix, viewset, _ in router.registry}
        rows = {served[record.kind]: [MAKERS[record.kind](school, 1).pk] for record in all_records()}
        rows[served["repairs.ticket"]] += tickets_on_their_way(school)
        yield Known(api_key(cast.director), rows)
        transaction.set_rollback(True)


def tickets_on_their_way(school: School) -> list[int]:
    """One more ticket in each state that something can be done in."""
    steps = [
        lambda ticket: assign_ticket(actor=school.cast.director, at=NOW, record=ticket, repairer=school.kinds.plumber),
        lambda ticket: arrive(actor=school.cast.plumber, at=NOW, record=ticket),
        lambda ticket: wait(actor=school.cast.plumber, at=NOW, record=ticket, reason="parts"),
        lambda ticket: refer(actor=school.cast.plumber, at=NOW, record=ticket, reason="要换整段管"),
    ]
    found = []
    for count in range(1, len(steps) + 1):
        ticket = MAKERS["repairs.ticket"](school, count + 1)
        for step in steps[:count]:
            step(ticket)
        found.append(ticket.pk)
    done = MAKERS["repairs.ticket"](school, len(steps) + 2)
    for step in steps[:2]:
        step(done)
    finish(actor=school.cast.plumber, at=NOW, record=done, work_done="换了角阀", cause="natural", minutes=10)
    return [*found, done.pk]


@pytest.mark.strict
@pytest.mark.django_db  # each test has a transaction of its own inside the school's, so its calls are forgotten afterwards
@schema.parametrize()
@tried(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_no_call_is_an_error(case, known):
    case.path_parameters = known.row_for(case)
    case.call_and_validate(headers={"Authorization": f"Token {known.token}"}, checks=PROMISES)

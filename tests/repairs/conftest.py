import pytest

from repairs.acceptance import rules as acceptance
from repairs.dispatch import rules as dispatch
from repairs.ticket import rules
from repairs.ticket.models import State, Ticket
from repairs.work import rules as work
from tests.conftest import NOW


@pytest.fixture
def file(cast, rooms, kinds):
    """File a ticket as the teacher unless told otherwise."""

    def make(actor=None, at=NOW, place=None, kind=None, description="水龙头一直滴水。地上有积水", **fields):
        return rules.file_ticket(actor=actor or cast.teacher, at=at, place=place or rooms.room, kind=kind or kinds.water, description=description, **fields)

    return make


@pytest.fixture
def at_state(file, cast, kinds, later):
    """A ticket brought to the state by its own rules."""

    def make(state: str, **fields) -> Ticket:
        ticket = file(**fields)
        steps = {
            State.ASSIGNED: lambda: dispatch.assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber),
            State.TAKEN: lambda: dispatch.take_ticket(actor=cast.plumber, at=NOW, record=ticket),
            State.WORKING: lambda: work.arrive(actor=cast.plumber, at=later(1), record=ticket),
            State.WAITING: lambda: work.wait(actor=cast.plumber, at=later(1), record=ticket, reason="parts", note="等角阀"),
            State.REFERRED: lambda: work.refer(actor=cast.plumber, at=later(1), record=ticket, reason="要换整段管"),
            State.FINISHED: lambda: finish(cast.plumber, ticket, later(2)),
            State.CLOSED: lambda: acceptance.accept(actor=cast.teacher, at=later(3), record=ticket, rating=5),
        }
        way = {
            State.NEW: [], State.CANCELLED: [], State.MERGED: [], State.ASSIGNED: [State.ASSIGNED], State.TAKEN: [State.TAKEN], State.WORKING: [State.TAKEN, State.WORKING],
            State.WAITING: [State.TAKEN, State.WORKING, State.WAITING], State.REFERRED: [State.TAKEN, State.REFERRED],
            State.FINISHED: [State.TAKEN, State.WORKING, State.FINISHED], State.CLOSED: [State.TAKEN, State.WORKING, State.FINISHED, State.CLOSED],
        }[State(state)]  # fmt: skip
        for step in way:
            steps[step]()
        if state == State.CANCELLED:
            rules.cancel_ticket(actor=cast.teacher, at=NOW, record=ticket, reason="报错了")
        if state == State.MERGED:
            rules.merge_ticket(actor=cast.director, at=NOW, record=ticket, into=file())
        ticket.refresh_from_db()
        return ticket

    return make


def finish(actor, ticket, at, **fields):
    given = {"work_done": "换了角阀", "cause": "natural", "minutes": 40} | fields
    return work.finish(actor=actor, at=at, record=ticket, **given)

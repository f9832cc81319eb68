import random
from datetime import date

import pytest

from repairs.ticket.models import State, Ticket
from tests.repairs.figures.kit import School


@pytest.fixture
def school(db):
    return School()


@pytest.fixture
def term(school):
    """600 tickets of the term and of the months before it."""
    dice = random.Random(11)  # noqa: S311  the same tickets every time
    tickets = [school.chance(dice, date(2026, 7, 1)) for _ in range(600)]
    for ticket in tickets:
        if ticket.state == State.MERGED:
            ticket.state = State.CANCELLED
    Ticket.objects.bulk_create(tickets)
    school.all = list(Ticket.objects.select_related("place"))
    return school

"""Light rows say what model instances say, and nothing that was not read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.platform.kernel.light import light
from repairs.dispatch.rules import take_ticket
from repairs.ticket.models import Ticket
from repairs.ticket.queries import LIST_FIELDS
from repairs.ticket.rules import file_ticket
from tests.conftest import NOW


@pytest.fixture
def tickets(cast, rooms, kinds) -> list[Ticket]:
    """Two reports; the second is taken by the plumber."""
    made = [file_ticket(actor=cast.teacher, at=NOW, place=room, kind=kinds.water, description="水龙头一直滴水") for room in (rooms.room, rooms.other)]
    take_ticket(actor=cast.plumber, at=NOW, record=made[1])
    return made


def rows() -> list:
    return list(light(Ticket.objects.order_by("pk"), *LIST_FIELDS))


def test_a_light_row_says_what_the_instance_says(tickets):
    for row, ticket in zip(rows(), Ticket.objects.order_by("pk"), strict=True):
        own = [name for name in LIST_FIELDS if "__" not in name]
        assert [getattr(row, name) for name in own] == [getattr(ticket, name) for name in own]
        assert (row.pk, row.cost, row.tone, row.is_open) == (ticket.pk, ticket.cost, ticket.tone, ticket.is_open)
        assert (str(row), row.get_state_display()) == (str(ticket), ticket.get_state_display())


def test_joined_records_hold_their_named_fields_and_none_is_none(tickets, rooms, cast):
    first, second = rows()
    assert (first.place.full_name, str(second.place), first.kind.name) == ("教学楼A座 3层 305教室", str(rooms.other), "水")
    assert first.repairer is None
    assert second.repairer.name == cast.plumber.name


def test_a_field_that_was_not_read_is_an_error_and_not_a_query(tickets):
    row = rows()[0]
    with CaptureQueriesContext(connection) as queries:
        for name in ("description", "reported_by"):
            with pytest.raises(AttributeError):
                getattr(row, name)
        with pytest.raises(AttributeError):
            row.place.path  # noqa: B018
    assert not queries


def test_light_rows_are_filtered_counted_cut_and_streamed_like_others(tickets):
    found = light(Ticket.objects.order_by("-pk"), *LIST_FIELDS)
    assert [row.pk for row in found.filter(state="taken")] == [tickets[1].pk]
    assert [row.pk for row in found[:1]] == [tickets[1].pk]
    assert [row.number for row in found.iterator(1)] == [tickets[1].number, tickets[0].number]
    with CaptureQueriesContext(connection) as queries:
        assert found.count() == 2
    assert "JOIN" not in queries.captured_queries[0]["sql"]

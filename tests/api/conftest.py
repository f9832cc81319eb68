"""Programs that call the API as people of the cast."""

import io

import pytest
from PIL import Image
from rest_framework.test import APIClient

from repairs.ticket.models import Ticket
from repairs.ticket.rules import file_ticket
from tests.conftest import NOW, api_key

TICKETS = "/api/v1/repairs/tickets/"


@pytest.fixture
def calling():
    """calling(person) is their program, with their token."""

    def program(person) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {api_key(person)}")
        return client

    return program


@pytest.fixture
def ticket(cast, rooms, kinds) -> Ticket:
    """The teacher's report of a dripping tap in room 305."""
    return file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="水龙头一直滴水")


@pytest.fixture
def photo():
    """photo() is a picture as a phone sends it."""

    def make(name: str = "现场.jpg", size: tuple[int, int] = (64, 48)) -> io.BytesIO:
        file = io.BytesIO()
        Image.new("RGB", size, "teal").save(file, "JPEG")
        file.seek(0)
        file.name = name
        return file

    return make


def sentence_of(answer) -> str:
    """The one sentence of a refusal, wherever the API put it."""
    body = answer.json()
    found = body.get("detail") or next(iter(body.values()))
    return found[0] if isinstance(found, list) else found

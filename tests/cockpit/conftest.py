import pytest
from django.test import Client


@pytest.fixture
def as_person(cast):
    """as_person("director") is a browser signed in as that one."""

    def browser(key: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, key))
        return client

    return browser


@pytest.fixture
def director(as_person):
    return as_person("director")


@pytest.fixture
def admin(as_person):
    return as_person("admin")


@pytest.fixture
def teacher(as_person):
    return as_person("teacher")


def words(response) -> str:
    """What the page says, as one text."""
    return response.content.decode()

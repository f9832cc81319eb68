"""Every page drawn in full on the strictest database, in a school that has a row of everything. The API is called by tests/api/test_schema.py."""

import gc

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.architecture.addresses import Everything, Question

# Who is asked one after the other until somebody may open the page or there is nothing to open.
PEOPLE = ("director", "admin", "principal", "accountant", "nurse", "teacher")
PARTS = 24  # of a few seconds each; neighbours in the list of addresses share what they cost, so each part takes every 24th
LEFTOVERS = (b"---------", b">None<", b">True<", b">False<", b"{{", b"{%")  # what a person never wrote and nobody should read
FEWEST_OPENED = 0.5  # most of the others are made for one person's own rows, or are only posted to


@pytest.fixture(scope="module")
def browsers(everything: Everything) -> list[Client]:
    found = [Client() for _ in PEOPLE]
    for name, browser in zip(PEOPLE, found, strict=True):
        browser.force_login(getattr(everything.cast, name))
    return found


def opens(browser: Client, question: Question) -> int:
    """The page's status, when everything of it has been read."""
    with transaction.atomic():
        answer = browser.get(question.url)
        words = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for word in LEFTOVERS if answer.headers.get("Content-Type", "").startswith("text/html") else ():
            assert word not in words, f"{word.decode()} on {question.url}"
        transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.strict
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_drawn(part, everything, browsers, db):
    asked = [question for question in everything.questions() if not question.method][part::PARTS]
    statuses = []
    for question in asked:
        cache.clear()
        for browser in browsers:
            status = opens(browser, question)
            assert status < 500, question.url
            if status != 403:
                break
        statuses.append(status)
    gc.collect()  # papers leave much behind that only the collector finds
    assert statuses.count(200) >= FEWEST_OPENED * len(statuses)

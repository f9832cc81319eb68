"""Every page drawn in full on the strictest database, in a school that has a row of everything. The API is called by tests/api/test_schema.py."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.architecture.addresses import Question, questions, row_of_everything

# Who is asked one after the other until somebody may open the page.
PEOPLE = ("director", "admin", "principal", "accountant", "nurse", "teacher")
PARTS = 2
FEWEST_OPENED = 0.5  # most of the others are made for one person's own rows, or are only posted to


def opens(browser: Client, question: Question) -> int:
    """The page's status, when everything of it has been read."""
    with transaction.atomic():
        answer = browser.get(question.url)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.strict
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_drawn(part):
    cast, made = row_of_everything()
    browsers = {name: Client() for name in PEOPLE}
    for name, browser in browsers.items():
        browser.force_login(getattr(cast, name))
    asked = [question for question in questions({kind: row.pk for kind, row in made.items()}) if not question.method][part::PARTS]
    statuses = []
    for question in asked:
        cache.clear()
        for browser in browsers.values():
            status = opens(browser, question)
            assert status < 500, question.url
            if status not in (403, 404):
                break
        statuses.append(status)
    assert statuses.count(200) >= FEWEST_OPENED * len(statuses)

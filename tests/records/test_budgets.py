"""Queries and size of every record type's pages. The numbers are kept in query_counts.json.

A changed number fails: look why, and when it is right write it down with SNAPSHOTS=write.
"""

import fcntl
import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.platform.web.registry import all_records
from tests.records.conftest import address, api_address
from tests.records.makers import grow
from tests.records.test_lists import OWN_LISTS

COUNTS = Path(__file__).with_name("query_counts.json")
MOST_QUERIES = 10
MOST_BYTES = 100_000
PAGE_ROWS = 50


def kept_counts() -> dict:
    return json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}


def keep(kind: str, page: str, count: int) -> None:
    with COUNTS.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        counts = json.loads(file.read() or "{}")
        counts.setdefault(kind, {})[page] = count
        file.truncate(0)
        file.write(json.dumps(dict(sorted(counts.items())), indent=2, sort_keys=True) + "\n")


def check_kept(kind: str, page: str, count: int) -> None:
    if os.environ.get("SNAPSHOTS") == "write":
        keep(kind, page, count)
    known = kept_counts().get(kind, {}).get(page)
    assert count == known, f"{page} of {kind} takes {count} queries, {COUNTS.name} says {known}; if that is right run the test with SNAPSHOTS=write"


def counted(client, url: str, data: dict | None = None) -> tuple[int, int, list[str]]:
    """(queries, bytes, the queries' text) of the page."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, data)
    assert response.status_code == 200
    return len(queries), len(response.content), [query["sql"][:200] for query in queries.captured_queries]


@pytest.mark.once
def test_lists_take_the_same_few_queries_whatever_the_rows(record, make, browser, calling, keeper):
    program, page, api = calling(keeper), (address(record, "list"), {"list": 1}), (api_address(record),)
    make(1)
    for client, url in ((browser, page), (program, api)):
        client.get(*url)  # caches are warm
    page_at_one, small, _ = counted(browser, *page)
    api_at_one, _, _ = counted(program, *api)
    make(3)
    page_at_three, large, said = counted(browser, *page)
    assert page_at_one == page_at_three <= MOST_QUERIES, "\n".join(said)
    api_at_three, _, said = counted(program, *api)
    assert api_at_one == api_at_three <= MOST_QUERIES, "\n".join(said)
    full = large if record.kind in OWN_LISTS else large + (large - small) // 2 * (PAGE_ROWS - 3)
    assert full <= MOST_BYTES
    check_kept(record.kind, "list", page_at_three)
    check_kept(record.kind, "api", api_at_three)


@pytest.mark.once
def test_detail_takes_the_same_queries_whatever_hangs_on_it(record, make, browser, school):
    row = make()
    url = address(record, "detail", row.pk)
    if not url:
        return
    grow(school, row, 1)
    browser.get(url)
    at_one, _, before = counted(browser, url)
    for n in (2, 3):
        grow(school, row, n)
    browser.get(url)
    at_three, size, said = counted(browser, url)
    assert at_one == at_three, "\n".join(sorted(set(said) - set(before)))
    assert size <= MOST_BYTES
    check_kept(record.kind, "detail", at_three)


def test_no_kept_number_without_its_record():
    assert set(kept_counts()) == {record.kind for record in all_records()}

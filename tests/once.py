"""Which tests run once, and with which database, and which run on every one."""

import os
from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "e2e"  # looks at pages; what they do is tested on every database without it
ASKING = {"django_db_setup", "db", "transactional_db", "live_server", "empty_database"}  # fixtures behind which a database stands
# Fixtures behind which a page or the API stands. What these ask the database is asked on every one of them by the tests of rules and queries,
# by the lists of all records and by tests/architecture/test_every_page.py.
PAGES = {"client", "browser", "browse", "signed_in", "as_person", "calling", "call"}


def runs_with(item: pytest.Item, *, is_first: bool, is_last: bool) -> bool:
    """Whether the test belongs into the run with this database, of those that are run one after the other."""
    if item.get_closest_marker("strict"):
        return is_last
    return is_first or runs_on_every_database(item)


def runs_on_every_database(item: pytest.Item) -> bool:
    """Whether the kind of database makes a difference to this test. EVERYTHING=1: to every page, too."""
    if BROWSER in item.path.parents or item.get_closest_marker("once") or item.get_closest_marker("strict"):
        return False
    asked = set(item.fixturenames)
    if PAGES & asked and not item.get_closest_marker("everywhere") and "EVERYTHING" not in os.environ:
        return False
    return bool(ASKING & asked) or any(item.iter_markers("django_db"))

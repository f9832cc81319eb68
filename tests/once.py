"""Which tests run once, and with which database, and which run on every one."""

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "e2e"  # looks at pages; what they do is tested on every database without it
ASKING = {"django_db_setup", "db", "transactional_db", "live_server", "empty_database"}  # fixtures behind which a database stands


def runs_with(item: pytest.Item, *, is_first: bool, is_last: bool) -> bool:
    """Whether the test belongs into the run with this database, of those that are run one after the other."""
    if item.get_closest_marker("strict"):
        return is_last
    return is_first or runs_on_every_database(item)


def runs_on_every_database(item: pytest.Item) -> bool:
    """Whether the kind of database makes a difference to this test."""
    if BROWSER in item.path.parents or item.get_closest_marker("once") or item.get_closest_marker("strict"):
        return False
    return bool(ASKING & set(item.fixturenames)) or any(item.iter_markers("django_db"))

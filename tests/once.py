"""Which tests run once, and which on every database."""

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "e2e"  # looks at pages; what they do is tested on every database without it
ASKING = {"django_db_setup", "db", "transactional_db", "live_server", "empty_database"}  # fixtures behind which a database stands


def runs_on_every_database(item: pytest.Item) -> bool:
    """Whether the kind of database makes a difference to this test."""
    if BROWSER in item.path.parents or item.get_closest_marker("once"):
        return False
    return bool(ASKING & set(item.fixturenames)) or any(item.iter_markers("django_db"))

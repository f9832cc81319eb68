"""Which tests run once, and which on every database."""

import pytest

ASKING = {"django_db_setup", "db", "transactional_db", "live_server", "empty_database"}  # fixtures behind which a database stands


def asks_for_a_database(item: pytest.Item) -> bool:
    """Whether the kind of database makes a difference to this test."""
    return bool(ASKING & set(item.fixturenames)) or any(item.iter_markers("django_db"))

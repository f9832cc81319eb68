"""How many rows there are. A great number is counted once a minute, for databases count by looking at every row."""

import hashlib

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from .keeping import keep, known

GREAT = 10_000


def count_of(rows: QuerySet) -> int:
    """The number of rows; one above ten thousand may be a minute old. For showing and paging, never for deciding."""
    rows = rows.order_by()
    try:
        statement = rows.query.sql_with_params()
    except EmptyResultSet:
        return 0
    key = f"count.{hashlib.sha256(repr(statement).encode()).hexdigest()[:40]}"
    if (found := known(key)) is None and (found := rows.count()) > GREAT:
        keep(key, found)
    return found

"""The search words of a list. Most find few records; of very many the newest are enough until somebody asks for the rest."""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from logistics.platform.web.filtering import MANY, FilterSet
from logistics.platform.web.finding import LONGEST

from . import store
from .grams import pieces

SPARE = 50  # more than are shown as many, for some of them may be out of sight
WALKED = 12_000  # the newest entries of a kind that are looked through; words that are rarer there are quicker found by the index alone


def found_by_words(filters: FilterSet, rows: QuerySet, kind: str, typed: str) -> QuerySet | None:
    """Those of the rows, ordered by key, that the search box would find; None when the words are too short for the index.

    Where the filters ask for the newest only and very many fit, the rows end with the newest of them, and the filters are told.
    """
    wanted = pieces(typed[:LONGEST])
    every = store.all_ids(kind, wanted) if wanted else None
    if every is None:
        return None
    if not filters.asks_newest:
        return rows.filter(pk__in=RawSQL(*every))  # noqa: S611  every value is a parameter
    ids, filters.is_part = _newest(kind, wanted, *every)
    return rows.filter(pk__in=ids)


def _newest(kind: str, wanted: list[str], every: str, values: list) -> tuple[list[int], bool]:
    """(ids, whether there are older ones): all that fit, or the newest of very many."""
    limit = MANY + SPARE
    with connection.cursor() as cursor:

        def ids(statement: str, *given) -> list[int]:
            cursor.execute(statement, given)
            return [pk for (pk,) in cursor.fetchall()]

        if len(some := ids(f"{every} LIMIT %s", *values, limit + 1)) <= limit:
            return some, False
        walked = f"(SELECT record_id, words FROM {store.TABLE} WHERE kind = %s ORDER BY record_id DESC LIMIT %s) AS e"  # noqa: S608  our own table
        newest = f"SELECT e.record_id FROM {walked} WHERE {_holds(wanted)} ORDER BY e.record_id DESC LIMIT %s"  # noqa: S608
        some = ids(newest, kind, WALKED, *wanted, limit)
        return (some if len(some) == limit else sorted(ids(every, *values), reverse=True)[:limit]), True


def _holds(wanted: list[str]) -> str:
    function = "instr" if store.is_sqlite() else "strpos"
    return " AND ".join([f"{function}(e.words, %s) > 0"] * len(wanted))

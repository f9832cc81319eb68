"""The index over the entries in each database's own way: FTS5 on SQLite, an array with a GIN index on PostgreSQL.

Both hold the same grams, so both find the same records, and neither depends on the locale the database was made with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat

from django.db import connection

from logistics.platform.audit.bulk import new_keys, put

from .grams import grams, grams_of_piece
from .models import SearchEntry

TABLE, FTS = SearchEntry._meta.db_table, "platform_searchgram"
ADD_GRAMS = f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)"
DROP_GRAMS = f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)"
ADD_ROWS = (  # three texts of as many lines; an empty line alone would be no line at all
    f"INSERT INTO {TABLE} (kind, record_id, words, grams) SELECT %s, record_id::bigint, coalesce(words, ''), string_to_array(coalesce(grams, ''), ' ')"
    " FROM unnest(string_to_array(%s, E'\\n'), string_to_array(%s, E'\\n'), string_to_array(%s, E'\\n')) AS fresh (record_id, words, grams)"
    " ON CONFLICT (kind, record_id) DO "
)
KEYS_AT_ONCE = 900  # of one statement; SQLite refuses very long lists
LAST_LOOKED_AT = 2000  # entries that are read when the words are too short for the index

SQLITE: dict[str, list[str]] = {
    "by bytes": [],
    "install": [
        f"CREATE VIRTUAL TABLE {FTS} USING fts5(grams, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 0')",
        f"CREATE INDEX search_newest ON {TABLE} (kind, id)",
    ],
    "remove": ["DROP INDEX IF EXISTS search_newest", f"DROP TABLE IF EXISTS {FTS}"],
    # pieces of 32 MB instead of 1 are written, and joined only once
    "before": [
        "DROP INDEX IF EXISTS search_newest",
        *(f"INSERT INTO {FTS} ({FTS}, rank) VALUES ({given})" for given in ("'hashsize', 33554432", "'automerge', 0")),
    ],
    "after": [
        *(f"INSERT INTO {FTS} ({FTS}, rank) VALUES ({given})" for given in ("'hashsize', 1048576", "'automerge', 4")),
        f"INSERT INTO {FTS} ({FTS}) VALUES ('optimize')",
        f"CREATE INDEX IF NOT EXISTS search_newest ON {TABLE} (kind, id)",
    ],
}
POSTGRESQL = {
    "install": [
        f'ALTER TABLE {TABLE} ADD COLUMN grams text[] COLLATE "C"',  # by their bytes: an order of words would cost the index half its time again
        f"CREATE INDEX search_by_gram ON {TABLE} USING gin (grams)",
        f"CREATE INDEX search_newest ON {TABLE} (kind, id)",
    ],
    "by bytes": [f'ALTER TABLE {TABLE} ALTER COLUMN grams TYPE text[] COLLATE "C"'],
    "remove": ["DROP INDEX IF EXISTS search_newest", "DROP INDEX IF EXISTS search_by_gram", f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS grams"],
    "before": ["DROP INDEX IF EXISTS search_newest", "DROP INDEX IF EXISTS search_by_gram"],
    "after": [
        "SET maintenance_work_mem = '256MB'",
        f"CREATE INDEX IF NOT EXISTS search_by_gram ON {TABLE} USING gin (grams)",
        f"CREATE INDEX IF NOT EXISTS search_newest ON {TABLE} (kind, id)",
        "RESET maintenance_work_mem",
    ],
}


def words_of(kind: str, ids: Sequence[int]) -> dict[int, str]:
    """{record: its words} of those that have an entry; a plain statement, for every rule asks it."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(ids))
        cursor.execute(f"SELECT record_id, words FROM {TABLE} WHERE kind = %s AND record_id IN ({places})", [kind, *ids])
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Candidate:
    kind: str
    record_id: int
    entry: int


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def run(connection, verb: str) -> None:
    """Install or remove the index on this connection's database, or let an older one compare by bytes; for the migrations."""
    with connection.cursor() as cursor:
        for statement in (SQLITE if connection.vendor == "sqlite" else POSTGRESQL)[verb]:
            cursor.execute(statement)


def kind_gram(kind: str) -> str:
    """The gram that all entries of a kind share; longer than any gram of words."""
    return "kind" + kind.replace(".", "").replace("_", "")


def add(kind: str, words: Mapping[int, str]) -> None:
    """New entries of these {record: words}, with their grams; where a rebuild was quicker, its words are written over."""
    _add(kind, words, "UPDATE SET words = excluded.words, grams = excluded.grams")


def add_missing(kind: str, words: Mapping[int, str]) -> None:
    """The same for a rebuild; where a rule was quicker, its words stay."""
    _add(kind, words, "NOTHING")


def _add(kind: str, words: Mapping[int, str], otherwise: str) -> None:
    if is_sqlite():  # one writer at a time, nobody is quicker
        keys = new_keys(SearchEntry, len(words))
        put(TABLE, ("id", "kind", "record_id", "words"), zip(keys, repeat(kind), words, words.values()))
        put(FTS, ("rowid", "grams"), zip(keys, (_line(kind, said) for said in words.values()), strict=True))
        return
    values = ["\n".join(column) for column in (map(str, words), words.values(), (" ".join(grams(said)) for said in words.values()))]
    with connection.cursor() as cursor:
        cursor.execute(ADD_ROWS + otherwise, [kind, *values])


@contextmanager
def many_at_once() -> Iterator[None]:
    """Fill an empty index several times faster: it is put in order once, at the end. Whoever searches meanwhile waits longer."""
    indexes = SQLITE if is_sqlite() else POSTGRESQL
    with connection.cursor() as cursor:
        for statement in indexes["before"]:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in indexes["after"]:
                cursor.execute(statement)


def change(entry: SearchEntry, words: str) -> None:
    """Give an entry other words."""
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute(DROP_GRAMS, (entry.pk, _line(entry.kind, entry.words)))
        else:
            cursor.execute(f"UPDATE {TABLE} SET grams = %s WHERE id = %s", [sorted(grams(words)), entry.pk])
        entry.words = words
        entry.save(update_fields=["words"])
        if is_sqlite():
            cursor.execute(ADD_GRAMS, (entry.pk, _line(entry.kind, entry.words)))


def drop(entries: Sequence[SearchEntry]) -> None:
    """Take entries out. SQLite's index keeps no text, so it is told the old grams."""
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.executemany(DROP_GRAMS, [(entry.pk, _line(entry.kind, entry.words)) for entry in entries])
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


def clear() -> None:
    """Forget every entry."""
    SearchEntry.objects.all().delete()
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('delete-all')")


def _line(kind: str, words: str) -> str:
    return " ".join([kind_gram(kind), *grams(words)])


def candidates(kinds: Iterable[str], wanted: Sequence[str], limit: int, *, before: int | None = None) -> list[Candidate]:
    """The newest entries of each kind that hold all the pieces, at most `limit` of each, with one statement for all kinds.

    `before` goes on below this entry. Pieces too short for the index are looked for in the newest entries only.
    """
    tokens = sorted({gram for piece in wanted for gram in grams_of_piece(piece)})
    build = _by_newest if not tokens else _by_fts if is_sqlite() else _by_array
    statements, values = [], []
    for kind in kinds:
        statement, given = build(kind, tokens, wanted, limit, before)
        statements.append(f"SELECT * FROM ({statement}) AS found")
        values += given
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _holds(wanted: Sequence[str]) -> str:
    function = "instr" if is_sqlite() else "strpos"
    return " AND ".join([f"{function}(e.words, %s) > 0"] * len(wanted))


def _below(before: int | None, column: str) -> tuple[str, list]:
    return ("", []) if before is None else (f" AND {column} < %s", [before])


def _by_fts(kind: str, tokens: list[str], wanted: Sequence[str], limit: int, before: int | None) -> tuple[str, list]:
    match = " AND ".join(f'"{gram}"' for gram in (kind_gram(kind), *tokens))
    below, last = _below(before, "f.rowid")
    statement = (
        f"SELECT e.kind, e.record_id, e.id FROM {FTS} f CROSS JOIN {TABLE} e ON e.id = f.rowid"
        f" WHERE f.{FTS} MATCH %s AND e.kind = %s AND {_holds(wanted)}{below} ORDER BY f.rowid DESC LIMIT %s"
    )
    return statement, [match, kind, *wanted, *last, limit]


def _by_array(kind: str, tokens: list[str], wanted: Sequence[str], limit: int, before: int | None) -> tuple[str, list]:
    below, last = _below(before, "e.id")
    statement = (
        f"SELECT e.kind, e.record_id, e.id FROM {TABLE} e WHERE e.kind = %s AND e.grams @> %s::text[] AND {_holds(wanted)}{below} ORDER BY e.id DESC LIMIT %s"
    )
    return statement, [kind, tokens, *wanted, *last, limit]


def _by_newest(kind: str, tokens: list[str], wanted: Sequence[str], limit: int, before: int | None) -> tuple[str, list]:
    below, last = _below(before, "n.id")
    statement = (
        f"SELECT e.kind, e.record_id, e.id FROM (SELECT * FROM {TABLE} n WHERE n.kind = %s{below} ORDER BY n.id DESC LIMIT %s) AS e"
        f" WHERE {_holds(wanted)} ORDER BY e.id DESC LIMIT %s"
    )
    return statement, [kind, *last, LAST_LOOKED_AT, *wanted, limit]


def all_ids(kind: str, wanted: Sequence[str]) -> tuple[str, list] | None:
    """(statement, values) that gives the ids of all records of the kind that hold the pieces; None when the pieces are too short for the index."""
    tokens = sorted({gram for piece in wanted for gram in grams_of_piece(piece)})
    if not tokens:
        return None
    values: list
    if is_sqlite():
        match = " AND ".join(f'"{gram}"' for gram in (kind_gram(kind), *tokens))
        source, values = f"{FTS} f CROSS JOIN {TABLE} e ON e.id = f.rowid WHERE f.{FTS} MATCH %s AND e.kind = %s", [match, kind]
    else:
        source, values = f"{TABLE} e WHERE e.kind = %s AND e.grams @> %s::text[]", [kind, tokens]
    return f"SELECT e.record_id FROM {source} AND {_holds(wanted)}", [*values, *wanted]


def among(kind: str, ids: Sequence[int], wanted: Sequence[str]) -> list[int]:
    """Which of these records hold all the pieces, the newest first; without the index."""
    found: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(ids), KEYS_AT_ONCE):
            some = ids[start : start + KEYS_AT_ONCE]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT e.id, e.record_id FROM {TABLE} e WHERE e.kind = %s AND e.record_id IN ({marks}) AND {_holds(wanted)}", [kind, *some, *wanted]
            )
            found += cursor.fetchall()
    return [record_id for _, record_id in sorted(found, reverse=True)]


def grams_kept() -> dict[int, set[str]]:
    """{entry: grams} as the index has them, for the proof that it says what the words say."""
    with connection.cursor() as cursor:
        if not is_sqlite():
            cursor.execute(f"SELECT id, grams FROM {TABLE}")
            return {pk: set(found) for pk, found in cursor.fetchall()}
        cursor.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.gram_words USING fts5vocab('main', '{FTS}', 'instance')")
        cursor.execute("SELECT doc, term FROM temp.gram_words")
        found: dict[int, set[str]] = {}
        for pk, term in cursor.fetchall():
            found.setdefault(pk, set()).add(term)
        return {pk: {term for term in terms if not term.startswith("kind")} for pk, terms in found.items()}

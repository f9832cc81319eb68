"""Many new rows of one table as the database likes them best: COPY on PostgreSQL, one prepared statement on SQLite.

Preparing every value by the ORM takes several times as long, which a big import feels.
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)

NOTHING = r"\N"  # how COPY writes NULL
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def fresh(model: type[M], /, **values) -> M:
    """model(**values) for thousands of rows: asking every field for its default takes most of the time that a new record takes."""
    plain, links, begun, made = _beginning(model)
    record = model.__new__(model)
    held = vars(record)
    held.update(begun, _state=ModelState())
    for name, make in made:
        held[name] = make()
    for name, value in values.items():
        if name in plain:
            held[name] = value
        elif name in links:
            setattr(record, name, value)
        else:
            raise TypeError(f"{model.__name__} has no {name}")
    return record


@cache
def _beginning(model: type[models.Model]) -> tuple[frozenset[str], frozenset[str], dict, list[tuple[str, Callable]]]:
    """(attributes of columns, names of links, what every new record holds, [(attribute, what makes its value)] of those that are made for each)."""
    fields = model._meta.concrete_fields
    begun = {name: value for name, value in vars(model()).items() if name != "_state"}
    made = [(field.attname, field.get_default) for field in fields if field.has_default() and callable(field.default)]
    return frozenset(begun) - {"_state"}, frozenset(field.name for field in fields if field.is_relation), begun, made


def insert_rows(records: Sequence[models.Model], *, keys: bool = True) -> None:
    """Write these new records of one model as they are, in their order; with `keys` each gets its own.

    Nothing is checked but by the database. For columns of numbers, texts, days, times, moments, links and JSON; the caller's transaction.
    """
    if not records:
        return
    meta = records[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    held = list(map(vars, records))
    columns = {field: list(map(itemgetter(field.attname), held)) for field in fields}
    given = new_keys(type(records[0]), len(records)) if keys else []
    insert_columns(columns | ({meta.pk: given} if keys else {}))
    for record, key in zip(records, given, strict=False):
        record.pk = key
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def insert_columns(columns: Mapping[models.Field, Sequence]) -> None:
    """Write new rows of one table, given column by column; every column that has no default in the database must be there."""
    table = next(iter(columns)).model._meta.db_table
    told = [_told(field, values) for field, values in columns.items()]
    put(table, [str(field.column) for field in columns], zip(*told, strict=True))


def put(table: str, names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Add these rows, whose values are what SQLite takes and PostgreSQL reads from the texts of COPY."""
    quote = connection.ops.quote_name
    columns = f"{quote(table)} ({', '.join(map(quote, names))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {columns} VALUES ({', '.join(['%s'] * len(names))})", rows)  # noqa: S608  names of our own
        else:
            cursor.copy_expert(f"COPY {columns} FROM STDIN", io.StringIO("".join(["\t".join(row) + "\n" for row in rows])))


def new_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """So many keys that nobody has or gets. On SQLite only until the transaction ends, which has the table for itself."""
    table, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count])
        return [key for (key,) in cursor.fetchall()]


def as_text(value) -> str:
    """A plain value as COPY reads it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "t" if value else "f"
    text = str(value)
    return text if text.isalnum() else text.translate(ESCAPES)


def _told(field: models.Field, values: Sequence) -> list:
    """A column's values for `put`; equal ones, which most columns are full of, are prepared once."""
    write = _writer(field)
    if isinstance(field, models.JSONField):
        return list(map(write, values))
    told = {value: write(value) for value in set(values)}
    return [told[value] for value in values]


def _writer(field: models.Field) -> Callable:
    prepare = _prepare(field)
    if connection.vendor == "sqlite":
        return lambda value: value if value is None else prepare(value)
    return lambda value: as_text(value if value is None else prepare(value))


def _prepare(field: models.Field) -> Callable:
    """How a value of this column is told to the database."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field, models.DecimalField):
        return lambda value: connection.ops.adapt_decimalfield_value(field.to_python(value), field.max_digits, field.decimal_places)
    if isinstance(field, models.JSONField):
        return lambda value: "{}" if value == {} else json.dumps(value, cls=field.encoder)
    if isinstance(field, models.TimeField):
        return connection.ops.adapt_timefield_value
    return lambda value: value

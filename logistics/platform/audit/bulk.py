"""Many new rows of one model in plain statements: preparing every value by the ORM takes several times as long, which a big import feels."""

from collections.abc import Callable, Sequence

from django.db import connection, models

MOST_VALUES = 900  # in one statement; SQLite refuses very many


def insert_rows(records: Sequence[models.Model], *, keys: bool = True) -> None:
    """Write these new records of one model as they are, in their order; with `keys` each gets its own.

    Nothing is checked but by the database. For columns of numbers, texts, days, moments and links; the caller's transaction.
    """
    if not records:
        return
    meta = records[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = [(field.attname, _writer(field)) for field in fields]
    quote = connection.ops.quote_name
    head = f"INSERT INTO {quote(meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)}) VALUES "  # noqa: S608  names of our own
    tail = f" RETURNING {quote(str(meta.pk.column))}" if keys else ""
    one, at_once = f"({', '.join(['%s'] * len(fields))})", max(1, MOST_VALUES // len(fields))
    with connection.cursor() as cursor:
        for start in range(0, len(records), at_once):
            some = records[start : start + at_once]
            cursor.execute(head + ", ".join([one] * len(some)) + tail, _values(some, columns))
            for record, row in zip(some, cursor.fetchall() if keys else (), strict=False):
                record.pk = row[0]
            for record in some:
                record._state.adding, record._state.db = False, connection.alias


def _values(records: Sequence[models.Model], columns: list[tuple[str, Callable | None]]) -> list:
    values: list = []
    for record in records:
        held = vars(record)
        for name, write in columns:
            value = held[name]
            values.append(value if write is None or value is None else write(value))
    return values


def _writer(field: models.Field) -> Callable | None:
    """How a value of this column is told to the database; None as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field, models.DecimalField):
        return lambda value: connection.ops.adapt_decimalfield_value(field.to_python(value), field.max_digits, field.decimal_places)
    if isinstance(field, models.JSONField | models.BinaryField | models.TimeField | models.UUIDField):
        return lambda value: field.get_db_prep_save(value, connection=connection)
    return None

"""What rules that save a person's input share: the stored row, tidy text, and many new rows at once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.text import tidy

from .rules import record_event

SHOWN_ERRORS = 5
CHUNK = 900  # values in one IN list; SQLite refuses very long ones
ALIKE = (str, int, Decimal, date, type(None))  # equal ones, written alike, fare alike

M = TypeVar("M", bound=models.Model)


def stored(model: type[M], record: M | None) -> M:
    """The stored row, locked until the rule ends, or a new record when there is none yet.

    A form may already have written its values into `record`; what is stored is the truth to compare with.
    Raises Conflict when the row is gone.
    """
    if record is None or record.pk is None:
        return model()
    try:
        return model._base_manager.select_for_update().get(pk=record.pk)
    except model.DoesNotExist as gone:  # type: ignore[attr-defined]
        raise Conflict(f"这条{model._meta.verbose_name}刚刚被删掉了，请刷新后再看。") from gone


def tidied(values: dict) -> dict:
    """The values with every text tidied; None, which some callers send for an empty text, stays."""
    return {name: tidy(value) if isinstance(value, str) else value for name, value in values.items()}


class BadRows(RuleViolation):
    """Rows of a batch that cannot be saved; `rows` is {index from 0: sentence}. Nothing was written."""

    def __init__(self, rows: dict[int, str]):
        first = [f"第 {n + 1} 行：{rows[n]}" for n in sorted(rows)[:SHOWN_ERRORS]]
        rest = [f"另有 {len(rows) - SHOWN_ERRORS} 行也有问题。"] if len(rows) > SHOWN_ERRORS else []
        super().__init__("".join([*first, *rest]))
        self.rows = rows


def save_new_rows(
    *,
    actor,
    at: datetime,
    records: Sequence[models.Model],
    unique: Iterable[tuple[str, ...]],
    check: Callable | None = None,
    write: Callable | None = None,
    faults: dict[int, str] | None = None,
) -> list:
    """Check, write and journal many new records of one model, all or nothing.

    `unique` names the columns that must not repeat, in the batch or in the table; a row whose last such column is empty is free.
    `check(record)` may refuse a row with RuleViolation. `write(records)` replaces the plain bulk insert.
    `faults` are rows the caller already found wrong.
    Raises BadRows with a sentence per bad row.
    """
    records = list(records)
    if not records:
        return records
    check_new_rows(records, unique=unique, check=check, faults=faults)
    if write:
        write(records)
    else:
        type(records[0])._base_manager.bulk_create(records, batch_size=500)
    text = f"批量登记{records[0]._meta.verbose_name}"
    for record in records:
        record_event(actor=actor, at=at, action="create", record=record, text=text)
    return records


def check_new_rows(
    records: Sequence[models.Model], *, unique: Iterable[tuple[str, ...]], check: Callable | None = None, faults: dict[int, str] | None = None
) -> None:
    """What `save_new_rows` asks before it writes. Raises BadRows with a sentence per bad row."""
    found = _unlinked(records)
    for n, words in _unclean(records).items():
        found.setdefault(n, words)
    for n, record in enumerate(records if check else ()):
        if n not in found and (words := _refusal(record, check)):
            found[n] = words
    errors = (faults or {}) | found
    for columns in unique:
        for n, words in _repeats(records, columns).items():
            errors.setdefault(n, words)
    if errors:
        raise BadRows(errors)


def _unlinked(records: Sequence[models.Model]) -> dict[int, str]:
    """{row: sentence} of those without a record they must be linked to."""
    found: dict[int, str] = {}
    for field in records[0]._meta.concrete_fields:
        if field.is_relation and not field.null:
            for n, record in enumerate(records):
                if getattr(record, field.attname) is None:
                    found.setdefault(n, f"{field.verbose_name}没有填。")
    return found


def _unclean(records: Sequence[models.Model]) -> dict[int, str]:
    """{row: sentence} of those whose fields refuse a value, as clean_fields() would; column by column, so that equal values are asked about once."""
    found: dict[int, str] = {}
    for field in records[0]._meta.concrete_fields:
        if field.is_relation or field.generated:
            continue
        values = list(map(attrgetter(field.attname), records))
        told: dict = {}
        verdicts = {key: _verdict(field, value, told) for key, value in {id(value): value for value in values}.items()}
        if not any(verdicts.values()):
            continue
        for n, value in enumerate(values):
            verdict = verdicts[id(value)]
            if isinstance(verdict, ValidationError):
                found.setdefault(n, f"{field.verbose_name}：{verdict.messages[0]}")
            elif verdict:
                setattr(records[n], field.attname, verdict[0])
    return found


def _verdict(field: models.Field, value, told: dict) -> ValidationError | tuple | None:
    """The field's refusal, (the value it makes of this one), or None when it takes it as it is. No field of ours looks at the rest of the record."""
    if field.blank and value in field.empty_values:
        return None
    asked = (type(value), str(value)) if isinstance(value, ALIKE) else None
    if asked is None or asked not in told:
        try:
            cleaned = field.clean(value, None)
        except ValidationError as refusal:
            told[asked] = refusal
        else:
            told[asked] = None if cleaned is value else (cleaned,)
    return told[asked]


def _refusal(record: models.Model, check: Callable) -> str:
    """Why the rule refuses this one row, whatever the other rows are; empty when it does not. No queries."""
    try:
        check(record)
    except RuleViolation as refusal:
        return refusal.message
    except ValidationError as refusal:
        name, sentences = next(iter(refusal.message_dict.items()))
        return f"{record._meta.get_field(name).verbose_name}：{sentences[0]}"
    return ""


def _repeats(records: Sequence[models.Model], columns: tuple[str, ...]) -> dict[int, str]:
    """Rows whose `columns` are already taken, by an earlier row or in the table."""
    meta = records[0]._meta
    values = [tuple(getattr(record, column) for column in columns) for record in records]
    taken = _taken(type(records[0]), columns, {value[-1] for value in values if value[-1]})
    errors = {}
    for n, value in enumerate(values):
        if not value[-1]:
            continue
        if value in taken:
            errors[n] = f"{meta.get_field(columns[-1]).verbose_name}「{value[-1]}」已经有了。"
        taken.add(value)
    return errors


def _taken(model: type[models.Model], columns: tuple[str, ...], last: set) -> set[tuple]:
    wanted, found = sorted(last), set()
    for start in range(0, len(wanted), CHUNK):
        found.update(model._base_manager.filter(**{f"{columns[-1]}__in": wanted[start : start + CHUNK]}).values_list(*columns))
    return found

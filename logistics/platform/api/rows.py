"""Many records as JSON: what a serializer says of one, by functions that are made once instead of for every request and row."""

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter

from django.utils import timezone
from rest_framework import serializers

AS_STORED = (serializers.IntegerField, serializers.BooleanField, serializers.ChoiceField, serializers.CharField)
LEFT_OUT = object()  # the answer of a field that this record does not have
Reader = Callable[[object], object]


def rows_of(serializer: type[serializers.ModelSerializer], records: Iterable) -> list[dict]:
    """`serializer(records, many=True).data`, for serializers that do not ask for the request."""
    readers = _readers(serializer)
    return [{name: value for name, read in readers if (value := read(record)) is not LEFT_OUT} for record in records]


@cache
def _readers(serializer: type[serializers.ModelSerializer]) -> list[tuple[str, Reader]]:
    """(name, reader) of every field that is shown; nothing writes to the fields, so threads may share them."""
    stored = {field.name for field in serializer.Meta.model._meta.concrete_fields}
    return [(field.field_name, _reader(field, is_column=field.source in stored)) for field in serializer()._readable_fields]


def _reader(field: serializers.Field, *, is_column: bool) -> Reader:
    if type(field) in AS_STORED and (is_column or len(field.source_attrs) == 2):
        return attrgetter(field.source) if is_column else _joined(field)
    if type(field) is serializers.DateTimeField and is_column:
        return _moment(attrgetter(field.source))
    if type(field) is serializers.PrimaryKeyRelatedField and is_column and field.pk_field is None:
        return attrgetter(f"{field.source}_id")
    return _as_told(field)


def _joined(field: serializers.Field) -> Reader:
    """A column of a joined record; where nothing is joined the field knows what to say."""
    read, told = attrgetter(field.source), _as_told(field)

    def joined(record):
        try:
            return read(record)
        except AttributeError:
            return told(record)

    return joined


def _moment(read: Reader) -> Reader:
    """ISO 8601 on the school's clock."""
    zone = timezone.get_default_timezone()

    def moment(record):
        at = read(record)
        return None if at is None else at.astimezone(zone).isoformat()

    return moment


def _as_told(field: serializers.Field) -> Reader:
    """The field's own way, None staying None."""

    def told(record):
        try:
            value = field.get_attribute(record)
        except serializers.SkipField:
            return LEFT_OUT
        return None if value is None else field.to_representation(value)

    return told

"""Many records as JSON: what a serializer says of one, by functions that are made once instead of for every request and row."""

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter

from django.utils import timezone
from rest_framework import serializers

AS_STORED = (serializers.IntegerField, serializers.BooleanField, serializers.ChoiceField, serializers.CharField)
Reader = Callable[[object], object]


def rows_of(serializer: type[serializers.Serializer], records: Iterable) -> list[dict]:
    """`serializer(records, many=True).data`, for serializers that do not ask for the request."""
    readers = _readers(serializer)
    return [{name: read(record) for name, read in readers} for record in records]


@cache
def _readers(serializer: type[serializers.Serializer]) -> list[tuple[str, Reader]]:
    """(name, reader) of every field that is shown; read-only use of one instance, so threads may share it."""
    return [(field.field_name, _reader(field)) for field in serializer()._readable_fields]


def _reader(field: serializers.Field) -> Reader:
    plain = len(field.source_attrs) == 1 and field.source != "*"
    if plain and type(field) in AS_STORED:
        return attrgetter(field.source)
    if plain and type(field) is serializers.DateTimeField:
        return _moment(attrgetter(field.source))
    if plain and type(field) is serializers.PrimaryKeyRelatedField and field.pk_field is None:
        return attrgetter(f"{field.source}_id")
    return _as_told(field)


def _moment(read: Reader) -> Reader:
    """ISO 8601 on the school's clock."""

    def moment(record):
        at = read(record)
        return None if at is None else at.astimezone(timezone.get_current_timezone()).isoformat()

    return moment


def _as_told(field: serializers.Field) -> Reader:
    """The field's own way, None staying None."""

    def told(record):
        try:
            value = field.get_attribute(record)
        except serializers.SkipField:
            return None
        return None if value is None else field.to_representation(value)

    return told

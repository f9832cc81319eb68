"""What the schema says of forms, filters and answers. The forms themselves do the checking."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from logistics.platform.web.records import Record, state_stamp
from logistics.platform.web.rows import RowsField

# The first kind that fits names the shape; None where nothing was chosen is allowed.
SHAPES = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.ModelChoiceField, serializers.IntegerField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
)


def shape_of(field: forms.Field) -> serializers.Field:
    """The serializer field that describes a form field."""
    known = {"required": field.required, "label": str(field.label or ""), "help_text": str(field.help_text or "")}
    if child := _child_of(field):
        return serializers.ListField(child=child, **known)
    if not isinstance(field, forms.BooleanField):
        known["allow_null"] = not field.required
    if isinstance(field, forms.DecimalField):
        return serializers.DecimalField(max_digits=field.max_digits or 14, decimal_places=field.decimal_places or 2, **known)
    for kind, shape in SHAPES:
        if isinstance(field, kind):
            return shape(**known)
    return serializers.CharField(allow_blank=not field.required, max_length=getattr(field, "max_length", None), **known)


@cache
def _row_shape(form: type[forms.Form]) -> type[serializers.Serializer]:
    """One component however many forms have such rows."""
    return serializer_of_form(form, form.__name__.removesuffix("Form"))


def _child_of(field: forms.Field) -> serializers.Field | None:
    """What a field that takes several values takes of each."""
    if isinstance(field, RowsField):
        return _row_shape(field.row_form)()
    if isinstance(field, forms.ModelMultipleChoiceField):
        return serializers.IntegerField()
    if isinstance(field, forms.MultipleChoiceField):
        return serializers.CharField()
    return serializers.FileField() if getattr(field.widget, "needs_multipart_form", False) else None


def serializer_of_form(form: type[forms.Form] | None, name: str, **more: serializers.Field) -> type[serializers.Serializer]:
    """A serializer with the form's fields and `more`; without any it describes an empty body."""
    fields = {key: shape_of(field) for key, field in form.base_fields.items()} if form else {}
    return type(name, (serializers.Serializer,), fields | more)


def described(**noted) -> Callable:
    """Note on a view's method what the schema tells of it: `responses`, `request`, `parameters`, `operation_id`."""

    def note(method: Callable) -> Callable:
        method.noted = noted  # type: ignore[attr-defined]
        return method

    return note


def filter_parameters(record: Record) -> list[type[serializers.Serializer]]:
    """The list's filters. Copies are asked, because a filter keeps the field it once made."""
    fields = {name: deepcopy(found).field for name, found in record.filters.base_filters.items()}
    shapes = {name: shape_of(field) for name, field in fields.items()}
    return [type(f"{record.model.__name__}Filters", (serializers.Serializer,), shapes)] if shapes else []


def is_stamped(record: Record) -> bool:
    """Whether a reader can tell by a stamp that the record has moved on."""
    return record.stamp is not state_stamp or hasattr(record.model, "state")


def with_stamp(record: Record, serializer: type[serializers.ModelSerializer]) -> type[serializers.ModelSerializer]:
    """The serializer with `seen`, which a caller hands back with an action so that nobody acts on what has changed meanwhile."""
    if not is_stamped(record):
        return serializer

    def get_seen(self, row) -> str:
        return record.stamp(row)

    meta = type("Meta", (serializer.Meta,), {"fields": [*serializer.Meta.fields, "seen"]})
    field = serializers.SerializerMethodField(help_text="随操作一起交回来；别人先动过了，操作就不算数。")
    return type(serializer.__name__, (serializer,), {"Meta": meta, "seen": field, "get_seen": get_seen})


def with_lines(rows: QuerySet, serializer: type[serializers.Serializer]) -> QuerySet:
    """The rows together with the lines (items, quotes) that the serializer shows inside each, in one query per kind of line."""
    fetched = {getattr(lookup, "prefetch_to", lookup) for lookup in rows._prefetch_related_lookups}
    return rows.prefetch_related(*(name for name in _lines_of(serializer) if name not in fetched))


@cache
def _lines_of(serializer: type[serializers.Serializer]) -> list[str]:
    return [field.source for field in serializer().fields.values() if isinstance(field, serializers.ListSerializer)]

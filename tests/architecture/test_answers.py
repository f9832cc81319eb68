"""What the API promises of a field: a read-only number or text that may be nothing says so, or the schema lies."""

import inspect

from django.core.exceptions import FieldDoesNotExist
from rest_framework import serializers
from rest_framework.fields import empty

from logistics.api_urls import router


def may_be_nothing(model: type | None, source: str) -> bool:
    """Whether a step of a dotted source may be None: a column with null, or a property that says `| None`."""
    for step in source.split("."):
        if model is None:
            return False
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            found = inspect.getattr_static(model, step, None)
            made = found.fget if isinstance(found, property) else found
            return "None" in str(getattr(made, "__annotations__", {}).get("return", ""))
        if getattr(field, "null", False) and not (field.one_to_many or field.many_to_many):
            return True
        model = field.related_model
    return False


def silent_fields(answer: type[serializers.ModelSerializer]) -> list[str]:
    """Its fields that may be nothing, say nothing of it and have nothing to say instead."""
    told = {name: field for name, field in answer().fields.items() if not field.write_only and not field.allow_null and field.default is empty}
    return [name for name, field in told.items() if field.source != "*" and may_be_nothing(answer.Meta.model, field.source)]


def test_a_field_that_may_be_nothing_says_so():
    answers = dict.fromkeys(view.serializer_class for _, view, _ in router.registry if issubclass(view.serializer_class, serializers.ModelSerializer))
    assert len(answers) > 200
    assert {answer.__name__: fields for answer in answers if (fields := silent_fields(answer))} == {}

"""What the API promises of a field: a read-only number or text that may be nothing says so, or the schema lies."""

import inspect

import pytest
from django.core.exceptions import FieldDoesNotExist
from rest_framework import serializers
from rest_framework.fields import empty

from logistics.api_urls import router

ANSWERS = sorted(
    {view.serializer_class for _, view, _ in router.registry if issubclass(view.serializer_class, serializers.ModelSerializer)}, key=lambda s: s.__module__
)


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


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.__module__}.{answer.__name__}")
def test_a_field_that_may_be_nothing_says_so(answer):
    silent = [
        name
        for name, field in answer().fields.items()
        if not field.write_only and not field.allow_null and field.default is empty and field.source != "*" and may_be_nothing(answer.Meta.model, field.source)
    ]
    assert not silent

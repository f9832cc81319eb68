"""What the schema says of records and of the other views. Loaded when somebody asks for it: its generator is a tenth of a web worker."""

from django.core.exceptions import FieldDoesNotExist
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from logistics.platform.web.records import Record

from .authentication import SchoolSession
from .shapes import filter_parameters, is_stamped, serializer_of_form

DO = "do_"  # how a viewset's acts begin


def asked_by(record: Record, name: str) -> type[serializers.Serializer]:
    """What an act asks for: its form, and the stamp of the record as the caller saw it."""
    action = next(action for action in record.actions if action.name == name)
    stamp = {"seen": serializers.CharField(required=False, allow_blank=True)} if is_stamped(record) else {}
    return serializer_of_form(action.form, f"{record.model.__name__}{name.title().replace('_', '')}", **stamp)


class RecordSchema(AutoSchema):
    """A record's routes by its description, other views by what `described` noted on their methods."""

    @property
    def noted(self) -> dict:
        return getattr(getattr(self.view, self.act, None), "noted", {})

    @property
    def act(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()

    @property
    def record(self) -> Record | None:
        return None if self.noted else getattr(self.view, "record", None)

    def get_operation_id(self):
        return self.noted.get("operation_id") or super().get_operation_id()

    def get_override_parameters(self):
        if self.record and self.act == "list":
            return filter_parameters(self.record)
        return self.noted.get("parameters", [])

    def get_request_serializer(self):
        if self.record and self.act in ("create", "update"):
            form = self.record.form_for_new if self.act == "create" else self.record.form
            return serializer_of_form(form, f"{self.record.model.__name__}{self.act.title()}")
        if self.record and self.act.startswith(DO):
            return asked_by(self.record, self.act.removeprefix(DO))
        return self.noted["request"] if "request" in self.noted else super().get_request_serializer()

    def get_response_serializers(self):
        if self.record and self.act == "create":
            return {201: self.view.serializer_class}
        return self.noted.get("responses") or super().get_response_serializers()


class SchoolSessionScheme(SessionScheme):
    """How the schema describes the signed-in browser."""

    target_class = SchoolSession
    priority = 0


class WallClock(OpenApiSerializerFieldExtension):
    """08:30 on the school's clock. OpenAPI's own "time" would need an offset."""

    target_class = "rest_framework.serializers.TimeField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d(\.\d+)?)?$", "example": "08:30:00"}


class ChoiceOrNothing(OpenApiSerializerFieldExtension):
    """A choice that may be empty says so also where it is only read."""

    target_class = "rest_framework.serializers.ChoiceField"

    def map_serializer_field(self, auto_schema, direction):
        shape = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        if self.target.read_only and self.may_be_empty() and "" not in shape.get("enum", [""]):
            shape["enum"] = [*shape["enum"], ""]
        return shape

    def may_be_empty(self) -> bool:
        model = getattr(getattr(self.target.parent, "Meta", None), "model", None)
        try:
            return model is not None and model._meta.get_field(self.target.source).blank
        except FieldDoesNotExist:
            return False

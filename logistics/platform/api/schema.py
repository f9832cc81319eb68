"""Where the schema's generator would promise what the answers do not keep."""

from django.core.exceptions import FieldDoesNotExist
from drf_spectacular.extensions import OpenApiSerializerFieldExtension


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

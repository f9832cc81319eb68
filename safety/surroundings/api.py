"""The surroundings as JSON."""

from rest_framework import serializers

from .models import Surrounding, SurroundingStep


class SurroundingStepSerializer(serializers.ModelSerializer):
    class Meta:
        model = SurroundingStep
        fields = ["kind", "office", "contact", "words", "happened_at"]
        read_only_fields = fields


class SurroundingSerializer(serializers.ModelSerializer):
    steps = SurroundingStepSerializer(many=True, read_only=True)

    class Meta:
        model = Surrounding
        fields = ["id", "name", "kind", "where", "metres", "danger", "found_on", "looked_on", "state", "steps"]
        read_only_fields = fields

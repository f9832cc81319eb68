"""Accidents as JSON."""

from rest_framework import serializers

from .models import Accident


class AccidentSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Accident
        fields = [
            "id", "number", "kind", "level", "where", "happened_at", "late", "injured", "dead", "summary", "phone_by", "written_by", "state", "created_at", "created_by",
            "closed_at", "closed_by", "cause", "blame", "measure", "lesson",
        ]  # fmt: skip
        read_only_fields = fields

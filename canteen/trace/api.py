"""Recall drills as JSON."""

from rest_framework import serializers

from .models import RecallDrill


class RecallDrillSerializer(serializers.ModelSerializer):
    seconds = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = RecallDrill
        fields = [
            "id", "batch", "reason", "goal", "state", "created_at", "created_by", "ended_at", "ended_by", "seconds", "counted", "book", "where", "findings",
            "ended_reason", "facts",
        ]  # fmt: skip
        read_only_fields = fields

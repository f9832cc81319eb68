"""Incidents as JSON."""

from rest_framework import serializers

from .models import Incident


class IncidentSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Incident
        fields = [
            "id", "number", "happened_at", "late", "symptoms", "suspect", "report_by", "state", "created_at", "created_by", "closed_at", "closed_by", "finding",
            "conclusion",
        ]  # fmt: skip
        read_only_fields = fields

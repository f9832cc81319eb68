"""Visits of kitchen and store as JSON."""

from rest_framework import serializers

from .models import AccessEntry


class AccessEntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = AccessEntry
        fields = [
            "id", "area", "name", "unit", "purpose", "is_healthy", "is_dressed", "allowed_by", "happened_at", "left_at", "left_noted_at", "created_at", "created_by",
        ]  # fmt: skip
        read_only_fields = fields

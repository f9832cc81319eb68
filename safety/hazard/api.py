"""Hazards as JSON."""

from rest_framework import serializers

from .models import Hazard


class HazardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Hazard
        fields = [
            "id", "number", "state", "source", "place", "kind", "description", "found_at", "found_by", "on_spot", "level", "department", "owner", "measure",
            "temporary", "money", "due_on", "postponed", "reported_on", "reported_to", "ticket", "fixed_at", "fixed_by", "fixed_words", "checked_at", "checked_by",
            "checked_words", "returned", "closed_at", "closed_by", "void_reason",
        ]  # fmt: skip
        read_only_fields = fields

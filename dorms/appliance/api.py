"""Banned appliances as JSON."""

from rest_framework import serializers

from .models import Appliance


class ApplianceSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Appliance
        fields = [
            "id", "room", "on", "student", "school_class", "kind", "name", "quantity", "kept_where", "nth", "state", "parent", "relation", "returned_at", "returned_by",
            "happened_at", "late", "created_at", "note", "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = fields

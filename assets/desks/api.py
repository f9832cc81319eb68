"""Desks and chairs as JSON."""

from rest_framework import serializers

from .models import DeskCount, DeskKind


class DeskKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = DeskKind
        fields = ["id", "name", "codes", "seats", "spare", "order", "is_active"]


class DeskCountSerializer(serializers.ModelSerializer):
    class_name = serializers.CharField(source="school_class.name", read_only=True)
    kind_name = serializers.CharField(source="kind.name", read_only=True)

    class Meta:
        model = DeskCount
        fields = ["id", "school_class", "class_name", "kind", "kind_name", "on", "book", "counted", "damaged", "words"]
        read_only_fields = fields

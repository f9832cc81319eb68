"""Exam meals and receptions as JSON."""

from rest_framework import serializers

from .models import SpecialMeal


class SpecialMealSerializer(serializers.ModelSerializer):
    class Meta:
        model = SpecialMeal
        fields = [
            "id", "kind", "on", "meal", "occasion", "unit", "letter", "guests", "hosts", "standard", "payer", "dishes", "state", "approved_at", "approved_by", "came",
            "hosts_came", "cost", "void_reason",
        ]  # fmt: skip
        read_only_fields = fields

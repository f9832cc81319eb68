"""Cleaning as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import AreaScore, CleaningArea, SupplyUse


class CleaningAreaSerializer(serializers.ModelSerializer):
    class Meta:
        model = CleaningArea
        fields = ["id", "name", "place", "standard", "times", "hours", "cleaner", "school_class", "is_active"]
        read_only_fields = fields


class AreaScoreSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = AreaScore
        fields = [
            "id", "area", "school_class", "cleaner", "on", "cadence", "points", "problem", "due_on", "state", "fixed_at", "fixed_by", "fixed_words", "checked_by", "returned", *EVIDENCE,
        ]  # fmt: skip
        read_only_fields = fields


class SupplyUseSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = SupplyUse
        fields = ["id", "area", "item", "quantity", *EVIDENCE]
        read_only_fields = fields

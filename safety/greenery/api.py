"""Greenery as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import CareLog, CareRule, PlantArea


class PlantAreaSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlantArea
        fields = ["id", "name", "place", "plants", "square_metres", "keeper", "is_active"]
        read_only_fields = fields


class CareRuleSerializer(serializers.ModelSerializer):
    class Meta:
        model = CareRule
        fields = ["id", "area", "kind", "first_month", "last_month", "every_days", "is_active"]
        read_only_fields = fields


class CareLogSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = CareLog
        fields = ["id", "area", "kind", "words", "agent", "is_warned", *EVIDENCE]
        read_only_fields = fields

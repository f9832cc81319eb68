"""Samples and fridges as JSON."""

from rest_framework import serializers

from .models import Fridge, FridgeReading, Sample, SampleGap

EVIDENCE = ["happened_at", "late", "created_at", "note", "struck_at", "struck_reason"]


class SampleSerializer(serializers.ModelSerializer):
    dish_name = serializers.CharField(source="dish.dish.name", read_only=True)
    taken_by_name = serializers.CharField(source="taken_by.name", read_only=True)
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Sample
        fields = [
            "id", "dish", "dish_name", "grams", "container", "fridge", "taken_by", "taken_by_name", "keep_until", "state", "disposed_at", "disposed_by",
            "locked_at", "locked_for", *EVIDENCE,
        ]  # fmt: skip
        read_only_fields = fields


class SampleGapSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = SampleGap
        fields = ["id", "dish", "reason", *EVIDENCE]
        read_only_fields = fields


class FridgeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Fridge
        fields = ["id", "name", "place", "for_samples", "low", "high", "is_active"]
        read_only_fields = fields


class FridgeReadingSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = FridgeReading
        fields = ["id", "fridge", "celsius", "is_within", "measure", *EVIDENCE]
        read_only_fields = fields

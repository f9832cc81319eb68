"""Stocktakes, sheets and differences as JSON. A sheet never says what the book has: a counter may be blind."""

from rest_framework import serializers

from .models import CountSheet, Difference, Stocktake


class StocktakeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Stocktake
        fields = [
            "id", "number", "title", "kind", "is_blind", "recount_percent", "starts_on", "due_on", "state", "started_at", "counted_at", "submitted_at",
            "done_on", "words",
        ]  # fmt: skip
        read_only_fields = fields


class CountSheetSerializer(serializers.ModelSerializer):
    place_name = serializers.CharField(source="place.full_name", read_only=True, default="")
    counter_name = serializers.CharField(source="counter.name", read_only=True, default="")

    class Meta:
        model = CountSheet
        fields = ["id", "stocktake", "place", "place_name", "part", "round", "counter", "counter_name", "state", "counted_by", "counted_at", "note"]
        read_only_fields = fields


class DifferenceSerializer(serializers.ModelSerializer):
    card_number = serializers.CharField(source="card.number", read_only=True, default="")
    place_name = serializers.CharField(source="place.full_name", read_only=True, default="")

    class Meta:
        model = Difference
        fields = [
            "id", "stocktake", "kind", "card", "card_number", "code", "name", "quantity", "place", "place_name", "decision", "reason", "asset_class", "price",
            "result",
        ]  # fmt: skip
        read_only_fields = fields

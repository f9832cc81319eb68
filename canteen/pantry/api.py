"""The food store as JSON."""

from rest_framework import serializers

from .models import KitchenIssue, PantryBatch, PantryCount, PantryMove


class PantryBatchSerializer(serializers.ModelSerializer):
    ingredient_name = serializers.CharField(source="ingredient.name", read_only=True)
    unit = serializers.CharField(source="ingredient.unit", read_only=True)

    class Meta:
        model = PantryBatch
        fields = [
            "id", "ingredient", "ingredient_name", "unit", "line", "supplier", "number", "made_on", "received_on", "expires_on", "price", "quantity", "locked_at", "lock_reason",
        ]  # fmt: skip
        read_only_fields = fields


class PantryMoveSerializer(serializers.ModelSerializer):
    class Meta:
        model = PantryMove
        fields = ["id", "batch", "kind", "on", "quantity", "amount", "issue", "count", "returns", "reason", "at", "by"]
        read_only_fields = fields


class IssuedBatchSerializer(serializers.ModelSerializer):
    class Meta:
        model = PantryMove
        fields = ["id", "batch", "kind", "quantity", "amount"]


class KitchenIssueSerializer(serializers.ModelSerializer):
    moves = IssuedBatchSerializer(many=True, read_only=True)

    class Meta:
        model = KitchenIssue
        fields = ["id", "number", "on", "meal", "taker", "note", "amount", "happened_at", "created_at", "created_by", "moves"]
        read_only_fields = fields


class PantryCountSerializer(serializers.ModelSerializer):
    class Meta:
        model = PantryCount
        fields = ["id", "number", "on", "note", "state", "created_by", "booked_at", "booked_by", "ended_reason"]
        read_only_fields = fields

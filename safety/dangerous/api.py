"""Dangerous goods and their ledger as JSON."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import DangerousGood, DangerousMove


class DangerousGoodSerializer(serializers.ModelSerializer):
    class Meta:
        model = DangerousGood
        fields = ["id", "name", "kind", "model", "cas", "unit", "place", "cupboard", "keeper", "second_keeper", "most", "stock", "is_active"]
        read_only_fields = fields


class DangerousMoveSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = DangerousMove
        fields = ["id", "good", "kind", "quantity", "taker", "purpose", "batch", "second", "state", "balance", "settled_at", "refusal", *EVIDENCE]
        read_only_fields = fields

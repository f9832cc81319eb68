"""Waste and who watches over it as JSON."""

from rest_framework import serializers

from .models import EnergyKeeper, WasteFinding


class WasteFindingSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = WasteFinding
        fields = [
            "id", "kind", "place", "school_class", "department", "on", "words", "stopped", "outside", "ticket", "happened_at", "late", "created_by", "created_at", "note",
            "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = fields


class EnergyKeeperSerializer(serializers.ModelSerializer):
    class Meta:
        model = EnergyKeeper
        fields = ["id", "school_class", "student", "since", "until"]
        read_only_fields = fields

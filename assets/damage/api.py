"""Damage as JSON."""

from rest_framework import serializers

from .models import Damage


class DamageSerializer(serializers.ModelSerializer):
    who = serializers.CharField(read_only=True)

    class Meta:
        model = Damage
        fields = [
            "id", "number", "state", "card", "thing", "quantity", "place", "found_on", "description", "school_class", "person", "by_name", "who", "origin_kind",
            "origin_id", "origin_label", "worth", "repair_cost", "amount", "points", "opinion", "assessed_by", "assessed_at", "ended_on", "ended_by", "ending",
            "receipt", "payer",
        ]  # fmt: skip
        read_only_fields = fields

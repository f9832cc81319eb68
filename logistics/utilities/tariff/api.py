"""Prices as JSON."""

from rest_framework import serializers

from .models import Tariff, TariffRow


class TariffRowSerializer(serializers.ModelSerializer):
    class Meta:
        model = TariffRow
        fields = ["part", "band", "over", "price", "share"]
        read_only_fields = fields


class TariffSerializer(serializers.ModelSerializer):
    rows = TariffRowSerializer(many=True, read_only=True)

    class Meta:
        model = Tariff
        fields = ["id", "medium", "name", "since", "fixed", "yearly", "basis", "rows"]
        read_only_fields = fields

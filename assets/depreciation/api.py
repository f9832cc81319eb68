"""The depreciation as JSON."""

from rest_framework import serializers

from .models import DepreciationRun


class DepreciationSerializer(serializers.ModelSerializer):
    class Meta:
        model = DepreciationRun
        fields = ["id", "month", "cards", "amount", "cost", "depreciation", "at", "by"]
        read_only_fields = fields

"""Prices as JSON."""

from rest_framework import serializers

from .models import PriceCheck


class PriceCheckSerializer(serializers.ModelSerializer):
    class Meta:
        model = PriceCheck
        fields = ["id", "on", "ingredient", "supplier", "market", "price", "note"]
        read_only_fields = fields

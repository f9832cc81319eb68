"""Classes and lives as JSON."""

from rest_framework import serializers

from .models import AssetClass, LifeClass


class LifeClassSerializer(serializers.ModelSerializer):
    class Meta:
        model = LifeClass
        fields = ["id", "name", "kind", "is_depreciated", "years", "least_years", "prefixes", "order", "is_active"]


class AssetClassSerializer(serializers.ModelSerializer):
    life_name = serializers.CharField(source="life.name", read_only=True)

    class Meta:
        model = AssetClass
        fields = ["id", "scheme", "code", "name", "life", "life_name", "unit", "is_special", "is_bulk", "is_favourite", "is_active"]

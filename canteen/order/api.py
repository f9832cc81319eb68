"""Orders and daily reports as JSON."""

from rest_framework import serializers

from .models import FoodOrder, FoodOrderLine, PurchaseReport


class FoodOrderLineSerializer(serializers.ModelSerializer):
    ingredient_name = serializers.CharField(source="ingredient.name", read_only=True)
    unit = serializers.CharField(source="ingredient.unit", read_only=True)

    class Meta:
        model = FoodOrderLine
        fields = ["id", "ingredient", "ingredient_name", "unit", "needed", "in_stock", "quantity", "price", "note"]


class FoodOrderSerializer(serializers.ModelSerializer):
    supplier_name = serializers.CharField(source="supplier.partner.name", read_only=True)
    lines = FoodOrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = FoodOrder
        fields = [
            "id", "number", "supplier", "supplier_name", "on", "deliver_on", "deliver_by", "note", "state", "placed_at", "placed_by", "ended_reason", "lines",
        ]  # fmt: skip
        read_only_fields = fields


class PurchaseReportSerializer(serializers.ModelSerializer):
    class Meta:
        model = PurchaseReport
        fields = ["id", "on", "version", "rows", "amount", "post", "made_at"]
        read_only_fields = fields

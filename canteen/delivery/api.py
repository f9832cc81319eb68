"""Deliveries as JSON."""

from rest_framework import serializers

from .models import Delivery, DeliveryLine, DeliverySignature


class DeliveryLineSerializer(serializers.ModelSerializer):
    ingredient_name = serializers.CharField(source="ingredient.name", read_only=True)
    unit = serializers.CharField(source="ingredient.unit", read_only=True)

    class Meta:
        model = DeliveryLine
        fields = [
            "id", "ingredient", "ingredient_name", "unit", "spec", "weighed", "rejected", "reason", "price", "amount", "batch_number", "made_on", "expires_on",
            "temperature", "look", "smell", "packaging", "dates",
        ]  # fmt: skip


class DeliverySignatureSerializer(serializers.ModelSerializer):
    class Meta:
        model = DeliverySignature
        fields = ["role", "user", "opinion", "signed_at", "void_at"]


class DeliverySerializer(serializers.ModelSerializer):
    supplier_name = serializers.CharField(source="supplier.partner.name", read_only=True)
    lines = DeliveryLineSerializer(many=True, read_only=True)
    signatures = DeliverySignatureSerializer(many=True, read_only=True)

    class Meta:
        model = Delivery
        fields = [
            "id", "number", "supplier", "supplier_name", "order", "happened_at", "created_at", "driver", "plate", "vehicle_c", "note", "remedy", "state", "amount",
            "posted_at", "missing", "exempt_by", "exempt_at", "exempt_reason", "lines", "signatures",
        ]  # fmt: skip
        read_only_fields = fields

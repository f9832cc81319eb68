"""Goods that arrived, as JSON."""

from rest_framework import serializers

from .models import ArrivedLine


class ArrivedLineSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="order_line.request_line.name", read_only=True)
    unit = serializers.CharField(source="order_line.request_line.unit", read_only=True)
    acceptance_number = serializers.CharField(source="acceptance.number", read_only=True)

    class Meta:
        model = ArrivedLine
        fields = ["id", "acceptance", "acceptance_number", "order_line", "name", "unit", "accepted", "amount", "destination"]
        read_only_fields = fields
